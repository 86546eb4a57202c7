"""What is told of one leave, and of many: `show`, `watch`, `find`."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from starter import reasons
from tests.conftest import Furlough, Mission, ahead
from tests.starter.at_jub import COMMANDER, DUTY, GATE, asked, once


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    """The number of the leave which this module asks for once."""
    return {}


@pytest.fixture
async def number(furlough: Furlough, told: dict[str, str]) -> str:
    """A leave of a member of INDBATT-C, for an emergency in the family."""
    if not told:
        family = ("--kind", "emergency", "--relation", "parent", "--reason", "GRANDMOTHER-IS-ILL")
        told["number"] = await asked(furlough, "IND-1009", ahead(20), ahead(24), *family)
    return told["number"]


async def test_show_tells_where_it_stands_who_must_act_by_when_and_its_days_by_rule(
    furlough: Furlough, number: str
) -> None:
    ran = await furlough("show", number, *COMMANDER)
    assert ran.code == 0, ran
    assert f"{number} is WAITING FOR A CHECK (urgent)" in ran.out
    assert "waits for" in ran.out
    assert "if nobody has checked it by then, a reminder goes to " in ran.out
    assert "5 charged as planned, by contingent@1#" in ran.out
    assert f"{ahead(20)} to {ahead(24)}" in ran.out
    assert "counting/charged" in ran.out
    assert "NK O. Avocet" in ran.out
    assert "(asserted)" in ran.out


async def test_names_are_shown_to_posts_of_the_base_and_to_nobody_else(furlough: Furlough, number: str) -> None:
    ran = await furlough("show", number, "--as", "GHA-1009")
    assert ran.code == 0, ran
    assert "Avocet" not in ran.out
    assert "emergency" not in ran.out
    no = await furlough("withdraw", number, "--as", "GHA-1009")
    assert (no.code, "another person" in no.err, "Avocet" in no.err) == (5, True, False), no
    assert "NK O. Avocet" in (await furlough("withdraw", number, *COMMANDER)).err


@pytest.mark.parametrize("reader", [("--as", "GHA-1009"), GATE])
@pytest.mark.parametrize("flags", [(), ("--journal",), ("--json",), ("--json", "--journal")])
async def test_no_form_of_show_tells_the_kind_of_leave_to_whom_it_does_not_concern(
    furlough: Furlough, number: str, flags: tuple[str, ...], reader: tuple[str, ...]
) -> None:
    """Another base's people, and the gate of one's own, see from when to when; not the kind, nor a rule of it alone."""
    ran = await furlough("show", number, *flags, *reader)
    assert ran.code == 0, ran
    assert "asked: " in ran.out
    for told in ("emergency", "urgent", "check", "attest", "VO-JUB"):
        assert told not in ran.out.lower().replace("vo-jub", "VO-JUB"), told
    assert "waiting for a decision" in ran.out.lower() or "--journal" in flags
    if flags != ("--journal",):
        assert "emergency" in (await furlough("show", number, *flags, *COMMANDER)).out


@pytest.mark.parametrize("flags", [(), ("--journal",), ("--json",), ("--json", "--journal")])
async def test_no_form_of_show_tells_what_is_said_of_the_family(
    furlough: Furlough, number: str, flags: tuple[str, ...]
) -> None:
    ran = await furlough("show", number, *flags, *COMMANDER)
    assert ran.code == 0, ran
    assert "GRANDMOTHER" not in ran.out
    assert '"digest"' not in ran.out


async def test_show_as_a_document_has_face_days_holdings_and_journal(furlough: Furlough, number: str) -> None:
    (document,) = (await furlough("show", number, "--json", *COMMANDER)).documents
    assert document["number"] == number
    assert [day["charge"] for day in document["days"]] == ["1"] * 5
    assert {held["what"] for held in document["holds"]} == {"days", "number"}
    assert document["journal"][0]["says"].startswith("asked: ")


async def test_the_journal_alone_cites_the_rules(furlough: Furlough, number: str) -> None:
    ran = await furlough("show", number, "--journal", *COMMANDER)
    assert ran.out.splitlines()[0].lstrip().startswith("1 ")
    assert "[" in ran.out.splitlines()[0]


async def test_watch_prints_the_journal_and_stops_at_the_state_named(furlough: Furlough, number: str) -> None:
    ran = await furlough("watch", number, "--until", "waiting for a check", *COMMANDER)
    assert ran.code == 0, ran
    assert "asked: " in ran.out
    assert ran.out.splitlines()[-1].startswith(f"{number} is WAITING FOR A CHECK")


async def test_watch_ends_with_7_when_the_time_is_over_first(furlough: Furlough, number: str) -> None:
    ran = await furlough("watch", number, "--until", "away", "--timeout", "0", *COMMANDER)
    assert ran.code == 7


async def test_watch_ends_when_the_leave_has_ended(furlough: Furlough) -> None:
    number = await asked(furlough, "IND-1005", ahead(70), ahead(72))
    assert (await furlough("withdraw", number, "--as", "IND-1005")).code == 0
    ran = await furlough("watch", number, "--timeout", "20", *COMMANDER)
    assert ran.code == 0, ran
    assert ran.out.splitlines()[-1].startswith(f"{number} is WITHDRAWN")
    shown = await furlough("show", number, *COMMANDER)
    assert "ended: withdrawn" in shown.out


async def test_a_leave_recorded_by_a_clerk_says_so(furlough: Furlough) -> None:
    number = await asked(furlough, "IND-1010", ahead(40), ahead(42))
    approved = ("--for", "IND-1003", "--for-post", "CO-INDBATT-C", *DUTY)
    assert (await furlough("approve", number, *approved)).code == 0
    ran = await furlough("show", number, *COMMANDER)
    assert "(recorded by SUB N. Dunlin)" in ran.out
    assert "waits for its countersignature" in ran.out


async def test_what_happened_against_a_rule_is_marked(furlough: Furlough) -> None:
    number = await asked(furlough, "IND-1006", ahead(50), ahead(52))
    assert (await furlough("sign-out", number, *GATE)).code == 0
    ran = await furlough("show", number, *COMMANDER)
    assert "IRREGULAR  signed out: it was not approved yet (path/approve); " in ran.out
    assert "signed out, irregular: it was not approved yet (path/approve); it was before the first day" in ran.out
    (document,) = (await furlough("show", number, "--json", *COMMANDER)).documents
    assert document["irregular"][0] == "signed-out under path/approve, travel/before-first-day"
    at = datetime.now(UTC).astimezone(ZoneInfo("Africa/Juba")) - timedelta(minutes=1)
    assert (
        await furlough("correct", number, "--signed-out-at", f"{at:%Y-%m-%d %H:%M}", "--reason", "typed wrongly", *GATE)
    ).code == 0
    shown = await furlough("show", number, *COMMANDER)
    assert f"corrected: signed out at {at:%Y-%m-%d %H:%M} ·" in shown.out, "on the base's clock"


async def test_a_leave_that_was_terminated_on_the_server_is_told_as_such_and_not_as_open(
    furlough: Furlough, mission: Mission
) -> None:
    number = await asked(furlough, "IND-1008", ahead(110), ahead(112))
    leave = (await furlough("show", number, "--json", *COMMANDER)).documents[0]["leave_id"]
    await mission.client.get_workflow_handle(leave).terminate("a test")
    shown = await furlough("show", leave, *COMMANDER)
    assert f"{number} is TERMINATED\n  TERMINATED on the server" in shown.out
    assert "waits for" not in shown.out
    watched = await furlough("watch", leave, "--timeout", "20", *COMMANDER)
    assert (watched.code, watched.out.splitlines()[-1]) == (0, f"{number} is TERMINATED")
    assert "holds      3 days\n             the reconciler gives it back at 02:00 UTC" in shown.out
    look = ("find", "--member", "IND-1008", "--json", "--as", "IND-1008")
    found = await once(lambda: furlough(*look), lambda ran: '"terminated"' in ran.out)
    (row,) = [row for row in found.documents if row["leave_id"] == leave]
    assert (row["state"], row["open"], row["attention"], row["act_by"]) == ("terminated", False, [], None)
    assert leave in (await furlough("find", "--state", "terminated", "--json")).out
    assert leave not in (await furlough("find", "--open", "--json")).out
    assert leave not in (await furlough("inbox", "--json", *COMMANDER)).out
    assert (await furlough("reconcile")).code == 0
    assert "holds      nothing\n" in (await furlough("show", leave, *COMMANDER)).out
    again = await asked(furlough, "IND-1008", ahead(110), ahead(112))
    assert again != number, "the same words are another leave once the first one is gone"


async def test_a_request_that_was_refused_is_shown_as_refused_and_as_waiting_for_nothing(furlough: Furlough) -> None:
    wish = ("--first", ahead(120), "--last", ahead(119 + 200), "--destination", "EBB", "--travel", "none", "--json")
    ran = await furlough("request", *wish, "--as", "IND-1004", "--base", "JUB")
    assert ran.code == 5, ran
    shown = await furlough("show", ran.documents[0]["leave_id"], *COMMANDER)
    assert "NOT OPENED" in shown.out
    assert "why        NOT ACCEPTED ask" in shown.out
    assert "waits for the register" not in shown.out


async def test_a_leave_which_ended_before_the_departure_charges_no_days(furlough: Furlough) -> None:
    number = await asked(furlough, "IND-1005", ahead(80), ahead(82))
    assert (await furlough("withdraw", number, "--as", "IND-1005")).code == 0
    shown = await furlough("show", number, *COMMANDER)
    assert "none charged" in shown.out
    assert "as planned" not in shown.out


async def test_find_lists_by_lane_unit_and_attention(furlough: Furlough, number: str) -> None:
    wanted = ("find", "--unit", "INDBATT-C", "--lane", "urgent", "--open", "--json", *COMMANDER)
    ran = await once(lambda: furlough(*wanted), lambda ran: bool(ran.documents))
    assert [row["number"] for row in ran.documents] == [number]
    ran = await furlough("find", "--attention", ran.documents[0]["attention"][0], "--json", *COMMANDER)
    assert number in [row["number"] for row in ran.documents]


async def test_find_of_a_member_needs_no_name_in_the_index(furlough: Furlough, number: str) -> None:
    ran = await once(
        lambda: furlough("find", "--member", "IND-1009", "--as", "IND-1009"), lambda ran: number in ran.out
    )
    assert number in ran.out
    assert "1 leave\n" in ran.out
    assert "Avocet" not in ran.out + ran.err


async def test_find_of_a_day_lists_who_is_to_be_absent_on_it(furlough: Furlough, number: str) -> None:
    async def numbers(day: str) -> list[str]:
        look = ("find", "--lane", "urgent", "--on", day, "--json", *COMMANDER)
        return [row["number"] for row in (await furlough(*look)).documents]

    await once(lambda: furlough("find", "--member", "IND-1009", "--as", "IND-1009"), lambda ran: number in ran.out)
    assert [await numbers(ahead(i)) for i in (19, 20, 24, 25)] == [[], [number], [number], []]


async def test_find_as_a_sheet_is_csv(furlough: Furlough, number: str) -> None:
    ran = await once(lambda: furlough("find", "--lane", "urgent", "--csv", *COMMANDER), lambda ran: number in ran.out)
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert number in [row["number"] for row in rows]


async def test_nothing_found_is_said(furlough: Furlough) -> None:
    ran = await furlough("find", "--unit", "INDBAT-C")
    assert (ran.code, ran.out) == (0, "no leave is like that\n")
    assert "the register knows no unit INDBAT-C. did you mean INDBATT-C?" in ran.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("find", "--unit", 'a"b'), "is no name of a register"),
        (("find", "--state", "aproved"), "did you mean approved?"),
        (("find", "--base", "NOWHERE"), "knows no base NOWHERE"),
        (("find", "--member", "NOBODY-1"), "knows no NOBODY-1"),
        (("find", "--on", "2026-13-01"), "2026-13-01"),
        (("find", "--csv", "--json"), "both --csv and --json"),
        (("show", "UNEX-00000000000000000000000000"), "No leave goes by"),
        (("show", "OTHER-00000000000000000000000000"), "another mission"),
        (("watch", "NAQ-2020-000001"), "No leave goes by"),
        (("watch", "NAQ-2020-000001", "--timeout", "-1"), "expected seconds"),
        (("watch", "NAQ-2020-000001", "--until", "banana"), "No leave is ever"),
    ],
)
async def test_what_cannot_be_meant_is_told_with_its_reason(
    furlough: Furlough, words: tuple[str, ...], told: str
) -> None:
    ran = await furlough(*words)
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


async def test_every_line_of_a_document_is_json(furlough: Furlough, number: str) -> None:
    ran = await furlough("watch", number, "--until", "waiting for a check", "--json", *COMMANDER)
    assert [json.loads(line) for line in ran.out.splitlines()][-1]["state"] == "waiting for a check"


STRANGERS = (("--as", "GHA-1009"), GATE, ())


@pytest.mark.parametrize("reader", STRANGERS)
async def test_no_list_tells_the_kind_of_leave_to_whom_it_does_not_concern(
    furlough: Furlough, number: str, reader: tuple[str, ...]
) -> None:
    """Neither by a word of it, nor by being found by one."""
    find = ("find", "--json")
    await once(lambda: furlough(*find, *COMMANDER), lambda ran: "waiting for a check" in ran.out)
    found = {row["number"]: row for row in (await furlough(*find, *reader)).documents}
    assert (found[number]["state"], found[number]["lane"]) == ("waiting for a decision", "normal")
    assert (found[number]["act_by"], found[number]["attention"]) == (None, [])
    for words in (("--lane", "urgent"), ("--state", "waiting for a check"), ("--attention", "awaiting:VO-JUB")):
        assert number not in (await furlough(*find, *words, *reader)).out, words
    assert number in (await furlough(*find, "--state", "waiting for a decision", *reader)).out
    for look in (("today", "JUB", "--json"), ("watch", number, "--timeout", "0"), ("inbox", "--json")):
        ran = await furlough(*look, *reader)
        assert "urgent" not in ran.out, look
        assert "check" not in ran.out.lower(), look


@pytest.mark.parametrize("words", [("find", "--member", "IND-1009"), ("account", "show", "IND-1009")])
async def test_leaves_and_account_of_a_member_are_read_by_those_who_have_business_with_them(
    furlough: Furlough, words: tuple[str, ...]
) -> None:
    for reader in STRANGERS:
        ran = await furlough(*words, *reader)
        assert (ran.code, ran.out) == (5, ""), (reader, ran)
        assert "(rule privacy/account)" in ran.err
        assert "next   --as SERVICE-NUMBER" in ran.err
    for reader in (COMMANDER, ("--as", "IND-1009")):
        assert (await furlough(*words, *reader)).code == 0, reader
    for told in ("forecast", "days"):
        of = "IND-1009"
        assert "(rule privacy/account)" in (await furlough("account", told, of, "--as", "GHA-1009")).err


async def test_find_of_a_day_leaves_out_who_never_left(furlough: Furlough) -> None:
    """Denied, a leave is no absence on its days."""
    denied = await asked(furlough, "IND-1010", ahead(210), ahead(212))
    kept = await asked(furlough, "IND-1011", ahead(210), ahead(212))
    assert (await furlough("deny", denied, "--reason", "needed here", *COMMANDER)).code == 0
    await once(lambda: furlough("find", "--state", "denied"), lambda ran: denied in ran.out)
    ran = await furlough("find", "--on", ahead(211))
    assert (kept in ran.out, denied in ran.out) == (True, False), ran


async def test_an_attention_that_no_leave_has_is_told(furlough: Furlough) -> None:
    for bogus in ("bogus", "awaiting", "blocked:", "overdu"):
        ran = await furlough("find", "--attention", bogus)
        assert (ran.code, "expected one of: awaiting:POST" in ran.err) == (2, True), ran
    for word in ("overdue", "review:SC-SOUTH", "checklist"):
        assert (await furlough("find", "--attention", word)).code == 0


async def test_a_post_kept_in_the_profile_that_is_not_held_is_told(furlough: Furlough) -> None:
    ran = await furlough("me", "--as", "USA-1006", "--post", "CO-ITAENG")
    assert "you do not hold CO-ITAENG now" in ran.err
    ran = await furlough("me", "--as", "USA-1006", "--post", "G1-NAQ")
    assert ran.err == ""
    await furlough("me", "--forget")


async def test_requests_that_opened_nothing_are_no_leaves_but_are_found_when_they_are_meant(furlough: Furlough) -> None:
    wish = ("--first", ahead(130), "--last", ahead(129 + 200), "--destination", "EBB", "--travel", "none", "--json")
    ran = await furlough("request", *wish, "--as", "IND-1004", "--base", "JUB")
    assert ran.code == 5, ran
    leave = ran.documents[0]["leave_id"]
    look = ("find", "--state", "not opened", "--json")
    await once(lambda: furlough(*look), lambda told: leave in told.out)
    assert leave not in (await furlough("find", "--json")).out
    assert (await furlough("find", "--json")).documents, "leaves are found as before"


async def test_the_reason_of_a_denial_is_read_by_those_whom_it_concerns_and_by_nobody_else(
    furlough: Furlough,
) -> None:
    number = await asked(furlough, "IND-1008", ahead(60), ahead(61))
    denied = await furlough("deny", number, "--reason", "UNIT-NEEDS-YOU", *COMMANDER)
    assert denied.code == 0, denied
    for reader in (("--as", "IND-1008"), COMMANDER):
        assert "reason     denied: UNIT-NEEDS-YOU" in (await furlough("show", number, *reader)).out
        (told,) = (await furlough("show", number, "--json", *reader)).documents
        assert [(one["of"], one["text"]) for one in told["reasons"]] == [("denied", "UNIT-NEEDS-YOU")]
    for reader in (("--as", "GHA-1009"), GATE):
        for flags in ((), ("--json",), ("--json", "--journal")):
            ran = await furlough("show", number, *flags, *reader)
            assert (ran.code, "UNIT-NEEDS" in ran.out, "reason     " in ran.out) == (0, False, False)


def test_a_reason_that_the_store_of_a_desk_does_not_have_is_told_to_lie_elsewhere() -> None:
    assert "detail store" in reasons.Given(3, "denied", None).says()
