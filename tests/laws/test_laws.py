"""The laws which every decider keeps, whatever is done to it (`domain/decider.py` tells them in words)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain import authority, leave
from domain.decider import Refused, entries_of, fold
from domain.facts import Facts
from domain.holdings import Want
from domain.leave.deadlines import ladder
from domain.leave.events import Lacks
from domain.model import DAY, HOUR
from tests.domain.leave.life import NO_DAYS, NOW, Life, World, block
from tests.laws.dice import Dice
from tests.laws.entities import PlayedAccount, PlayedBase, PlayedRegister
from tests.laws.played import EVERY_END, EVERY_EVENT, EVERY_STEP, PlayedLeave


class Laws:
    """One test for each law; a subclass says whose life is played, and how often."""

    played: ClassVar[Any]
    lives: ClassVar[int] = 100

    def every(self, check: Callable[[Any], None], *, at_the_end: bool = False, lives: int = 0) -> None:
        """Play lives, and look after each move, or once at the end."""

        @settings(
            max_examples=lives or self.lives,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        )
        @given(st.binary(min_size=self.played.rolls[0], max_size=self.played.rolls[1]))
        def run(rolls: bytes) -> None:
            life = self.played(Dice(rolls))
            for _ in life.moves():
                if not at_the_end:
                    check(life)
            if at_the_end:
                check(life)

        run()

    def test_carrying_out_what_is_wanted_ends(self):
        """Nobody acts, the clock stands still: after a few effects nothing is wanted."""

        def quiet(life: Any) -> None:
            assert life.effects <= getattr(life, "most_effects", 1)

        self.every(quiet)

    def test_a_deadline_is_struck_once_it_is_decided(self):
        """What time has said is gone from what it will say."""

        def strikes(life: Any) -> None:
            decider, s = life.decider, life.state
            for lapse in decider.due(s)[:3]:
                events = decider.decide(lapse, s, Facts(), lapse.acted_at)
                after = fold(decider, s, entries_of(lapse, events, s.seq, lapse.acted_at))
                assert lapse.what not in {later.what for later in decider.due(after)}

        self.every(strikes)

    def test_a_deadline_that_is_noticed_late_is_put_off_once_and_then_struck(self):
        """Hours or days after an outage: what was put off is said at the end of its grace, and not again."""

        def put_off(life: Any) -> None:
            decider, s = life.decider, life.state
            for lapse in decider.due(s)[:3]:
                again, state, now, later = lapse, s, lapse.acted_at + 50 * HOUR, [lapse]
                for _ in range(2):
                    events = decider.decide(again, state, Facts(), now)
                    state = fold(decider, state, entries_of(again, events, state.seq, now))
                    later = [each for each in decider.due(state) if each.what == lapse.what]
                    if not later:
                        break
                    assert all(each.acted_at > now for each in later)
                    again = later[0]
                    now = again.acted_at
                assert not later, lapse.what

        self.every(put_off)

    def test_what_is_over_keeps_nothing(self):
        """Over: all has gone back, and nothing is wanted or due."""

        def kept(life: Any) -> None:
            if life.decider.over(life.state):
                assert not life.held()
                assert not life.decider.due(life.state)
                assert not life.decider.wants(life.state, life.now)

        self.every(kept)

    def test_the_same_act_again_changes_nothing(self):
        """Said twice is said once: all but the number of the last line stays."""

        def twice(life: Any) -> None:
            before, after = life.again()
            assert after.model_copy(update={"seq": before.seq}) == before

        self.every(twice, at_the_end=True)

    def test_every_event_of_a_decision_cites_its_rule(self):
        """A decision without a citation is a bug."""

        def cited(life: Any) -> None:
            assert all(event.cites for event in life.said)

        self.every(cited)

    def test_a_refusal_changes_nothing(self):
        """A refused act leaves all as it was, but for the count of refusals and acts."""

        def unchanged(life: Any) -> None:
            if life.said and all(isinstance(event, Refused) for event in life.said) and not life.effects:
                counted: dict[str, Any] = {"seq": 0, "base": None, "acts": {}, "spoken": {}}
                known = {k: v for k, v in counted.items() if k in type(life.state).model_fields}
                assert life.state.model_copy(update=known) == life.before.model_copy(update=known)

        self.every(unchanged)

    def test_a_journal_folds_to_the_same_state(self):
        """Twice the same, and the same after it was written and read."""

        def folds(life: Any) -> None:
            assert fold(life.decider, life.decider.initial, life.journal) == life.state
            assert type(life.state).model_validate_json(life.state.model_dump_json()) == life.state

        self.every(folds, at_the_end=True)

    def test_a_decision_is_read_from_the_history_as_it_was_made(self):
        """In the type in which the process reads it, whatever the act and whatever follows."""
        kinds = set[str]()

        def survives(life: Any) -> None:
            for made in life.decisions:
                read = life.recorded.model_validate_json(made.model_dump_json())
                assert (type(read.act), read.model_dump()) == (type(made.act), made.model_dump())
                assert [type(event) for event in read.events] == [type(event) for event in made.events]
                kinds.update(event.kind for event in made.events)

        self.every(survives, at_the_end=True)
        assert len(kinds) > 3, kinds


class Refusing(World):
    """A world that gives nothing but a number, and whose base always names an end which is past."""

    def __init__(self, seq: int) -> None:
        """The same base goes on: its words are newer than those before."""
        super().__init__()
        self.seq = seq

    def answer(self, want: Want) -> tuple[Any, ...]:
        spec = want.spec
        if spec is None or spec.what in ("number", "notice"):
            return super().answer(want)
        if spec.what == "place":
            self.granted, self.blocks = False, (block(until=NOW),)
            return super().answer(want)
        return (Lacks(spec=spec, n=want.n, refusal=NO_DAYS, cites=("world",)),)


class TestBase(Laws):
    played = PlayedBase


class TestAccount(Laws):
    played = PlayedAccount

    def test_a_settlement_is_never_refused_whatever_pack_binds_the_member_by_then(self):
        """The days were taken; what is wrong with them is noted."""

        def settled(life: PlayedAccount) -> None:
            who, n, days = life.wishes[-1] if life.wishes else ("", 0, None)
            if days and days.charged is not None and n == life.n:
                assert [e.kind for e in life.said if e.kind in ("held-days", "days-refused")] == ["held-days"], who

        self.every(settled)


class TestRegister(Laws):
    played = PlayedRegister


class TestLeave(Laws):
    played = PlayedLeave
    lives = 80

    def test_an_observation_is_never_refused_from_who_may_see(self):
        """What the gate saw happened; what anybody tells was told. What is still to come, nobody saw."""

        def observed(life: PlayedLeave) -> None:
            act = life.last
            if (
                act.said != "observation"
                or life.before.ask is None
                or act.act_id in life.before.acts
                or act.acted_at > life.decisions[-1].now
            ):
                return
            ends = act.kind == "end-member"
            if ends and "m-member" in (act.decided_by, act.entered_by):
                return
            if ends and life.before.days.day(act.acted_at) < life.before.whose.arrived:
                return
            seen_by = [who for who in (life.by, None if ends else life.clerk) if who]
            held = [post for who in seen_by for post in (*who.posts, *who.relieved)]
            chain = {post for rung in life.before.desks["approve"] for post in (rung.post, rung.deputy)}
            sees = any(post.post in chain if ends else post.role in authority.AT_THE_GATE for post in held)
            if life.clerk and not life.clerk.holds("clerk", "gate", "duty-officer", "administrator"):
                return
            if act.kind in ("report", "attach", "contact", "was-told") or sees:
                assert life.said
                assert not any(isinstance(event, Refused) for event in life.said)

        self.every(observed)

    def test_time_alone_ends_every_leave(self):
        """From any state, whoever falls silent: deadlines and effects end it in a bounded number of steps."""

        def ends(life: PlayedLeave) -> None:
            life.finish_all()
            for _ in range(1200):
                if leave.over(life.state):
                    return
                assert leave.due(life.state), f"nothing will move it on: {life.at}, ended {life.state.ended}"
                life.lapse()
                life.finish_all()
            raise AssertionError(f"still at {life.at}: {leave.due(life.state)[:3]}")

        self.every(ends, at_the_end=True)

    def test_time_alone_ends_every_leave_to_which_the_world_gives_nothing(self):
        """So also where account and movement refuse all, and the base answers with blocks whose end is past."""

        def ends(life: PlayedLeave) -> None:
            life.world = Refusing(life.world.seq)
            for _ in range(1200):
                while life.jobs:
                    life.effects = 0
                    life.finish_all()
                if leave.over(life.state):
                    return
                assert leave.due(life.state), f"nothing will move it on: {life.at}"
                life.lapse()
            raise AssertionError(f"still at {life.at}: {leave.due(life.state)[:3]}")

        self.every(ends, at_the_end=True)

    def test_nobody_is_overdue_by_what_they_were_never_told(self):
        """Before the end of the last day approved, none of whom no recall was told has a rung of the ladder ahead."""

        def told(life: PlayedLeave) -> None:
            s = life.state
            if s.away and s.admitted is None and (s.recall is None or s.recall.known is None):
                over = s.days.instant(s.last_day + DAY)
                early = [lapse.what for lapse in ladder(s) if lapse.acted_at < over]
                assert not early, (early, s.last_day)

        self.every(told)

    def test_no_leave_sleeps_through_the_beginning_of_what_bars_it(self):
        """Who may leave is what the orders say of that time: as a stop begins the base is asked again."""

        def asked(life: PlayedLeave) -> None:
            s, said = life.state, life.state.verdict
            due = leave.due(s)
            if said is None or s.out_at or s.ended or life.jobs or (due and due[0].acted_at <= life.now):
                return
            judged = said.as_of or s.lacked_at["place"]
            assert not [bar for bar in said.bars if bar.all_day and judged < bar.since <= life.now]

        self.every(asked)

    def test_a_leave_stays_small_whatever_is_done_to_it(self):
        """Its state is handed over with every decision."""

        def small(life: PlayedLeave) -> None:
            assert len(life.state.model_dump_json()) < 32_000

        self.every(small, at_the_end=True)

    def test_acts_which_wait_for_a_countersignature_fill_no_leave_either(self):
        """They are the largest which anybody can say again and again, here through a clerk."""
        life = Life().until("sign-out")
        for _ in range(700):
            if leave.possible(life.act("attach", entered_by="m-clerk"), life.state):
                break
            life.say("attach", "co", "clerk")
        assert leave.possible(life.act("attach", entered_by="m-clerk"), life.state)
        assert not leave.possible(life.act("sign-out"), life.state)
        assert len(life.state.model_dump_json()) < 64_000
        life.sign_out()
        assert life.kinds == ["signed-out"]

    def test_every_step_and_every_end_is_reached(self):
        """Laws that are tried on half of the path prove nothing of the other half."""
        PlayedLeave.reached.clear()
        self.every(lambda _: None, at_the_end=True, lives=max(600, self.lives))
        missing = (EVERY_STEP | EVERY_END | EVERY_EVENT) - {
            name for name, times in PlayedLeave.reached.items() if times
        }
        assert not missing, dict(PlayedLeave.reached)


@pytest.mark.slow
@pytest.mark.timeout(3600)
class TestLeaveDeeply(TestLeave):
    lives = 2000
