"""Which kinds of leave somebody may ask for, and on what terms, is said by the pack that applies to them."""

from __future__ import annotations

from tests.conftest import Furlough, ahead

ARMY = ("--as", "USA-1001", "--base", "NAQ")
JOURNEY = ("--destination", "BEY", "--travel", "none", "--json")


async def test_a_pass_of_a_soldier_is_not_charged(furlough: Furlough) -> None:
    ran = await furlough("request", "--kind", "pass", "--first", ahead(30), "--last", ahead(33), *JOURNEY, *ARMY)
    assert ran.code == 0, ran
    number = ran.documents[0]["number"]
    told = (await furlough("account", "days", number, "--json", *ARMY)).documents[0]
    assert (told["purse"], {s["share"] for s in told["segments"]}) == ("none", {"uncharged"})
    assert told["pack"].startswith("us-army@1#")


async def test_a_longer_pass_is_leave(furlough: Furlough) -> None:
    ran = await furlough("request", "--kind", "pass", "--first", ahead(50), "--last", ahead(54), *JOURNEY, *ARMY)
    assert ran.code == 5
    assert "kind/longest-days" in ran.out + ran.err


async def test_a_kind_which_the_pack_does_not_have_is_refused_with_those_it_has(furlough: Furlough) -> None:
    observer = ("--as", "IND-1011", "--base", "JUB")
    ran = await furlough("request", "--kind", "home", "--first", ahead(30), "--last", ahead(33), *JOURNEY, *observer)
    assert ran.code == 5
    assert "ask/kind" in ran.out + ran.err
    assert "ordinary, emergency, rr" in ran.out + ran.err


async def test_who_is_a_civilian_has_home_leave(furlough: Furlough) -> None:
    civilian = ("--as", "FRA-1003", "--base", "NAQ")
    ran = await furlough("request", "--kind", "home", "--first", ahead(60), "--last", ahead(70), *JOURNEY, *civilian)
    assert ran.code == 0, ran
