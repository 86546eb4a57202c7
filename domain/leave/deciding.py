"""How an act on a leave finds its rule.

Each rule is a small function in the file of its phase, marked with the steps during which its act is possible; the
same mark serves the validator, the decision, the board and the chart in the documentation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, get_type_hints

from domain import authority
from domain.acts import (
    Act,
    Approve,
    Ask,
    Attest,
    Cancel,
    Clear,
    ConfirmTravel,
    Correct,
    Countersign,
    Deny,
    Extend,
    Find,
    FlightChanged,
    Granting,
    Lapse,
    PassGateway,
    Recall,
    Review,
    Ruled,
    SignIn,
    SignOut,
    Unbook,
    Withdraw,
)
from domain.decider import Refused, refused
from domain.facts import Facts, Need
from domain.ids import REGISTER, base_workflow
from domain.leave.backdating import marks
from domain.leave.events import Ended, Noted
from domain.leave.evidence import bare
from domain.leave.hearing import too_often
from domain.leave.ladders import decided, exempting, overriding, reached, rungs, undecided
from domain.leave.lapses import PROVOST, about
from domain.leave.late import late, recallable
from domain.leave.path import AT, PATH, STATES, at, here, standing, word
from domain.leave.proving import provable
from domain.leave.seeing import unseen
from domain.leave.state import Leave
from domain.model import Code, Instant
from domain.refusal import Refusal

Events = tuple[Any, ...]
Rule = Callable[[Any, Leave, Facts, Instant], Events]
R = TypeVar("R", bound=Rule)


class During(NamedTuple):
    """The rule of an act, and the steps during which the act is possible."""

    rule: Rule
    steps: range


POSSIBLE: dict[type[Act], During] = {}


def during(first: str, last: str = "") -> Callable[[R], R]:
    """Mark a rule function with the steps, both in, during which its act is possible.

    The act's type is read from its hints.
    """

    def mark(rule: R) -> R:
        act = get_type_hints(rule)["act"]
        POSSIBLE[act] = During(rule, range(AT[first], AT[last or first] + 1))
        return rule

    return mark


def possible(act: Act, s: Leave) -> Refusal | None:
    """Whether the path allows the act at the step where the leave stands; observations are always possible.

    But for who has spoken too often: see `hearing`. Time, the base, the register and the server always are heard.
    """
    if isinstance(act, Ask):
        return None if s.ask is None and not s.ended else no(act, s, "this leave has been asked for already")
    if s.ask is None:
        return None if from_server(act) and not s.ended else no(act, s, "the leave is not open yet")
    if not (act.said == "machine" or from_server(act)) and (unheard := too_often(act, s)):
        return unheard
    if act.said == "observation" or here(s) in POSSIBLE[type(act)].steps:
        return None
    steps = POSSIBLE[type(act)].steps
    words = dict.fromkeys(STATES[step.name] for step in PATH[steps.start : steps.stop])
    return no(act, s, f"the leave is {standing(s)}", expected=", ".join(words))


def no(act: Act, s: Leave, why: str, expected: str = "") -> Refusal:
    """The refusal of an act for which the leave is not at the right step."""
    kind: str = act.kind  # type: ignore[attr-defined]  # every act which can be sent has one
    facts = {"got": standing(s)} | ({"expected": expected} if expected else {})
    said = f"{typed(type(act))} is not possible now: {why}"
    return Refusal(rule=f"path/{kind}", why=said, facts=facts, helps=_next(s, but=type(act)))


def typed(act: type[Act]) -> str:
    """What is typed at the desk to say an act."""
    return act.typed or str(act.model_fields["kind"].default)


def misaddressed(act: Act, name: str, whose: str) -> Refusal | None:
    """The refusal of an act which is for another leave, base or account than this, or comes under another's name."""
    kind: str = act.kind  # type: ignore[attr-defined]  # every act which can be sent has one
    to = str(getattr(act, {"leave": "leave_id"}.get(act.to, act.to)))
    if (kind, to) == (name, whose):
        return None
    return Refusal(
        rule="path/address",
        why=f"the act is for another {act.to}, or was sent under another act's name",
        facts={"expected": f"{name} of {whose}", "got": f"{kind} of {to}"},
        helps="send each act to the workflow of whom it is for, as an update of its own name",
    )


def misplaced(own: str, here: str) -> Refusal | None:
    """The refusal of a process which runs `here`, under another workflow id than its `own`."""
    if here == own:
        return None
    return Refusal(
        rule="path/address",
        why="what was started is of another name than the workflow id under which it runs",
        facts={"expected": f"the workflow id {own}", "got": here},
        helps="nothing was taken: start it again, with the name of whom it is for as the workflow id",
    )


def next_acts(s: Leave, post: str) -> list[str]:
    """The acts which a post may say now: possible observations, and decisions where its turn has come.

    To exempt the leave from an order, and to override strength for it, is said to its base.
    What only the member says (withdraw, extend), or who decided before (countersign), depends on no post.
    """
    if s.ask is None:
        return []
    to_base = [kind for kind, posts in (("exempt", exempting(s)), ("override", overriding(s))) if post in posts]
    possible_now = [a for a, d in POSSIBLE.items() if a.said != "machine" and here(s) in d.steps and a is not Ask]
    possible_now = [a for a in possible_now if a is not PassGateway or s.kind.gateway_days]
    mine = [a for a in possible_now if a.said == "observation" or post in _turn(a, s)]
    return [*(a.model_fields["kind"].default for a in mine), *to_base]


def _turn(act: type[Act], s: Leave) -> tuple[Code, ...]:
    """The posts which may say a decision now."""
    step = at(s)
    if act is Clear and step != "officer":
        return reached(s, "officer") if s.out_at and s.officer and not s.officer_cleared else ()
    if (act is ConfirmTravel and s.asked.travel == "none") or (act is Unbook and "seat" not in s.held):
        return ()
    if act is Deny and step == "officer":
        return reached(s, "officer")
    if act is Review:
        return tuple(dict.fromkeys(p for review in s.reviews.values() for p in review.posts))
    if act is ConfirmTravel and s.out_at and s.asked.travel != "flight":
        return ()
    if act in (Approve, Deny):
        return reached(s, "approve") if undecided(s) and not (act is Approve and step == "attest") else ()
    if act is Attest and step != "attest" and not provable(s):
        return ()
    if act is Correct or (act is Cancel and s.approved):
        return rungs(s, "approve")
    if (act is Find and late(s)) or (act is Recall and recallable(s)):
        return rungs(s, "approve")
    return reached(s, DESKS[act]) if act in DESKS and not _answered(act, s) else ()


DESKS: dict[type[Act], str] = {Attest: "attest", Clear: "officer", ConfirmTravel: "confirm", Unbook: "confirm"}
"""Decisions which are one desk's alone."""


def _answered(act: type[Act], s: Leave) -> bool:
    """Whether the act could only be a further answer, which changes nothing; a journey can be confirmed anew."""
    desk = (DESKS | {Approve: "approve", Deny: "approve"}).get(act)
    return desk is not None and act not in (ConfirmTravel, Unbook) and decided(s, desk)


def _next(s: Leave, but: type[Act]) -> str:
    """What else may be said now; not the act which was refused just before."""
    if s.ended:
        return "a leave which has ended takes no more acts; ask for a new one, or correct the account"
    steps = [
        typed(act)
        for act, d in POSSIBLE.items()
        if act is not but and act.said == "decision" and here(s) in d.steps and _waited_for(act, s)
    ]
    return f"possible now: {', '.join(steps)}" if steps else ""


def _waited_for(act: type[Act], s: Leave) -> bool:
    """Whether there is anything of which the act could say something; who says it is another question."""
    if act is Countersign:
        return bool(s.countersigns)
    return act in (Withdraw, Extend) or bool(_turn(act, s))


def unopened(act: Ask, refusal: Refusal) -> Events:
    """A request which is refused opens nothing, and that is the end of it."""
    return (*refused(act, refusal), Ended(how="not-opened", cites=(refusal.rule,)))


def needs(act: Act, s: Leave) -> frozenset[Need]:
    """Which facts the decision of an act rests on; what time and the base say rests on the journal alone.

    But for the ladder of an exemption: who stands on it is looked up when its time comes; and for the provost, where a
    return may undo what they have been told.
    """
    if isinstance(act, Ask):
        return frozenset({"member", "person", "desks", "base", "terms", "calendar", "family", "degraded"})
    if isinstance(act, Lapse):
        return frozenset({"person"}) if about(act.what) else frozenset()
    if act.said == "machine":
        return frozenset()
    said: frozenset[Need] = frozenset({"person", "degraded"} if act.said == "decision" else {"person"})
    if isinstance(act, SignIn) and PROVOST in s.lapsed:
        return said | {"provosts"}
    twice = isinstance(act, Granting) and (act.twice or act.decided_by in s.consented.values())
    return said | {"base"} if twice else said


def decide(act: Act, s: Leave, facts: Facts, now: Instant) -> Events:
    """What an act leads to. A decision may be refused; an observation out of place is noted and changes nothing."""
    if refusal := possible(act, s):
        return refused(act, refusal)
    if refusal := _unfounded(act, s, facts, now):
        return unopened(act, refusal) if isinstance(act, Ask) else refused(act, refusal)
    if refusal := unseen(act, s, facts):
        return refused(act, refusal)
    rule, steps = POSSIBLE[type(act)]
    if act.said == "observation" and here(s) not in steps and not _after_all(act, s):
        return (_out_of_place(act, s),)
    return _marked(act, s, facts, now, rule(act, s, facts, now))


def _after_all(act: Act, s: Leave) -> bool:
    """Whether the gate tells, late, of the return of one who was given up, and whose leave has not ended yet."""
    return isinstance(act, SignIn) and s.given_up and not s.ended


def _out_of_place(act: Act, s: Leave) -> Noted:
    """An observation for which it is not the time; a coming or going that another has told already is not amiss."""
    rule = f"path/{act.kind}"  # type: ignore[attr-defined]  # every observation has a kind
    seen = s.out_at if isinstance(act, SignOut) else s.in_at if isinstance(act, SignIn) else None
    if seen:
        return Noted(what=f"{typed(type(act))} told once more", since=seen, cites=(rule,))
    stands = f"has ended ({standing(s)})" if s.ended else f"is {word(standing(s))}"
    what = f"{typed(type(act))} told of a leave that {stands}: noted, changes nothing"
    return Noted(what=what, cites=(rule,), irregular=(rule,))


def _marked(act: Act, s: Leave, f: Facts, now: Instant, events: Events) -> Events:
    """What was said long before it was recorded, and counts from then, is told so, with the orders by which it does.

    A decision dated before the request it decides stands, and is irregular: one of the two dates is wrong.
    """
    if from_server(act) or not events or isinstance(events[0], Refused):
        return events
    early = act.said == "decision" and s.ask is not None and act.acted_at < s.ask.acted_at - authority.AHEAD
    found = (*(("record/before-request",) if early else ()), *bare(act, events[0]), *marks(act, f, now))
    if not found:
        return events
    told = {"irregular": (*events[0].irregular, *found), "cites": (*events[0].cites, *f.degraded)}
    return (events[0].model_copy(update=told), *events[1:])


def _unfounded(act: Act, s: Leave, facts: Facts, now: Instant) -> Refusal | None:
    """What no act of a person may be; a recorder sits at the base of the member."""
    if from_server(act):
        return None
    whose = s.member or facts.member
    return authority.unfounded(act, facts, now, whose.base if whose else None)


SERVER = "server"
"""Who speaks when the leave was cancelled on the Temporal server itself."""


def impersonates(act: Act, s: Leave) -> Refusal | None:
    """Whether an act from outside comes in the name of time, of the server, or of a base which is not the member's.

    What the server says, the process hears itself. A base is known by its name alone: nothing is signed.
    """
    if isinstance(act, Ruled):
        base = base_workflow(s.whose.base) if s.member else ""
        genuine = act.decided_by == base and act.act_id == f"{base}/{act.verdict.seq}"
    elif isinstance(act, FlightChanged):
        genuine = act.decided_by == REGISTER and act.act_id.startswith(f"{REGISTER}/")
    else:
        genuine = act.said != "machine" and act.decided_by not in (SERVER, "time", "machine")
    if genuine:
        return None
    return Refusal(
        rule="authority/machine",
        why="nobody speaks in the name of time, of the server or of another base",
        facts={"got": f"{act.act_id} by {act.decided_by}"},
        helps="say it as the person who decides",
    )


def from_server(act: Act) -> bool:
    """Whether the server speaks; it says nothing but that the leave is cancelled."""
    return isinstance(act, Cancel) and act.decided_by == SERVER
