"""On which days the index has somebody away: the overdue above all, whom an auditor looks for."""

from __future__ import annotations

from datetime import datetime

import pytest

from audit.archive.leaves import Run
from audit.kinds import LEAVE
from audit.tables.rows import of_leave
from domain.calendar import days
from domain.model import DAY
from tests.audit.test_then_and_now import told
from tests.domain.leave.life import FIRST, LAST, Life, local


def away(life: Life, sealed_at: datetime) -> list[str]:
    """The days away as of a sealing."""
    leaf = Run(
        type=LEAVE, id="UNEX-x", run="r", events=9, closed=False, sha256="0" * 64, size=1, sealed_at=sealed_at
    )  # fmt: skip
    return [row.values["day"] for row in of_leave(told(life), leaf, 1) if row.table == "days"]


def whole(first, last) -> list[str]:
    return [str(day) for day in days(first, last)]


@pytest.mark.parametrize(("sealed", "last"), [(-2, LAST), (0, LAST), (1, LAST + DAY), (5, LAST + 5 * DAY)])
def test_who_is_not_back_is_away_on_each_day_until_the_sealing(sealed: int, last):
    life = Life().until("sign-out")
    life.sign_out()
    assert away(life, local(LAST + sealed * DAY, "12:00")) == whole(FIRST, last)


def test_who_came_back_late_was_away_until_then():
    life = Life().until("sign-out")
    life.sign_out()
    back = local(LAST + 3 * DAY, "15:00")
    life.wait(back)
    life.sign_in(back)
    assert away(life, back + 9 * DAY) == whole(FIRST, LAST + 3 * DAY)
