"""`furlough attach`: papers are laid into the detail store, and the leave records their digests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from domain.acts import Attach
from starter import receipts, speaking
from starter.desk import at_desk
from starter.flags import HERE, How
from starter.saying import Saying
from starter.speaking import OWN, For
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
        flags = {name: value for name, value in {"title": title, "at": at}.items() if value}
        saying = Saying(desk, "attach", Attach, who, papers, flags, dry_run=dry_run)
        answer = await saying.answer(Line(face.leave_id, {}))
        answer = answer.model_copy(update={"said": f"attach {leave}"})
        receipts.show(answer, desk, json=how.json)
        return answer.code
