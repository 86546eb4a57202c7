"""The chart of a leave is drawn out of the tables by which leaves run, and the page shows it as it is."""

from pathlib import Path
from typing import get_args

from domain.acts import Withdraw
from domain.leave import POSSIBLE
from domain.leave.events import How
from domain.leave.path import AT, PATH, STATES
from domain.leave.silence import ENDS
from starter.chart import ENDINGS, PHASES, drawn

PAGE = Path(__file__).parents[2] / "docs" / "how-it-works.md"


def test_the_page_contains_the_chart_as_it_is_drawn_now():
    assert f"```mermaid\n{drawn()}\n```\n" in PAGE.read_text("utf-8"), (
        "put the output of `furlough chart` into the page"
    )


def test_every_step_has_its_word():
    for step in PATH:
        assert f'"{step.name} ({STATES[step.name]})"' in drawn()


def test_every_way_to_end_is_drawn():
    assert set(ENDINGS) == set(get_args(How))
    assert set(ENDS.values()) <= set(ENDINGS)


def test_an_end_comes_from_steps_and_phases_that_exist():
    sources = {source for named, _ in ENDINGS.values() for source in named}
    assert sources <= set(AT) | set(PHASES)


def test_a_leave_is_withdrawn_from_just_the_steps_at_which_the_act_is_possible():
    starts = [AT[first] for first in PHASES.values()]
    phases = dict(zip(PHASES, zip(starts, [*starts[1:], len(PATH)], strict=True), strict=True))
    drawn = {i for phase in ENDINGS["withdrawn"][0] for i in range(*phases[phase])}
    assert drawn == set(POSSIBLE[Withdraw].steps)
