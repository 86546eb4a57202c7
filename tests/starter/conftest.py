"""A home whose server has been started before, and the processes which a test has begun."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.begun import started_before
from tests.starter.wait import children


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    """A home of this test alone."""
    home = tmp_path / "home"
    await started_before(home, "UNIFIL")
    return home


@pytest.fixture
def begun() -> Callable[[], list[int]]:
    """The processes which this test has begun and which still run; other tests' servers run beside it."""
    before = set(children(os.getpid()))
    return lambda: [pid for pid in children(os.getpid()) if pid not in before]
