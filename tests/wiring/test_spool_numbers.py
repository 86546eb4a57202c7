"""Numbers of the spool's files: messages tell them, and whoever read one may say it much later."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wiring.spools import approval, kept, waiting_acts
from wiring.spool import Spool, follow, why


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", "UNEX")


def test_a_number_that_was_told_never_names_another_act(spool: Spool) -> None:
    """Whatever became of its file: answered, come back, sent again, or lying where numbers were not yet kept."""
    one, two = kept(spool, approval("a-1"), approval("a-2"))
    with spool.hold(two) or pytest.fail("it waits") as held:
        held.shelve("returned", {"reason": "refused"})
    (spool.folder / one).unlink()
    assert spool.waiting() == [], "the spool is empty"
    assert [name[:12] for name in kept(spool, approval("a-3"))] == ["000000000003"]
    (back,) = spool.shelved("returned")
    assert str(spool.again(back)) == two, "sent again it is the file it was"
    assert waiting_acts(spool) == ["a-2", "a-3"], "and has its turn before what was said after it"
    with spool.hold(two) or pytest.fail("it waits") as held:
        held.shelve("aside", {"reason": "a mistake"})
    for name in spool.waiting():
        (spool.folder / str(name)).unlink()
    (spool.folder / "lock").write_bytes(b"")
    assert [name[:12] for name in kept(spool, approval("a-4"))] == ["000000000003"], "after all that it still knows"


def test_a_spool_that_follows_another_takes_over_its_files_and_goes_on_after_its_numbers(
    spool: Spool, tmp_path: Path
) -> None:
    """As a mission that is laid back: what was told since its backup names nothing else."""
    (answered, waits, torn, no, closed) = kept(spool, *(approval(f"a-{n}") for n in range(5)))
    (spool.folder / answered).unlink()
    (spool.folder / torn).write_bytes(b"torn")
    laid_back = Spool(tmp_path / "laid back" / "spool", "UNEX")
    laid_back.folder.mkdir(parents=True)
    (laid_back.folder / no).write_bytes((spool.folder / no).read_bytes())
    with spool.hold(no) or pytest.fail("it waits") as held:
        held.shelve("returned", {"reason": "refused"})
    (spool.folder / closed).unlink()
    (spool.folder / closed).symlink_to(closed)  # nobody reads it
    assert follow(laid_back, spool) == (1, [spool.folder / "unreadable" / closed]), "told, and left where it is"
    assert [file.name for file in laid_back.shelved("returned")] == [no], "who said it has not seen it yet"
    assert why(laid_back.shelved("returned")[0])["reason"] == "refused"
    assert [file.name for file in laid_back.shelved("unreadable")] == [torn]
    assert [str(name) for name in laid_back.waiting()] == [waits]
    assert (laid_back.folder / waits).read_bytes() == (spool.folder / waits).read_bytes()
    assert (laid_back.folder / waits).stat().st_mode & 0o777 == 0o600
    assert kept(laid_back, approval("a-9"))[0].startswith("000000000006-")
