"""Versions of a pack follow each other in time, and a nation's pack holds together with the mission's."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities import packs as folder
from domain.facts import Member
from domain.packs import Pack, PackError, beside_the_mission, choose, read, show, together
from domain.packs.vocabulary import MISSIONS, TERMS

SHIPPED = folder.texts()
GROUND = "contingent"
MEMBER = Member(id="m-aaaaaaaaaa", nation="GHA", component="contingent", unit="U", base="NAQ", arrived=date(2026, 1, 1))


def text(name: str, body: str = "", *, version: int = 1, since: str = "2026-01-01", head: str = "") -> str:
    """A pack in TOML."""
    return f'pack = "{name}"\nversion = {version}\neffective = {since}\ntitle = "A test"\n{head}\n{body}'


def put(table: str, **terms: object) -> str:
    """Terms in TOML, each with a source."""
    return f"[{table}]\n" + "".join(
        f'{key} = {{ value = {value}, source = "a test", trust = "C" }}\n' for key, value in terms.items()
    )


ON = 'extends = "contingent"'
TWO = SHIPPED | {
    "fra@1": text("fra", put("back", close_days=90), head=ON),
    "fra": text("fra", put("back", close_days=60), version=2, since="2026-07-01", head=ON),
}


@pytest.mark.parametrize(
    ("name", "on", "cited", "close_days"),
    [
        ("fra", date(2026, 1, 1), "fra@1", 90),
        ("fra", date(2026, 6, 30), "fra@1", 90),
        ("fra", date(2026, 7, 1), "fra@2", 60),
        ("fra", date.max, "fra@2", 60),
        ("fra@1", date.max, "fra@1", 90),
        ("fra@2", date(2026, 1, 1), "fra@2", 60),
    ],
)
def test_a_version_holds_from_its_first_day_until_the_next_one_begins(name, on, cited, close_days):
    pack = read(TWO, name, on)
    assert pack.name.startswith(f"{cited}#")
    assert pack.terms.back.close_days == close_days


def test_what_a_pack_extends_is_as_it_is_on_that_day_unless_a_version_is_named():
    texts = TWO | {
        "follows": text("follows", head='extends = "fra"'),
        "stays": text("stays", head='extends = "fra@1"'),
    }
    june, july = date(2026, 6, 30), date(2026, 7, 1)
    assert [read(texts, "follows", on).terms.back.close_days for on in (june, july)] == [90, 60]
    assert [read(texts, "stays", on).terms.back.close_days for on in (june, july)] == [90, 90]
    assert read(texts, "follows", june).name != read(texts, "follows", july).name


def test_a_later_version_may_say_only_what_it_changes_of_the_earlier_one():
    texts = TWO | {
        "fra": text("fra", put("back", settle_hours=1), version=2, since="2026-07-01", head='extends = "fra@1"')
    }
    assert read(texts, "fra").terms.back.close_days == 90


WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "a day before the first version": ({}, "fra", "pack"),
    "a version that is not there": ({}, "fra@3", "pack"),
    "a version in force before an earlier one": (
        {"fra": text("fra", version=2, since="2025-07-01", head=ON)},
        "fra",
        "effective",
    ),
    "a version in force on the day of an earlier one": ({"fra": text("fra", version=2, head=ON)}, "fra", "effective"),
    "two texts of one version": ({"fra": text("fra", since="2026-07-01", head=ON)}, "fra", "version"),
    "a text of another version than its file": ({"fra@3": text("fra", head=ON)}, "fra", "version"),
    "a version before the first one that is kept": ({"ger": text("ger", version=2, head=ON)}, "ger", "version"),
    "a version left out": ({"fra": text("fra", version=4, since="2028-01-01", head=ON)}, "fra", "version"),
    "a parent not yet in force": (
        {"early": text("early", since="2025-01-01", head='extends = "fra"')},
        "early",
        "extends",
    ),
    "a version extending itself": (
        {"fra": text("fra", version=2, since="2026-07-01", head='extends = "fra@2"')},
        "fra@2",
        "extends",
    ),
}


@pytest.mark.parametrize(("more", "name", "path"), WRONG.values(), ids=WRONG.keys())
def test_versions_are_refused_for(more, name, path):
    with pytest.raises(PackError) as caught:
        read(TWO | more, name, date(2025, 6, 1))
    assert path in {f.path for f in caught.value.findings}
    assert all(f.expected and f.got and f.remedy for f in caught.value.findings)


def test_a_folder_gives_each_day_the_versions_of_that_day(tmp_path: Path):
    for name, words in SHIPPED.items():
        (tmp_path / f"{name}.toml").write_text(words, encoding="utf-8")
    applies = 'extends = "contingent"\napplies = { nations = ["GHA"] }'
    (tmp_path / "gha@1.toml").write_text(text("gha", head=applies), encoding="utf-8")
    (tmp_path / "gha.toml").write_text(text("gha", version=2, since="2028-02-29", head=applies), encoding="utf-8")
    expected = {"2025-12-31": "contingent@1", "2026-01-01": "gha@1", "2028-02-28": "gha@1", "2028-02-29": "gha@2"}
    got = {day: folder.load_for(MEMBER, date.fromisoformat(day), tmp_path).pack.partition("#")[0] for day in expected}
    assert got == expected


# ---- the mission's pack beside the nation's ------------------------------------------------------------------------

MISSION = 'layer = "mission"\napplies = { components = ["contingent"] }'


def mission(body: str, head: str = MISSION) -> Pack:
    """A pack of the mission UNEX."""
    return read(SHIPPED | {"unex": text("unex", body, head=head)}, "unex")


def nation(body: str) -> Pack:
    """A pack of one nation, which rests on the ground of all."""
    head = 'extends = "contingent"\napplies = { nations = ["GHA"] }'
    return read(SHIPPED | {"gha": text("gha", body, head=head)}, "gha")


STRICTER: dict[str, tuple[str, str, int, int, int]] = {
    "the gap of the mission is longer": ("kinds.ordinary", "gap_days", 10, 30, 30),
    "the gap of the nation is longer": ("kinds.ordinary", "gap_days", 40, 30, 40),
    "the notice of the nation is longer": ("kinds.ordinary", "notice_days", 45, 30, 45),
    "the mission allows fewer days": ("kinds.ordinary", "longest_days", 25, 20, 20),
    "the nation allows fewer days": ("kinds.ordinary", "longest_days", 15, 20, 15),
    "the ceiling of the mission is lower": ("clearing", "ceiling_percent", 14, 12, 12),
    "the ceiling of the nation is lower": ("clearing", "ceiling_percent", 11, 12, 11),
    "equal": ("clearing", "ceiling_percent", 12, 12, 12),
    "neither side is stricter: the mission's word": ("back", "settle_hours", 12, 48, 48),
}


@pytest.mark.parametrize(("table", "term", "ours", "theirs", "holds"), STRICTER.values(), ids=STRICTER.keys())
def test_of_two_limits_the_stricter_one_holds(table, term, ours, theirs, holds):
    both = together(nation(put(table, **{term: ours})), mission(put(table, **{term: theirs})))
    assert both.leaves[f"{table}.{term}"].value == holds


def test_what_a_nation_only_inherits_from_the_ground_yields_to_the_mission():
    """The ground says 21 days by our own default; a mission which lays down 14 is not overruled by it."""
    ghana, unex = nation(""), mission(put("kinds.ordinary", gap_days=14))
    assert together(ghana, unex).terms.kinds["ordinary"].gap_days == 14
    assert together(read(SHIPPED, GROUND), unex).terms.kinds["ordinary"].gap_days == 14


ATTESTED = {
    "the nation's law asks for it: no mission takes it away": ("us-army", "emergency-absence", "false", True),
    "the ground asks for it: the mission's switch": ("us-army", "emergency", "false", False),
    "the nation asks for none: the mission may": ("us-army", "bereavement", "true", True),
    "neither nation nor ground asks for it: the mission may": ("contingent", "ordinary", "true", True),
}


@pytest.mark.parametrize(("pack", "kind", "said", "holds"), ATTESTED.values(), ids=ATTESTED.keys())
def test_a_mission_switches_off_no_attestation_which_the_law_of_a_nation_asks_for(pack, kind, said, holds):
    both = together(read(SHIPPED, pack), mission(put(f"kinds.{kind}", attestation=said)))
    assert both.terms.kinds[kind].attestation is holds


def test_a_mission_names_its_bases_at_which_rr_is_not_charged():
    both = together(read(SHIPPED, "us-army"), mission(put("kinds.rr", uncharged_at='["NAQ"]')))
    assert both.terms.kinds["rr"].uncharged_at == ("NAQ",)
    assert both.leaves["kinds.rr.uncharged_at"].source.pack == "unex@1"
    assert both.terms.kinds["rr"].purse == "annual"


def test_both_packs_are_cited_and_each_number_shows_whose_it_is():
    both = together(nation(put("back", alert_hours=2)), mission(put("kinds.ordinary", gap_days=30)))
    assert both.name.startswith("gha@1+unex@1#")
    assert both.terms.pack == both.name
    said = {row.path: row.pack for row in show(both)}
    assert (said["kinds.ordinary.gap_days"], said["back.alert_hours"]) == ("unex@1", "gha@1")


@pytest.mark.parametrize("path", ["kinds.ordinary.purse", "accrual.days_per_month", "counting.departure_day"])
def test_a_mission_says_nothing_of_charge_and_kinds(path):
    table, _, term = path.rpartition(".")
    value = {"purse": '"none"', "days_per_month": 3, "departure_day": '"charged"'}[term]
    with pytest.raises(PackError) as caught:
        mission(put(table, **{term: value}))
    assert [f.path for f in caught.value.findings] == [path]
    assert "nation" in caught.value.findings[0].remedy


def test_a_pack_of_one_layer_does_not_rest_on_one_of_the_other():
    with pytest.raises(PackError, match="layer mission"):
        mission("", MISSION + '\nextends = "contingent"')


def test_layers_which_contradict_each_other_are_refused_with_the_pack_to_blame():
    ghana = nation(put("back", absence_hours=12))
    with pytest.raises(
        PackError, match=r"unex@1: back\.alert_hours: expected at most back\.absence_hours \(12\), got 18"
    ):
        together(ghana, mission(put("back", alert_hours=18)))


def test_a_member_is_bound_by_the_nation_chosen_or_named_and_by_the_mission_that_applies():
    unex = mission(put("kinds.ordinary", gap_days=30))
    known = [*(read(SHIPPED, name) for name in SHIPPED), unex]
    on = date(2026, 1, 1)
    assert choose(known, MEMBER, on).name.startswith("contingent@1+unex@1#")
    assert "unex" not in choose(known, MEMBER, on - timedelta(days=1)).name
    assert "unex" not in choose(known, MEMBER.model_copy(update={"component": "observer"}), on).name
    assert beside_the_mission(read(SHIPPED, "us-army"), known, MEMBER, on).name.startswith("us-army@1+unex@1#")


def test_a_pack_of_the_mission_without_a_scope_binds_everybody():
    unex = mission(put("kinds.ordinary", gap_days=30), 'layer = "mission"')
    known = [*(read(SHIPPED, name) for name in SHIPPED), unex]
    for component in ("contingent", "observer", "police", "civilian"):
        terms = choose(known, MEMBER.model_copy(update={"component": component}), date(2026, 1, 1)).terms
        assert terms.kinds["ordinary"].gap_days == 30, component


def test_two_packs_of_the_mission_for_one_member_are_told():
    unex = mission("")
    with pytest.raises(PackError, match="unex and unex"):
        choose([read(SHIPPED, GROUND), unex, unex], MEMBER, date(2026, 1, 1))


NUMBERS = sorted(
    path for path, stricter in MISSIONS.items() if stricter and not path.endswith(("percent", "attestation"))
)


@given(st.sampled_from(NUMBERS), st.integers(1, 400), st.integers(1, 400))
def test_together_is_never_laxer_than_either(path, ours, theirs):
    leaf = read(SHIPPED, GROUND).leaves["back.close_days"]
    one = Pack(
        head=read(SHIPPED, GROUND).head,
        name="one@1#0",
        leaves={path: leaf.model_copy(update={"value": ours, "own": True})},
    )
    two = one.model_copy(update={"name": "two@1#0", "leaves": {path: leaf.model_copy(update={"value": theirs})}})
    held, stricter = together(one, two).leaves[path].value, MISSIONS[path]
    assert stricter is not None
    assert held in (ours, theirs)
    assert stricter(held, ours) == held == stricter(held, theirs)


def test_a_mission_speaks_of_terms_that_there_are():
    assert set(MISSIONS) < set(TERMS)
