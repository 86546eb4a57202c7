"""One person in two capacities at a small site, and the review of it, by commands on a real mission."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from activities.register.database import writing
from activities.register.importing import Bundle, apply, parse
from tests.conftest import EXAMPLES, Furlough, Mission, Ran, ahead
from tests.starter.at_jub import once

CO = ("--as", "IND-1003", "--base", "JUB")


@pytest.fixture
def small(mission: Mission) -> None:
    """The mission counts JUB among its small sites, and its commander is the delegate of movement control there."""
    files = {name: (EXAMPLES / "mission" / name).read_bytes() for name in ("settings.csv", "delegations.csv")}
    files["settings.csv"] += b"small-site,1000\n"
    files["delegations.csv"] += f"MOV-JUB,IND-1003,2026-08-12,{ahead(300)},order 7\n".encode()
    bundle = parse(files)
    assert isinstance(bundle, Bundle), bundle
    with writing(mission.source) as session:
        apply(session, bundle, "test", datetime.now(UTC))


async def approved(furlough: Furlough, member: str, first: int, last: int) -> str:
    """The control number of an emergency which was attested, and approved by the commander."""
    wish = ("--first", ahead(first), "--last", ahead(last), "--destination", "EBB", "--travel", "road")
    family = ("--kind", "emergency", "--relation", "parent", "--reason", "illness")
    ran = await furlough("request", *wish, *family, "--json", "--as", member, "--base", "JUB")
    number = str(ran.documents[0]["number"])
    ran = await furlough("attest", number, "--method", "unit", "--as", "IRL-1003", "--post", "VO", "--base", "JUB")
    assert ran.code == 0, ran
    ran = await furlough("approve", number, *CO, "--post", "CO-INDBATT-C")
    assert ran.code == 0, ran
    return number


@pytest.mark.usefixtures("small")
async def test_one_person_decides_twice_with_a_reason_and_a_higher_post_finds_it_in_its_inbox(
    furlough: Furlough,
) -> None:
    number = await approved(furlough, "IND-1009", 60, 64)
    await once(lambda: furlough("show", number, *CO), lambda ran: "is BOOKED" in ran.out)
    ran = await furlough("confirm-travel", number, *CO, "--post", "MOV-JUB")
    assert ran.code == 5, ran
    assert "rule decision/separate-people" in ran.err
    assert "at this small site the same person may, on an emergency, and is reviewed: --twice WHY" in ran.err
    ran = await furlough("confirm-travel", number, *CO, "--post", "MOV-JUB", "--twice", "nobody else is here")
    assert ran.code == 0, ran
    shown = await furlough("show", number, *CO)
    assert "is reviewed by CMOV, " in shown.out
    chief = ("--as", "ITA-1002", "--post", "CMOV", "--base", "JUB")

    async def look() -> Ran:
        return await furlough("inbox", "--json", *chief)

    ran = await once(look, lambda ran: "furlough review" in ran.out)
    assert "review of two capacities of one person" in ran.out, ran
    ran = await furlough("review", number, "--no-upheld", *chief)
    assert ran.code == 0, ran
    assert "not upheld" in (await furlough("show", number, *CO)).out


@pytest.mark.usefixtures("small")
async def test_who_has_approved_exempts_too_with_a_reason_and_it_is_reviewed_at_the_leave(furlough: Furlough) -> None:
    """The order names the very commander who has approved the emergency; the next higher looks at it afterwards."""
    chief = ("--as", "NPL-1001", "--post", "SC-SOUTH", "--base", "JUB")
    stop = ("--number", "LO-944", "--title", "Leave stopped", "--stop-leave", "--etp", "CO-INDBATT-C")
    span = ("--from", f"{ahead(69)} 00:00", "--until", f"{ahead(75)} 00:00", "--unit", "INDBATT-C")
    ran = await furlough("order", "issue", *stop, *span, *chief)
    assert ran.code == 0, ran
    number = await approved(furlough, "IND-1010", 70, 73)
    await once(lambda: furlough("show", number, *CO), lambda ran: "LO-944.1" in ran.out)
    grant = ("etp", "grant", number, "--order", "LO-944.1", "--ground", "humanitarian", "--reason", "it cannot wait")
    ran = await furlough(*grant, *CO, "--post", "CO-INDBATT-C")
    assert ran.code == 5, ran
    assert "rule decision/separate-people" in ran.err
    ran = await furlough(*grant, *CO, "--post", "CO-INDBATT-C", "--twice", "nobody else is here")
    assert ran.code == 0, ran
    review = f"furlough review {number}"
    ran = await once(lambda: furlough("inbox", "--json", *chief), lambda ran: review in ran.out)
    ran = await furlough("review", number, *chief)
    assert ran.code == 0, ran
