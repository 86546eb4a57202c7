"""The life of a leave, played at random. A string of bytes is the dice; a shorter one is a shorter life."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any, ClassVar, get_args

from domain import leave
from domain.acts import FlightChanged
from domain.facts import BaseFacts, Facts, Person
from domain.holdings import Want
from domain.leave.events import How, LeaveEvent
from domain.leave.ladders import ratifiable
from domain.leave.path import PATH, at
from domain.model import DAY, HOUR
from domain.orders import ALL_DAY, Bar, Condition
from domain.restrictions import Checklist, CountryClearance, LongestAbsence, Quarantine, StopLeave
from tests.domain.leave import life as l
from tests.laws.dice import Dice, Over

KINDS = (
    ("ordinary", "contingent"),
    ("emergency", "us-army"),
    ("rr", "us-army"),
    ("bereavement", "us-army"),
    ("emergency", "un-civilian"),
    ("emergency-absence", "us-army"),
)
"""Kinds of leave with all that the packs know: charged, checked, split by the account's word, given for some days."""


class PlayedLeave(l.Life):
    """A leave, its people and a world which changes its mind. Effects end in any order, and later than wished."""

    decider: ClassVar[Any] = leave
    recorded: ClassVar[Any] = leave.LeaveDecision
    rolls: ClassVar[tuple[int, int]] = (150, 400)
    most_effects: ClassVar[int] = 16
    reached: ClassVar[Counter[str]] = Counter()

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.jobs: dict[str, Want] = {}
        self.effects = 0
        self.acts: list[Any] = []
        kind, pack = dice.one_of(*KINDS)
        super().__init__(
            terms=l.terms(pack, kind, notice_days=0, eligible_after_days=0, first_after_days=0),
            base=BaseFacts(
                code="NAQ", clearance=dice.one_of("orders", "officer"), posts=2, small=dice.one_of(3, 3, 3, 0)
            ),
            degraded=dice.one_of((), (), (), ("MO-7.1",)),
            family=dice.one_of(*["listed"] * 15, "outside"),
            notices=dice.one_of(False, True),
        )
        self.kind, self.travel = kind, dice.one_of("flight", "road", "none")
        self.world.days = l.NO_DAYS if dice.chance(3) else None
        self.world.seat = l.NO_SEAT if dice.chance(10) else None

    # ---- moves

    def moves(self) -> Iterator[None]:
        """One move after the other, until it is over or the dice are out."""
        try:
            first = l.NOW.date() + self.dice.one_of(12, 15, 1, 40) * DAY
            words = {"leave_kind": self.kind, "first": first, "last": first + self.dice.one_of(6, 1, 20, 4) * DAY}
            words |= self.event(first)
            clerk = self.dice.one_of(*[None] * 8, *["clerk"] * 7, "cook")
            signed = l.NOW - self.dice.one_of(0, 0, 0, 0, 0, 1, 1, 30) * DAY
            who = self.dice.one_of(*["member"] * 31, "co")
            self.ask(**words, travel=self.travel, clerk=clerk, who=who, acted_at=signed)
            yield
            while not (leave.over(self.state) and not self.jobs):
                self.move()
                yield
        except Over:
            return

    def event(self, first: date) -> dict[str, Any]:
        """What else is asked: on what day somebody died, or which kind follows."""
        if self.kind == "bereavement":
            return {"died_on": l.NOW.date() - self.dice.one_of(1, 0, -1) * DAY}
        follows = ({"leave_kind": "ordinary", "first": first + DAY},)
        return {"then": follows} if self.kind == "rr" and self.dice.chance(50) else {}

    def move(self) -> None:
        roll = self.dice.one_of(*range(100))
        if self.jobs and roll % 2:
            self.finish(self.dice.one_of(*self.jobs))
        elif roll < 50:
            self.onwards()
        elif roll < 60:
            self.time()
        elif roll < 66:
            self.base()
        elif roll < 69:
            self.change_the_world()
        elif roll < 72:
            self.confirm()
        elif roll < 97:
            self.anything()
        else:
            self.end()
        if roll % 8:
            self.finish_all()

    def onwards(self) -> None:  # noqa: C901, PLR0912 (a line a step reads best)
        """The part which brings the leave on at its step."""
        step, someone = self.at, self.dice.one_of
        if self.state.reviews and self.dice.chance(40):
            self.confirm()
        clerk = someone(None, None, None, "clerk")
        match step:
            case "attest" if self.dice.chance(20):
                self.say("approve", "co", prove_by=self.state.last_day + someone(20, 0) * DAY)
            case "attest":
                self.say("attest", "verifier", method="phone", holds=not self.dice.chance(10), clerk=clerk)
            case "approve" if self.dice.chance(6):
                self.say("sign-out", "gate", clerk=clerk)
            case "approve" if self.dice.chance(8):
                self.say("deny", "co", reason="needed here")
            case "approve":
                dated = someone(l.person("co"), l.person("co"), l.person("sector"), l.appointed("co"))
                self.say("approve", dated, clerk=clerk)
            case "officer" if self.dice.chance(60 if self.kind == "emergency" else 20):
                self.say("clear", l.person("co", "officer"), twice="two officers here")
                self.say("approve", someone("co", "co", "sector"), clerk=clerk)
            case "sign-in" if self.dice.chance(10):
                self.say("gateway", "mover", way=someone("out", "back"))
            case "officer":
                self.say("clear", someone(l.person("officer"), l.person("co", "officer")), clerk=clerk)
            case "book" | "confirm":
                self.say("confirm-travel", "mover", clerk=clerk)
            case "sign-out":
                self.pass_time(max(self.now, l.local(self.state.first_day, "10:00")))
                self.say("sign-out", "gate", clerk=clerk)
            case "sign-in" if self.dice.chance(60):
                self.away()
            case "sign-in":
                seen = max(self.now, l.local(self.state.last_day, someone("18:00", "06:00")))
                self.pass_time(seen + someone(0, 0, 30, 90) * HOUR)  # told late, as after an outage
                self.say("sign-in", "gate", clerk=clerk, acted_at=seen)
            case "close" if self.dice.chance(30):
                self.say("attest", "verifier", method="document", holds=someone(True, False))
            case _:
                self.time()

    def away(self) -> None:
        """What happens while the member is away."""
        d = self.dice.one_of
        if self.state.extension and d(True, True, False):
            words: dict[str, Any] = d({"kind": "approve"}, {"kind": "deny", "reason": "needed here"})
            self.say(who="co", **words)
        else:
            longer = self.state.last_day + d(1, 2, 5) * DAY
            ratified = [lambda: self.say("approve", "co"), lambda: self.say("deny", "co", reason="not without me")]
            d(
                *(ratified if ratifiable(self.state) else []),
                *([lambda: self.say("report", "cook", what="discharged")] * 4 if self.state.in_hospital else []),
                lambda: self.say("extend", "member", last=longer, reason=l.SEALED),
                lambda: self.say("report", "cook", what=d("hospital", "delay")),
                lambda: self.say("recall", "co", reason="needed here", back_by=self.state.last_day - d(1, 3) * DAY),
                lambda: self.say("contact", "clerk", via="phone", reached=d(True, False)),
                lambda: self.say("was-told", "clerk", via="phone", about="recall"),
                lambda: self.say(
                    "find",
                    "co",
                    finding=d("excused", "charged", "absent"),
                    first=d(None, self.state.found_after + DAY),
                    reason=l.SEALED,
                ),
            )()

    def confirm(self) -> None:
        if self.state.reviews:
            self.say("review", "sector", of=next(iter(self.state.reviews)), upheld=self.dice.chance(50))
            return
        for act_id, who in self.state.signers.items():
            by_post = act_id in self.state.confirmers
            self.say("countersign", "sector" if by_post else l.person(who.removeprefix("m-")), of=act_id)
            break

    def anything(self) -> None:
        """Any act by anybody, likelier one that is possible now."""
        by = self.dice.one_of(
            *(l.person(who) for who in ("co", "member", "gate", "dco", "sector", "mover", "cook")),
            l.person("co", "mover"),
            l.relieved("gate"),
            l.relieved("co"),
            l.appointed("mover"),
            l.person("gate").model_copy(update={"id": "m-member"}),
        )
        acts = self.words()
        fit = (
            [k for k in acts if leave.possible(self.act(k, **acts[k]), self.state) is None]
            if self.dice.chance(80)
            else []
        )
        kind = self.dice.one_of(*(fit or list(acts)))
        at_ = self.now - self.dice.one_of(0, 0, 1, 30, -3) * HOUR
        self.say(kind, by, self.dice.one_of(None, None, "clerk", "cook"), **(acts[kind] | {"acted_at": at_}))

    def end(self) -> None:
        self.dice.one_of(
            *[lambda: self.pass_time(self.now + 250 * DAY)] * 3,
            lambda: self.say("end-member", "co", why="died"),
            lambda: self.say("withdraw", "member"),
            lambda: self.say("deny", "co", reason="needed here"),
            lambda: self.say("cancel", "co", reason="needed here", contingency=self.dice.chance(50)),
            lambda: self.say("cancel", Person(id="server"), reason="cancelled on the server"),
        )()

    def words(self) -> dict[str, dict[str, Any]]:
        """Each act that somebody may say, with words for it."""
        if self.state.ask is None:
            return {"withdraw": {}, "sign-out": {}, "approve": {}}
        d, last = self.dice.one_of, self.state.last_day
        later = last + self.dice.one_of(1, 3, -1, 40) * DAY
        corrected: dict[str, Any] = d(
            {"last": later},
            {"first": self.state.first_day + d(1, -1, 5) * DAY},
            {"destination": "LAGOS"},
            {"signed_out_at": self.now - d(1, 5, 40) * HOUR},
            {"signed_in_at": self.now - d(1, 5, 40) * HOUR},
            {},
        )
        waiting = [*self.state.countersigns, "nothing"]
        return {
            "attest": {"method": "unit", "holds": d(True, True, False)},
            "approve": d({}, {"prove_by": self.state.last_day + d(0, 20, -30) * DAY}),
            "gateway": {"way": d("out", "back")},
            "clear": {},
            "confirm-travel": d({}, {"out_flight": "UN-1"}),
            "check-off": {"item": d("weapon", "all", "contact"), "done": d(True, True, False)},
            "unbook": {"flight": d("UN-1", "UN-2"), "reason": "overweight"},
            "sign-out": {},
            "sign-in": d({}, {}, {"journey_at": self.now - d(3, 30) * HOUR}),
            "extend": {"last": later, "reason": l.SEALED},
            "report": {"what": d("delay", "hospital", "discharged"), "until": d(None, later)},
            "recall": {"reason": "needed here", "back_by": last - d(1, 2, 0) * DAY},
            "was-told": {"about": d("recall", "other"), "via": "phone", "whom": d("member", "provost")},
            "contact": {"via": "phone", "reached": d(True, False)},
            "end-member": {"why": d("died", "transfer", "missing")},
            "find": {
                "finding": d("excused", "charged", "absent"),
                "reason": l.SEALED,
                "until": d(None, max(later, last)),
            },
            "countersign": {"of": d(*waiting)},
            "review": {"of": d(*self.state.reviews, "nothing")},
            "attach": {"evidence": (sha256(b"paper").hexdigest(),)},
            "correct": corrected | {"reason": "a slip of the pen"},
        }

    def time(self) -> None:
        """Time goes on to the next deadline, or for some hours."""
        if leave.due(self.state) and self.dice.chance(60):
            if self.dice.chance(20):  # nobody was there to notice in time
                self.now += self.dice.one_of(1, 30, 300) * HOUR
            self.lapse()
        else:
            self.pass_time(self.now + self.dice.one_of(1, 7, 24, 100) * HOUR)

    def pass_time(self, until: datetime) -> None:
        for _ in range(400):
            due = leave.due(self.state)
            if not due or due[0].acted_at > until:
                break
            self.lapse()
        self.now = max(self.now, until)

    def base(self) -> None:
        """The base changes its mind, and tells; sometimes its words overtake each other. Or a flight is changed."""
        if self.state.ask and self.dice.chance(40):
            self.flight_changed()
            return
        until = self.dice.one_of(None, self.now + 30 * HOUR, self.now + 300 * HOUR, self.now - HOUR)
        blocks = self.dice.one_of((), (l.block(until=until),), (l.block(until=until), l.block("LO-2.1")))
        curfew = Bar(cites="LO-3.1", from_=time(22), to=time(5), since=l.NOW)
        stop = Bar(cites="LO-5.1", from_=ALL_DAY[0], to=ALL_DAY[1], since=self.now + 40 * HOUR)
        self.world.bars = self.dice.one_of((), (curfew,), (stop,))
        listed = Condition(
            cites="LO-4.1", rule="checklist", why="a list", items=("weapon", "contact"), since=l.NOW, until=until
        )
        self.world.conditions = self.dice.one_of((), (listed,))
        self.ruled(*blocks, granted=self.dice.one_of(True, True, False), seq=self.dice.one_of(None, None, None, 100))

    def flight_changed(self) -> None:
        flight = self.dice.one_of("UN-1", "UN-2")
        head = {"act_id": f"register/{len(self.journal)}/{flight}", "decided_by": "register", "acted_at": self.now}
        told = head | {"leave_id": l.LEAVE, "flight": flight, "why": self.dice.one_of("cancelled", "moved")}
        self.take(FlightChanged.model_validate(told))

    def change_the_world(self) -> None:
        self.world.days = self.dice.one_of(None, l.NO_DAYS)
        self.world.seat = self.dice.one_of(None, l.NO_SEAT)

    # ---- effects, one at a time on each thing held, as the process has them

    def take(self, act: Any, by: Person | None = None, clerk: Person | None = None) -> tuple[Any, ...]:
        self.before, self.last, self.by, self.clerk = self.state, act, by, clerk
        self.acts.append(act)
        return super().take(act, by, clerk)

    def write(self, events: tuple[Any, ...], act: Any = None) -> None:
        for event in events:
            if event.kind == "ended":
                self.reached[event.how] += 1
            self.reached[f"event {event.kind}"] += 1
        super().write(events, act)
        self.reached[at(self.state)] += 1

    def settle_down(self, most: int = 0) -> int:
        self.effects = 0
        self.start()
        return 0

    def start(self) -> None:
        for want in leave.wants(self.state, self.now):
            self.jobs.setdefault(want.what, want)

    def finish(self, what: str) -> None:
        self.effects += 1
        assert self.effects <= self.most_effects, f"wanted without end: {self.jobs}"
        self.write(self.world.answer(self.jobs.pop(what)))
        self.start()

    def finish_all(self) -> None:
        while self.jobs:
            self.finish(next(iter(self.jobs)))

    def again(self) -> tuple[Any, Any]:
        """The state, and what it is once all acts were said again, as the process takes them."""
        before = self.state
        for act in self.acts:
            if act.act_id not in self.state.acts:
                events = leave.decide(act, self.state, Facts(), self.now)
                super().write(events, act)
        return before, self.state

    def held(self) -> set[str]:
        return set(self.state.held) - {"number"}


EVERY_END = set(get_args(How))
EVERY_EVENT = {f"event {get_args(m.model_fields['kind'].annotation)[0]}" for m in get_args(get_args(LeaveEvent)[0])}
EVERY_STEP = {step.name for step in PATH} | {"end"}


RULES = (
    StopLeave(),
    StopLeave(bars_absence=True),
    Quarantine(before=2, after=3),
    CountryClearance(days=10),
    LongestAbsence(days=3),
    Checklist(items=("weapon",)),
)
