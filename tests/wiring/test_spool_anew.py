"""What a desk leaves in the spool that dies as it writes an act anew, and what cannot be moved out of the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.wiring.spools import approval, kept, waiting_acts
from wiring.spool import Spool
from wiring.spool.held import begun
from wiring.spool.item import written

BETTER = approval("a-1").model_copy(update={"post": "CO-BEY"})


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "UNEX" / "spool", "UNEX")


def died_while_writing_anew(spool: Spool, content: bytes) -> str:
    """An act of which more was known just now, and what lies beside it; the file in which it stands as before."""
    held = spool.put(approval("a-1"))
    assert held
    at = begun(held.file)
    os.write(at, content or written(held.item.model_copy(update={"act": BETTER})))
    os.close(at)  # the locks of a process die with it
    held.release()
    return held.file.name


@pytest.mark.parametrize("content", [b'{"form": 1', b""], ids=["cut", "whole"])
def test_an_act_whose_desk_died_as_it_wrote_it_anew_waits_once_and_nobody_is_told_it_was_lost(
    spool: Spool, content: bytes
) -> None:
    file = died_while_writing_anew(spool, content)
    assert (spool.folder / f".{file}").exists()
    spool.tidy()
    assert (waiting_acts(spool), spool.shelved("unreadable")) == (["a-1"], [])
    assert not (spool.folder / f".{file}").exists()


@pytest.mark.parametrize("content", [b'{"form": 1', b""], ids=["cut", "whole"])
def test_it_is_written_anew_by_the_next_or_gone_with_its_act(spool: Spool, content: bytes) -> None:
    """Whoever sends what waits to one addressee need not have tidied before."""
    file = died_while_writing_anew(spool, content)
    held = spool.hold(file)
    assert held
    with spool.exchange(held, BETTER) as better:
        assert better.item.act == BETTER
        (spool.folder / f".{file}").write_bytes(b"")
        better.strike()
    spool.tidy()
    assert (spool.waiting(), spool.shelved("unreadable")) == ([], [])


def test_a_file_that_cannot_be_moved_keeps_no_other_from_its_shelf(spool: Spool) -> None:
    """Its name is as long as a name can be: the reason beside it would have a longer one."""
    kept(spool, approval("a-1"))
    for name in ("a.txt", "m" * 240, "n" * 255, "z.txt"):
        (spool.folder / name).write_text("x")
    spool.tidy()
    assert [file.name for file in spool.shelved("unreadable")] == ["a.txt", "m" * 240, "z.txt"]
    assert (spool.folder / ("n" * 255)).exists()
    assert waiting_acts(spool) == ["a-1"]
