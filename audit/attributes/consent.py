"""Who has decided on a leave: before the member left, by a post whose turn it was, and nobody for themself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit.attributes.case import Case, Found, Told, seqs
from audit.entries import stamp
from audit.register_then import NotSealed, Registers, in_order
from domain import leave
from domain.acts import Ask
from domain.authority import own
from domain.backdating import counts_from
from domain.decider import Refused
from domain.facts import Person, Rung
from domain.leave.approving import RATIFIED
from domain.leave.confirming import BOTH_TIMES
from domain.leave.events import Approved, Asked, Disowned, Lapsed
from domain.refusal import Refusal

NOT_OWN = "decision/not-own"
UNSIGNED = "record/countersign"


def approved_before(case: Case) -> Found:
    """Command had consented, by the moment from which its word counts, before the member left."""
    out = case.left
    if out is None or case.state.out_at is None:
        return "not applicable", "nobody signed out", ()
    later = [one for one in case.of(Approved, Disowned) if RATIFIED in one.entry.event.irregular]
    if not case.met(out).approved:
        said = later[-1].entry.event.says() if later else "and not approved since"
        return "exception", f"signed out without an approval; {said}", seqs([out, *later])
    approval = [one for one in case.of(Approved) if one.entry.seq < out.entry.seq][-1]
    when, left = counts_from(approval.entry), case.state.out_at
    if when > left:
        why = f"the approval counts from {stamp(when)}, the member left at {stamp(left)}"
        return "exception", why, seqs([approval, out])
    return "pass", f"approved {stamp(when)}, signed out {stamp(left)}", seqs([approval, out])


def entitled(case: Case) -> Found:
    """The rules take each decision over the register as it was then looked up; what had to be countersigned, was."""
    wrong: list[tuple[str, Sequence[int]]] = [
        (f"{one.decision.act.kind}: {refusal.why} ({refusal.rule})", one.seqs)
        for one in case.decisions
        if (refusal := _refused_today(one)) and refusal.rule != NOT_OWN
    ]
    for lapse in case.marked(UNSIGNED):
        event = lapse.entry.event
        of = event.what.partition(":")[2] if isinstance(event, Lapsed) else lapse.entry.act_id
        said = [one for one in case.written if one.entry.act_id == of]
        held = any(BOTH_TIMES in one.entry.event.irregular for one in said)
        why = "by a post that was not held throughout" if held else "recorded by a clerk"
        wrong.append((f"{why}, and not countersigned in time", seqs([*said, lapse])))
    otherwise, sealed = _by_imports(case)
    by = "as its sealed imports have it" if sealed else "as it was looked up; this record has not all its imports"
    return _judged(case, [*wrong, *otherwise], f"each by a post whose turn it was, by the register {by}")


def _by_imports(case: Case) -> tuple[list[tuple[str, Sequence[int]]], bool]:
    """Where the posts that a decision was told of are not those of the sealed imports; and whether all of them tell."""
    wrong = list[tuple[str, Sequence[int]]]()
    registers = case.around.registers
    if registers is None:
        return wrong, False
    sealed = True
    for one in case.decisions:
        made = one.decision
        for told, at in ((made.facts.person, made.act.acted_at), (made.facts.clerk, made.now)):
            if told is None:
                continue
            try:
                held = registers.person(made.facts.register_version, told.id, at, made.now)
            except NotSealed:
                sealed = False
                continue
            if held != told:
                why = f"it was told that {told.id} held {_posts(told)}; by the sealed imports {_posts(held)}"
                wrong.append((f"{made.act.kind}: {why}", one.seqs))
    try:
        wrong += _ladders(case, registers)
    except NotSealed:
        sealed = False
    return wrong, sealed


def _ladders(case: Case, registers: Registers) -> Iterator[tuple[str, Sequence[int]]]:
    """Where a ladder on which the leave climbs from post to post is another than the sealed imports give.

    Whose turn it is, and when a step is overdue, follows from it by the rules alone. Raises NotSealed.
    """
    for one in case.of(Asked):
        made = one.decision
        if made is None or not isinstance(made.act, Ask):
            continue
        given = registers.ladders(made.facts.register_version, made.act, made.facts.terms, made.now)
        for desk, rungs in made.facts.desks.items():
            told, then = tuple(map(in_order, rungs)), given.get(desk, ())
            if told != then:
                why = f"it was told of the ladder {desk}: {_rungs(told)}; by the sealed imports {_rungs(then)}"
                yield f"{made.act.kind}: {why}", (one.entry.seq,)


def _rungs(ladder: Sequence[Rung]) -> str:
    """The posts of a ladder with who held them, and their deputies, from the first to be asked on."""
    held = ((post, who) for rung in ladder for post, who in ((rung.post, rung.holders), (rung.deputy, rung.deputies)))
    return ", then ".join(f"{post} ({', '.join(who) or 'vacant'})" for post, who in held if post) or "nobody"


def _posts(person: Person | None) -> str:
    """The posts of a person in a few words."""
    if person is None:
        return "nobody was known"
    held = [*person.posts, *person.relieved, *person.appointed]
    return ", ".join(f"{one.post} from {one.since} to {one.until or 'an open end'}" for one in held) or "no post"


def not_own(case: Case) -> Found:
    """No decision was made, recorded or exempted by the member, and nobody told of their own coming and going."""
    whose = case.state.whose.id
    wrong: list[tuple[str, Sequence[int]]] = [
        (f"{one.decision.act.kind}: {refusal.why}", one.seqs)
        for one in case.decisions
        if (refusal := own(one.decision.act, whose))
    ]
    wrong += [(f"{one.entry.event.kind} told by the member", (one.entry.seq,)) for one in case.marked(NOT_OWN)]
    wrong += [(f"{what} by the member", ()) for what, who in case.state.consented.items() if who == whose]
    return _judged(case, wrong, "none by the member, nor recorded by them")


def _judged(case: Case, wrong: Sequence[tuple[str, Sequence[int]]], well: str) -> Found:
    """The answer over all decisions on a leave."""
    if wrong:
        entries = sorted({seq for _, seqs in wrong for seq in seqs})
        return "exception", "; ".join(dict.fromkeys(why for why, _ in wrong)), tuple(entries)
    if not case.decisions:
        return "not applicable", "no authority has decided on it", ()
    return "pass", well, tuple(seq for one in case.decisions for seq in one.seqs)


def _refused_today(one: Told) -> Refusal | None:
    """Why the rules refuse a decision over its recorded facts; None where they take it."""
    made = one.decision
    first = next(iter(leave.decide(made.act, one.met, made.facts, made.now)), None)
    return first.refusal if isinstance(first, Refused) else None
