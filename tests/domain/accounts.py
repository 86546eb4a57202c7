"""An account for tests: terms with small numbers, a member, acts, and a journal which is folded as it grows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from activities.packs import load
from domain import account
from domain.account import Account, DaysRefused, HeldDays
from domain.acts import CorrectAccount, Lapse, SetDays
from domain.decider import Decision, Refused, entries_of, fold
from domain.facts import Facts, HeldPost, Member, Opening, Person, Rung
from domain.holdings import Days
from domain.model import Decimal
from domain.terms import Terms

POLICE = load("un-police").accrual
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
MEMBER = Member(
    id="m-aaaaaaaaaa",
    nation="GHA",
    component="contingent",
    unit="A-COY",
    base="NAQ",
    arrived=date(2026, 1, 1),
    departs=date(2026, 12, 31),
)
OPENING = Opening(as_of=date(2025, 12, 31), days={"annual": Decimal(10), "rr": Decimal(5)}, source="pay office, GHA")
COMMANDER = Person(
    id="m-cccccccccc", posts=(HeldPost(post="CO-NAQ", role="commander", base="NAQ", since=date(2026, 1, 1)),)
)

CLERK = Person(id="m-kkkkkkkkkk", posts=(HeldPost(post="G1-NAQ", role="clerk", base="NAQ", since=date(2026, 1, 1)),))


def terms(overdraft: int = 0, gap: int = 0, per_month: str = "2.5") -> Terms:
    """The terms of contingents with other limits of the account."""
    shipped = load("contingent")
    accrual = shipped.accrual.model_copy(
        update={"days_per_month": Decimal(per_month), "overdraft_days": Decimal(overdraft)}
    )
    kinds = {
        name: kind.model_copy(update={"gap_days": gap if name == "ordinary" else 0})
        for name, kind in shipped.kinds.items()
    }
    return shipped.model_copy(update={"accrual": accrual, "kinds": kinds})


def wish(first: str | date, last: str | date, charge: float | str | None = None, **said: Any) -> Days:
    """Days of ordinary leave, each charged unless `charge` says otherwise."""
    first, last = (date.fromisoformat(d) if isinstance(d, str) else d for d in (first, last))
    expected = Decimal((last - first).days + 1) if charge is None else Decimal(str(charge))
    known = {"member": MEMBER.id, "leave_kind": "ordinary", "purse": "annual", "first": first, "last": last}
    return Days.model_validate(known | {"expected": expected} | said)


class Book:
    """An account at work, with its journal."""

    def __init__(self, terms: Terms, opening: Opening | None = OPENING, member: Member | None = MEMBER) -> None:
        self.facts = Facts(
            register_version=7,
            terms=terms,
            member=member,
            opening=opening,
            person=COMMANDER,
            desks={"approve": (Rung(post="CO-NAQ", holders=(COMMANDER.id,)),)},
        )
        self.now = NOW
        self.state: Account = account.initial
        self.journal: list[Any] = []
        self.decisions: list[Any] = []

    def take(self, act: account.Said | Lapse) -> list[Any]:
        """Decide an act with the facts asked for, record it a minute after the one before, and return the events."""
        self.now += timedelta(minutes=1)
        asked = account.needs(act, self.state)
        clerk = self.facts.clerk if "person" in asked else None  # who typed it is looked up with who said it
        facts = Facts(register_version=7, clerk=clerk, **{need: getattr(self.facts, need) for need in asked})
        events = account.decide(act, self.state, facts, self.now)
        self.decisions.append(Decision(act=act, now=self.now, facts=facts, events=events, rules="test"))
        entries = entries_of(act, events, self.state.seq, self.now)
        self.state = fold(account, self.state, entries)
        self.journal += entries
        return list(events)

    def again(self, one: Decision[Any, Any]) -> list[Any]:
        """An act that was decided comes once more, as in a later run: who says it, and what is looked up now."""
        self.facts = self.facts.model_copy(update={"person": one.facts.person, "clerk": one.facts.clerk})
        return self.take(one.act)

    def set_days(self, leave: str, n: int, days: Days | None) -> HeldDays | DaysRefused:
        """A leave's wish, and its one answer."""
        act = SetDays(
            act_id=f"{leave}/days/{n}",
            decided_by="machine",
            acted_at=NOW,
            leave_id=leave,
            member=MEMBER.id,
            n=n,
            days=days,
        )
        answers = [e for e in self.take(act) if isinstance(e, HeldDays | DaysRefused)]
        assert len(answers) == 1
        return answers[0]

    def hold(self, leave: str, *span: Any, n: int = 1, **said: Any) -> HeldDays | DaysRefused:
        """Wish for a span of days."""
        return self.set_days(leave, n, wish(*span, **said))

    def settle(self, leave: str, *span: Any, charged: float | str, n: int = 2, **said: Any) -> HeldDays | DaysRefused:
        """Settle a span of days by what was really taken."""
        return self.set_days(leave, n, wish(*span, **said).model_copy(update={"charged": Decimal(str(charged))}))

    def lapse(self, nth: int = 0) -> list[Any]:
        """Time comes to the nth of what is due, and says so."""
        due = account.due(self.state)[nth]
        self.now = max(self.now, due.acted_at)
        return self.take(due)

    def correct(self, leave: str, days: float | str, act_id: str = "c1", **said: Any) -> Any:
        """The commander corrects the charge of a leave; the one answer."""
        head = {"act_id": act_id, "decided_by": COMMANDER.id, "post": "CO-NAQ", "acted_at": NOW, "member": MEMBER.id}
        body = {"leave_id": leave, "days": Decimal(str(days)), "reason": "paper found"}
        return self.take(CorrectAccount.model_validate(head | body | said))[-1]

    def enter(self, kind: type[Any], by: Any = CLERK, **said: Any) -> Any:
        """What somebody enters beside leaves; the last of its events."""
        self.facts = self.facts.model_copy(update={"person": by})
        head = {"act_id": f"e{self.state.seq}", "decided_by": by.id, "acted_at": self.now, "member": MEMBER.id}
        return self.take(kind.model_validate(head | said))[-1]

    def enter_with(self, kind: type[Any], by: Any, **said: Any) -> Any:
        """As `enter`, by the first of its events which is no lesson of the register."""
        seen = len(self.journal)
        self.enter(kind, by, **said)
        events = [entry.event for entry in self.journal[seen:]]
        return next(event for event in events if event.kind not in ("opened", "grounds", "reckoned"))

    @property
    def terms(self) -> Terms:
        """The terms which bind the member now."""
        assert self.facts.terms
        return self.facts.terms

    def balance(self, on: str | date) -> Decimal:
        """The annual balance on a day."""
        assert self.facts.terms
        assert self.facts.member
        day = date.fromisoformat(on) if isinstance(on, str) else on
        return account.balance(self.state, self.facts.terms, self.facts.member, day)


def closed() -> Book:
    """An account with one closed leave of 9 days, 8 of them charged."""
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-13")
    book.settle("L1", "2026-03-02", "2026-03-10", charged=8)
    book.set_days("L1", 3, None)
    return book


def rule(event: object) -> str:
    """The rule which refused; nothing where none did."""
    return event.refusal.rule if isinstance(event, Refused) else ""


def police() -> Terms:
    """Terms under which days worked earn compensatory time off."""
    found = terms(per_month="1.5")
    return found.model_copy(
        update={"accrual": found.accrual.model_copy(update={"cto_worked_days": POLICE.cto_worked_days})}
    )
