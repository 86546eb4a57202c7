"""At the desk: a member's time ends, days of a closed leave are called otherwise, and the mission is closed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import update

from activities.register import tables as t
from activities.register.database import writing
from starter import accounts
from starter.desk import at_desk
from tests.conftest import Furlough, Mission, ahead
from tests.starter.at_jub import ADMINISTRATOR, COMMANDER, DUTY, GATE, asked
from tests.starter.clocks import mission_clock

AT = ("--json", *DUTY)


async def away(furlough: Furlough, member: str, first: int, days: int = 4) -> str:
    """The control number of a leave that the gate has seen off today, before its first day."""
    number = await asked(furlough, member, ahead(first), ahead(first + days))
    assert (await furlough("approve", number, *COMMANDER)).code == 0
    assert (await furlough("sign-out", number, *GATE)).code == 0
    return number


async def state(furlough: Furlough, number: str) -> str:
    (shown,) = (await furlough("show", number, "--json", *COMMANDER)).documents
    return str(shown["state"])


async def test_with_a_member_s_time_all_their_leaves_end_and_the_account_tells_what_it_had(furlough: Furlough) -> None:
    here, later = await away(furlough, "IND-1009", 20), await asked(furlough, "IND-1009", ahead(60), ahead(63))
    words = ("member", "end", "IND-1009", "--why", "died")
    account = ("account", "show", "IND-1009")
    held = (await furlough(*account, *COMMANDER)).out
    assert f"held for {later}, {ahead(60)} to {ahead(63)}: annual 4 days" in held
    dry = await furlough(*words, "--dry-run", *COMMANDER)
    assert (dry.code, await state(furlough, here), await state(furlough, later)) == (0, "away", "waiting for approval")
    refused = await furlough(*words, *GATE)
    assert (refused.code, "authority/end-member" in refused.err) == (5, True)
    other = await furlough(*words, "--as", "NPL-1003", "--post", "CO-NPLMED", "--base", "JUB")
    assert (other.code, "authority/end-member" in other.err) == (5, True), "another unit's commander has no say"
    future = await furlough(*words, "--at", f"{ahead(3)} 10:00", *COMMANDER)
    assert (future.code, "record/future" in future.err) == (5, True)
    early = await furlough(*words, "--at", "2026-08-24 10:00", *COMMANDER)
    assert (early.code, "return/before-arrival" in early.err) == (5, True)
    ran = await furlough(*words, "--for", "IND-1003", "--medium", "phone", *DUTY)
    assert ran.code == 0, ran
    assert "to be handed over or settled" in ran.out
    assert "member hand-over IND-1009" in ran.out
    assert "died" not in ran.out
    told = await furlough(*account, *COMMANDER)
    assert f"the member's time here ended on {ahead(0)} (died), with annual" in told.out, told
    assert "to be handed over or settled: furlough member hand-over" in told.out
    (document,) = (await furlough(*account, "--json", *COMMANDER)).documents
    assert (document["ended"]["why"], [one["leave"] for one in document["held"]]) == ("died", [])
    for number in (here, later):
        assert await state(furlough, number) == "member gone"
    again = await furlough(*words, *COMMANDER)
    assert again.code == 0, again
    wish = ("--first", ahead(80), "--last", ahead(82), "--destination", "EBB", "--travel", "none")
    asked_again = await furlough("request", *wish, "--as", "IND-1009", "--base", "JUB")
    assert (asked_again.code, "account/ended" in asked_again.err) == (5, True)


async def test_who_was_missing_and_turns_up_is_recorded_although_the_leave_has_ended(furlough: Furlough) -> None:
    number = await away(furlough, "IND-1005", 30)
    assert (await furlough("member", "end", "IND-1005", "--why", "missing", *COMMANDER)).code == 0
    would = await furlough("sign-in", number, "--dry-run", *GATE)
    assert (would.code, "would be said" in would.out) == (0, True), would
    gate = await furlough("sign-in", number, *GATE)
    assert "sign in, kept in the account: the leave had ended; their time here" in gate.out, gate
    assert gate.code == 0
    told = await furlough("told", number, "--about", "other", "--whom", "family", "--via", "phone", *DUTY)
    assert (told.code, "was told, kept in the account" in told.out) == (0, True), told
    shown = await furlough("show", number, *DUTY)
    after = [row.split()[2:4] for row in shown.out.splitlines() if "AFTER END" in row]
    assert after == [["sign", "in"], ["was", "told"]]
    words = ("member", "seen", "IND-1005", "--what", "back", "--leave", number)
    dry = await furlough(*words, "--dry-run", *GATE)
    assert (dry.code, "nothing was changed" in dry.out) == (0, True)
    ran = await furlough(*words, "--detail", "walked in from the river", *GATE)
    assert (ran.code, "back; their time here has ended" in ran.out, "river" in ran.out) == (0, True, False), ran
    listed = await furlough("member", "open", "JUB", *COMMANDER)
    assert "seen since: back" in listed.out
    family = await furlough("member", "seen", "IND-1005", "--what", "told", *DUTY)
    assert "those concerned told" in family.out
    assert (await furlough("member", "end", "IND-1005", "--why", "missing", "--lift", *COMMANDER)).code == 0


async def test_what_nobody_has_handed_over_is_listed_until_somebody_does(furlough: Furlough) -> None:
    await asked(furlough, "IND-1008", ahead(40), ahead(43))
    assert (await furlough("member", "end", "IND-1008", "--why", "rotation", *COMMANDER)).code == 0
    waiting = await furlough("member", "open", "JUB", *DUTY[2:], "--as", "IND-1007")
    assert "IND-1008" in waiting.out
    words = ("--done", "settled", "--whom", "pay office, list 12")
    assert (await furlough("member", "hand-over", "IND-1008", *words, *COMMANDER)).code == 0
    listed = (await furlough("member", "open", "JUB", "--json", *COMMANDER)).documents
    assert "IND-1008" not in [line["service_number"] for line in listed]
    assert "settled: pay office, list 12" in (await furlough("account", "show", "IND-1008", *COMMANDER)).out
    more = ("--days", "1.5", "--on", ahead(0), "--reason", "roster found")
    adjusted = await furlough("account", "adjust", "IND-1008", *more, *COMMANDER)
    assert (adjusted.code, "(changed since it was handed over or settled: annual" in adjusted.out) == (0, True), (
        adjusted
    )
    (account,) = (await furlough("account", "show", "IND-1008", "--json", *COMMANDER)).documents
    listed = (await furlough("member", "open", "JUB", "--json", *COMMANDER)).documents
    (line,) = (line for line in listed if line["service_number"] == "IND-1008")
    assert (
        line["balances"]["annual"] == account["purses"]["annual"]["balance"] == account["ended"]["balances"]["annual"]
    )
    assert Decimal(line["balances"]["annual"]) - Decimal(line["told"]["annual"]) == Decimal("1.5")
    waiting = await furlough("member", "open", "JUB", *COMMANDER)
    assert "changed since it was handed over or settled: annual" in waiting.out
    lifted = await furlough("member", "end", "IND-1008", "--why", "rotation", "--lift", *COMMANDER)
    assert (lifted.code, "taken back" in lifted.out) == (0, True)


async def test_days_of_a_closed_leave_are_called_otherwise_by_an_authority_alone(
    furlough: Furlough, mission: Mission
) -> None:
    number = await away(furlough, "IND-1010", 25)
    assert (await furlough("sign-in", number, *GATE)).code == 0
    (shown,) = (await furlough("show", number, "--json", *COMMANDER)).documents
    days = ("--first", ahead(0), "--last", ahead(0), "--label", "absent")
    words = (
        "account",
        "relabel",
        "IND-1010",
        number,
        *days,
        "--why",
        "false-papers",
        "--reason",
        "a forged paper",
    )
    early = await furlough(*words, *COMMANDER)
    assert (early.code, "account/open-leave" in early.err) == (5, True)
    await mission_clock(mission, shown["leave_id"], f"{ahead(3)} 08:00")
    assert await state(furlough, number) == "closed"
    wrong = await furlough(*words, *GATE)
    assert (wrong.code, "authority/correct-account" in wrong.err) == (5, True)
    dry = await furlough(*words, "--dry-run", *COMMANDER)
    assert (dry.code, "nothing was changed" in dry.out) == (0, True)
    ran = await furlough(*words, *COMMANDER)
    assert ran.code == 0, ran
    assert "absent (false papers)" in ran.out
    assert "charge corrected by -1" in ran.out
    assert "forged" not in ran.out + ran.err


async def test_who_has_left_the_mission_is_told_among_its_members_for_their_account_alone(
    furlough: Furlough, mission: Mission
) -> None:
    async def told() -> dict[str, bool]:
        async with at_desk(person="IND-1003", post="CO-INDBATT-C", base="JUB") as desk:
            return {number: found is not None async for number, _, found in accounts.members_at(desk, "JUB")}

    await asked(furlough, "NPL-1005", ahead(90), ahead(93))
    before = await told()
    assert (before["IND-1011"], before["NPL-1005"]) == (False, True)
    left = update(t.Member).where(t.Member.service_number.in_(["IND-1011", "NPL-1005"]))
    with writing(mission.source) as session:
        session.execute(left.values(left_at=datetime.now(UTC)))
    try:
        assert await told() == {number: known for number, known in before.items() if number != "IND-1011"}
    finally:
        with writing(mission.source) as session:
            session.execute(left.values(left_at=None))


async def test_a_mission_that_is_closed_ends_every_leave_and_every_account(furlough: Furlough) -> None:
    number = await asked(furlough, "IND-1006", ahead(100), ahead(103))
    clerk = await furlough("mission", "close", "JUB", *COMMANDER)
    assert (clerk.code, clerk.err.count("authority/end-member")) == (5, 1), "a post of one base ends nobody's time"
    sector = await furlough("mission", "close", "JUB", "--as", "NPL-1001", "--post", "SC-SOUTH", "--base", "JUB")
    assert sector.code == 5, sector
    assert await state(furlough, number) == "waiting for approval"
    dry = await furlough("mission", "close", "JUB", "--dry-run", *ADMINISTRATOR)
    assert "would be ended" in dry.out, dry
    assert await state(furlough, number) == "waiting for approval"
    ran = await furlough("mission", "close", "JUB", *ADMINISTRATOR)
    assert await state(furlough, number) == "member gone", ran
    assert ran.code == 0, ran
    left = (await furlough("member", "open", "JUB", "--json", *ADMINISTRATOR)).documents
    unused = [line for line in left if line["service_number"] == "NPL-1004"]
    assert len(unused) == 1, "nobody is left out who never asked for leave"
    again = await furlough("mission", "close", "JUB", *ADMINISTRATOR)
    assert (again.code, "0 accounts ended" in again.out) == (0, True)
