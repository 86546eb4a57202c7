"""Setting a file aside and the entry which tells it: neither without the other, wherever it is broken off."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from domain.acts import SetAside
from tests.wiring.spools import SAID_AT, approval, kept
from tests.wiring.spools import waiting_acts as acts
from wiring.laying_back import note
from wiring.spool import Spool, follow, pledged, shelve


class Stopped(Exception):
    """Stands for whatever keeps a file from being moved."""


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", "UNEX")


def entry() -> SetAside:
    """The entry of the file which is set aside."""
    said = {"act_id": "entry", "decided_by": "m-aaaaaaaaaa", "acted_at": SAID_AT, "reason": "said by mistake"}
    return SetAside.model_validate({**said, "base": "NAQ", "file": "0" * 64})


def killed_in(spool: Spool, name: str, *, moved: bool) -> None:
    """A process sets a file aside, and ends before or after the file is moved."""
    if (child := os.fork()) == 0:
        with pledged(spool, entry(), name):
            if moved:
                shelve(spool.folder / name, "aside", {"reason": "said by mistake"})
            os._exit(9)
    assert os.waitpid(child, 0)[1] != 0


def test_a_file_that_was_moved_by_a_process_which_then_died_gets_its_entry(spool: Spool) -> None:
    (name,) = kept(spool, approval("a-1"))
    killed_in(spool, name, moved=True)
    assert acts(spool) == []
    spool.sweep()
    assert acts(spool) == ["entry"], "the base is told"
    spool.sweep()
    assert acts(spool) == ["entry"], "once"
    assert [file.name for file in spool.shelved("aside")] == [name]


def test_a_file_that_was_not_moved_waits_as_before_and_no_journal_says_it_was_set_aside(spool: Spool) -> None:
    (name,) = kept(spool, approval("a-1"))
    killed_in(spool, name, moved=False)
    spool.sweep()
    assert acts(spool) == ["a-1"]
    assert not list((spool.folder / "aside").iterdir())


def test_a_pledge_whose_maker_lives_is_left_to_them(spool: Spool) -> None:
    (name,) = kept(spool, approval("a-1"))
    with pledged(spool, entry(), name):
        spool.sweep()
        shelve(spool.folder / name, "aside", {"reason": "said by mistake"})
    assert acts(spool) == ["entry"]


def test_where_the_move_fails_nothing_is_said(spool: Spool) -> None:
    (name,) = kept(spool, approval("a-1"))
    with pytest.raises(Stopped), pledged(spool, entry(), name):
        raise Stopped
    assert acts(spool) == ["a-1"]


def test_a_spool_that_follows_another_keeps_what_was_pledged_there(spool: Spool, tmp_path: Path) -> None:
    """As a mission that is laid back: while that is done nothing can be said, and the folder before is left behind."""
    (name,) = kept(spool, approval("a-1"))
    killed_in(spool, name, moved=True)
    laid_back = Spool(tmp_path / "laid back" / "spool", "UNEX")
    note(spool.folder.parent).write_text("UNEX.before\n")
    assert follow(laid_back, spool) == (0, [])
    laid_back.sweep()
    assert acts(laid_back) == ["entry"], "the base is told, as it would have been"
    assert [file.name for file in laid_back.shelved("aside")] == [name]
