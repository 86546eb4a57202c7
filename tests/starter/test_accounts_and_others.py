"""Accounts beside other systems: balances brought in, charges exported, statements compared."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from activities.register import lookups
from activities.register.database import reading
from domain.acts import SetDays
from domain.holdings import Days
from tests.conftest import Furlough, Mission, Ran, ahead
from tests.starter.at_jub import ADMINISTRATOR, CLERK, COMMANDER, asked, once
from wiring.deliver import deliver

SECTOR = ("--as", "NPL-1001", "--post", "SC-SOUTH", "--base", "JUB")
TODAY = datetime.now(UTC).date()
MONTH = f"{TODAY:%Y-%m}"


async def settled(mission: Mission, number: str, leave: str, first: str, days: int) -> None:
    """A leave of so many days, settled and closed, as its own process says it to the account."""
    with reading(mission.source) as session:
        member = lookups.resolve(session, number)
    assert member
    begin = date.fromisoformat(first)
    held = Days(
        member=member,
        leave_kind="ordinary",
        first=begin,
        last=begin + timedelta(days=days - 1),
        purse="annual",
        expected=Decimal(days),
    )
    for n, wish in enumerate((held, held.model_copy(update={"charged": Decimal(days)}), None), 1):
        act = SetDays(
            act_id=f"{leave}/days/{n}",
            decided_by=leave,
            acted_at=datetime.now(UTC),
            leave_id=leave,
            member=member,
            n=n,
            days=wish,
        )
        outcome = await deliver(mission.client, act)
        assert outcome.entries[-1].event.kind == "held-days"


def csv(file: Path, *lines: str) -> Path:
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


async def test_a_statement_posts_what_both_say_and_tells_the_rest_by_age(
    furlough: Furlough, mission: Mission, tmp_path: Path
) -> None:
    one, two, three = (f"UNEX-0{n}000000000000000000000000" for n in (1, 2, 3))
    for leave, first in ((one, ahead(-60)), (two, ahead(-30)), (three, ahead(-5))):
        await settled(mission, "IND-1009", leave, first, 2)
    exported = tmp_path / "month.csv"
    assert (await furlough("export", "days", "--month", MONTH, "--out", exported, *CLERK)).code == 0
    rows = [line.split(",") for line in exported.read_text().splitlines()[1:]]
    assert {row[1]: (row[5], row[6], row[8]) for row in rows if row[0] == "IND-1009"} == dict.fromkeys(
        (one, two, three), ("2", "2", "settled")
    )
    header = "service_number,what,leave,purse,days"
    file = csv(
        tmp_path / "pay.csv",
        header,
        f"IND-1009,charge,{one},,2",
        f"IND-1009,charge,{two},,1.5",
        "IND-1009,charge,X-1,,4",
        f"IND-1009,charge,{(other := await asked(furlough, 'IND-1006', ahead(150), ahead(151)))},,3",
    )
    words = ("account", "reconcile", file, "--source", "pay office", "--as-of", TODAY, *CLERK)
    tried = await furlough(*words, "--dry-run", "--json")
    ran = await furlough(*words, "--json")
    assert (tried.code, ran.code) == (7, 7), ran
    assert tried.documents[0]["differences"] == ran.documents[0]["differences"]
    assert ran.documents[0]["posted"] == 1
    assert {(d["leave"], d["what"]) for d in ran.documents[0]["differences"]} == {
        (two, "charge differs"),
        (three, "not posted"),
        ("X-1", "unknown here"),
        (other, "no days in this account"),
    }
    before = await furlough(*words[: -len(CLERK) - 1], ahead(-1), "--dry-run", "--json", *CLERK)
    assert {d["age"] for d in before.documents[0]["differences"]} == {0, None}, "settled after the day of the statement"
    shown = (await furlough("account", "show", "IND-1009", "--json", *CLERK)).documents[0]
    assert {leave: told["state"] for leave, told in shown["leaves"].items()} == {
        one: "posted",
        two: "differs",
        three: "settled",
    }

    async def inbox() -> Ran:
        return await furlough("inbox", *CLERK)

    told = await once(inbox, lambda ran: "contradicted" in ran.out)  # by the index, a moment behind
    sentence = "charge of 2 days contradicted: the other system has 1.5 days since"
    (line,) = (line for line in told.out.splitlines() if sentence in line)
    assert f"{TODAY}, 0 days ({two}, " in line
    assert line.endswith("furlough account reconcile FILE --source ... --as-of ...; else furlough account correct")
    assert (
        "settled, and the other system has charged otherwise"
        in (await furlough("account", "show", "IND-1009", *CLERK)).out
    )
    (document,) = [t for t in (await furlough("inbox", "--json", *CLERK)).documents if t.get("leave") == two]
    assert (document["days"], document["posted"], document["age"]) == ("2", "1.5", 0)
    assert "contradicted" not in (await furlough("inbox", *COMMANDER)).out
    mended = csv(tmp_path / "pay2.csv", header, *(f"IND-1009,charge,{leave},,2" for leave in (one, two, three)))
    again = await furlough(
        "account", "reconcile", mended, "--source", "pay office", "--as-of", TODAY, "--whole", *CLERK
    )
    assert again.code == 0, again
    assert "3 charges posted, 0 differences" in again.out
    await once(inbox, lambda ran: "contradicted" not in ran.out)


async def test_every_bad_line_of_a_statement_is_told_and_nothing_is_done(furlough: Furlough, tmp_path: Path) -> None:
    file = csv(
        tmp_path / "pay.csv",
        "service_number,what,leave,purse,days",
        "IND-1002,balance,,annual,12",
        "NOBODY-1,balance,,annual,12",
        "IND-1003,charge,,,3",
        "IND-1003,balance,,home,3",
        "IND-1004,balance,,annual,three",
        "IND-1002,balance,,annual,12",
        "IND-1005,balance,annual",
        "IND-1006,charge,NAQ-2026-000001,,9E+999999",
        "IND-1006,charge,NAQ-2026-000002,,-0",
        "IND-1006,charge,NAQ-2026-000003,,nan",
    )
    ran = await furlough("account", "reconcile", file, "--source", "x", "--as-of", TODAY, *CLERK)
    assert ran.code == 5
    for line in range(3, 12):
        assert f"pay.csv line {line}: " in ran.err
    assert "pay.csv line 2" in ran.err, "where the balance stood first"
    assert "9 lines are bad; nothing was done" in ran.err
    assert "line 9: days: expected a number of whole or half days" in ran.err


async def test_one_cause_is_told_once_however_many_accounts_it_is_of(furlough: Furlough, tmp_path: Path) -> None:
    lines = (f"IND-10{n:02},balance,,annual,999" for n in range(2, 7))
    file = csv(tmp_path / "pay.csv", "service_number,what,leave,purse,days", *lines)
    ran = await furlough("account", "reconcile", file, "--source", "pay office", "--as-of", ahead(40), *CLERK)
    assert (ran.code, ran.err.count("NOT ACCEPTED")) == (5, 1), ran
    assert "IND-1002, IND-1003, IND-1004 and 2 more" in ran.err


async def test_a_comparison_that_was_refused_is_not_said_to_be_recorded(furlough: Furlough, tmp_path: Path) -> None:
    file = csv(tmp_path / "pay.csv", "service_number,what,leave,purse,days", "IND-1004,balance,,annual,999")
    words = ("account", "reconcile", file, "--source", "pay office", "--as-of", TODAY)
    refused = await furlough(*words, *COMMANDER)
    assert (refused.code, "NOT ACCEPTED" in refused.err) == (5, True), refused
    assert "compared" not in refused.out
    ran = await furlough(*words, *CLERK)
    assert ran.code == 7
    assert "recorded · 1 account compared: 0 charges posted, 1 difference" in ran.out


async def test_balances_are_brought_in_once(furlough: Furlough, tmp_path: Path) -> None:
    file = csv(
        tmp_path / "open.csv",
        "service_number,purse,days,as_of,source",
        "IND-1002,annual,12.5,2026-10-31,handed over by the contingent",
    )
    for _ in range(2):
        ran = await furlough("account", "import", file, *CLERK)
        assert ran.code == 0, ran
        assert "opened as of 2026-10-31: annual 12.5" in ran.out
    other = csv(tmp_path / "open2.csv", "service_number,purse,days,as_of,source", "IND-1002,annual,20,2026-10-31,x")
    ran = await furlough("account", "import", other, *CLERK)
    assert ran.code == 5
    assert "(rule account/opened)" in ran.err
    both = csv(
        tmp_path / "open5.csv",
        "service_number,purse,days,as_of,source",
        "IND-1002,annual,12.5,2026-10-31,handed over by the contingent",
        "IND-1005,annual,11,2026-10-31,handed over by the contingent",
    )
    ran = await furlough("account", "import", both, "--dry-run", *CLERK)
    assert ran.err.count("as G1-JUB") == 1, "one file, said once"
    beyond = csv(tmp_path / "open4.csv", "service_number,purse,days,as_of,source", "IND-1004,annual,367,2026-10-31,x")
    ran = await furlough("account", "import", beyond, *CLERK)
    assert "open4.csv line 2: days: expected -366 to 366" in ran.err
    bad = csv(tmp_path / "open3.csv", "service_number,purse,days,as_of,source", "IND-1002,annual,x,31.10.2026,x")
    ran = await furlough("account", "import", bad, *CLERK)
    assert ran.code == 5
    assert "open3.csv line 2: days: expected a number of whole or half days, up to 3652059" in ran.err
    assert "got 'x'" in ran.err
    assert "open3.csv line 2: as_of: expected YYYY-MM-DD, got '31.10.2026'" in ran.err
    assert "1 line is bad" in ran.err


async def test_what_was_taken_before_the_mission_comes_in_by_kind_and_its_bad_lines_are_told(
    furlough: Furlough, tmp_path: Path
) -> None:
    head = "service_number,kind,times,latest,as_of,source"
    bad = csv(
        tmp_path / "bad.csv",
        "service_number,purse,days,kind,times,latest,as_of,source",
        "USA-1002,,,leave,1,,2026-08-12,DEERS",
        "USA-1002,annual,3,emergency-absence,1,,2026-08-12,DEERS",
        "USA-1002,,,emergency-absence,once,3.11.2024,2026-08-12,DEERS",
        "USA-1002,,,emergency-absence,0,2024-11-03,2026-08-12,DEERS",
        "USA-1002,,,emergency-absence,1,2026-08-13,2026-08-12,DEERS",
        "USA-1002,annual,3,,1,,2026-08-12,DEERS",
        "USA-1002,,,emergency-absence,367,,2026-08-12,DEERS",
    )
    ran = await furlough("account", "import", bad, *ADMINISTRATOR)
    assert ran.code == 5
    for fault in (
        "line 2: kind: expected one of ordinary, emergency, rr",
        "line 3: purse and days: a line of a kind tells times and latest",
        "line 4: times: expected how many were taken, a whole number, got 'once'",
        "line 4: latest: expected YYYY-MM-DD, got '3.11.2024'",
        "line 5: latest: where none was taken there is no latest one",
        "line 6: latest: expected 2026-08-12 (as_of) or before, got 2026-08-13",
        "line 7: kind: expected a value, got nothing",
        "line 8: times: expected 0 to 366 (largest-entry in settings.csv), got 367",
        "7 lines are bad; nothing was done",
    ):
        assert fault in ran.err
    of_none = csv(tmp_path / "none.csv", head, "IND-1004,home,1,2024-11-03,2026-08-12,DEERS")
    assert "(rule account/before)" in (await furlough("account", "import", of_none, *ADMINISTRATOR)).err
    good = csv(tmp_path / "good.csv", head, "USA-1002,emergency-absence,1,2024-11-03,2026-08-12,DEERS")
    for _ in range(2):
        ran = await furlough("account", "import", good, *ADMINISTRATOR)
        assert ran.code == 0, ran
        assert "as of 2026-08-12: emergency-absence 1 taken, the latest from 2024-11-03 on (DEERS)" in ran.out
    shown = await furlough("account", "show", "USA-1002", "--as", "USA-1002")
    told = (
        "before this mission, as of 2026-08-12 (DEERS): emergency leave of absence, 1 taken, the latest from 2024-11-03"
    )
    assert told in shown.out
    before = (await furlough("account", "show", "USA-1002", "--json", "--as", "USA-1002")).documents[0]["taken_before"]
    assert [(one["leave_kind"], one["taken"]["times"]) for one in before] == [("emergency-absence", 1)]


async def test_an_adjustment_is_tried_first_then_entered_and_what_was_known_before_stays(furlough: Furlough) -> None:
    await asked(furlough, "IND-1003", ahead(80), ahead(82))
    before = (await furlough("account", "show", "IND-1003", "--json", "--as", "IND-1003")).documents[0]["purses"][
        "annual"
    ]["balance"]
    words = ("account", "adjust", "IND-1003", "--days", "1.5", "--on", ahead(-1), "--reason", "misread")
    assert "nothing was changed" in (await furlough(*words, "--dry-run", *SECTOR)).out
    refused = await furlough(*words, *COMMANDER)
    assert refused.code == 5, "nobody adjusts their own account"
    ran = await furlough(*words, *SECTOR)
    assert ran.code == 0, ran
    assert "annual account adjusted by +1.5 days" in ran.out
    again = await furlough(*words, *SECTOR)
    assert "already so · annual account adjusted by +1.5 days" in again.out
    second = await furlough(*words[:-1], "another day was found", *SECTOR)
    assert (second.code, "already so" in second.out) == (0, False), "another reason is another act"
    beyond = await furlough(*words[:4], "99999999", *words[5:], *SECTOR)
    assert (beyond.code, "(rule account/largest-entry)" in beyond.err) == (5, True), beyond
    after = (await furlough("account", "show", "IND-1003", "--json", "--as", "IND-1003")).documents[0]["purses"][
        "annual"
    ]
    assert Decimal(after["balance"]) == Decimal(before) + 3
    known = await furlough("account", "show", "IND-1003", "--known-on", ahead(0), "--as", "IND-1003", "--json")
    assert known.documents[0]["purses"]["annual"] == after
    assert (await furlough("account", "show", "IND-1003", "--known-on", ahead(-2), "--as", "IND-1003")).code == 2
    assert (await furlough("account", "show", "IND-1003", "--known-on", ahead(20), "--as", "IND-1003")).code == 2


async def test_other_entries_are_refused_where_the_pack_knows_them_not(furlough: Furlough) -> None:
    worked = ("account", "worked", "IND-1004", "--first", ahead(-20), "--last", ahead(-1), "--days", "10")
    assert "(rule account/no-compensation)" in (await furlough(*worked, *CLERK)).err
    raised = ("account", "ceiling", "IND-1004", "--on", "2026-09-30", "--ground", "kept", "--reason", "x")
    assert "(rule account/no-ceiling)" in (await furlough(*raised, *SECTOR)).err
    closed = await furlough("account", "close-year", "IND-1004", *CLERK)
    assert "no fiscal year is left to be closed" in closed.out
    ran = await furlough("account", "close-year", "IND-1004", "--on", "2026-09-30", *CLERK)
    assert "(rule account/year-end-day)" in ran.err


async def test_days_without_accrual_lower_what_the_tour_will_earn(furlough: Furlough) -> None:
    now = (await furlough("account", "forecast", "IND-1006", "--json", "--as", "IND-1006")).documents[0]
    assert (now["until"], now["lines"][-1]["balance"]) == ("2027-07-16", now["balance"])
    month = (f"{TODAY.year + 1}-01-01", f"{TODAY.year + 1}-01-31")
    words = ("--first", month[0], "--last", month[1], "--ground", "confined", "--reason", "order")
    ran = await furlough("account", "withhold", "IND-1006", *words, *COMMANDER)
    assert ran.code == 0, ran
    later = (await furlough("account", "forecast", "IND-1006", "--json", "--as", "IND-1006")).documents[0]
    assert Decimal(later["balance"]) == Decimal(now["balance"]) - Decimal("2.5")
    ran = await furlough("account", "forecast", "IND-1006", "--as", "IND-1006")
    assert "balance today" in ran.out


async def test_the_reason_of_what_cannot_be_said_is_not_kept(furlough: Furlough, mission: Mission) -> None:
    kept = mission.settings.folder / "store"
    before = sorted(kept.rglob("*"))
    backwards = ("--first", ahead(2), "--last", ahead(1), "--ground", "confined", "--reason", "order")
    ran = await furlough("account", "withhold", "IND-1003", *backwards, *CLERK)
    assert (ran.code, "expected a last day on or after the first day" in ran.err) == (2, True), ran
    assert sorted(kept.rglob("*")) == before


async def test_charges_are_not_shown_to_everybody(furlough: Furlough) -> None:
    ran = await furlough("export", "days", "--month", MONTH, "--as", "GHA-1008", "--base", "JUB")
    assert ran.code == 2
    assert (await furlough("export", "days", "--month", "October", *CLERK)).code == 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "service_number"),
        (b"\xff\xfe\x00binary", "UTF-8"),
        (b"number,days\nIND-1002,3\n", "service_number"),
        (b"service_number,what,leave,purse,days,cheque\nIND-1002,balance,,annual,3,9\n", "cheque"),
        (b'{"charges": []}', "service_number"),
    ],
    ids=["empty", "no text", "other columns", "a column too many", "another format"],
)
async def test_a_statement_that_does_not_parse_is_refused_whole(
    furlough: Furlough, tmp_path: Path, content: bytes, why: str
) -> None:
    file = tmp_path / "pay.csv"
    file.write_bytes(content)
    ran = await furlough("account", "reconcile", str(file), "--source", "x", "--as-of", TODAY, *CLERK)
    assert ran.code in (2, 5), ran
    assert why in ran.err
    assert "Traceback" not in ran.err
