"""Papers that are laid to what a clerk recorded at a base without its evidence."""

from __future__ import annotations

from domain.acts import LayPaper
from domain.evidence import EVIDENCE
from domain.garrison.papers import PaperLaid
from domain.garrison.sitting import Sitting


def lay_paper(act: LayPaper, sitting: Sitting) -> None:
    """It is kept whatever it shows. One of the member whose leave it is about shows nothing of what others decided."""
    bare = sitting.state.bare.get(act.of)
    shows = bare is not None and bool(act.evidence) and act.decided_by != bare.member
    what = bare.what if bare and shows else ""
    sitting.say(PaperLaid(of=act.of, what=what, evidence=act.evidence, cites=(EVIDENCE,)))
