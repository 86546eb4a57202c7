"""Any interleaving of acts on a base keeps its laws. The draws are weighed, and each branch must have been reached."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from domain import garrison
from domain.calendar import days
from domain.decider import fold
from domain.facts import KeyHolder, UnitStrength
from domain.garrison.barring import apart
from domain.garrison.clock import Clock
from domain.garrison.events import Examined
from domain.garrison.foresight import turns
from domain.garrison.orders import editions
from domain.garrison.state import Garrison
from domain.garrison.strength import STRENGTH, absent_days, ceiling
from domain.holdings import Part, Place
from domain.model import DAY
from domain.orders import QUEUED, Verdict
from tests.domain.garrison.draws import EVERY_BRANCH, HOURS, KINDS, SCOPES, WEIGHED
from tests.domain.garrison.mission import CALENDAR, COMMANDER, DEPUTY, FORCE, NOW, Naq, order, place

LEAVES = [f"L{i}" for i in range(8)]
CLOCK = Clock(CALENDAR)
REACHED: Counter[str] = Counter()


def several(wished: Place) -> Place:
    """The same days, all but the first as leave of another kind."""
    first, rest = {"first": wished.first, "last": wished.first}, {"first": wished.first + DAY, "last": wished.last}
    parts = (Part(leave_kind=wished.leave_kind, **first), Part(leave_kind="ordinary", **rest))
    return wished.model_copy(update={"parts": parts})


class Base(RuleBasedStateMachine):
    """Six of HQ, so that one may be absent; seven of A-COY, so that one may be, too; eight leaves want to go."""

    def __init__(self) -> None:
        super().__init__()
        self.naq = Naq(**{"A-COY": 7, "HQ": 6})
        doctors = tuple(KeyHolder(member=f"m-l{i}", since=NOW.date()) for i in range(3))
        self.naq.strength["HQ"] = UnitStrength(assigned=6, keys={"DOC": doctors})
        self.naq.etp_posts = (DEPUTY,)
        self.numbers: dict[str, str] = {}
        self.was: Garrison = self.naq.state
        self.draw: Any = None

    # ---- what may happen ---------------------------------------------------------------------------------------------

    @rule(data=st.data(), what=st.sampled_from(WEIGHED))
    def step(self, data, what):
        """One act, each kind as often as its weight says; hypothesis itself would try all kinds equally often."""
        self.draw = data.draw
        getattr(self, what)()

    def one_of(self, *values):
        return self.draw(st.sampled_from(values))

    def leave(self, likely=lambda line: True):
        """A leave known to the base, and mostly one of those where the act has something to do."""
        leaves = self.naq.state.leaves
        fit = [key for key in sorted(leaves) if likely(leaves[key])]
        return self.one_of(*(fit if fit and self.one_of(1, 1, 1, 0) else sorted(leaves))) if leaves else LEAVES[0]

    def time_passes(self):
        self.naq.now += timedelta(hours=self.one_of(0, 1, 6, 12, 24, 72))

    def months_pass(self):
        self.naq.now += timedelta(days=61)

    def enter(self):
        leave = self.one_of(*LEAVES)
        number = self.naq.enter(leave)
        assert self.numbers.setdefault(leave, number) == number or self.forgot(leave)
        self.numbers[leave] = number
        self.after()

    def ask(self):
        leave = self.one_of(*LEAVES)
        line = self.naq.state.leaves.get(leave)
        if line and line.away:
            return  # who is away asks for no new place
        begins = CALENDAR.day(self.naq.now) + timedelta(days=self.one_of(0, 1, 2, 3, 3, 3, 5))
        words = {
            "unit": self.one_of("A-COY", "HQ", "HQ"),
            "nation": self.one_of("IRL", "GHA"),
            "destination": self.one_of("DUBLIN", "ACCRA"),
            "leave_kind": self.one_of("ordinary", "emergency"),
        }
        span = {"first": begins, "last": begins + timedelta(days=self.one_of(0, 1, 1, 2, 3))}
        asked = {"asked_at": NOW - timedelta(hours=self.draw(st.integers(0, 50)))}
        wished = place(leave, **words).model_copy(update=span | asked)
        follows = wished.last > wished.first and self.one_of(0, 0, 1)
        verdict = self.naq.wish(leave, several(wished) if follows else wished)
        assert verdict.cites
        self.note(verdict)
        self.after()

    def again(self):
        leave, stale = self.leave(), self.one_of(0, 0, 1, 2)
        line = self.naq.state.leaves.get(leave)
        if line is None or line.n < 0:
            return
        before, ns = self.naq.state, dict(self.naq.ns)
        verdict = self.naq.wish(leave, self.one_of(None, place(leave, 4, 8)), n=max(line.n - stale, 0))
        self.naq.ns = ns
        REACHED["stale" if stale else "said again"] += 1
        assert verdict.granted == line.granted
        assert self.naq.state.model_copy(update={"seq": before.seq}) == before
        self.after()

    def sign_out(self):
        leave = self.leave(lambda line: line.place and not line.away)
        line = self.naq.state.leaves.get(leave)
        if line is None or line.place is None:
            return
        at = line.wish.out_at or self.naq.now - timedelta(hours=self.one_of(0, 0, 1, 9, 30))
        seen = line.wish.model_copy(
            update={"out_at": at, "last": line.wish.last + timedelta(days=self.one_of(0, 0, 2))}
        )
        verdict = self.naq.wish(leave, seen)
        assert verdict.granted
        assert not verdict.blocks
        assert self.naq.state.leaves[leave].wish == seen
        REACHED["irregular"] += bool(verdict.irregular)
        self.after()

    def give_back(self):
        leave = self.leave(lambda line: line.place)
        line = self.naq.state.leaves.get(leave)
        REACHED["back" if line and line.away else "struck"] += 1
        assert not self.naq.back(leave).granted
        self.after()

    def issue(self):
        number, hours = self.one_of("LO-1", "LO-2", "LO-3"), self.draw(HOURS)
        versions = self.naq.state.book.get(number, ())
        since = (self.naq.now + timedelta(hours=hours - 24)).replace(minute=0)
        if versions and (end := versions[-1].end) and self.one_of(True, True, False):
            since = end + timedelta(minutes=self.one_of(0, 0, 1, 100))
        until = since + timedelta(hours=self.one_of(1, 12, 40, 100)) if self.one_of(True, False) else None
        version = (versions[-1].order.version if versions else 0) + self.one_of(1, 1, 1, 1, 1, 2)
        words = {"restrictions": (self.draw(KINDS),), "scope": self.draw(SCOPES)}
        issued, by = order(number, version, since, until, **words), self.one_of(COMMANDER, COMMANDER, COMMANDER, FORCE)
        foretold = self.naq.what_if(issued, by)
        self.naq.issue(issued, by=by)
        self.as_foretold(foretold)
        self.after()
        if "order-issued" in self.naq.kinds:
            self.unchanged_by(lambda: self.naq.issue(issued, by=by))
            assert self.naq.kinds == ["already-so"]

    def as_foretold(self, foretold):
        """What an order was told to change is what it then changes; only who issues it may make a difference."""
        happened = turns(self.naq.said, self.was)
        if self.naq.refused.startswith("authority/"):
            assert foretold.refusal
            REACHED["foretold to who may not issue it"] += bool(foretold.turns)
        else:
            assert foretold.turns == happened
            assert self.naq.refused == (foretold.refusal.rule if foretold.refusal else "")
            REACHED["foretold"] += bool(happened)

    def rescind(self):
        number = self.one_of("LO-1", "LO-2", "LO-3")
        ends = (self.naq.now + timedelta(hours=self.one_of(-2, 0, 0, 1, 48, 900))).replace(minute=0)
        self.naq.rescind(number, ends=ends)
        self.after()
        self.unchanged_by(lambda: self.naq.rescind(number, ends=ends))

    def exempt(self):
        leave = self.leave(lambda line: line.verdict and any(b.cites != STRENGTH for b in line.verdict.blocks))
        line = self.naq.state.leaves.get(leave)
        known = [e.name for e in editions(self.naq.state.book)] or ["LO-1.1"]
        named = [b.cites for b in line.verdict.blocks if b.cites in known] if line and line.verdict else []
        name = self.one_of(*named) if named and self.one_of(1, 1, 0) else self.one_of(*known)
        own = COMMANDER.model_copy(update={"id": f"m-{leave.lower()}"})
        by = self.one_of(COMMANDER, COMMANDER, FORCE, own, own)
        words = {"until": self.one_of(None, None, *(self.naq.now + timedelta(hours=h) for h in (-1, 20, 100)))}
        self.naq.exempt(leave, name, by, **words)
        self.after()
        self.unchanged_by(lambda: self.naq.exempt(leave, name, by, **words))

    def override(self):
        leave = self.leave(lambda line: line.place and not line.granted and line.place.leave_kind == "emergency")
        by = self.one_of(FORCE, FORCE, COMMANDER)
        self.naq.override(leave, by)
        self.after()
        self.unchanged_by(lambda: self.naq.override(leave, by))

    def tell(self):
        for tell in garrison.wants(self.naq.state, self.naq.now):
            leaves = sorted(tell.verdicts)
            gone = tuple(leaves[:1]) if self.one_of(True, False, False) else ()
            REACHED["gone"] += bool(gone)
            self.naq.told(gone=gone, **{key: v.seq for key, v in tell.verdicts.items() if key not in gone})
            owed = garrison.wants(self.naq.state, self.naq.now)
            assert not owed or owed[0].n > tell.n
            self.after()

    # ---- what must hold ----------------------------------------------------------------------------------------------

    def after(self):
        """What is noted of each act, and what it may not have done."""
        for kind, event in zip(self.naq.kinds, self.naq.said, strict=True):
            REACHED[kind] += 1
            assert event.cites
        for event in self.naq.said:
            if isinstance(event, Examined):
                for key, verdict in event.verdicts.items():
                    before = self.was.leaves[key].verdict
                    REACHED["served"] += bool(before and verdict.granted and not before.granted)
                    REACHED["lifted"] += bool(before and before.granted and before.blocks and not verdict.blocks)
                    self.note(verdict)
        if self.naq.refused:
            REACHED[f"refused {self.naq.refused}"] += 1
            assert self.naq.state.model_copy(update={"seq": 0, "base": None}) == self.was.model_copy(
                update={"seq": 0, "base": None}
            )
        self.served_in_order()
        self.was = self.naq.state

    def served_in_order(self):
        """Who was given a place fits; nobody who asked earlier would fit instead; orders do not bar who is new."""
        now, before = self.naq.state.asking(), self.was.asking()
        new = {k for k, x in now.items() if x.granted and not x.away and not (k in before and before[k].granted)}
        today = CALENDAR.day(self.naq.now)
        for key in new:
            assert not self.naq.verdict(key).blocks
        for key, line in now.items():
            most = ceiling(15, self.naq.strength[line.wish.unit].assigned)
            mine = (line.wish.asked_at, key)
            taken: Counter[date] = Counter()
            for other, x in now.items():
                moved = other in new or other not in before or before[other].place != x.place
                unasked = key in new and x.overridden and moved  # it came after, and asked nobody
                later = key not in new and other in new and (x.wish.asked_at, other) > mine
                if x.granted and other != key and x.wish.unit == line.wish.unit and not unasked and not later:
                    taken.update(self.absent(x, today))
            for back in self.naq.state.quarantined.values():
                taken.update(days(back.first, back.last) if back.unit == line.wish.unit else ())
            wanted = [day for day in self.absent(line, today) if day >= today]
            if key in new and not line.overridden:
                assert all(taken[day] < most for day in wanted)
            elif not line.granted and line.verdict and {b.cites for b in line.verdict.blocks} == {STRENGTH} and new:
                REACHED["others were served"] += 1
                assert any(taken[day] >= most for day in self.absent(line, today))

    def unchanged_by(self, act):
        before = self.naq.state
        act()
        assert self.naq.state.model_copy(update={"seq": before.seq}) == before
        assert not {"examined", "stands"} & set(self.naq.kinds)

    def note(self, verdict: Verdict):
        REACHED["barred hours"] += bool(verdict.bars)
        if verdict.granted:
            REACHED["suspended" if verdict.blocks else "granted"] += 1
        else:
            REACHED["waits in the queue" if verdict.place_in_queue else "waits for an order"] += 1

    def forgot(self, leave) -> bool:
        """A number may be given anew only to a leave whose line was put away, weeks after it closed."""
        return any(e.event.kind == "forgotten" and leave in e.event.leaves for e in self.naq.entries)

    def absent(self, line, today):
        """The days of an absence with those of quarantine."""
        return absent_days(line.wish, today, CLOCK, apart(self.naq.state, line, CLOCK))

    @invariant()
    def one_version_at_any_instant(self):
        for versions in self.naq.state.book.values():
            spans = [(e.order.since, e.end) for e in versions if e.end is None or e.order.since < e.end]
            for (_, end), (since, _) in pairwise(spans):
                assert end is not None
                assert end <= since
            assert len({e.name for e in versions}) == len(versions)

    @invariant()
    def strength_is_exceeded_only_by_overrides_and_by_what_was_seen(self):
        for unit, strength in self.naq.strength.items():
            lines = self.naq.state.asking(unit)
            today = CALENDAR.day(self.naq.now)
            for day in days(today, today + timedelta(days=12)):
                absent = [k for k, x in lines.items() if x.granted and day in absent_days(x.wish, today, CLOCK)]
                if len(absent) > ceiling(15, strength.assigned):
                    beyond = [k for k in absent if lines[k].overridden]
                    seen = [k for k in absent if lines[k].away]
                    assert beyond or seen
                    REACHED["exceeded by override"] += bool(beyond)
                    REACHED["exceeded by what was seen"] += bool(seen)
                    REACHED["late"] += any(lines[k].wish.last < today for k in seen)

    @invariant()
    def nobody_waits_in_the_queue_for_a_place_that_is_free(self):
        """As of the last decision: none who waits for the ceiling alone would fit beside those who hold places."""
        for unit, strength in self.naq.strength.items():
            lines = self.naq.state.asking(unit)
            today = CALENDAR.day(self.naq.now)
            taken: Counter[date] = Counter()
            for line in lines.values():
                if line.granted:
                    taken.update(self.absent(line, today))
            for back in self.naq.state.quarantined.values():
                taken.update(days(back.first, back.last) if back.unit == unit else ())
            for key, line in lines.items():
                if line.granted or not line.verdict or {b.cites for b in line.verdict.blocks} != {STRENGTH}:
                    continue
                assert all(b.rule in QUEUED for b in line.verdict.blocks), key
                before, after = apart(self.naq.state, line, CLOCK)
                wanted = days(line.wish.first - before * DAY, line.wish.last + after * DAY)
                assert any(taken[day] + 1 > ceiling(15, strength.assigned) for day in wanted), key

    @invariant()
    def numbers_are_gapless(self):
        given_ = {e.event.number for e in self.naq.entries if e.event.kind == "numbered"}
        assert given_ == {f"NAQ-2026-{i:06d}" for i in range(1, len(given_) + 1)}

    def teardown(self):
        """A journal folds to the same state twice, through JSON too; and all that was taken goes back."""
        assert fold(garrison, garrison.initial, self.naq.entries) == self.naq.state
        read = Garrison.model_validate_json(self.naq.state.model_dump_json())
        assert read == self.naq.state
        for leave in sorted(self.naq.state.asking()):
            self.naq.back(leave)
        assert not self.naq.state.asking()
        assert not garrison.wants(self.naq.state, NOW)


@pytest.mark.timeout(400)  # half a minute alone; more where others work beside it
def test_any_interleaving_of_acts_keeps_the_laws_of_a_base():
    REACHED.clear()
    run_state_machine_as_test(
        Base,
        settings=settings(
            max_examples=200,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        ),
    )
    assert not {branch for branch in EVERY_BRANCH if not REACHED[branch]}, dict(REACHED)
