"""`furlough attach`: papers are laid into the detail store, and the leave records their digests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from domain.acts import Attach
from domain.leave.events import Attached
from starter import receipts, speaking
from starter.desk import at_desk
from starter.flags import HERE, How
from starter.saying import Saying
from starter.speaking import OWN, For
from wiring.queries import journal_of
from wiring.sheets import Line
from wiring.trouble import Misset


async def attach(
    leave: str,
    *files: Path,
    title: str = "",
    at: str | None = None,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Lay papers to a leave: they are kept by their digests, and the leave records which.

    Args:
        leave: Leave id, control number, its last digits, or a service number.
        files: The papers, at most 25 MB each.
        title: What they are; no names, no family matter.
        at: When they came, on the base's clock; else now.
        dry_run: Show what would be recorded, and keep nothing.
    """
    async with at_desk(**how.settings) as desk:
        who = speaking.speaker(desk, whose)
        speaking.introduce(desk, who)
        face = await desk.leaves().find(leave)  # a paper for nobody must not be kept
        papers = speaking.kept(desk, (*files, *whose.evidence), dry_run=dry_run)
        if not papers:
            raise Misset(
                "No paper is named.", why="expected at least one file", helps=f"furlough attach {leave} FILE ..."
            )
        said = f"attach {leave}"
        if there := [e for e in await journal_of(desk.client, face.leave_id) if _holds(e.event, papers)]:
            receipts.show(receipts.known(said, there[0].act_id, tuple(there), face), desk, json=how.json)
            return 0
        flags = {name: value for name, value in {"title": title, "at": at}.items() if value}
        saying = Saying(desk, "attach", Attach, who, papers, flags, dry_run=dry_run)
        answer = await saying.answer(Line(face.leave_id, {}))
        answer = answer.model_copy(update={"said": said})
        receipts.show(answer, desk, json=how.json)
        return answer.code


def _holds(event: Any, papers: tuple[str, ...]) -> bool:
    """Whether these very papers were laid to the leave then."""
    return isinstance(event, Attached) and set(papers) <= set(event.evidence)
