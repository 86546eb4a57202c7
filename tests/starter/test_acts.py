"""Acts at the desk: commands made from the list of acts, for one leave or a sheet, on a real mission."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

import pytest
from cyclopts import App

from domain.acts import Approve, Deny, LeaveAct
from starter import acts, app
from starter.app import COMMANDS, DAILY, RULES, commands
from tests.conftest import Furlough, Mission, Ran, ahead
from tests.starter.clocks import mission_clock

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
COMMANDER = ("--as", "GHA-1004", "--post", "CO-GHABATT-A", "--base", "NAQ")
GATE = ("--as", "GHA-1006", "--post", "GATE-NAQ", "--base", "NAQ")


async def asked(furlough: Furlough, member: str, first: str, last: str) -> str:
    """The control number of a leave that was just asked for."""
    ran = await furlough("request", member, "--first", first, "--last", last, "--destination", "BEY", "--json", *CLERK)
    assert ran.code == 0, ran.err
    number: str = ran.documents[0]["number"]
    assert number.startswith("NAQ-")
    return number


def test_every_act_of_a_person_on_a_leave_has_a_command() -> None:
    mounted = {name for group in (DAILY, RULES) for name, _, _ in COMMANDS[group]}
    kinds = {act.model_fields["kind"].default for act in get_args(get_args(LeaveAct)[0]) if act.said != "machine"}
    typed = {act.model_fields["kind"].default: act.typed.partition(" ")[0] for act in get_args(get_args(LeaveAct)[0])}
    assert {"request" if kind == "ask" else typed[kind] or kind for kind in kinds} <= mounted


def test_a_command_has_a_flag_for_each_field_of_its_act_and_the_same_head() -> None:
    flags = set(acts.command(Deny, "deny").__signature__.parameters)  # type: ignore[attr-defined]
    assert flags - set(acts.command(Approve, "approve").__signature__.parameters) == {"reason"}  # type: ignore[attr-defined]


def flags(app: App) -> set[str]:
    """All flags of a command and of those below it."""
    own = {name for flag in app.assemble_argument_collection() for name in flag.names} if app.default_command else set()
    return own.union(*(flags(app[name]) for name in app if not name.startswith("-")))


def test_nobody_is_helped_by_a_flag_which_no_command_has() -> None:
    have, root = flags(commands()) | {"--help", "--version"}, Path(app.__file__).parents[1]
    calls = (
        call
        for part in ("domain", "activities", "wiring", "starter", "audit")
        for file in (root / part).rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call)
    )
    helps = [ast.unparse(word.value) for call in calls for word in call.keywords if word.arg == "helps"]
    ours = [said for said in helps if "temporal " not in said]
    assert len(ours) > 50
    assert {flag for said in ours for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]*", said)} <= have


async def test_a_leave_goes_from_request_to_settled_by_commands(furlough: Furlough, mission: Mission) -> None:
    number = await asked(furlough, "GHA-1008", ahead(27), ahead(29))
    said: list[tuple[str, ...]] = [
        ("approve", number, *COMMANDER),
        ("confirm-travel", number, "--as", "USA-1005", "--post", "MOV-NAQ"),
        ("sign-out", number, "--at", f"{ahead(27)} 08:00", *GATE),
        ("sign-in", number, "--at", f"{ahead(29)} 20:00", *GATE),
    ]
    states, leave_id = [], ""
    for words in said:
        if "--at" in words:  # nobody has seen what is still to come
            await mission_clock(mission, leave_id, words[words.index("--at") + 1])
        ran = await furlough(*words, "--json")
        assert ran.code == 0, ran
        leave_id = ran.documents[0]["leave_id"]
        states.append(ran.documents[0]["state"])
    assert states == ["booked", "ready", "away", "settled"]


async def test_a_flight_that_does_not_exist_is_told_loudly_and_the_seats_booked_are_kept(furlough: Furlough) -> None:
    number = await asked(furlough, "GHA-1011", ahead(34), ahead(36))
    assert (await furlough("approve", number, *COMMANDER)).code == 0
    mover = ("--as", "USA-1005", "--post", "MOV-NAQ")
    ran = await furlough("confirm-travel", number, "--out-flight", "NOFLIGHT", *mover)
    assert ran.code == 5, ran
    assert "recorded" in ran.out
    assert "NO SEAT" in ran.err
    assert "no such flight" in ran.err
    (shown,) = (await furlough("show", number, "--json", *mover)).documents
    assert "seat" in {held["what"] for held in shown["holds"]}
    assert (await furlough("cancel", number, "--reason", "test", *COMMANDER)).code == 0


async def test_at_a_desk_with_a_post_a_member_who_does_not_hold_it_speaks_for_themselves(
    furlough: Furlough, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FURLOUGH_POST", "G1-NAQ")
    wish = ("--first", ahead(44), "--last", ahead(45), "--destination", "BEY", "--base", "NAQ", "--dry-run")
    own = await furlough("request", *wish, "--as", "GHA-1013")
    assert own.code == 0, own
    assert "as GHA-1013, who does not hold G1-NAQ" in own.err
    none = await furlough("request", *wish, "--as", "USA-1006", "--post", "none")
    assert none.code == 0, none
    named = await furlough("request", *wish, "--as", "GHA-1013", "--post", "G1-NAQ")
    assert (named.code, "authority/post" in named.err) == (7, True), "who names a post is taken at their word"


async def test_a_request_said_again_with_another_reason_tells_that_the_first_one_stands(furlough: Furlough) -> None:
    wish = ("request", "--first", ahead(54), "--last", ahead(55), "--destination", "BEY", "--base", "NAQ")
    own = ("--travel", "none", "--as", "GHA-1013")
    first = await furlough(*wish, *own, "--reason", "a wedding")
    assert "was not recorded" not in first.err
    again = await furlough(*wish, *own, "--reason", "another wedding")
    assert (again.code, "already so" in again.out) == (0, True), again
    assert "a reason or relation said now was not recorded" in again.err


async def test_the_same_sheet_twice_changes_nothing_and_a_bad_line_stops_no_other(
    furlough: Furlough, tmp_path: Path
) -> None:
    number = await asked(furlough, "GHA-1009", ahead(18), ahead(20))
    sheet = tmp_path / "gate.csv"
    seen = f"{ahead(-1)} 08:00"
    sheet.write_text(f"leave,at\nNAQ-2026-999999,{seen}\n{number},{seen}\n{number},never\n")
    first = await furlough("sign-out", "--sheet", sheet, "--json", *GATE)
    again = await furlough("sign-out", "--sheet", sheet, "--json", *GATE)
    assert [each["result"] for each in first.documents] == ["failed", "recorded", "failed"]
    assert [each["result"] for each in again.documents] == ["failed", "already", "failed"]
    assert first.code == again.code == 6
    assert first.documents[1]["act_id"] == again.documents[1]["act_id"]


async def test_a_refused_line_is_tried_anew_when_its_sheet_comes_again(furlough: Furlough, tmp_path: Path) -> None:
    number = await asked(furlough, "GHA-1010", ahead(18), ahead(20))
    sheet = tmp_path / "decisions.csv"
    sheet.write_text(f"leave\n{number}\n")
    runs = [await furlough("approve", "--sheet", sheet, "--json", *CLERK) for _ in range(3)]
    assert [ran.code for ran in runs] == [5, 5, 5]
    assert len({ran.documents[0]["act_id"] for ran in runs}) == 3


async def test_what_a_clerk_records_waits_for_the_countersignature_of_who_decided(
    furlough: Furlough, mission: Mission
) -> None:
    number = await asked(furlough, "GHA-1011", ahead(18), ahead(20))
    recorded = await furlough("approve", number, "--for", "GHA-1004", "--medium", "radio", "--json", *CLERK)
    assert recorded.code == 0, recorded.err
    assert "as G1-NAQ, recording for MAJ T. Sage (radio)" in recorded.err
    assert "countersign" in recorded.documents[0]["attention"]
    signed = await furlough("countersign", number, "--json", *COMMANDER)
    assert signed.code == 0, signed.err
    assert "countersign" not in signed.documents[0]["attention"]


async def test_a_paper_tells_which_of_several_decisions_it_shows(furlough: Furlough, tmp_path: Path) -> None:
    number = await asked(furlough, "GHA-1012", ahead(18), ahead(20))
    whose = ("--for", "GHA-1004", "--medium", "radio", *CLERK)
    assert (await furlough("approve", number, *whose)).code == 0
    assert (await furlough("correct", number, "--last", ahead(19), "--reason", "misread", *whose)).code == 0
    page = tmp_path / "page.txt"
    page.write_text("page 9 of the radio log")
    refused = await furlough("attach", number, page, *CLERK)
    assert (refused.code, "It is not known which decision the paper shows." in refused.err) == (2, True), refused
    bare = (await furlough("show", number, "--json", *CLERK)).documents[0]["bare"]
    assert set(bare.values()) == {"approved", "corrected"}
    assert set(bare) <= set(refused.err.replace(";", " ").split())
    for left, act in ((1, next(iter(bare))), (0, "")):
        laid = await furlough("attach", number, page, *(("--of", act) if act else ()), "--json", *CLERK)
        assert (laid.code, "irregular" in laid.documents[0]["attention"]) == (0, bool(left)), laid


async def test_what_was_seen_out_of_turn_is_recorded_and_a_paper_twice_is_one(
    furlough: Furlough, tmp_path: Path
) -> None:
    """A report of a member who is not away changes nothing, and was not so before either."""
    number = await asked(furlough, "USA-1008", ahead(18), ahead(20))
    ran = await furlough("report", number, "--what", "hospital", "--json", *CLERK)
    assert (ran.code, ran.documents[0]["result"]) == (0, "recorded"), ran
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"signed and stamped")
    runs = [await furlough("attach", number, paper, "--json", *CLERK) for _ in range(2)]
    assert [(ran.code, ran.documents[0]["result"]) for ran in runs] == [(0, "recorded"), (0, "already")]


async def test_a_dry_run_says_nothing(furlough: Furlough) -> None:
    number = await asked(furlough, "ITA-1008", ahead(18), ahead(20))
    dry = await furlough(
        "deny", number, "--reason", "no", "--dry-run", "--as", "ITA-1005", "--post", "CO-ITAENG", "--json"
    )
    assert (dry.code, dry.documents[0]["result"]) == (0, "would be said")
    assert dry.documents[0]["state"] == "waiting for approval"


async def test_a_dry_run_of_what_is_seen_tells_what_would_be_irregular(furlough: Furlough) -> None:
    """The gate is warned before it lets somebody out whose leave is neither approved nor due."""
    number = await asked(furlough, "ITA-1009", ahead(40), ahead(42))
    dry = await furlough("sign-out", number, "--dry-run", *GATE)
    assert dry.code == 0, dry
    assert f"{number} is WAITING FOR A DECISION before it" in dry.out
    assert "IRREGULAR: " in dry.out
    assert "(travel/before-first-day)" in dry.out


async def test_a_state_is_typed_as_receipts_print_it(furlough: Furlough) -> None:
    assert (await furlough("find", "--state", "AWAY", *CLERK)).code == 0


async def test_a_dry_run_of_what_would_be_refused_gives_the_refusal(furlough: Furlough) -> None:
    number = await asked(furlough, "ITA-1007", ahead(22), ahead(24))
    dry = await furlough("approve", number, "--dry-run", *COMMANDER)
    assert dry.code == 7
    head, *rest = dry.err.splitlines()[1:]
    assert head.startswith(f"WOULD NOT BE ACCEPTED  approve {number}")
    assert [line.split()[0] for line in rest] == ["why", "known", "next"]
    assert "authority/approve" in rest[0]
    assert dry.out == ""


async def test_an_act_without_what_it_needs_tells_the_flag(furlough: Furlough) -> None:
    number = await asked(furlough, "GHA-1013", ahead(26), ahead(28))
    ran = await furlough("deny", number, *COMMANDER)
    assert (ran.code, "next   say it by --reason" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("approve", "NAQ-2026-999999"), 2, "No leave goes by"),
        (("approve", "UNIFIL-01JE0000000000000000000000"), 2, "another mission"),
        (("approve", "UNEX-01JE0000000000000000000000"), 2, "knows none of that id"),
        (("approve", "NAQ-2026-999999", "--post", "NO-SUCH"), 2, "knows no post"),
        (("approve",), 2, "No leave is named"),
        (("approve", "9-1"), 2, "cannot be meant"),
        (("approv", "1"), 2, "furlough approve"),
        (("approve", "1", "--nosuch", "x"), 2, "--nosuch"),
        (("deny", "--sheet", "/nope.csv"), 2, "cannot be read"),
        (
            ("request", "XXX-1", "--first", "2026-12-20", "--last", "2026-12-28", "--destination", "BEY"),
            2,
            "knows no XXX-1",
        ),
        (
            ("request", "GHA-1009", "--first", "2026-12-20", "--last", "2026-13-28", "--destination", "BEY"),
            2,
            "is no day",
        ),
        (
            ("request", "GHA-1009", "--first", "2026-12-28", "--last", "2026-12-20", "--destination", "BEY"),
            2,
            "last day",
        ),
        (("request", "GHA-1009", "--first", "2026-12-28"), 2, "missing: last, destination"),
        (
            ("request", "GHA-1009", "--first", "2026-12-20", "--last", "2026-12-28", "--destination", "B EY"),
            2,
            "destination: expected at most 100 letters, digits",
        ),
        (("order", "rescind", "LO-021"), 2, "next   furlough order rescind --help"),
        (("order", "issue", "LO-300", "--stop-leave"), 2, "got the file LO-300 and flags beside it"),
    ],
)
async def test_wrong_usage_is_told_in_one_message(
    furlough: Furlough, words: tuple[str, ...], code: int, told: str
) -> None:
    desk = () if words[0] == "approv" else ("--as", "USA-1006", *(() if "--post" in words else ("--post", "G1-NAQ")))
    ran: Ran = await furlough(*words, *desk)
    assert ran.code == code
    assert told in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("words", [("deny", "1", "--reason", "M\udcfcller"), ("find", "--unit", "\udcff"), ("\udcff",)])
async def test_an_argument_that_is_no_utf_8_is_wrong_usage(furlough: Furlough, words: tuple[str, ...]) -> None:
    ran = await furlough(*words)
    assert ran.code == 2, ran
    assert "expected text in UTF-8" in ran.err
    assert len(ran.err.splitlines()) == 4


async def test_a_sheet_in_another_encoding_is_told_with_its_line(furlough: Furlough, tmp_path: Path) -> None:
    sheet = tmp_path / "latin.csv"
    sheet.write_bytes("leave;reason\n1;Müller\n".encode("latin-1"))
    ran = await furlough("deny", "--sheet", sheet, *CLERK)
    assert ran.code == 2
    assert "byte 0xfc in line 2" in ran.err


async def test_without_a_server_nothing_is_kept_of_a_leave_which_it_alone_can_tell_and_the_code_is_4(
    furlough: Furlough, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of every other act something is kept: it waits in the spool (test_outages.py)."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    ran = await furlough("approve", "999", *CLERK)
    assert ran.code == 4
    assert "known  nothing was kept" in ran.err
    assert "No server answers at 127.0.0.1:1" in ran.err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("finding", "1", "--absent"), "furlough finding .. --finding absent?"),
        (("approve", "1", "--twise"), "furlough approve .. --twice?"),
        (("deny", "1", "--why"), "furlough deny --help tells its flags"),
    ],
)
async def test_a_flag_that_an_act_does_not_have_is_no_leave(
    furlough: Furlough, words: tuple[str, ...], meant: str
) -> None:
    ran = await furlough(*words, *COMMANDER)
    assert ran.code == 2
    assert f"There is no flag {words[-1]} here." in ran.err
    assert meant in ran.err
