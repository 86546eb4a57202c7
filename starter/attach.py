"""`furlough attach`: papers are laid into the detail store, and the leave records their digests."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from domain.acts import Attach
from domain.decider import Entry
from domain.evidence import EVIDENCE
from domain.leave import Face, LeaveEvent
from domain.leave.events import Attached
from domain.leave.evidence import shows
from starter import receipts, speaking, unasked
from starter.desk import Desk, at_desk
from starter.flags import HERE, How, Switch
from starter.saying import Saying
from starter.speaking import OWN, For
from wiring.queries import journal_of
from wiring.sheets import Line
from wiring.trouble import Misset, NotReached

NO_DECISION: Final = "none"
"""What is said of a paper that shows no decision."""
SEVERAL: Final = 2


async def attach(
    leave: str,
    *files: Path,
    title: str = "",
    of: str = "",
    at: str | None = None,
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Lay papers to a leave: they are kept by their digests, and the leave records which.

    Args:
        leave: Leave id, control number, its last digits, or a service number.
        files: The papers, at most 25 MB each.
        title: What they are. Sealed into the detail store.
        of: The act whose evidence they are, which a clerk recorded without it; none of papers that show no decision. It
            may be left out where one alone lacks its evidence.
        at: When they came, on the base's clock; else now.
        dry_run: Show what would be recorded, and keep nothing.
    """
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        who = speaking.speaker(desk, whose)
        speaking.introduce(desk, who)
        leave_id, face, journal = await _known(desk, leave, dry_run=dry_run)  # a paper for nobody must not be kept
        if face and who.person != face.member:
            of = _of_which(journal, face.member, leave, of)
        papers = speaking.kept(desk, (*files, *whose.evidence), dry_run=dry_run)
        if not papers:
            raise Misset(
                "No paper is named.", why="expected at least one file", helps=f"furlough attach {leave} FILE ..."
            )
        said = f"attach {leave}"
        if face and (there := [entry for entry in journal if _holds(entry.event, papers, of)]):
            receipts.show(receipts.known(said, there[0].act_id, tuple(there), face), desk, json=how.json)
            return 0
        flags = {name: value for name, value in {"title": title, "of": of, "at": at}.items() if value}
        saying = Saying(desk, "attach", Attach, who, papers, flags, dry_run=dry_run)
        answer = await saying.answer(Line(leave_id, {}))
        answer = answer.model_copy(update={"said": said})
        receipts.show(answer, desk, json=how.json)
        return answer.code


async def _known(desk: Desk, leave: str, *, dry_run: bool) -> tuple[str, Face | None, list[Entry[LeaveEvent]]]:
    """The leave meant, how it stands, and its journal; its id alone where nobody answers: the desk is then away."""
    try:
        if desk.away is not None:
            raise desk.away
        face = await desk.leaves().find(leave)
        journal = await journal_of(desk.client, face.leave_id, desk.patience)
        return face.leave_id, face, journal
    except NotReached as silent:
        if dry_run:
            raise
        leave_id, desk.away = unasked.leave_id(desk, leave, silent), silent
        return leave_id, None, []


def _of_which(journal: list[Entry[LeaveEvent]], member: str, said: str, of: str) -> str:
    """The decision of which a paper is: the one named, or the only one that lacks its evidence.

    Raises:
        Misset: several decisions lack theirs and none is named, or one is named that lacks none.
    """
    recorded = ((entry.act_id, entry.event.kind) for entry in journal if EVIDENCE in entry.event.irregular)
    bare = {act: what for act, what in recorded if not any(shows(later, act, member) for later in journal)}
    if of in (*bare, NO_DECISION):
        return of
    if not of and len(bare) < SEVERAL:
        return next(iter(bare), "")
    raise Misset(
        "That act lacks no paper." if of else "It is not known which decision the paper shows.",
        why=f"expected --of with an act that a clerk recorded without its evidence, got {of or 'none of several'}",
        known="; ".join(f"{act} ({what})" for act, what in bare.items()) or "no act of this leave lacks its evidence",
        helps=f"furlough attach {said} FILE --of ACT, once for each; --of {NO_DECISION} for a paper of something else",
    )


def _holds(event: Any, papers: tuple[str, ...], of: str) -> bool:
    """Whether these very papers were laid to the leave then, and as the evidence of what is named."""
    if not isinstance(event, Attached) or not set(papers) <= set(event.evidence):
        return False
    return of in ("", NO_DECISION, *(event.shows or ()))
