"""A PostgreSQL that was killed a moment ago is held up once it serves again, and a drill does not break over it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from activities.register.database import migrate
from drills.holding import held_up
from tests.postgres import Cluster, mortal

__all__ = ["mortal"]


def test_a_database_killed_a_moment_ago_is_held_up_once_it_serves(mortal: Cluster) -> None:
    url = mortal.database()
    migrate(url)
    mortal.kill()
    with ThreadPoolExecutor(1) as beside:
        holding = beside.submit(held_up, url, 0.1)
        mortal.start()
        holding.result(60)
