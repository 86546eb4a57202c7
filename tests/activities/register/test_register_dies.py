"""The register dies and hangs while people book: nothing is lost or sold twice, and nobody waits for ever."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from activities.register import tables as t
from activities.register.database import RegisterUnavailable, engine, reading, writing
from tests.activities.register.mission import opened
from tests.postgres import Cluster

ROOT = Path(__file__).parents[3]
LIMITS = {"OUT-09": 2, "OUT-10": 2, "OUT-11": 2, "BACK-20": 4, "BACK-21": 4, "BACK-25": 4}


def test_a_database_killed_again_and_again_while_seats_are_booked_sells_each_of_them_once(mortal: Cluster) -> None:
    """What each leave was told that it holds is what stands in the tables when all is over."""
    url, chance = mortal.database(), random.Random(7)
    opened(url).dispose()
    booker = [sys.executable, "-m", "tests.activities.register.booker", url, "3", "120"]
    started = [
        subprocess.Popen([*booker, f"P{number}"], stdout=subprocess.PIPE, text=True, cwd=ROOT) for number in range(2)
    ]
    kills = 0
    with ThreadPoolExecutor(2) as readers:
        said = [readers.submit(process.communicate, timeout=150) for process in started]
        _booked(url)
        while kills < 4 and any(process.poll() is None for process in started):
            mortal.kill()
            mortal.start()
            kills += 1
            time.sleep(chance.uniform(0.2, 0.6))
        told = [json.loads(line) for each in said for line in each.result()[0].splitlines()]
    assert [process.returncode for process in started] == [0, 0]
    assert kills >= 2, "nobody was disturbed"
    at = engine(url)
    with reading(at) as session:
        held = session.execute(
            select(t.Seat.flight, func.count().label("sold")).where(t.Seat.state == "held").group_by(t.Seat.flight)
        ).all()
    at.dispose()
    sold = {row.flight: row.sold for row in held}
    assert all(sold[flight] <= LIMITS[flight] for flight in sold), sold
    assert Counter(flight for _, flights in told for flight in flights) == Counter(sold)
    assert len(told) == 240


def _booked(url: str) -> None:
    """Wait until the first leave has its seat: from then on it is disturbed."""
    at = engine(url)
    for _ in range(600):
        with reading(at) as session:
            if session.scalar(select(func.count()).select_from(t.Seat)):
                break
        time.sleep(0.05)
    at.dispose()


def test_a_database_that_hangs_is_told_in_time_and_answers_again_afterwards(mortal: Cluster) -> None:
    """Twenty threads are held up by it for some seconds, and not for ever."""
    at = engine(mortal.database())

    def look() -> None:
        with pytest.raises(RegisterUnavailable, match=r"hangs|timeout"), reading(at) as session:
            session.execute(text("SELECT 1"))

    with reading(at) as session:
        session.execute(text("SELECT 1"))
    with mortal.hanging(), ThreadPoolExecutor(20) as threads:
        for each in [threads.submit(look) for _ in range(20)]:
            each.result()
    with reading(at) as session:
        assert session.scalar(text("SELECT 1")) == 1
    at.dispose()


def test_a_long_statement_of_an_import_is_waited_for(mortal: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it takes long the limit does not hold; the next session has it again."""
    from activities.register import database

    monkeypatch.setattr(database, "ANSWER", 0.3)
    at = engine(mortal.database())
    slow, limit = text("SELECT pg_sleep(0.6)"), timedelta(seconds=0.3)
    with writing(at, long=True) as session:
        session.execute(slow)
    with pytest.raises(RegisterUnavailable, match=f"{limit.total_seconds():g} s"), writing(at) as session:
        session.execute(slow)
    at.dispose()
