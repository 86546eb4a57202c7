"""Rule packs at the desk: where each number comes from, and what is wrong with a pack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from starter.app import run


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
    assert {row["pack"].partition("@")[0] for row in rows.values()} == {"us-army", "contingent"}


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
