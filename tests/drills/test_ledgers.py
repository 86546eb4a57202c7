"""That the oracle lays the ledgers beside what leaves say, and finds each line that was tampered with."""

from __future__ import annotations

import pytest

from domain.account.state import Line
from domain.garrison import Garrison
from domain.garrison.state import Line as Place
from domain.holdings import Days
from domain.leave.answers import Took
from drills import ledgers
from drills.ledgers import Seen, Told
from drills.load import Said
from tests.domain.leave.life import LEAVE, NOW, Life


@pytest.fixture
def life() -> Life:
    """A leave that is ready to go, of a mission which sends notices."""
    return Life(notices=True).until("sign-out")


def seen(life: Life) -> list[Seen]:
    return [Seen(Said(LEAVE, ()), tuple(life.journal), life.state)]


# ---- days


def test_days_of_a_leave_which_has_not_ended_are_held_just_as_it_says(life: Life) -> None:
    held = life.state.held["days"]
    line = Line(n=1, days=held)
    assert list(ledgers.days(life.state, line)) == []
    for other in (None, line.model_copy(update={"closed": True}), Line(n=1, days=shorter(life))):
        assert len(list(ledgers.days(life.state, other))) == 1, "gone, given back, or a day fewer"


def test_days_of_a_leave_that_has_ended_went_back_or_were_charged(life: Life) -> None:
    held = life.state.held["days"]
    denied = Life().until("approve")
    denied.say("deny", "co", reason="needed here")
    assert list(ledgers.days(denied.state, Line(n=2, closed=True))) == []
    assert any("holds its days" in what for what in ledgers.days(denied.state, Line(n=1, days=held)))
    gone = life.until("close")
    assert list(ledgers.days(gone.state, Line(n=3, days=gone.state.held["days"]))) == []
    less = gone.state.held["days"].model_copy(update={"charged": gone.state.charged - 1})
    assert any("days charged" in what for what in ledgers.days(gone.state, Line(n=3, days=less)))


def shorter(life: Life) -> Days:
    """The days of a leave, and one fewer."""
    held: Days = life.state.held["days"]
    return held.model_copy(update={"expected": held.expected - 1})


# ---- verdicts


def test_the_newest_verdict_of_the_base_is_the_one_which_its_leave_has(life: Life) -> None:
    verdict = life.state.verdict
    line = Place(seen=NOW.date(), place=life.state.held["place"], verdict=verdict, told=verdict.seq)
    base = Garrison(base="NAQ", leaves={LEAVE: line})
    assert list(ledgers.verdicts(base, seen(life))) == []
    newer = line.model_copy(update={"verdict": verdict.model_copy(update={"seq": verdict.seq + 1})})
    untold = base.model_copy(update={"leaves": {LEAVE: newer}})
    assert list(ledgers.verdicts(untold, seen(life))) == [
        f"{LEAVE}: the base has not told its newest verdict",
        f"{LEAVE}: the leave has another verdict than its base",
    ]
    as_told = untold.model_copy(update={"leaves": {LEAVE: newer.model_copy(update={"told": verdict.seq + 1})}})
    assert list(ledgers.verdicts(as_told, seen(life))) == [f"{LEAVE}: the leave has another verdict than its base"]


# ---- notices


def test_each_notice_which_a_leave_told_lies_in_the_outbox_for_each_who_is_told(life: Life) -> None:
    outbox = frozenset(
        Told(LEAVE, news.seq, to, news.says)
        for entry in life.journal
        if isinstance(entry.event, Took) and entry.event.spec.what == "notice"
        for news in entry.event.spec.news
        for to in (entry.event.spec.member, *news.to)
    )
    assert len(outbox) > 1
    assert list(ledgers.notices(outbox, seen(life))) == []
    one = min(outbox)
    lost = [f"{LEAVE}: the notice of line {one.seq} is not in the outbox"]
    of_none = [f"{LEAVE}: a notice of line {one.seq} is in the outbox, and the leave told none"]
    assert list(ledgers.notices(outbox - {one}, seen(life))) == lost
    assert list(ledgers.notices(outbox - {one} | {one._replace(says="else")}, seen(life))) == [*lost, *of_none]
    assert list(ledgers.notices(outbox | {one._replace(recipient="somebody else")}, seen(life))) == of_none
    assert list(ledgers.notices(outbox | {one._replace(seq=99)}, seen(life))) == [], "the same, made again"
    stuck = life.state.model_copy(update={"news": life.journal[-1:]})
    assert list(ledgers.notices(outbox, [seen(life)[0]._replace(state=stuck)])) == [f"{LEAVE}: 1 notices are not told"]
