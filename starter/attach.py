"""`furlough attach`: papers are laid into the detail store, and the leave records their digests."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any

from domain.acts import Attach
from domain.decider import Entry
from domain.leave import Face, LeaveEvent
from domain.leave.events import Attached
from starter import receipts, speaking, unasked
from starter.desk import Desk, at_desk
from starter.flags import HERE, How, Switch
from starter.saying import Saying
from starter.speaking import OWN, For
from wiring.queries import PATIENCE, journal_of
from wiring.sheets import Line
from wiring.trouble import Misset, NotReached


async def attach(
    leave: str,
    *files: Path,
    title: str = "",
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
        at: When they came, on the base's clock; else now.
        dry_run: Show what would be recorded, and keep nothing.
    """
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        who = speaking.speaker(desk, whose)
        speaking.introduce(desk, who)
        leave_id, face, journal = await _known(desk, leave, dry_run=dry_run)  # a paper for nobody must not be kept
        papers = speaking.kept(desk, (*files, *whose.evidence), dry_run=dry_run)
        if not papers:
            raise Misset(
                "No paper is named.", why="expected at least one file", helps=f"furlough attach {leave} FILE ..."
            )
        said = f"attach {leave}"
        if face and (there := [entry for entry in journal if _holds(entry.event, papers)]):
            receipts.show(receipts.known(said, there[0].act_id, tuple(there), face), desk, json=how.json)
            return 0
        flags = {name: value for name, value in {"title": title, "at": at}.items() if value}
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
        began, patience = monotonic(), PATIENCE if dry_run else desk.patience
        face = await desk.leaves(patience).find(leave)
        journal = await journal_of(desk.client, face.leave_id, PATIENCE if dry_run else desk.left(began))
        return face.leave_id, face, journal
    except NotReached as silent:
        if dry_run:
            raise
        leave_id, desk.away = unasked.leave_id(desk, leave, silent), silent
        return leave_id, None, []


def _holds(event: Any, papers: tuple[str, ...]) -> bool:
    """Whether these very papers were laid to the leave then."""
    return isinstance(event, Attached) and set(papers) <= set(event.evidence)
