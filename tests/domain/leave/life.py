"""A leave to try rules on: a member of A-COY at NAQ (Beirut time), who has a say, and a world that answers wishes.

life = Life()          nobody has said anything
life.ask()             asked for, numbered, days held
life.until("paper")    each does their part, up to the step named
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import TypeAdapter

from activities.packs import load
from activities.register.calendars import calendar
from domain import leave
from domain.acts import Act, Ask, LeaveAct, Ruled, Sealed
from domain.decider import Decision, Refused, entries_of, fold
from domain.facts import BaseFacts, Facts, HeldPost, Member, Person, Rung
from domain.holdings import Days, Leg, Notice, Number, Seat, Want, Word
from domain.leave import Face
from domain.leave.events import Ended, GaveBack, Judged, Lacks, Lapsed, LeaveEvent, Noted, Took
from domain.leave.path import at
from domain.model import DAY, HOUR, Decimal
from domain.orders import Bar, Block, Condition, Role, Verdict
from domain.refusal import Refusal
from domain.terms import Terms

LEAVE = "UNEX-01JE0000000000000000000000"
SEALED = Sealed(ref="s-aaaaaaaaaaaaaaaaaaaaaaaaaa", digest="0" * 64)
ARRIVED = date(2025, 12, 1)
MEMBER = Member(
    id="m-member",
    nation="GHA",
    component="contingent",
    unit="A-COY",
    base="NAQ",
    arrived=ARRIVED,
    departs=date(2026, 12, 31),
)
CALENDAR = calendar("Asia/Beirut", date(2026, 3, 1), date(2026, 4, 30), "GHA")
FIRST, LAST = date(2026, 3, 23), date(2026, 3, 30)  # the clock is put forward at midnight before 29 March
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)

POSTS: dict[str, tuple[str, Role]] = {
    "co": ("CO-A", "commander"),
    "dco": ("DCO-A", "commander"),
    "sector": ("SC-WEST", "commander"),
    "force": ("FC", "force-commander"),
    "verifier": ("VO-NAQ", "verification-officer"),
    "officer": ("CLR-NAQ", "clearance-officer"),
    "mover": ("MC-NAQ", "movement-control"),
    "dmover": ("DMC-NAQ", "movement-control"),
    "gate": ("GATE-NAQ", "gate"),
    "clerk": ("CLERK-NAQ", "clerk"),
    "admin": ("ADMIN-NAQ", "administrator"),
    "cook": ("COOK-NAQ", "auditor"),
}
DESKS = {
    "attest": (Rung(post="VO-NAQ"), Rung(post="SC-WEST")),
    "approve": (Rung(post="CO-A", deputy="DCO-A"), Rung(post="SC-WEST"), Rung(post="FC")),
    "officer": (Rung(post="CLR-NAQ"), Rung(post="SC-WEST")),
    "confirm": (Rung(post="MC-NAQ", deputy="DMC-NAQ"),),
    "override": (Rung(post="NCC-GHA"),),
}
NO_DAYS = Refusal(rule="account/overdraft", why="not so many days are left", helps="ask for fewer days")
NO_SEAT = Refusal(rule="travel/no-seat", why="no flight has a seat", helps="wait for another flight")


def person(who: str, *more: str) -> Person:
    """Somebody with the post of that name, or with several; the member has none."""
    held = tuple(
        HeldPost(post=POSTS[name][0], role=POSTS[name][1], base="NAQ", since=ARRIVED)
        for name in (who, *more)
        if name in POSTS
    )
    return Person(id=f"m-{who}", posts=held, base="NAQ")


def relieved(who: str) -> Person:
    """Somebody who held the post of that name when they saw what they tell, and holds none now."""
    then = person(who)
    return then.model_copy(update={"posts": (), "relieved": then.posts})


def appointed(who: str) -> Person:
    """Somebody who holds the post of that name now, and did not when they said what they tell."""
    now = person(who)
    return now.model_copy(update={"posts": (), "appointed": now.posts})


def local(day: date | str, clock: str = "00:00") -> datetime:
    """A moment on the base's clock."""
    return CALENDAR.instant(day if isinstance(day, date) else date.fromisoformat(day), time.fromisoformat(clock))


def terms(pack: str = "contingent", kind: str = "ordinary", **changed: Any) -> Terms:
    """The terms of a shipped pack, with other numbers for one kind of leave."""
    shipped = load(pack)
    kinds = {name: k.model_copy(update=changed if name == kind else {}) for name, k in shipped.kinds.items()}
    return shipped.model_copy(update={"kinds": kinds})


def block(cites: str = "LO-1.1", until: datetime | None = None, etp: str | None = "FC") -> Block:
    return Block(cites=cites, rule="stop-leave", why=f"all leave is stopped by {cites}", until=until, etp=etp)


class World:
    """What base, account and movement answer: everything is granted unless it is said otherwise."""

    def __init__(self) -> None:
        self.days: Refusal | None = None
        self.seat: Refusal | None = None
        self.blocks: tuple[Block, ...] = ()
        self.bars: tuple[Bar, ...] = ()
        self.warns: tuple[str, ...] = ()
        self.irregular: tuple[str, ...] = ()
        self.conditions: tuple[Condition, ...] = ()
        self.granted = True
        self.seq = 100
        self.word = Word(had=Decimal("31.5"), left={2026: Decimal(3)})
        self.told: list[Any] = []
        self.closed: datetime | None = None
        self.flies: tuple[int, int] = (0, 0)  # days from those wanted to those on which there is a flight

    def verdict(self, n: int = 0) -> Verdict:
        """The base's next word."""
        self.seq += 1
        said: dict[str, Any] = {
            "blocks": self.blocks,
            "bars": self.bars,
            "warns": self.warns,
            "irregular": self.irregular,
            "conditions": self.conditions,
        }
        return Verdict(seq=self.seq, n=n, granted=self.granted, cites=("LO-9.1",), **said)

    def answer(self, want: Want) -> tuple[LeaveEvent, ...]:
        """As the activities do: one event for each wish."""
        spec: Any = want.spec
        if spec is None:
            if want.what == "place":
                self.seq += 1
            return (GaveBack(what=want.what, n=want.n, cites=("world",)),)
        match spec.what:
            case "place":
                cites = tuple(b.cites for b in self.blocks) or ("base/NAQ",)
                said = self.verdict(want.n)
                return (Judged(verdict=said, spec=spec, cites=cites, irregular=said.irregular),)
            case "days" if self.days and spec.charged is None:
                return (Lacks(spec=spec, n=want.n, refusal=self.days, cites=(self.days.rule,)),)
            case "seat" if self.seat:
                return (Lacks(spec=spec, n=want.n, refusal=self.seat, cites=(self.seat.rule,)),)
        if isinstance(spec, Notice):
            self.told += spec.news
        ref = "NAQ-2026-000412" if isinstance(spec, Number) else "ref"
        word = self.word if isinstance(spec, Days) and (spec.balance_on or spec.uncertified) else None
        legs = self.legs(spec) if isinstance(spec, Seat) else ()
        return (Took(spec=spec, n=want.n, ref=ref, word=word, legs=legs, cites=("world",)),)

    def legs(self, seat: Seat) -> tuple[Leg, ...]:
        """A flight out in the morning of the day wanted, and one home in its afternoon."""
        wanted: tuple[Any, ...] = (
            ("out", seat.out_flight or "UN-1", seat.out_day + self.flies[0] * DAY, "08:00"),
            ("back", seat.back_flight or "UN-2", seat.back_day + self.flies[1] * DAY, "16:00"),
        )
        return tuple(
            Leg(
                leg=leg,
                flight=flight,
                departs=local(day, at),
                arrives=local(day, at) + 2 * HOUR,
                closed=self.closed if leg == "out" else None,
            )
            for leg, flight, day, at in wanted
        )


ACT: TypeAdapter[Any] = TypeAdapter(LeaveAct)


class Life:
    """One leave, its journal and its clock, kept as the process keeps it: an act once taken is not taken again."""

    def __init__(self, world: World | None = None, **facts: Any) -> None:
        self.world = world or World()
        self.state: Any = leave.initial
        self.slow = False  # no wish is answered for the time being
        self.journal: list[Any] = []
        self.decisions: list[Any] = []
        self.now = NOW
        self.said: tuple[Any, ...] = ()
        known: dict[str, Any] = {
            "member": MEMBER,
            "terms": terms(),
            "calendar": CALENDAR,
            "base": BaseFacts(code="NAQ", clearance="orders"),
            "desks": DESKS,
        }
        self.facts = Facts(register_version=7, **(known | facts))

    # ---- acts

    def say(self, kind: str, who: str | Person = "co", clerk: str | None = None, **words: Any) -> tuple[Any, ...]:
        """Somebody says something, now unless `acted_at` says otherwise; `clerk` enters it for them."""
        by = person(who) if isinstance(who, str) else who
        head = {
            "act_id": f"a-{len(self.journal)}-{len(self.decisions)}",
            "decided_by": by.id,
            "acted_at": self.now,
            "leave_id": LEAVE,
        }
        if clerk:
            head |= {"entered_by": f"m-{clerk}", "medium": "paper"}
        return self.take(ACT.validate_python(head | {"kind": kind} | words), by, person(clerk) if clerk else None)

    def act(self, kind: str, **words: Any) -> Any:
        """An act as it comes in, from nobody in particular."""
        head = {"act_id": "x", "decided_by": "m-x", "acted_at": self.now, "leave_id": LEAVE}
        return ACT.validate_python(head | {"kind": kind} | words)

    def take(self, act: Any, by: Person | None = None, clerk: Person | None = None) -> tuple[Any, ...]:
        """Decide an act with the facts which are asked for, write it down, and carry out what is then wanted."""
        self.said = ()
        if act.act_id in self.state.acts:
            return ()
        needs = leave.needs(act, self.state)
        found = {need: getattr(self.facts, need) for need in needs if need != "person"}
        who: dict[str, Any] = {"person": by, "clerk": clerk} if "person" in needs else {}
        if "person" in needs:
            who["etp_posts"] = self.facts.etp_posts
        facts = Facts(register_version=7, notices=self.facts.notices, **found, **who)
        self.said = leave.decide(act, self.state, facts, self.now)
        self.decisions.append(Decision(act=act, now=self.now, facts=facts, events=self.said, rules="test"))
        self.write(self.said, act)
        self.settle_down()
        return self.said

    def write(self, events: tuple[Any, ...], act: Act | None = None) -> None:
        entries = entries_of(act, events, self.state.seq, self.now)
        self.state = fold(leave, self.state, entries)
        self.journal += entries

    def settle_down(self, most: int = 30) -> int:
        """Carry out what is wanted until nothing is; how many effects that took."""
        if self.slow:
            return 0
        for taken in range(most):
            wants = leave.wants(self.state, self.now)
            if not wants:
                return taken
            self.write(self.world.answer(wants[0]))
        raise AssertionError(f"still wanted after {most} effects: {leave.wants(self.state, self.now)}")

    def ask(self, **words: Any) -> tuple[Any, ...]:
        by = words.pop("who", "member")
        asked: dict[str, Any] = {
            "member": "m-member",
            "leave_kind": "ordinary",
            "first": FIRST,
            "last": LAST,
            "destination": "ACCRA",
        }
        return self.say("ask", by, **(asked | words))

    def ruled(self, *blocks: Block, granted: bool = True, seq: int | None = None) -> tuple[Any, ...]:
        """The base tells its verdict of its own accord."""
        self.world.blocks, self.world.granted = blocks, granted
        verdict = self.world.verdict(self.state.heard.n)
        if seq is not None:
            verdict = verdict.model_copy(update={"seq": seq})
        head = {"act_id": f"base-NAQ/{verdict.seq}", "decided_by": "base-NAQ", "acted_at": self.now, "leave_id": LEAVE}
        return self.take(Ruled.model_validate(head | {"base": "NAQ", "verdict": verdict}))

    # ---- time

    def lapse(self) -> Any:
        """Time goes on to the next deadline, and says so."""
        due = leave.due(self.state)[0]
        self.now = max(self.now, due.acted_at)
        return self.take(due)

    def wait(self, until: datetime) -> list[str]:
        """Time goes on; what fell due meanwhile."""
        fell = []
        while (due := leave.due(self.state)) and due[0].acted_at <= until:
            fell.append(due[0].what)
            self.lapse()
        self.now = max(self.now, until)
        return fell

    def wait_for(self, what: str) -> Lapsed:
        """Time goes on until a deadline of that name has fallen due."""
        for _ in range(500):
            assert leave.due(self.state), f"{what} never falls due"
            fallen = leave.due(self.state)[0].what
            said = self.lapse()
            if fallen == what:
                (lapsed,) = [e for e in said if isinstance(e, Lapsed)]
                return lapsed
        raise AssertionError(f"{what} does not fall due")

    def until(self, step: str) -> Life:
        """Each does their part in time, up to the step named."""
        parts = {
            "requested": self.ask,
            "attest": lambda: self.say("attest", "verifier", method="phone"),
            "approve": lambda: self.say("approve", "co"),
            "officer": lambda: self.say("clear", "officer"),
            "confirm": lambda: self.say("confirm-travel", "mover"),
            "sign-out": self.sign_out,
            "sign-in": self.sign_in,
        }
        for _ in range(20):
            if self.at == step:
                return self
            parts[self.at]()
        raise AssertionError(f"stands at {self.at}")

    def sign_out(self, moment: datetime | None = None, **words: Any) -> tuple[Any, ...]:
        self.wait(moment or local(FIRST, "10:00"))
        return self.say("sign-out", "gate", **words)

    def sign_in(self, moment: datetime | None = None, **words: Any) -> tuple[Any, ...]:
        self.wait(moment or local(LAST, "18:00"))
        return self.say("sign-in", "gate", **words)

    # ---- what is seen

    @property
    def at(self) -> str:
        return at(self.state)

    @property
    def face(self) -> Face:
        return leave.face(self.state)

    @property
    def kinds(self) -> list[str]:
        """The kinds of what the last act led to."""
        return [e.kind for e in self.said]

    @property
    def refused(self) -> str:
        """The rule by which the last act was refused; empty where it was not."""
        rules = [e.refusal for e in self.said if isinstance(e, Refused)]
        for refusal in rules:
            assert refusal.why
        return rules[0].rule if rules else ""

    @property
    def noted(self) -> str:
        """Why the last act was recorded and changed nothing."""
        return next((e.what for e in self.said if isinstance(e, Noted)), "")

    @property
    def ends(self) -> list[str]:
        return [e.event.how for e in self.journal if isinstance(e.event, Ended)]

    @property
    def events(self) -> list[str]:
        return [e.event.kind for e in self.journal]

    def due(self) -> list[str]:
        return [d.what for d in leave.due(self.state)]

    def hours(self, hours: float) -> None:
        self.wait(self.now + timedelta(hours=hours))


def emergency(**facts: Any) -> Life:
    """An emergency leave, asked for and waiting for its attestation."""
    life = Life(**({"family": "listed"} | facts))
    life.ask(leave_kind="emergency", first=NOW.date() + DAY, last=NOW.date() + 8 * DAY)
    return life


__all__ = [
    "CALENDAR",
    "FIRST",
    "LAST",
    "LEAVE",
    "MEMBER",
    "NOW",
    "Ask",
    "Life",
    "World",
    "block",
    "local",
    "person",
    "relieved",
    "terms",
]
