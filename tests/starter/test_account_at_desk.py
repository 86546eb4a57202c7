"""A member's account at the desk, and giving back what nobody holds any more."""

from __future__ import annotations

from decimal import Decimal

from domain.words import plain
from tests.conftest import Furlough, Mission, ahead
from tests.starter.at_jub import COMMANDER, GATE, asked

OURS = ("--base", "JUB")


async def test_a_statement_ends_with_the_balance_of_the_day(furlough: Furlough) -> None:
    number = await asked(furlough, "IND-1004", ahead(60), ahead(63))
    before = (await furlough("account", "show", "IND-1004", "--on", ahead(59), "--as", "IND-1004", "--json")).documents[
        0
    ]
    after = (await furlough("account", "show", "IND-1004", "--on", ahead(60), "--as", "IND-1004", "--json")).documents[
        0
    ]
    annual = after["purses"]["annual"]
    assert annual["lines"][-1]["what"] == "held"
    assert annual["balance"] == annual["lines"][-1]["balance"]
    assert Decimal(annual["balance"]) == Decimal(before["purses"]["annual"]["balance"]) - 4
    ran = await furlough("account", "show", "IND-1004", "--on", ahead(60), *COMMANDER)
    assert number in ran.out
    assert f"balance on {ahead(60)}: " in ran.out


async def test_an_account_that_no_leave_has_touched_has_its_opening(furlough: Furlough) -> None:
    ran = await furlough("account", "show", "IDN-1004", "--json", "--as", "IDN-1004")
    assert ran.code == 0, ran
    assert ran.documents[0]["purses"]["annual"]["lines"][0]["what"] == "opening"


async def test_the_days_of_a_leave_are_split_by_the_balance_before_it(furlough: Furlough) -> None:
    """What the account still has is charged first; what it lacks is taken in advance."""
    number = await asked(furlough, "IND-1005", ahead(120), ahead(123))
    account = (
        await furlough("account", "show", "IND-1005", "--on", ahead(120), "--as", "IND-1005", "--json")
    ).documents[0]
    before = Decimal(account["purses"]["annual"]["balance"]) + 4
    told = (await furlough("account", "days", number, "--json", "--as", "IND-1005")).documents[0]
    assert Decimal(told["balance_before"]) == before
    spans = [(s["day"], s["until"], s["share"]) for s in told["segments"]]
    assert (spans[0][0], spans[-1][1]) == (ahead(120), ahead(123))
    assert Decimal(told["segments"][-1]["left"]) == before - 4
    ran = await furlough("account", "days", number, "--as", "IND-1005")
    assert f"annual: {plain(before)} days before" in ran.out
    assert "together: " in ran.out
    shown = (await furlough("show", number, "--json", "--as", "IND-1005")).documents[0]
    assert [Decimal(shown[share]) for share in UNBALANCED] == [Decimal(told["paid"][share]) for share in UNBALANCED]
    told_gate = (await furlough("show", number, "--json", *GATE)).documents[0]
    assert [told_gate[share] for share in UNBALANCED] == ["0", "0"]


UNBALANCED = ("advance", "excess")


async def test_a_charge_of_an_open_leave_is_not_corrected(furlough: Furlough) -> None:
    number = await asked(furlough, "IND-1002", ahead(100), ahead(101))
    sc = ("--as", "NPL-1001", "--post", "SC-SOUTH", *OURS)
    ran = await furlough("account", "correct", "IND-1002", number, "--days", "1", "--reason", "typing", *sc)
    assert ran.code == 5
    assert "(rule account/open-leave)" in ran.err
    assert "nothing was changed" in ran.err


async def test_wrong_numbers_are_told(furlough: Furlough) -> None:
    for words in (
        ("show", "NOBODY-1"),
        ("show", "IND-1004", "--on", "31.12.2026"),
        ("correct", "IND-1004", "NAQ-2020-000001", "--days", "x", "--reason", "y"),
    ):
        ran = await furlough("account", *words)
        assert ran.code == 2, ran
        assert "Traceback" not in ran.err


async def test_reconcile_gives_back_what_a_terminated_leave_held_and_nothing_twice(
    furlough: Furlough, mission: Mission
) -> None:
    number = await asked(furlough, "IND-1008", ahead(110), ahead(112))
    leave = (await furlough("show", number, "--json", *GATE)).documents[0]["leave_id"]
    assert (await furlough("approve", number, *COMMANDER)).code == 0
    await mission.client.get_workflow_handle(leave).terminate("a test")
    ran = await furlough("reconcile", "--json")
    assert ran.code == 0, ran
    assert leave in ran.documents[0]["given_back"]
    again = await furlough("reconcile")
    assert leave not in again.out
    account = (
        await furlough("account", "show", "IND-1008", "--on", ahead(111), "--as", "IND-1008", "--json")
    ).documents[0]
    assert leave not in [line["leave_id"] for line in account["purses"]["annual"]["lines"]]


async def test_a_forecast_names_leaves_by_the_numbers_that_the_account_shows(furlough: Furlough) -> None:
    number = await asked(furlough, "IND-1010", ahead(90), ahead(91))
    for words in (("forecast", "IND-1010"), ("show", "IND-1010", "--on", ahead(91))):
        ran = await furlough("account", *words, *COMMANDER)
        assert number in ran.out, ran


async def test_the_help_tells_what_each_command_of_an_account_does(furlough: Furlough) -> None:
    out = (await furlough("account", "--help")).out
    for line in ("adjust Put a purse right", "reconcile Compare accounts", "forecast What the account will have"):
        assert line in " ".join(out.replace("│", " ").split()), out


async def test_a_file_that_is_not_there_is_told_as_what_it_is(furlough: Furlough) -> None:
    ran = await furlough("account", "import", "nosuch.csv")
    assert ran.code == 2
    assert "next   name a CSV file that is there" in ran.err
