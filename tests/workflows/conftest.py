"""One server, one register and one worker for all tests of processes; each test has a base of its own."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.workflows.mission import SMALL, Someone, member
from tests.workflows.play import Case, Mission, running, working


@pytest.fixture(scope="session")
async def mission(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mission]:
    """The mission, with a worker."""
    async with running(tmp_path_factory.mktemp("processes")) as mission, working(mission):
        yield mission


@pytest.fixture(scope="session")
def _bases() -> Iterator[str]:
    return iter(SMALL)


@pytest.fixture
def base(_bases: Iterator[str]) -> str:
    """A base where nothing has happened yet."""
    return next(_bases)


@pytest.fixture
def leave(mission: Mission, base: str) -> Callable[..., Case]:
    """A leave to be asked for by the i-th member of the base; by somebody else where one is named."""

    def new(i: int = 1, who: Someone | None = None, at: str = base) -> Case:
        return Case(mission, at, who or member(at, i))

    return new


def pytest_addoption(parser: pytest.Parser) -> None:
    """Histories are made anew on purpose only."""
    parser.addoption(
        "--record-histories", action="store_true", help="keep the histories that are played, in tests/histories"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The SDK warns of a local activity that was over when it was to be cancelled, which happens on a busy machine."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("default:Cannot find activity to cancel:UserWarning"))
