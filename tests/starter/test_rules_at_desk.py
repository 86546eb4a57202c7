"""Rule packs at the desk: where each number comes from, and what is wrong with a pack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from activities.packs import RULES, pack
from domain.packs import show as rows
from starter.app import run
from wiring import console


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code and both outputs."""
    code = run(["rules", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_list_cites_each_pack_as_decisions_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "list")
    assert code == 0
    assert all(name in out for name in ("contingent@", "un-observer@", "us-army@"))


def test_a_pack_is_shown_with_value_source_trust_and_the_pack_it_is_inherited_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = told(capsys, "show", "us-army", "--json")
    rows = {row["path"]: row for row in map(json.loads, out.splitlines())}
    assert code == 0
    assert all(row["source"] and row["trust"] in "ABCD" for row in rows.values())
    assert {row["pack"].partition("@")[0] for row in rows.values()} == {"us-army", "us-forces", "contingent"}


def test_on_a_terminal_of_80_columns_a_number_stands_under_its_group_with_its_source_below(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.out, "width", 80)
    _, out, _ = told(capsys, "show", "us-army")
    numbers = len(rows(pack("us-army")))
    lines = out.splitlines()
    table = lines[1 : next(i for i, line in enumerate(lines) if line.startswith("trust"))]
    assert max(map(len, table)) <= 80
    assert len(table) < 4 * numbers
    group = table.index("kinds.rr")
    line = next(i for i, line in enumerate(table) if i > group and line.startswith("  gap_days "))
    assert table[line].split() == ["gap_days", "84", "D"]
    assert table[line + 1].startswith(
        "    contingent@1: our default, to be confirmed by the mission: the longest cycle"
    )
    assert "kinds.rr.gap_days" not in out


def test_a_list_with_nothing_in_it_is_nobody_only_where_it_is_of_people(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = told(capsys, "show", "us-army", "--json")
    values = {row["path"]: row["value"] for row in map(json.loads, out.splitlines())}
    assert (values["kinds.rr.uncharged_at"], values["kinds.rr.family"]) == ("none", "nobody")


def test_a_pack_that_is_not_there_is_told_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = told(capsys, "show", "no-such")
    assert code == 2
    assert "contingent" in err


def test_check_passes_a_pack_that_extends_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('pack = "mine"\nversion = 1\neffective = 2026-01-01\ntitle = "Mine"\nextends = "contingent"\n')
    code, out, err = told(capsys, "check", str(file))
    assert code == 0, err
    assert out.startswith("mine@1#")


def test_check_tells_every_fault_at_once_and_ends_with_7(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'pack = "mine"\nversion = 1\neffective = 2026-01-01\ntitle = "Mine"\nextends = "contingent"\n'
        '[kinds.ordinary]\nlongest_day = { value = 30, source = "x", trust = "A" }\ngap_days = 4\n'
    )
    code, out, err = told(capsys, "check", str(file))
    assert (code, out) == (7, "")
    assert "did you mean kinds.ordinary.longest_days?" in err
    assert "kinds.ordinary.gap_days" in err


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00binary"])
def test_check_of_what_cannot_be_read_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    file = tmp_path / "mine.toml"
    if content:
        file.write_bytes(content)
    code, _, err = told(capsys, "check", str(file))
    assert code == 2
    assert "cannot be read" in err


def test_the_schema_of_a_pack_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "schema")
    assert code == 0
    assert json.loads(out)["title"] == "Rule pack"


def test_an_unreadable_neighbour_is_no_fault_of_a_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.toml").write_bytes(b"\xff\xfe")
    file = tmp_path / "mine.toml"
    file.write_text('pack = "mine"\nversion = 1\neffective = 2026-01-01\ntitle = "Mine"\nextends = "contingent"\n')
    assert told(capsys, "check", str(file))[0] == 0
    code, _, err = told(capsys, "check", str(tmp_path / "other.toml"))
    assert (code, "other.toml cannot be read" in err) == (2, True)


FRANCE = 'pack = "fra"\nversion = {}\neffective = {}\ntitle = "France"\nextends = "contingent"\n[back]\n'
DAYS = 'close_days = {{ value = {}, source = "a paper", trust = "A" }}\n'


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two versions of one pack, and a pack of the mission."""
    for file in RULES.glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text("utf-8"))
    (tmp_path / "fra@1.toml").write_text(FRANCE.format(1, "2026-01-01") + DAYS.format(90))
    (tmp_path / "fra.toml").write_text(FRANCE.format(2, "2027-01-01") + DAYS.format(60))
    head = 'pack = "unex"\nversion = 1\neffective = 2026-01-01\ntitle = "UNEX"\nlayer = "mission"\n[back]\n'
    (tmp_path / "unex.toml").write_text(head + DAYS.format(45))
    monkeypatch.setenv("FURLOUGH_RULES", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("words", "cited", "days"),
    [
        (("fra", "--at", "2026-12-31"), "fra@1#", "90"),
        (("fra", "--at", "2027-01-01"), "fra@2#", "60"),
        (("fra@1", "--at", "2027-01-01"), "fra@1#", "90"),
        (("fra", "--at", "2027-01-01", "--with", "unex"), "fra@2+unex@1#", "45"),
    ],
)
def test_a_pack_is_shown_as_it_is_on_a_day(
    packs: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], cited: str, days: str
) -> None:
    code, out, err = told(capsys, "show", *words)
    assert code == 0, err
    assert out.startswith(cited)
    (line,) = (line for line in out.splitlines() if line.startswith("back.close_days"))
    assert line.split()[1] == days


def test_a_pack_is_not_shown_for_a_day_before_its_first_version(
    packs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = told(capsys, "show", "fra", "--at", "2025-12-31")
    assert (code, out) == (7, "")
    assert "in force on 2025-12-31" in err
    assert "1 from 2026-01-01" in err


def test_the_list_tells_every_version(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "list")
    assert code == 0
    assert all(name in out for name in ("fra@1#", "fra@2#", "unex@1#"))


def test_two_versions_are_told_apart_by_the_terms_which_differ(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "diff", "fra@1", "fra@2")
    assert code == 0
    assert out.splitlines()[1].split()[:5] == ["back.close_days", "90", "A", "60", "A"]
    assert "differ in value: 1, only in source or trust mark: 0" in out
    _, documents, _ = told(capsys, "diff", "fra@1", str(packs / "fra.toml"), "--json")
    assert [json.loads(line)["path"] for line in documents.splitlines()] == ["back.close_days"]


def test_a_pack_does_not_differ_from_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert "differ in value: 0" in told(capsys, "diff", "us-army", "us-army@1")[1]


def test_check_goes_by_the_version_which_the_file_holds(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "check", str(packs / "fra@1.toml"))[1].startswith("fra@1#")
    assert "beside nations' packs" in told(capsys, "check", str(packs / "unex.toml"))[1]


def test_check_tries_a_pack_of_the_mission_together_with_those_of_nations(
    packs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alert = 'alert_hours = { value = 30, source = "a paper", trust = "A" }\n'
    head = 'pack = "strict"\nversion = 1\neffective = 2026-01-01\ntitle = "S"\nlayer = "mission"\n'
    (packs / "strict.toml").write_text(head + "applies = { components = ['observer'] }\n[back]\n" + alert)
    code, out, err = told(capsys, "check", str(packs / "strict.toml"))
    assert (code, out) == (7, "")
    assert "strict@1: back.alert_hours" in err
    assert "at most back.absence_hours (24), got 30" in err


def test_check_tells_of_another_pack_for_the_same_members(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (packs / "mine.toml").write_text(
        'pack = "mine"\nversion = 1\neffective = 2020-01-01\ntitle = "Mine"\nextends = "contingent"\n'
        'applies = { components = ["police"] }\n'
    )
    code, _, err = told(capsys, "check", str(packs / "mine.toml"))
    assert code == 7
    assert "the same members as un-police" in err


def test_check_refuses_a_version_that_begins_before_an_earlier_one(
    packs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (packs / "fra.toml").write_text(FRANCE.format(2, "2025-01-01") + DAYS.format(60))
    code, _, err = told(capsys, "check", str(packs / "fra.toml"))
    assert code == 7
    assert "later than 2026-01-01" in err


@pytest.mark.parametrize(
    ("wrong", "told_of"),
    [
        ("broken = = 3", "got something else at line 1, column 10"),
        ("unknown = 3", "contingent.toml: unknown\n  expected a term that is known"),
    ],
)
def test_the_list_names_a_bad_file_and_lists_what_rests_on_it_as_of_no_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wrong: str, told_of: str
) -> None:
    for file in RULES.glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    alone = (tmp_path / "contingent.toml").read_text("utf-8").replace('"contingent"', '"alone"', 1)
    (tmp_path / "alone.toml").write_text(alone, "utf-8")
    (tmp_path / "contingent.toml").write_text(f"{wrong}\n{(RULES / 'contingent.toml').read_text('utf-8')}", "utf-8")
    monkeypatch.setenv("FURLOUGH_RULES", str(tmp_path))
    code, out, err = told(capsys, "list")
    assert code == 2
    assert "alone@1#" in out
    assert "us-army@1 CANNOT BE USED" in out
    assert "contingent.toml: " in err
    assert told_of in err
    documents = told(capsys, "list", "--json")[1].splitlines()
    cited = {
        document["pack"]: document.get("cited_as") for document in map(json.loads, documents) if "layer" in document
    }
    assert cited["us-army"] is None
    assert cited["alone"].startswith("alone@1#")
