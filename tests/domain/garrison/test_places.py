"""Control numbers, places and the queue."""

from datetime import date, timedelta

import pytest

from domain import garrison
from domain.acts import Enter, SetPlace
from domain.facts import UnitStrength
from domain.garrison.board import absences, queue
from domain.garrison.events import Examined, Freed, LookedAgain, Stands
from domain.garrison.strength import FAR
from domain.orders import Scope
from domain.restrictions import MinimumStrength
from tests.domain.garrison.mission import CALENDAR, NOW, Naq, cited, full, local, order, place


def test_numbers_are_gapless_by_year_and_the_same_when_asked_twice():
    naq = Naq()
    assert [naq.enter(x) for x in ("L1", "L2", "L1")] == ["NAQ-2026-000001", "NAQ-2026-000002", "NAQ-2026-000001"]
    assert naq.enter("L3", year=2027) == "NAQ-2027-000001"
    assert naq.enter("L4") == "NAQ-2026-000003"
    assert naq.enter("L3") == "NAQ-2027-000001"


def test_a_place_is_granted_while_the_unit_has_room_and_cites_the_rule():
    naq = Naq()
    verdicts = [naq.ask(f"L{i}") for i in range(4)]
    assert [v.granted for v in verdicts] == [True, True, True, False]
    assert all(v.cites for v in verdicts)
    assert [b.rule for b in verdicts[3].blocks] == ["strength/ceiling"]
    assert verdicts[3].place_in_queue == 1
    assert verdicts[3].blocks[0].first_free == date(2026, 3, 13)


@pytest.mark.rule("strength/ceiling")
@pytest.mark.parametrize(("assigned", "places"), [(0, 1), (6, 1), (7, 1), (13, 1), (14, 2), (20, 3)])
def test_absent_are_at_most_the_floor_of_the_percentage_and_at_least_one(assigned, places):
    naq = Naq(**{"A-COY": assigned})
    assert sum(naq.ask(f"L{i}").granted for i in range(5)) == places


def test_absences_of_other_kinds_count():
    naq = Naq()
    naq.strength["A-COY"] = UnitStrength(assigned=20, away={date(2026, 3, 11): 3})
    assert not naq.ask("L1", 10, 12).granted
    assert naq.ask("L2", 12, 14).granted


def test_a_place_that_a_course_had_taken_is_given_once_the_base_looks_again():
    naq = Naq()
    naq.strength["A-COY"] = UnitStrength(assigned=20, away={date(2026, 3, 11): 3})
    naq.ask("L1", 10, 12)
    naq.strength["A-COY"] = UnitStrength(assigned=20)
    assert not naq.verdict("L1").granted, "nobody has told the base"
    assert [type(event) for event in naq.look_again()] == [LookedAgain, Examined]
    assert naq.verdict("L1").granted
    assert [type(event) for event in naq.look_again()] == [LookedAgain], "nothing else has changed since"


def test_each_day_counts_for_itself():
    naq = Naq()
    for i in range(3):
        naq.ask(f"L{i}", 10, 12)
    assert not naq.ask("LONG", 12, 14).granted
    assert naq.ask("NEXT", 13, 14).granted


def test_units_do_not_share_places():
    naq = Naq()
    for i in range(4):
        naq.ask(f"L{i}")
    assert naq.ask("HQ1", unit="HQ").granted
    assert not naq.ask("HQ2", unit="HQ").granted


def test_a_unit_whose_strength_nobody_knows_has_no_places_yet():
    naq = Naq()
    verdict = naq.ask("L1", unit="GHOSTS")
    assert not verdict.granted
    assert [b.rule for b in verdict.blocks] == ["strength/unknown"]
    assert verdict.place_in_queue is None
    naq.strength["GHOSTS"] = UnitStrength(assigned=10)
    assert naq.ask("L1", unit="GHOSTS").granted


def test_the_queue_is_served_in_the_order_of_asking_in_the_decision_that_frees_a_place():
    naq = Naq()
    first, second = place("W1"), place("W2")
    for i in range(3):
        naq.ask(f"L{i}")
    assert naq.wish("W2", second).place_in_queue == 1
    assert naq.wish("W1", first).place_in_queue == 1  # asked before W2, though it came later
    assert [w.leave_id for w in queue(naq.state)] == ["W1", "W2"]
    naq.back("L1")
    assert naq.kinds == ["freed", "stands", "examined"]
    assert naq.verdict("W1").granted
    assert not naq.verdict("W2").granted


def test_a_newcomer_does_not_overtake_who_waits_but_takes_what_the_other_cannot_use():
    naq = Naq()
    for i in range(3):
        naq.ask(f"L{i}", 10, 11)
    assert not naq.ask("LONG", 11, 14).granted
    assert naq.ask("NEW", 12, 13).granted
    naq.strength["A-COY"] = UnitStrength(assigned=40)  # six places: LONG comes before the one who asks now
    assert naq.ask("NEWER", 11, 12).granted
    assert naq.verdict("LONG").granted


def test_an_earlier_request_that_still_does_not_fit_leaves_the_place_to_a_later_one():
    naq = Naq()
    naq.ask("L0", 10, 10)
    naq.ask("L1", 10, 14)
    naq.ask("L2", 10, 14)
    assert not naq.ask("LONG", 10, 14).granted
    naq.ask("L3", 11, 14)
    assert not naq.ask("SHORT", 10, 10).granted
    naq.back("L0")
    assert not naq.verdict("LONG").granted
    assert naq.verdict("SHORT").granted


def test_asked_twice_or_late_the_present_verdict_is_said_again_and_nothing_changes():
    naq = Naq()
    granted = naq.ask("L1")
    naq.ask("L1", 11, 12)
    before = naq.state
    for n in (1, 2, 0):
        again = naq.wish("L1", place("L1", 20, 25), n=n)
        assert again == naq.verdict("L1")
        assert again.granted == granted.granted
        assert naq.state.model_copy(update={"seq": 0}) == before.model_copy(update={"seq": 0})


def test_a_wish_that_comes_late_does_not_take_again_what_was_given_back():
    naq = Naq()
    naq.ask("L1")
    naq.back("L1")
    late = naq.wish("L1", place("L1"), n=1)
    assert not late.granted
    assert not naq.state.asking()


def test_giving_back_what_was_never_taken_is_answered():
    naq = Naq()
    assert not naq.back("L1").granted
    assert naq.kinds == ["opened", "freed", "stands"]


def test_whoever_changes_days_keeps_what_is_within_and_asks_anew_for_what_is_not():
    naq = Naq()
    for i in range(3):
        naq.ask(f"L{i}", 10, 14)
    waiting = naq.ask("W", 13, 14)
    assert not waiting.granted
    assert naq.ask("L0", 11, 12).granted
    assert naq.verdict("W").granted  # in the same decision
    assert naq.kinds == ["stands", "examined"]
    assert not naq.ask("L0", 11, 13).granted


def test_who_moves_to_another_unit_frees_the_place_in_the_old_one():
    naq = Naq()
    for i in range(3):
        naq.ask(f"L{i}")
    naq.ask("W")
    assert naq.ask("L0", unit="HQ").granted
    assert naq.verdict("W").granted


def test_days_that_are_over_need_no_place():
    naq = Naq()
    for i in range(3):
        naq.ask(f"L{i}", 10, 12)
    assert naq.ask("LATE", 11, 14, at=local(13, 9)).granted


# ---- what the gate saw ---------------------------------------------------------------------------------------------


def test_a_sign_out_is_never_refused_and_counts():
    naq = full()
    seen = naq.out("E", local(10, 9))
    assert seen.granted
    assert seen.irregular == ("strength",)
    assert [e.irregular for e in naq.said if isinstance(e, Stands)] == [("strength",)]
    assert naq.state.leaves["E"].away


def test_a_sign_out_of_which_nothing_was_known_is_recorded():
    """No place was ever taken: that is what is told of it, and of strength only where the unit had no room."""
    naq = Naq()
    seen = naq.out("STRANGER", local(10, 9))
    assert seen.granted
    assert seen.irregular == ("path/clear",)
    assert naq.out("STRANGER", local(10, 8)).irregular == ("path/clear",)  # told once more with another time
    assert full().out("STRANGER", local(10, 9)).irregular == ("strength",)


def test_a_regular_sign_out_is_irregular_in_nothing():
    naq = Naq()
    naq.ask("L1")
    assert naq.out("L1", local(10, 9)).irregular == ()


def test_who_came_back_frees_the_place():
    naq = full()
    naq.out("L0", local(10, 9))
    naq.back("L0")
    freed = [e for e in naq.said if isinstance(e, Freed)]
    assert [e.how for e in freed] == ["back"]
    assert naq.verdict("E").granted


def test_who_is_late_is_absent_until_seen():
    naq = Naq(**{"A-COY": 5})
    naq.ask("L1", 10, 12)
    naq.out("L1", local(10, 9))
    naq.now = local(14, 9)
    assert not naq.ask("L2", 14, 15).granted
    assert naq.ask("L3", 15, 16).granted


def test_the_day_of_a_sign_out_after_noon_is_no_day_of_absence():
    naq = Naq(**{"A-COY": 5})
    naq.ask("L1", 10, 12)
    naq.out("L1", local(10, 12, 1))
    assert naq.ask("L2", 10, 10).granted


def test_an_extension_of_who_is_away_stands_and_keeps_what_was_irregular():
    naq = full()
    naq.out("E", local(10, 9))
    longer = naq.places["E"].model_copy(update={"last": date(2026, 3, 20)})
    verdict = naq.wish("E", longer)
    assert verdict.granted
    assert verdict.irregular == ("strength",)


def test_a_sign_out_taken_back_takes_back_the_place_it_took():
    naq = full()
    planned = naq.places["E"]
    naq.out("E", local(10, 9))
    assert not naq.wish("E", planned).granted
    naq.ask("L0")
    naq.out("L0", local(10, 9))
    assert naq.ask("L0").granted


# ---- what is told --------------------------------------------------------------------------------------------------


def test_verdicts_of_the_bases_own_accord_are_wanted_until_told():
    naq = full()
    naq.back("L0")
    (tell,) = garrison.wants(naq.state, NOW)
    assert list(tell.verdicts) == ["E"]
    assert tell.verdicts["E"] == naq.verdict("E")
    assert tell.n == naq.verdict("E").seq
    naq.told(E=naq.verdict("E").seq - 1)
    assert garrison.wants(naq.state, NOW)
    naq.told(E=naq.verdict("E").seq)
    assert not garrison.wants(naq.state, NOW)


def test_an_answer_needs_no_telling():
    naq = full()
    assert not garrison.wants(naq.state, NOW)


def test_a_leave_that_is_gone_is_struck_and_its_place_serves_the_queue():
    naq = full()
    naq.told(gone=("L0", "UNKNOWN"))
    assert naq.kinds == ["told-leaves", "examined"]
    assert "L0" not in naq.state.asking()
    assert naq.verdict("E").granted


def test_who_left_is_not_told_any_more():
    naq = full()
    naq.back("L0")
    naq.out("E", local(10, 9))
    assert not garrison.wants(naq.state, NOW)


# ---- what stays in the state ---------------------------------------------------------------------------------------


def test_closed_leaves_are_put_away_after_a_while_and_waiting_ones_are_not():
    naq = Naq()
    naq.enter("L1")
    naq.ask("L1")
    naq.back("L1")
    naq.ask("L2", 10, 12)
    naq.now = NOW + timedelta(days=61)
    naq.ask("L3")
    assert set(naq.state.leaves) == {"L2", "L3"}
    assert naq.enter("L9") == "NAQ-2026-000002"


def test_a_number_that_was_put_away_comes_back_with_the_place():
    """A leave may wait longer for its approval than the base remembers; its number stays its number."""
    naq = Naq()
    number = naq.enter("L1")
    naq.now = NOW + timedelta(days=61)
    naq.enter("L2")
    assert "L1" not in naq.state.leaves
    naq.ask("L1", number=number)
    assert naq.state.leaves["L1"].number == number
    assert naq.enter("L1") == number
    assert naq.enter("L3") == "NAQ-2026-000003"


def test_another_base_is_told_so():
    naq = Naq()
    naq.enter("L1")
    act = naq.head(base="KIN")
    naq.act(Enter(**act, leave_id="L2", year=2026))
    assert naq.refused == "base/other"


def test_examined_names_only_what_changed():
    naq = full()
    naq.ask("W2")
    naq.back("L0")
    (examined,) = [e for e in naq.said if isinstance(e, Examined)]
    assert set(examined.verdicts) == {"E"}  # W2 moved up in the queue, which is no news worth a message
    assert examined.cites
    assert cited(naq.verdict("W2")) == ["strength"]


def test_strength_is_asked_for_on_every_day_among_which_a_free_place_is_looked_for():
    """Who is on a course on a later day is known before that day is promised."""
    naq = Naq()
    wish = place("L1", 10, 12)
    asked = garrison.about(SetPlace(**naq.head(), leave_id="L1", n=1, place=wish), naq.state)
    first, last = date(2026, 3, 10), date(2026, 3, 12) + timedelta(days=FAR)
    assert (asked.first, asked.last) == (first, last)
    full = {date(2026, 3, 9) + timedelta(days=i): 3 for i in range(60)}
    known = {day: away for day, away in full.items() if first <= day <= last}
    naq.strength["A-COY"] = UnitStrength(assigned=20, away=known)
    (block,) = naq.wish("L1", wish).blocks
    assert block.first_free == date(2026, 5, 8)


def rotation(naq: Naq) -> None:
    """Twenty in A-COY, of whom six leave at the end of 11 March; eight more arrive on 20 March."""
    changes = {date(2026, 3, 12): 14, date(2026, 3, 20): 22}
    naq.strength["A-COY"] = UnitStrength(assigned=20, changes=changes)


def test_a_ceiling_is_of_those_who_are_assigned_on_the_day():
    naq = Naq()
    rotation(naq)
    assert [naq.ask(f"L{i}", 10, 11).granted for i in range(4)] == [True, True, True, False]  # 15 % of 20
    assert [naq.ask(f"M{i}", 12, 13).granted for i in range(3)] == [True, True, False]  # 15 % of 14
    (block,) = naq.verdict("M2").blocks
    assert "2 of 14 in A-COY are absent on 2026-03-12, at most 2 may be" in block.why


def test_a_leave_of_other_days_does_not_make_a_day_smaller():
    naq = Naq()
    rotation(naq)
    assert naq.ask("LONG", 10, 25).granted
    assert [naq.ask(f"L{i}", 10, 11).granted for i in range(3)] == [True, True, False]


def test_a_minimum_strength_is_judged_by_those_who_are_assigned_on_the_day():
    naq = Naq()
    rotation(naq)
    naq.issue(order(restrictions=(MinimumStrength(count=13),)))
    assert naq.ask("L1", 12, 13).granted
    (block,) = naq.ask("L2", 11, 12).blocks
    assert "1 of 14 in A-COY are absent on 2026-03-12, at most 1 may be" in block.why


def test_displays_tell_of_each_day_how_many_are_assigned_and_may_be_absent():
    naq = Naq()
    rotation(naq)
    shown = absences(naq.state, naq.strength, CALENDAR, local(11), 15)
    mine = {one.day.day: (one.assigned, one.ceiling) for one in shown if one.unit == "A-COY"}
    assert (mine[11], mine[12], mine[19], mine[20]) == ((20, 3), (14, 2), (14, 2), (22, 3))


def test_displays_tell_what_orders_let_be_absent_of_a_whole_unit():
    naq = Naq()
    naq.issue(order("LO-1", since=local(12), until=local(13), restrictions=(MinimumStrength(count=19),)))
    naq.issue(order("LO-2", restrictions=(MinimumStrength(count=20),), scope=Scope(nations=("GHA",))))
    shown = absences(naq.state, naq.strength, CALENDAR, local(11), 15)
    assert [one.ceiling for one in shown if one.unit == "A-COY"][:3] == [3, 1, 3]


def test_a_strength_recorded_without_changes_is_the_same_on_all_days():
    """What was recorded before strength was told by day still reads."""
    of = UnitStrength.model_validate_json('{"assigned": 7, "away": {"2026-03-12": 1}}')
    assert {of.on(date(2026, 3, 1)), of.on(date(2027, 3, 1))} == {7}
