"""A rule pack says where each number comes from; what is wrong with one is told whole, and nothing of it is taken."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from activities import packs as folder
from domain.facts import Member
from domain.packs import Pack, PackError, choose, read, schema, show, terms_for
from domain.packs.vocabulary import TERMS

SHIPPED = folder.texts()
OURS = "our default, to be confirmed by the mission"


def child(body: str, head: str = 'extends = "contingent"', name: str = "child") -> dict[str, str]:
    """The packs shipped, and one more."""
    top = f'pack = "{name}"\nversion = 1\neffective = 2026-01-01\ntitle = "A child"\n{head}\n'
    return SHIPPED | {name: top + body}


def faults(texts: dict[str, str], name: str = "child") -> dict[str, tuple[str, str, str]]:
    """What is found wrong with a pack, by path."""
    with pytest.raises(PackError) as caught:
        read(texts, name)
    return {f.path: (f.expected, f.got, f.remedy) for f in caught.value.findings}


def put(table: str, key: str, value: str) -> str:
    """One term in TOML, with a source."""
    return f'[{table}]\n{key} = {{ value = {value}, source = "a test", trust = "D" }}\n'


@pytest.mark.parametrize("name", SHIPPED)
def test_every_term_of_a_shipped_pack_has_a_source(name):
    pack = read(SHIPPED, name)
    spoken = {path.rpartition(".")[0] for path in pack.leaves}
    required = {path for path, term in TERMS.items() if not term.optional and path.rpartition(".")[0] in spoken}
    assert required <= set(pack.leaves)
    assert all(row.source and row.trust in "ABCD" for row in show(pack))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_number_which_no_text_gives_is_marked_as_our_default_and_no_other_is(name):
    for row in show(read(SHIPPED, name)):
        assert row.source.startswith(OURS) == (row.trust == "D"), row


def test_numbers_of_the_united_states_army():
    terms = folder.load("us-army")
    emergency, rr = terms.kinds["emergency"], terms.kinds["rr"]
    assert (emergency.commander_up_to_days, rr.longest_days, rr.eligible_after_days) == (30, 15, 270)
    assert "grandparent" not in emergency.family
    assert terms.counting.ends_on_holiday == "free"
    assert str(terms.accrual.days_per_month) == "2.5"


def test_services_of_the_united_states_share_what_is_said_of_all_of_them():
    for name in ("us-army", "us-air-force", "us-marines", "us-navy"):
        terms = folder.load(name)
        absence = terms.kinds["emergency-absence"]
        assert (absence.purse, absence.longest_days, absence.career_times) == ("none", 14, 1), name
        assert terms.accrual.overdraft_days == 30, name
    counting = {name: folder.load(name).counting for name in ("us-air-force", "us-marines", "us-navy")}
    assert counting["us-air-force"].return_day == "free-if-duty-worked"
    assert (counting["us-marines"].car_from, counting["us-marines"].car_until) == ("12:01", "12:00")
    week = counting["us-navy"].week
    assert week
    assert [line[:3] for line in week] == ["mon", "tue", "wed", "thu", "fri"]
    assert counting["us-navy"] == folder.load("contingent").counting.model_copy(update={"week": week})


def test_numbers_of_police_and_civilians_of_the_mission():
    police, civilian = folder.load("un-police"), folder.load("un-civilian")
    ordinary = police.kinds["ordinary"]
    assert str(police.accrual.days_per_month) == "1.5"
    assert (ordinary.first_after_days, ordinary.gap_days, ordinary.ahead_days) == (45, 21, 45)
    assert (ordinary.last_month_days, ordinary.not_in_last_days) == (10, 7)
    assert police.kinds["cto"].purse == "cto"
    assert (civilian.kinds["rr"].purse, civilian.kinds["rr"].longest_days) == ("none", 5)
    assert civilian.kinds["home"].cycle_months == 24


@pytest.mark.parametrize("pack", ["contingent", "gbr-contingent", "un-observer", "un-police"])
def test_convalescent_leave_and_passes_are_of_no_nation_in_particular(pack):
    found = read(SHIPPED, pack)
    well, free = found.terms.kinds["convalescent"], found.terms.kinds["pass"]
    assert (well.purse, well.commander_up_to_days, well.above_role, well.paper) == (
        "none",
        30,
        "hospital-commander",
        True,
    )
    assert (free.purse, free.longest_days, free.non_duty_days) == ("none", 4, 2)
    trust = {path: leaf.source.trust for path, leaf in found.leaves.items()}
    assert [
        trust[f"kinds.convalescent.{term}"] for term in ("commander_up_to_days", "above_role", "above_else", "paper")
    ] == [*("B", "B", "D", "D")]
    assert [trust[f"kinds.pass.{term}"] for term in ("longest_days", "non_duty_days", "apart_days")] == ["C", "C", "D"]


def test_a_pack_is_without_the_kinds_of_its_parent_which_it_names():
    assert not {"convalescent", "pass"} & folder.load("un-civilian").kinds.keys()
    texts = child("", 'extends = "contingent"\nwithout = ["rr"]')
    assert "rr" not in terms_for(read(texts, "child")).kinds


def test_an_emergency_of_the_united_kingdom_is_extra_and_lasts_up_to_four_weeks():
    emergency = folder.load("gbr-contingent").kinds["emergency"]
    assert (emergency.purse, emergency.longest_days) == ("none", 28)


def test_observers_take_no_leave_in_their_last_21_days():
    assert folder.load("un-observer").kinds["ordinary"].not_in_last_days == 21


def test_what_a_pack_does_not_say_is_as_in_the_pack_it_extends_and_shown_so():
    origin = {row.path: (row.value, row.pack) for row in show(read(SHIPPED, "un-observer"))}
    assert origin["kinds.ordinary.gap_days"] == ("21", "contingent@1")
    assert origin["kinds.ordinary.not_in_last_days"] == ("21", "un-observer@1")


def test_a_child_of_a_child_wins_over_both():
    texts = child(put("back", "close_days", "90")) | {
        "grandchild": child(put("back", "close_days", "60"), 'extends = "child"', "grandchild")["grandchild"]
    }
    assert terms_for(read(texts, "child")).back.close_days == 90
    assert terms_for(read(texts, "grandchild")).back.close_days == 60


def test_a_limit_which_may_be_absent_is_taken_away_by_the_word_none():
    texts = child(put("kinds.emergency", "commander_up_to_days", '"none"'), 'extends = "us-army"')
    assert terms_for(read(texts, "child")).kinds["emergency"].commander_up_to_days is None


def test_terms_are_named_after_the_pack_its_version_and_what_it_says():
    one = read(child(put("back", "close_days", "90")), "child").name
    other = read(child(put("back", "close_days", "91")), "child").name
    respelt = read(child("# a remark\n" + put("back", "close_days  ", "90")), "child").name
    assert one.startswith("child@1#")
    assert len(one.partition("#")[2]) == 8
    assert one != other
    assert one == respelt


def test_a_change_in_the_pack_extended_changes_the_name_of_the_terms():
    changed = SHIPPED["contingent"].replace("close_days = { value = 180", "close_days = { value = 181")
    assert changed != SHIPPED["contingent"]
    assert read(SHIPPED, "us-army").name != read(SHIPPED | {"contingent": changed}, "us-army").name


WRONG: dict[str, tuple[str, str, str, str]] = {
    "an unknown key": (put("back", "close_day", "90"), "back.close_day", "a term that is known", "an unknown key"),
    "an unknown kind": (put("kinds.sabbatical", "gap_days", "1"), "kinds.sabbatical.gap_days", "known", "unknown"),
    "a bare number": ("[back]\nclose_days = 90", "back.close_days", "{ value = ..", "90"),
    "no source": (
        '[back]\nclose_days = { value = 9, trust = "D" }',
        "back.close_days",
        "source",
        "source: expected a value",
    ),
    "an empty source": (
        '[back]\nclose_days = { value = 9, source = "", trust = "D" }',
        "back.close_days",
        "source",
        "source: expected some words",
    ),
    "no trust": (
        '[back]\nclose_days = { value = 9, source = "x" }',
        "back.close_days",
        "trust",
        "trust: expected a value",
    ),
    "a trust mark of one's own": (
        '[back]\nclose_days = { value = 9, source = "x", trust = "E" }',
        "back.close_days",
        "A|B|C|D",
        "trust",
    ),
    "a text for a number": (put("back", "close_days", '"90"'), "back.close_days", "a whole number", '"90"'),
    "a half where only whole numbers are": (put("back", "close_days", "1.5"), "back.close_days", "whole", "1.5"),
    "a number for yes or no": (put("kinds.rr", "attestation", "1"), "kinds.rr.attestation", "true or false", "1"),
    "an unknown relation": (
        put("kinds.emergency", "family", '["cousin"]'),
        "kinds.emergency.family",
        "each one of spouse",
        "cousin",
    ),
    "a negative number": (put("back", "close_days", "-1"), "back.close_days", "at least 0", "-1"),
    "above all percent": (put("clearing", "ceiling_percent", "101"), "clearing.ceiling_percent", "at most 100", "101"),
    "no time of day": (put("counting", "duty_from", '"7h30"'), "counting.duty_from", "HH:MM", "7h30"),
    "duty which ends before it begins": (
        put("counting", "duty_from", '"17:00"'),
        "counting.duty_from",
        "at most counting.duty_until (16:30)",
        "17:00",
    ),
    "an alert after the absence": (put("back", "alert_hours", "48"), "back.alert_hours", "absence_hours (24)", "48"),
    "a warning above the ceiling": (
        put("clearing", "warn_percent", "20"),
        "clearing.warn_percent",
        "ceiling_percent (15)",
        "20",
    ),
    "an answer due before the request": (
        put("kinds.ordinary", "notice_days", "3"),
        "kinds.ordinary.answer_before_first_days",
        "notice_days (3)",
        "10",
    ),
}


@pytest.mark.parametrize(("body", "path", "expected", "got"), WRONG.values(), ids=WRONG.keys())
def test_a_pack_is_refused_for(body, path, expected, got):
    found = faults(child(body))
    assert list(found) == [path]
    assert expected in found[path][0]
    assert got in found[path][1]
    assert found[path][2]


def test_a_misspelt_key_is_answered_with_the_key_that_was_meant():
    assert "back.close_days" in faults(child(put("back", "close_day", "90")))["back.close_day"][2]


def test_a_kind_of_which_nobody_speaks_is_not_there_and_one_of_which_somebody_does_is_whole():
    text = SHIPPED["contingent"]
    cut = text[: text.index("[kinds.rr]")] + text[text.index("[clearing]") :]
    assert "rr" not in read({"contingent": cut}, "contingent").terms.kinds
    assert "kinds.home.longest_days" in faults(child(put("kinds.home", "purse", '"annual"')))


def test_a_kind_like_another_has_its_terms_but_for_those_of_its_own():
    body = put("kinds.home", "like", '"ordinary"') + 'longest_days = { value = 4, source = "a test", trust = "D" }\n'
    kinds = read(child(body), "child").terms.kinds
    assert kinds["home"] == kinds["ordinary"].model_copy(update={"like": "ordinary", "longest_days": 4})


def test_a_kind_like_another_contradicts_itself_by_what_it_has_of_the_other():
    body = put("kinds.cto", "like", '"ordinary"') + 'notice_days = { value = 3, source = "a test", trust = "D" }\n'
    assert "kinds.cto.answer_before_first_days" in faults(child(body))


def test_all_findings_are_told_at_once():
    found = faults(child(put("back", "close_day", "9") + "alert_hours = 3\n" + put("clearing", "warn_percent", "20")))
    assert set(found) == {"back.close_day", "back.alert_hours", "clearing.warn_percent"}


def test_a_contradiction_is_blamed_on_the_pack_that_says_so():
    with pytest.raises(PackError, match=r"child@1: back\.alert_hours"):
        read(child(put("back", "alert_hours", "48")), "child")


def test_a_missing_kind_is_told_once_and_a_missing_term_by_its_path():
    text = SHIPPED["contingent"]
    cut = text[: text.index("[kinds.emergency]")] + text[text.index("[kinds.rr]") :]
    cut = "\n".join(line for line in cut.splitlines() if not line.startswith("settle_hours"))
    found = faults({"contingent": cut}, "contingent")
    assert set(found) == {"kinds.emergency", "back.settle_hours"}
    assert found["back.settle_hours"][:2] == ("a whole number", "nothing")


HEADS: dict[str, tuple[dict[str, str], str]] = {
    "a pack that does not exist": ({}, "pack"),
    "a parent that does not exist": (child("", 'extends = "nobody"'), "extends"),
    "a circle": (child("", 'extends = "child"'), "extends"),
    "no TOML": ({"child": "pack = "}, "(text)"),
    "no head": ({"child": ""}, "pack"),
    "another name than its file": ({"child": SHIPPED["contingent"]}, "pack"),
    "version nought": ({"child": child("")["child"].replace("version = 1", "version = 0")}, "version"),
    "a text for a date": ({"child": child("")["child"].replace("2026-01-01", '"soon"')}, "effective"),
    "an unknown component": (child("", 'applies = { components = ["navy"] }'), "applies.components.0"),
}


@pytest.mark.parametrize(("texts", "path"), HEADS.values(), ids=HEADS.keys())
def test_a_head_is_refused_for(texts, path):
    assert path in faults(texts)


def member(**said: Any) -> Member:
    return Member.model_validate(
        {
            "id": "m-aaaaaaaaaa",
            "nation": "GHA",
            "component": "contingent",
            "unit": "U",
            "base": "NAQ",
            "arrived": "2026-01-01",
        }
        | said
    )


def shipped() -> list[Pack]:
    return [read(SHIPPED, name) for name in SHIPPED]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({}, "contingent"),
        ({"component": "observer"}, "un-observer"),
        ({"component": "civilian"}, "un-civilian"),
        ({"component": "police"}, "un-police"),
        ({"nation": "GBR"}, "gbr-contingent"),
        ({"nation": "GBR", "component": "observer"}, "un-observer"),
        ({"nation": "USA", "service": "us-army"}, "us-army"),
        ({"nation": "USA", "service": "us-army", "component": "observer"}, "us-army"),
        ({"nation": "USA", "service": "us-navy"}, "us-navy"),
        ({"nation": "USA", "service": "us-air-force"}, "us-air-force"),
        ({"nation": "USA", "service": "us-marines"}, "us-marines"),
        ({"nation": "USA", "service": "us-coast-guard"}, "contingent"),
    ],
)
def test_the_pack_that_names_a_member_most_closely_applies(said, name):
    assert choose(shipped(), member(**said), date(2026, 1, 1)).head.pack == name


def test_of_two_equally_close_packs_the_one_in_force_last_applies_from_its_day_on():
    later = read(child("", 'extends = "contingent"\napplies = { components = ["contingent"] }'), "child")
    assert choose([*shipped(), later], member(), date(2025, 12, 31)).head.pack == "contingent"
    assert choose([*shipped(), later], member(), date(2026, 1, 1)).head.pack == "child"


def test_no_pack_or_two_equal_packs_for_a_member_are_told():
    twin = read(SHIPPED, "contingent")
    with pytest.raises(PackError, match="none for nation GHA"):
        choose([], member(), date(2026, 1, 1))
    with pytest.raises(PackError, match="contingent and contingent"):
        choose([twin, twin], member(), date(2026, 1, 1))


def test_the_schema_names_every_term_and_asks_for_its_source():
    known = schema()
    for path in TERMS:
        at = known
        for part in path.split("."):
            at = at["properties"][part]
        assert at["required"] == ["value", "source", "trust"]
    assert known["additionalProperties"] is False
    assert known["properties"]["back"]["additionalProperties"] is False


def test_a_folder_of_packs_is_read_by_file_name(tmp_path: Path):
    for name, text in SHIPPED.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    assert folder.load("us-army", tmp_path) == folder.load("us-army")
    assert folder.load_for(member(), date(2026, 1, 1), tmp_path).pack.startswith("contingent@1#")


def test_a_pack_in_another_encoding_is_refused_with_the_reason(tmp_path: Path):
    (tmp_path / "contingent.toml").write_bytes("# für alle".encode("latin-1"))
    with pytest.raises(PackError, match="UTF-8"):
        folder.load("contingent", tmp_path)


def test_a_table_of_part_months_is_shown_as_days_served_and_earned():
    said = {row.path: row.value for row in show(read(SHIPPED, "us-army"))}["accrual.part_month"]
    assert said == "up to 6 days 0.5, up to 12 days 1, up to 18 days 1.5, up to 24 days 2, up to 31 days 2.5"
