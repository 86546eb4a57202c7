"""The way of a leave drawn as a Mermaid state chart, out of the very tables by which leaves run.

`docs/how-it-works.md` contains it word for word; a test says when the page has fallen behind.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from domain.leave.events import How
from domain.leave.path import AT, PATH, STATES, Step
from wiring.console import out

PHASES: Final = {"before approval": "hold", "before sign-out": "officer", "on leave": "sign-in", "home": "settle"}
"""Parts of the path which share their ends, each by its first step."""

ENDINGS: Final[dict[How, tuple[tuple[str, ...], str]]] = {
    "not-opened": (("hold",), "the days are not there"),
    "denied": (("attest", "approve", "officer"), "deny"),
    "withdrawn": (("before approval", "before sign-out"), "withdraw"),
    "cancelled": (("before sign-out",), "cancel"),
    "lapsed": (("before approval",), "nobody decided in time"),
    "not-taken": (("before sign-out",), "nobody signed out in time"),
    "not-returned": (("home",), "nobody came back, and the days are settled"),
    "settled": (("home",), "the time for corrections is over"),
    "member-gone": (("before approval", "before sign-out", "home"), "the member's time has ended"),
}
"""From which steps or phases a leave comes to each end, and by what."""


def chart() -> None:
    """Draw the way of a leave as a Mermaid state chart."""
    out.print(drawn(), soft_wrap=True)


def drawn() -> str:
    """The chart in the words of Mermaid: a state for each step with what the board shows, and one for each end."""
    lines = ["stateDiagram-v2", "    [*] --> hold: ask"]
    for phase, steps in _phases().items():
        lines += [f'    state "{phase}" as {_name(phase)} {{']
        lines += [f'        state "{step.name} ({STATES[step.name]})" as {_name(step.name)}' for step in steps]
        lines += ["    }"]
    lines += [f"    {_name(a.name)} --> {_name(b.name)}: {_by(a)}" for a, b in pairwise(PATH)]
    lines += [
        "    sign_out --> lift: an order stands against it",
        "    sign_out --> approve: dates or destination corrected",
        "    sign_in --> settle: the member is waited for no longer",
    ]
    for how, (sources, what) in ENDINGS.items():
        lines += [f'    state "{how.replace("-", " ")}" as end_{_name(how)}']
        lines += [f"    {_name(source)} --> end_{_name(how)}: {what}" for source in sources]
        lines += [f"    end_{_name(how)} --> [*]"]
    return "\n".join(lines)


def _phases() -> dict[str, tuple[Step, ...]]:
    """The steps of each phase: from its first one to that of the next phase."""
    starts = [AT[first] for first in PHASES.values()]
    return {phase: PATH[start:end] for phase, start, end in zip(PHASES, starts, [*starts[1:], len(PATH)], strict=True)}


def _by(step: Step) -> str:
    """What makes a step done: that something is held, a desk's act, or neither."""
    if step.holds:
        return f"{step.holds} held"
    return f"desk {step.desk}" if step.desk else "by itself"


def _name(words: str) -> str:
    return words.replace(" ", "_").replace("-", "_")
