"""Days of flights outside the dates asked for: they count as absence, bar nothing, and are marked where too many go."""

from datetime import date

from domain.garrison.explaining import explain
from domain.garrison.flights import FLIGHTS
from domain.model import DAY, Code
from domain.orders import Verdict
from domain.restrictions import MinimumStrength
from tests.domain.garrison.mission import CALENDAR, FORCE, Naq, local, order

EVE = date(2026, 3, 9)


def full() -> Naq:
    """One of ten is away on 9 March, and no more may be; another leaves on the 10th."""
    naq = Naq(**{"A-COY": 10})
    naq.ask("L1", 9, 9)
    assert naq.ask("L2", 10, 12).granted
    return naq


def marked(verdict: Verdict) -> tuple[tuple[Code, ...], bool]:
    return verdict.irregular, FLIGHTS in verdict.cites


def test_the_days_of_flights_outside_the_dates_count_as_absence_and_bar_nothing():
    """Of who travels; a later one finds no room on that day."""
    naq = Naq(**{"A-COY": 10})
    verdict = naq.ask("L2", 10, 12, travels=(EVE,), warn_percent=5)
    assert (verdict.granted, marked(verdict)) == (True, ((), False)), "within the ceiling nothing is amiss"
    assert not naq.ask("L3", 8, 9).granted
    assert naq.ask("L2", 10, 12).granted
    assert naq.ask("L3", 8, 9).granted


def test_a_day_of_flights_on_which_more_are_away_than_may_be_is_marked_and_told_with_the_day():
    """Nobody is refused for a flight, and nobody has overridden the strength: the excess is there to be seen."""
    naq = full()
    verdict = naq.ask("L2", 10, 12, travels=(EVE,), warn_percent=15)
    assert (verdict.granted, verdict.blocks, marked(verdict)) == (True, (), ((FLIGHTS,), True))
    assert "strength" in verdict.cites
    assert verdict.warns == (
        "2 of 10 in A-COY are absent on 2026-03-09, itself counted; worth a look from 15 % on",
        "strength: 2 of 10 in A-COY are absent on 2026-03-09, at most 1 may be; it is a day of the flights",
    )
    told = explain(naq.state, "L2", naq.now, CALENDAR, naq.strength["A-COY"])
    assert told
    assert told.irregular == ("on a day of its flights more of the unit are absent than may be (strength/flights)",)
    assert verdict.warns == told.warns


def test_the_mark_goes_with_the_excess_and_stays_while_orders_change():
    naq = full()
    naq.ask("L2", 10, 12, travels=(EVE,))
    naq.issue(order(since=local(11)))
    assert marked(naq.verdict("L2")) == ((FLIGHTS,), True)
    naq.rescind()
    assert marked(naq.verdict("L2")) == ((FLIGHTS,), True)
    assert naq.verdict("L1").irregular == (), "whose own day it is has a place of it"
    assert marked(naq.ask("L2", 10, 12)) == ((), False)
    naq.ask("L2", 10, 12, travels=(EVE,))
    naq.back("L1")
    assert marked(naq.verdict("L2")) == ((), False), "as soon as it is so no more"


def test_the_mark_falls_on_who_exceeds_and_on_nobody_who_held_the_day_before():
    """Another is overridden onto the day, or the unit shrinks: who flew within the limit may ask anew unmarked."""
    naq = Naq(**{"A-COY": 10})
    naq.ask("L2", 10, 12, travels=(EVE,))
    naq.ask("L3", 9, 9, leave_kind="emergency")
    naq.override("L3", FORCE)
    assert naq.verdict("L3").granted
    for last in (12, 11, 13):
        assert marked(naq.ask("L2", 10, last, travels=(EVE,))) == ((), False)
    assert naq.out("L2", local(9, 9)).irregular == ()
    naq = Naq(**{"A-COY": 20})
    naq.ask("L1", 9, 9)
    naq.ask("L2", 10, 12, travels=(EVE,))
    naq.strength["A-COY"] = naq.strength["A-COY"].model_copy(update={"assigned": 10})
    naq.look_again()
    assert marked(naq.ask("L2", 10, 12, travels=(EVE,))) == ((), False)
    assert marked(naq.ask("L2", 10, 12, travels=(EVE - DAY, EVE))) == ((), False), "the new day has room"
    naq.ask("L4", 7, 7)
    assert marked(naq.ask("L2", 10, 12, travels=(date(2026, 3, 7), EVE))) == ((FLIGHTS,), True)


def test_the_mark_goes_when_the_unit_has_grown():
    naq = full()
    naq.ask("L2", 10, 12, travels=(EVE,))
    naq.strength["A-COY"] = naq.strength["A-COY"].model_copy(update={"assigned": 20})
    naq.look_again()
    assert marked(naq.verdict("L2")) == ((), False)


def test_an_override_is_the_consent_and_leaves_no_mark():
    naq = full()
    naq.override("L2", FORCE)
    assert naq.refused, "ordinary leave is not overridden"
    naq.ask("L3", 10, 12, leave_kind="emergency")
    naq.override("L3", FORCE)
    assert marked(naq.ask("L3", 10, 12, leave_kind="emergency", travels=(EVE,))) == ((), False)


def test_so_is_a_day_of_flights_on_which_an_order_wants_more_to_stay():
    naq = Naq()
    naq.issue(order(since=local(9), until=local(10), restrictions=(MinimumStrength(percent=100),)))
    naq.ask("L2", 10, 12)
    verdict = naq.ask("L2", 10, 12, travels=(EVE,))
    assert (verdict.granted, marked(verdict)) == (True, ((FLIGHTS,), True))
    assert "LO-1.1" in verdict.cites


def test_who_left_by_such_flights_stays_marked_and_who_is_away_is_when_theirs_move():
    naq = full()
    naq.ask("L2", 10, 12, travels=(EVE,))
    assert FLIGHTS in naq.out("L2", local(9, 9)).irregular
    naq = full()
    naq.ask("L3", 13, 14)
    assert naq.out("L2", local(10, 9)).irregular == ()
    moved = naq.out("L2", local(10, 9), travels=(date(2026, 3, 13),))
    assert marked(moved) == ((FLIGHTS,), True)
    assert marked(naq.out("L2", local(10, 9), travels=(date(2026, 3, 13),))) == ((FLIGHTS,), True), "told again"


def test_a_sign_out_taken_back_leaves_such_a_leave_its_place():
    naq = full()
    place = naq.places["L2"].model_copy(update={"travels": (EVE,)})
    naq.wish("L2", place)
    naq.out("L2", local(9, 9))
    assert naq.wish("L2", place).granted
