"""The key by which copies are signed: one for an installation, and made by who writes alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wiring.spools import SAID_AT
from wiring import copies
from wiring.copies import Copy, Unreadable

NAQ, JUB = (Copy(mission="UNEX", base=base, at=SAID_AT) for base in ("NAQ", "JUB"))


@pytest.mark.parametrize("damage", [b"", None])
def test_who_reads_makes_no_key_so_that_no_copy_is_void_behind_their_back(tmp_path: Path, damage: bytes | None) -> None:
    copies.keep(tmp_path, NAQ)
    key = tmp_path / "copies" / "key"
    whole = key.read_bytes()
    key.unlink()
    if damage is not None:
        key.write_bytes(damage)
    with pytest.raises(Unreadable, match="not read"):
        copies.read(tmp_path, "UNEX", "NAQ")
    assert (key.read_bytes() if key.exists() else None) == damage
    key.write_bytes(whole)
    assert copies.read(tmp_path, "UNEX", "NAQ") == NAQ


def test_of_two_who_make_the_first_copies_at_a_time_the_first_key_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, others = copies._key, iter([NAQ])

    def another_comes_in_between(folder: Path) -> object:
        found = real(folder)
        if found is None and (other := next(others, None)):
            copies.keep(folder, other)
        return found

    monkeypatch.setattr(copies, "_key", another_comes_in_between)
    copies.keep(tmp_path, JUB)
    monkeypatch.undo()
    assert copies.read(tmp_path, "UNEX", "NAQ") == NAQ
    assert copies.read(tmp_path, "UNEX", "JUB") == JUB
