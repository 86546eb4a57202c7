"""Receipts and refusals: what people read, and the exit code that says the same."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.register.database import engine
from domain.leave import Face
from starter import receipts
from starter.desk import Desk
from starter.receipts import Answer
from tests.conftest import Furlough, Mission, ahead
from wiring import sheets
from wiring.trouble import NotReached

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
ASK = ("--first", ahead(18), "--last", ahead(20), "--destination", "BEY")


@pytest.mark.parametrize(("codes", "code"), [((), 0), ((0, 0), 0), ((5, 5), 5), ((0, 5), 6), ((2, 5), 6), ((4,), 4)])
def test_results_that_differ_end_with_6(codes: tuple[int, ...], code: int) -> None:
    assert sheets.exit_code(codes) == code


async def test_a_receipt_tells_when_what_and_whom_it_waits_for_on_the_base_s_clock(furlough: Furlough) -> None:
    ran = await furlough("request", "ITA-1010", *ASK, *CLERK)
    assert ran.code == 0, ran.err
    assert re.match(r"as G1-NAQ, recording for .+ \(paper\)\n", ran.err)
    when, now = r"\d{4}-\d\d-\d\d \d\d:\d\d NAQ", r"NAQ-\d{4}-\d{6} now WAITING FOR APPROVAL"
    assert re.fullmatch(rf"recorded {when} · {now} · waits for: CO-ITAENG until .*\n", ran.out)


async def test_only_who_has_the_mission_s_secret_can_tell_from_an_id_what_was_asked_for(
    mission: Mission, furlough: Furlough
) -> None:
    """Else kinds of leave could be tried out until one fits the id, which all see who see the server."""

    async def named() -> str:
        ran = await furlough("request", "ITA-1009", *ASK, *CLERK, "--dry-run", "--json")
        assert ran.code == 0, ran
        return str(ran.documents[0]["leave_id"])

    secret = mission.settings.folder / "store" / "secret"
    here, again = await named(), await named()
    aside = secret.rename(secret.with_suffix(".aside"))
    elsewhere = await named()
    aside.replace(secret)
    assert (here, again) == (await named(), here)
    assert elsewhere != here


async def test_a_desk_which_may_not_read_the_secret_is_told_so(mission: Mission, furlough: Furlough) -> None:
    secret = mission.settings.folder / "store" / "secret"
    await furlough("request", "ITA-1009", *ASK, *CLERK, "--dry-run")
    aside = secret.rename(secret.with_suffix(".aside"))
    secret.mkdir()
    try:
        ran = await furlough("request", "ITA-1009", *ASK, *CLERK, "--dry-run")
    finally:
        secret.rmdir()
        aside.replace(secret)
    assert (ran.code, "What is said cannot be named." in ran.err) == (2, True), ran


async def test_a_refusal_has_one_form_and_names_people_on_the_screen_only(furlough: Furlough) -> None:
    ran = await furlough("request", "NPL-1002", *ASK[:3], ahead(90), *ASK[4:], *CLERK)
    assert ran.code == 5
    head, *rest = ran.err.splitlines()[1:]
    assert head.startswith("NOT ACCEPTED  request NPL-1002")
    assert head.endswith("nothing was changed")
    assert [line.split()[0] for line in rest] == ["why", "known", "next"]
    assert "(rule kind/longest-days)" in rest[0]


async def test_a_request_which_the_account_does_not_carry_is_a_refusal(furlough: Furlough) -> None:
    asked = ("request", "FJI-1003", *ASK, *CLERK)
    assert (await furlough(*asked)).code == 0
    number = (await furlough(*asked, "--json")).documents[0]["number"]
    overlapping = await furlough(*asked, "--travel", "none", "--json")
    assert overlapping.code == 5
    assert overlapping.documents[0]["state"] == "not opened"
    refusal = overlapping.documents[0]["refusal"]
    assert refusal["rule"] == "account/overlap"
    assert refusal["facts"]["other leave"] == number, "by the name which every command takes"
    assert f"{ahead(18)} to {ahead(20)}" in refusal["why"]
    assert refusal["helps"].startswith("the first day from which as many days are free: ")


async def test_a_dry_run_foretells_what_the_account_will_say(furlough: Furlough, tmp_path: Path) -> None:
    """By the account's own rules, also over the lines of one file that were tried before; nothing is asked."""
    days = ("--first", ahead(70), "--last", ahead(73), "--destination", "BEY", "--travel", "none")
    number = (await furlough("request", "GHA-1009", *days, *CLERK, "--json")).documents[0]["number"]
    dry = await furlough("request", "GHA-1009", *days[:5], "JUB", "--travel", "road", "--dry-run", *CLERK, "--json")
    (told,) = dry.documents
    assert (dry.code, told["refusal"]["rule"]) == (7, "account/overlap"), dry
    assert told["refusal"]["facts"]["other leave"] == number
    file = tmp_path / "dry.csv"
    lines = [(80, 82), (81, 83), (84, 86), (200, 260)]
    rows = [f"GHA-1010,{ahead(first)},{ahead(last)},BEY,none" for first, last in lines]
    file.write_text("\n".join(["service_number,first,last,destination,travel", *rows]), "utf-8")
    dry = await furlough("request", "--from", file, "--dry-run", "--json", *CLERK)
    rules = [each.get("refusal", {}).get("rule") for each in dry.documents]
    assert rules[:2] == [None, "account/overlap"]
    assert [each["line"] for each in dry.documents] == [2, 3, 4, 5]
    assert "account/gap" in rules or "account/overdraft" in rules or "kind/longest-days" in rules
    earnest = await furlough("request", "--from", file, "--json", *CLERK)
    assert [each.get("refusal", {}).get("rule") for each in earnest.documents] == rules


async def test_the_lines_of_a_small_file_are_told_one_by_one_with_their_handles(
    furlough: Furlough, tmp_path: Path
) -> None:
    file = tmp_path / "small.csv"
    rows = [f"{who},{ahead(90)},{ahead(91)},BEY,none" for who in ("GHA-1011", "XXX-1", "ITA-1008")]
    file.write_text("\n".join(["service_number,first,last,destination,travel", *rows]), "utf-8")
    ran = await furlough("request", "--from", file, *CLERK)
    assert [line.split(" · ")[0] for line in ran.out.splitlines()[:2]] == ["line 2", "line 4"], ran
    assert all("NAQ-" in line for line in ran.out.splitlines()[:2])
    assert "small.csv line 3" in ran.err


async def test_a_receipt_tells_until_when_is_waited_for_what_no_post_decides(mission: Mission) -> None:
    """For a place, what comes of waiting and from when one is free."""
    until = datetime(2026, 12, 20, tzinfo=UTC)
    face = Face(
        state="approved",
        base="NAQ",
        waits_for="strength",
        act_by=until,
        then="not taken",
        unless="nobody has signed out",
        brings="it ends as not taken",
        why=("strength: 3 of 12 are absent on 2026-12-21, at most 2 may be; first free 2026-12-29",),
    )
    desk = Desk(mission.settings, engine(mission.settings.database), None)
    told = receipts.receipt(Answer(said="approve 1", number="NAQ-2026-000001", result="recorded", face=face), desk)
    assert "waits for: strength until 2026-12-20 02:00: if nobody has signed out by then, it ends as not taken" in told
    assert told.endswith("first free 2026-12-29")
    decided = face.model_copy(update={"waits_for": "CO-A", "posts": ("CO-A",), "why": ()})
    told = receipts.receipt(Answer(said="x", number="NAQ-2026-000001", result="recorded", face=decided), desk)
    assert told.endswith("waits for: CO-A until 2026-12-20 02:00")


async def test_a_file_of_requests_sent_again_asks_for_nothing_twice(furlough: Furlough, tmp_path: Path) -> None:
    file = tmp_path / "batch.csv"
    days = f"{ahead(49)},{ahead(51)},BEY"
    lines = [f"{number},{days}" for number in ("URY-1002", "IRL-1005", "XXX-1")]
    file.write_text("\n".join(["service_number,first,last,destination", *lines]))
    first = await furlough("request", "--from", file, "--json", *CLERK)
    again = await furlough("request", "--from", file, "--json", *CLERK)
    assert [each["result"] for each in first.documents] == ["recorded", "recorded", "failed"], first.err
    assert [each["result"] for each in again.documents] == ["already", "already", "failed"]
    assert first.code == again.code == 6


async def test_a_request_said_again_on_its_day_is_the_same_leave(furlough: Furlough) -> None:
    asked = ("request", "GHA-1012", "--first", ahead(60), "--last", ahead(62), "--destination", "BEY", *CLERK)
    first, again = await furlough(*asked, "--json"), await furlough(*asked, "--json")
    assert (first.code, again.code) == (0, 0), first
    assert [ran.documents[0]["result"] for ran in (first, again)] == ["recorded", "already"]
    assert first.documents[0]["leave_id"] == again.documents[0]["leave_id"]
    assert "already so since" in (await furlough(*asked)).out


async def test_what_was_withdrawn_may_be_asked_for_anew_on_the_same_day(furlough: Furlough) -> None:
    me = ("--as", "ITA-1006", "--base", "NAQ")
    asked = ("request", "--first", ahead(64), "--last", ahead(66), "--destination", "BEY", "--json", *me)
    first = (await furlough(*asked)).documents[0]
    assert (await furlough("withdraw", first["number"], *me)).code == 0
    second = (await furlough(*asked)).documents[0]
    assert (second["result"], second["leave_id"] != first["leave_id"]) == ("recorded", True)


async def test_a_clerk_asks_as_a_post_that_is_held(furlough: Furlough) -> None:
    asked = ("request", "ITA-1010", *ASK, "--as", "USA-1006", "--base", "NAQ")
    unknown, anothers = [await furlough(*asked, "--post", post) for post in ("NO-SUCH", "CO-ITAENG")]
    assert (unknown.code, "knows no post" in unknown.err) == (2, True)
    assert (anothers.code, "authority/post" in anothers.err) == (5, True)


async def test_requests_come_from_standard_input_and_a_dry_run_tells_what_would_not_be(
    furlough: Furlough, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = f"service_number,first,last,destination\nITA-1009,{ahead(70)},{ahead(71)},BEY\n".encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(sheet)))
    ran = await furlough("request", "--from", "-", "--dry-run", *CLERK)
    assert (ran.code, "standard input: 1 line: 1 would be asked" in ran.out) == (0, True), ran
    ran = await furlough("request", "ITA-1009", *ASK, "--dry-run", "--as", "ITA-1009", "--post", "G1-NAQ")
    assert (ran.code, "WOULD NOT BE ACCEPTED" in ran.err) == (7, True), ran


async def test_only_the_member_s_own_leave_is_asked_for_as_the_member(furlough: Furlough) -> None:
    own = await furlough("request", *ASK, "--dry-run", "--as", "ITA-1009", "--base", "NAQ")
    other = await furlough("request", "ITA-1009", *ASK, "--dry-run", "--as", "GHA-1008", "--base", "NAQ")
    assert own.err.startswith("as the member\n")
    assert other.err.startswith("as GHA-1008, without a post, recording for ")


async def test_a_dry_run_of_a_request_goes_by_the_rules_and_says_what_it_cannot_foretell(furlough: Furlough) -> None:
    fine = await furlough("request", "ITA-1009", *ASK, "--dry-run", *CLERK)
    assert (fine.code, "would be asked" in fine.out, "what the base says" in fine.out) == (0, True, True)
    long = await furlough("request", "ITA-1009", *ASK[:3], ahead(90), *ASK[4:], "--dry-run", *CLERK)
    assert long.code == 7
    assert "WOULD NOT BE ACCEPTED  request ITA-1009" in long.err
    assert [line.split()[0] for line in long.err.splitlines()[2:]] == ["why", "known", "next"]


async def test_all_that_is_wrong_with_a_request_is_told_at_once(furlough: Furlough) -> None:
    ran = await furlough("request", "ITA-1009", "--first", "soon", "--at", "never", *CLERK)
    assert ran.code == 2
    assert all(word in ran.err for word in ("missing: last, destination", "'soon' is no day", "'never' is no time"))
    assert "next   say it by --last, --destination" in ran.err


def test_a_request_whose_outcome_is_not_known_names_its_leave(capsys: pytest.CaptureFixture[str]) -> None:
    lost = receipts.failed("request ITA-1009", NotReached("No outcome came in time."), leave_id="UNEX-1")
    assert lost.leave_id == "UNEX-1"
    receipts.show(lost, None)  # type: ignore[arg-type]  # a failure needs no register
    assert capsys.readouterr().err.startswith("FAILED  request ITA-1009 (UNEX-1)\n")


async def test_of_many_refused_lines_the_first_are_told_and_a_file_has_all(furlough: Furlough, tmp_path: Path) -> None:
    file, refused = tmp_path / "many.csv", tmp_path / "refused.csv"
    lines = [f"ITA-1009,{ahead(20)},{ahead(80 + n)},BEY" for n in range(24)]
    file.write_text("\n".join(["service_number,first,last,destination", *lines]))
    ran = await furlough("request", "--from", file, "--refused", refused, "--dry-run", *CLERK)
    assert ran.code == 7, ran
    assert ran.err.count("WOULD NOT BE ACCEPTED") == 20
    assert "and 4 more" in ran.err
    assert re.search(r"\b24  kind/longest-days", ran.err)
    rows = list(csv.DictReader(refused.read_text().splitlines()))
    assert [row["rule"] for row in rows] == ["kind/longest-days"] * 24
    assert rows[-1]["line"] == "many.csv line 25"


@pytest.mark.parametrize(("path", "told"), [("folder", "--from FILE.csv"), ("utf-16", "iconv -f utf-16")])
async def test_what_is_no_sheet_tells_what_helps(furlough: Furlough, tmp_path: Path, path: str, told: str) -> None:
    file = tmp_path / "x.csv"
    file.write_text("service_number\n", "utf-16")
    ran = await furlough("request", "--from", tmp_path if path == "folder" else file, *CLERK)
    assert (ran.code, told in ran.err) == (2, True)


async def test_without_the_key_of_the_store_what_is_to_be_sealed_is_not_said_and_what_helps_is_told(
    mission: Mission, furlough: Furlough
) -> None:
    emergency = ("--kind", "emergency", "--relation", "parent", "--reason", "she fell ill")
    assert (await furlough("request", "ITA-1008", *ASK, *emergency, *CLERK)).code == 0
    key = mission.settings.store_key_file
    away = key.rename(key.with_suffix(".away"))
    try:
        ran = await furlough("request", "ITA-1007", *ASK, *emergency, *CLERK, "--json")
        plain = await furlough("request", "ITA-1006", *ASK, *CLERK)
    finally:
        away.rename(key)
    (told,) = ran.documents
    assert (ran.code, told["result"]) == (2, "failed"), ran
    assert f"The key of the detail store is not at {key}" in told["trouble"]
    assert "FURLOUGH_STORE_KEY" in told["trouble"]
    assert plain.code == 0, "what seals nothing goes on"
