"""Under any interleaving of wishes, new, stale and repeated, no day is held twice and no more is lent than allowed.

The machine keeps plain books of its own: what each leave holds, and the balance found by walking from day to day.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import account
from domain.account import Account, CorrectedDays, DaysRefused, HeldDays, as_known
from domain.decider import Refused, fold
from domain.holdings import Days
from domain.model import Decimal
from tests.domain.accounts import MEMBER, OPENING, Book, terms, wish

FIRST = date(2026, 1, 10)
LEAVES = st.sampled_from(["L1", "L2", "L3", "L4", "L5"])
SPANS = st.tuples(st.integers(0, 90), st.integers(1, 12))
ALLOWED = 6


class Accounts(RuleBasedStateMachine):
    """Several leaves of one member wish for days, in any order, some wishes twice or late."""

    @initialize(gap=st.sampled_from([0, 10]), tour=st.sampled_from([None, date(2026, 4, 10), date(2026, 12, 31)]))
    def open(self, gap: int, tour: date | None) -> None:
        self.gap = gap
        self.book = Book(terms(overdraft=ALLOWED, gap=gap), member=MEMBER.model_copy(update={"departs": tour}))
        self.tour = tour
        self.holds: dict[str, Days] = {}
        self.closed: set[str] = set()
        self.back: dict[str, Decimal] = {}
        self.newest: dict[str, int] = {}
        self.said: list[tuple[str, int, Days | None]] = []
        self.answers: dict[tuple[str, int], Any] = {}
        self.irregular = False
        self.known: list[tuple[datetime, Account]] = []

    # ---- what leaves say

    @rule(
        leave=LEAVES, span=SPANS, purse=st.sampled_from(["annual", "annual", "annual", "none"]), step=st.integers(1, 3)
    )
    def hold(self, leave: str, span: tuple[int, int], purse: str, step: int) -> None:
        first = FIRST + timedelta(days=span[0])
        charge = None if purse == "annual" else 0
        self._say(leave, step, wish(first, first + timedelta(days=span[1] - 1), charge, purse=purse))

    @precondition(lambda self: self.holds)
    @rule(leave=LEAVES, data=st.data(), apart=st.integers(-1, 11), length=st.integers(1, 6))
    def hold_close_by(self, leave: str, data: st.DataObject, apart: int, length: int) -> None:
        """Days just after those of a leave that is there: where overlaps and gaps are decided."""
        other = self.holds[data.draw(st.sampled_from(sorted(self.holds)))]
        first = other.last + timedelta(days=apart)
        self._say(leave, 1, wish(first, first + timedelta(days=length - 1)))

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), late=st.integers(-3, 9), free=st.integers(0, 2))
    def settle(self, data: st.DataObject, late: int, free: int) -> None:
        leave = data.draw(st.sampled_from(sorted(self.holds)))
        held = self.holds[leave]
        last = max(held.first, held.last + timedelta(days=late))
        taken = Decimal(max((last - held.first).days + 1 - free, 0)) if held.purse == "annual" else Decimal(0)
        answer = self._say(leave, 1, held.model_copy(update={"last": last, "charged": taken}))
        assert isinstance(answer, HeldDays), "a settlement is never refused"
        self.irregular |= bool(answer.irregular)

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        """Settled days stay charged; a leave which holds nothing may say so too."""
        self._give_back(data.draw(st.sampled_from([*sorted(self.holds), "L5"])))

    def _give_back(self, leave: str) -> None:
        answer = self._say(leave, 1, None)
        assert isinstance(answer, HeldDays)
        assert answer.days is None

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def say_again(self, data: st.DataObject) -> None:
        """A wish made before, be it the newest or an overtaken one, changes nothing and is answered by what holds."""
        leave, n, days = data.draw(st.sampled_from(self.said))
        before = self.book.state
        answer = self.book.set_days(leave, n, days)
        assert self.book.state.model_copy(update={"seq": before.seq}) == before
        assert answer == self.answers[leave, self.newest[leave]]

    @precondition(lambda self: self._paid())
    @rule(data=st.data(), halves=st.integers(-6, 12), act=st.sampled_from(["c1", "c2", "c3"]))
    def correct(self, data: st.DataObject, halves: int, act: str) -> None:
        leave = data.draw(st.sampled_from(self._paid()))
        known = any(c.act_id == act for c in self.book.state.lines[leave].corrections)
        event = self.book.correct(leave, str(Decimal(halves) / 2), act_id=act)
        if isinstance(event, Refused):
            assert event.refusal.rule in ("account/correction-bounds", "account/open-leave")
        elif not known:
            assert isinstance(event, CorrectedDays)
            self.back[leave] = self.back.get(leave, Decimal(0)) + event.days
            self.irregular |= bool(event.irregular)

    def _paid(self) -> list[str]:
        """Closed leaves that the annual account has paid: what becomes of a correction of others has its own tests."""
        return sorted(leave for leave in self.closed if leave in self.holds and self.holds[leave].purse == "annual")

    def _say(self, leave: str, step: int, days: Days | None) -> HeldDays | DaysRefused:
        """A new wish of a leave; when it is met, it is met just as wished."""
        n = self.newest.get(leave, 0) + step
        before = {day: self._left(day) for day in self._firsts(days)}
        answer = self.book.set_days(leave, n, days)
        assert answer.n == n
        assert answer.cites
        self.newest[leave] = n
        self.said.append((leave, n, days))
        self.answers[leave, n] = answer
        if isinstance(answer, HeldDays):
            assert answer.days == days
            self._note(leave, days)
            if days is not None and days.charged is None:
                self._lent_no_more_than_allowed(before)
        else:
            assert answer.refusal.helps
        return answer

    def _note(self, leave: str, days: Days | None) -> None:
        if days is not None:
            self.holds[leave] = days
            self.closed.discard(leave)
        elif leave in self.holds:
            if self.holds[leave].charged is None:
                del self.holds[leave]
            else:
                self.closed.add(leave)

    # ---- plain books

    def _firsts(self, *more: Days | None) -> set[date]:
        return {d.first for d in (*self.holds.values(), *more) if d is not None}

    def _left(self, on: date) -> Decimal:
        """The annual balance, found by walking from day to day."""
        total, month, day = OPENING.days["annual"], 0, OPENING.as_of
        while day < min(on, self.tour or on):
            day += timedelta(days=1)
            month += 1
            length = monthrange(day.year, day.month)[1]
            if day.day == length or day == self.tour:
                total += Decimal(round(Decimal("2.5") * 2 * month / length + Decimal("1e-9"))) / 2
                month = 0
        for leave, d in self.holds.items():
            if d.purse == "annual" and d.first <= on:
                cost = d.expected if d.charged is None else d.charged
                total -= cost - self.back.get(leave, Decimal(0))
        return total

    def _lent(self, on: date) -> Decimal:
        """How far below zero the balance may be: no more than allowed, no more than the tour will still earn."""
        if self.tour is None:
            return Decimal(ALLOWED)
        holds, self.holds = self.holds, {}
        to_come = self._left(max(self.tour, on)) - self._left(on)
        self.holds = holds
        return min(Decimal(ALLOWED), to_come)

    def _lent_no_more_than_allowed(self, before: dict[date, Decimal]) -> None:
        for day in self._firsts():
            left = self._left(day)
            assert left >= -self._lent(day) or left >= before.get(day, left), f"overdrawn on {day}: {left}"

    # ---- what holds whatever was said

    @invariant()
    def the_account_holds_what_was_answered(self) -> None:
        assert self.book.state.taken() == self.holds

    @invariant()
    def no_day_is_held_twice(self) -> None:
        held = sorted(self.holds.values(), key=lambda d: d.first)
        if not self.irregular:
            assert all(one.last < two.first for one, two in pairwise(held))

    @invariant()
    def leaves_of_one_kind_keep_the_gap_but_for_what_was_settled(self) -> None:
        """A settlement may lie wherever it does; two leaves that are only held keep apart."""
        held = sorted((d for d in self.holds.values() if d.charged is None), key=lambda d: d.first)
        if not self.irregular:
            assert all((two.first - one.last).days >= self.gap for one, two in pairwise(held))

    @invariant()
    def nothing_is_overdrawn_but_by_what_was_settled_or_corrected(self) -> None:
        if not self.irregular:
            for day in self._firsts():
                assert self._left(day) >= -self._lent(day)

    @invariant()
    def the_balance_is_that_of_the_plain_books(self) -> None:
        if self.book.state.opened is None:
            return
        for day in (date(2026, 1, 1), date(2026, 2, 28), date(2026, 4, 15), date(2026, 12, 31), *self._firsts()):
            assert self.book.balance(day) == self._left(day)

    @invariant()
    def the_journal_folds_to_the_same_state_and_the_state_survives_being_written(self) -> None:
        assert fold(account, account.initial, self.book.journal) == self.book.state
        assert Account.model_validate_json(self.book.state.model_dump_json()) == self.book.state

    @invariant()
    def the_ledger_crossfoots_with_what_each_leave_costs(self) -> None:
        s = self.book.state
        for leave in {line.ref for line in s.ledger} | set(s.lines):
            days = s.lines[leave].days if leave in s.lines else None
            cost = s.lines[leave].cost if days and days.purse != "none" else 0
            assert -sum(line.days for line in s.ledger if line.ref == leave) == cost

    @invariant()
    def what_was_known_is_noted(self) -> None:
        self.known.append((self.book.now, as_known(self.book.state, self.book.now)))

    def teardown(self) -> None:
        """Asked to, every leave gives back all that was not settled."""
        if not hasattr(self, "book"):
            return
        for leave in list(self.holds):
            self._give_back(leave)
        assert all(d.charged is not None for d in self.book.state.taken().values())
        self.the_balance_is_that_of_the_plain_books()
        for at, then in self.known:
            assert as_known(self.book.state, at) == then, "what was known on a day has become another"


TestAccounts = Accounts.TestCase
TestAccounts.settings = settings(
    max_examples=120, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
