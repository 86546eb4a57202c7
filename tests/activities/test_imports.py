"""An accepted import is taken in once, or the journal is told where its files are bad."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Engine

from activities.imports import Imports
from activities.register import lookups
from activities.register.database import reading
from activities.store import NotKept, Store
from domain.register import Applied, Apply, NotApplied
from tests.activities.register.mission import NOW, edited, files, opened


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Engine]:
    at = opened(f"sqlite:///{tmp_path / 'register.db'}")
    yield at
    at.dispose()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "details")


def wanted(store: Store, contents: Mapping[str, bytes], n: int = 2) -> Apply:
    digests = {name: store.put(content) for name, content in contents.items()}
    return Apply(n=n, files=digests, by="m-aaaaaaaaaa", at=NOW)


def version(register: Engine) -> int:
    with reading(register) as session:
        return lookups.version(session)


def test_files_are_taken_in_under_their_version_and_again_to_the_same_answer(register: Engine, store: Store):
    want = wanted(store, {"bases.csv": files(bases=edited("bases", "Naqal", "Camp Naqal"))["bases.csv"]}, n=7)
    answers = [Imports(register, store).apply(want) for _ in range(2)]
    assert answers == [(Applied(version=7, administrators=1, cites=("register/import",)),)] * 2
    assert version(register) == 7


def test_bad_lines_are_named_by_place_and_what_stands_in_them_stays_out_of_the_journal(register: Engine, store: Store):
    text = edited("members", "O. Aspen,SGT,GHA,contingent", "O. Aspen,SGT,GHA,staff")
    (answer,) = Imports(register, store).apply(wanted(store, {"members.csv": files(members=text)["members.csv"]}))
    assert isinstance(answer, NotApplied)
    assert (answer.version, answer.bad_lines, answer.lines) == (2, 1, ("members.csv line 9 component",))
    assert "Aspen" not in answer.model_dump_json()
    assert version(register) == 1


def test_files_that_do_not_go_with_the_register_are_not_taken_in(register: Engine, store: Store):
    text = edited("appointments", "SITE,IDN-1", "SITE,IDN-7")
    (answer,) = Imports(register, store).apply(
        wanted(store, {"appointments.csv": files(appointments=text)["appointments.csv"]})
    )
    assert isinstance(answer, NotApplied)
    assert answer.lines == ("appointments.csv line 9 service_number",)
    assert version(register) == 1


def test_files_that_the_store_has_lost_are_an_error_and_change_nothing(register: Engine, store: Store):
    want = Apply(n=2, files={"bases.csv": "0" * 64}, by="m-aaaaaaaaaa", at=NOW)
    with pytest.raises(NotKept):
        Imports(register, store).apply(want)
    assert version(register) == 1
