"""At the desk of JUB: whoever is away is called, recalled and told; whom to recall first, and who was reached."""

from __future__ import annotations

import pytest

from domain.acts import Report
from starter.tasks import TURNS
from tests.conftest import Furlough, ahead
from tests.starter.at_jub import COMMANDER, DUTY, GATE, asked, once


async def away(furlough: Furlough, member: str, first: int = 15, days: int = 6) -> str:
    """The control number of a leave that the gate has seen off today, before its first day."""
    number = await asked(furlough, member, ahead(first), ahead(first + days))
    assert (await furlough("approve", number, *COMMANDER)).code == 0
    out = await furlough("sign-out", number, *GATE)
    assert (out.code, "IRREGULAR" in out.out) == (0, True)
    return number


async def test_a_recall_is_the_commander_s_own_and_waits_until_the_member_is_told(furlough: Furlough) -> None:
    number = await away(furlough, "IND-1009")
    words = (number, "--back-by", ahead(3), "--reason", "the post is attacked")
    wrong = await furlough("recall", *words, "--for", "IND-1003", "--for-post", "CO-INDBATT-C", *DUTY)
    assert (wrong.code, "return/recall-in-person" in wrong.err) == (5, True)
    dry = await furlough("recall", *words, "--dry-run", "--json", *COMMANDER)
    assert (dry.code, dry.documents[0]["result"]) == (0, "would be said")
    ran = await furlough("recall", *words, *COMMANDER)
    assert (ran.code, "now RECALLED" in ran.out) == (0, True)
    look = ("inbox", "--json", *COMMANDER)
    found = await once(lambda: furlough(*look), lambda ran: number in ran.out)
    (task,) = [task for task in found.documents if task["number"] == number]
    assert (task["what"], "furlough told" in task["type"]) == ("tell the member", True)
    plan = ("recall", "plan", "JUB", "--strength", 10000, "--unit", "INDBATT-C", *COMMANDER)
    (before,) = (await furlough(*plan, "--json")).documents
    assert (before["recall"][0]["number"], before["untold"]) == (number, 1), "nobody waits for who does not know"
    assert "recalled and not told" in " ".join((await furlough(*plan)).out.split())
    told = await furlough("told", number, "--about", "recall", "--via", "phone", *DUTY)
    assert (told.code, "waits for: sign-in" in told.out) == (0, True)
    (after,) = (await furlough(*plan, "--json")).documents
    assert (after["untold"], after["coming"]) == (0, before["coming"] + 1)
    back = await furlough("sign-in", number, *GATE)
    assert (back.code, "now SETTLED" in back.out) == (0, True)


async def test_a_plan_lists_whom_to_recall_and_recalls_nobody(furlough: Furlough) -> None:
    near = await away(furlough, "IND-1010", 30)
    plan = ("recall", "plan", "JUB", "--strength", 10000, "--unit", "INDBATT-C")
    ran = await once(lambda: furlough(*plan, "--json", *COMMANDER), lambda ran: near in ran.out)
    (told,) = ran.documents
    assert near in [one["number"] for one in told["recall"]]
    shown = await furlough(*plan, *COMMANDER)
    assert (shown.code, "furlough recall" in shown.out, "nobody was recalled" in shown.err) == (0, True, True)
    there, lacking = told["present"] + told["away"], told["lacking"]
    assert f"of the {lacking} that lack, " in shown.err
    assert f"{10000 - there} not to be had: JUB has no more, on leave or off it" in " ".join(shown.err.split())
    (face,) = (await furlough("show", near, "--json", *COMMANDER)).documents
    assert face["state"] == "away"
    enough = await furlough("recall", "plan", "JUB", "--strength", 1, *COMMANDER)
    assert (enough.code, "nobody is to be recalled" in enough.out) == (0, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("recall", "plan", "JUB", "--strength", "0"), "expected how many must be there"),
        (("recall", "plan", "JUB", "--strength", "5", "--unit", "NOBODY"), "has no unit NOBODY"),
        (("recall", "plan", "XXX", "--strength", "5"), "knows no base XXX"),
        (("recall", "--back-by", "2026-12-20", "--reason", "x"), "No leave is named"),
        (("roll-call", "--since", "25:99"), "is no time"),
    ],
)
async def test_what_cannot_be_meant_is_told(furlough: Furlough, words: tuple[str, ...], told: str) -> None:
    ran = await furlough(*words, *COMMANDER)
    assert (ran.code, told in ran.err) == (2, True)


async def test_a_roll_call_tells_who_was_reached_and_whom_still_to_call(furlough: Furlough) -> None:
    one, two = await away(furlough, "IND-1006", 50), await away(furlough, "IND-1008", 52)
    roll = ("roll-call", "JUB", "--json", *DUTY)
    await once(lambda: furlough(*roll), lambda ran: one in ran.out and two in ran.out)
    assert (await furlough("contact", one, "--via", "phone", *DUTY)).code == 0
    missed = await furlough("contact", two, "--via", "radio", "--no-reached", *DUTY)
    assert (missed.code, "recorded" in missed.out) == (0, True)
    answers = {line["number"]: line["answer"] for line in (await furlough(*roll)).documents}
    assert (answers[one], answers[two]) == ("reached", "not reached")
    (only,) = (await furlough("roll-call", two, "--json", *DUTY)).documents
    assert (only["number"], only["via"], only["reached_at"]) == (two, "radio", None)
    page = await furlough("roll-call", "JUB", *DUTY)
    assert page.out.index(two) < page.out.index(one), "whom to look for first comes first"


async def test_a_hospital_is_reported_by_anybody_and_the_board_tells_nobody_of_it(furlough: Furlough) -> None:
    number = await away(furlough, "IND-1009", 70)
    ran = await furlough("report", number, "--what", "hospital", "--detail", "a broken leg", *DUTY)
    assert (ran.code, "now DELAYED" in ran.out, "hospital" in ran.out) == (0, True, False)


def test_what_the_inbox_offers_is_what_there_is() -> None:
    assert "told {leave} --about recall --via ..." in {typed for _, typed in TURNS.values()}
    assert "discharged" in str(Report.model_fields["what"].annotation)
