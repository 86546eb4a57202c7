"""The log only grows, whoever adds to it, at the same time or not, and wherever a sealer was killed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.archive import batches
from audit.archive.about import About, Damaged, about
from audit.archive.index import index, leaves_of
from audit.archive.leaves import File, read, written
from audit.archive.log import HEAD, open_log
from audit.archive.vault import Vault
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.merkle import leaf_hash, root_of
from audit.tlog.notes import SigningKey
from tests.audit.archive.small import KEY, NOW, VAULTS, Killed, Memory, Mortal, a_mission, add, check, end, file, new


def numbered(first: int, last: int) -> list[File]:
    digest = "0" * 64
    return [
        File(what="pack", name=str(i), content=digest, sha256=digest, size=1, sealed_at=NOW) for i in range(first, last)
    ]


def names(vault: Vault, size: int) -> list[str]:
    return [leaf.name for leaf in map(read, leaves_of(vault, size)) if isinstance(leaf, File)]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 600), max_size=4))
def test_a_log_has_all_leaves_in_their_order_and_the_root_over_them(counts: list[int]):
    vault, at = Memory(), 0
    for count in counts:
        add(vault, numbered(at, at + count))
        at += count
    log = new(vault)
    assert names(vault, at) == [str(i) for i in range(at)]
    assert log.head.size == at
    assert log.head.root == root_of([leaf_hash(written(leaf)) for leaf in numbered(0, at)])
    if at:
        assert Checkpoint.open(vault.read(HEAD), [KEY.public]) == log.head


def test_what_is_known_is_not_added_again():
    vault = Memory()
    assert add(vault, numbered(0, 300), numbered(100, 310)).head.size == 310
    assert add(vault, numbered(0, 310)).head.size == 310


@pytest.mark.parametrize("place", VAULTS.values(), ids=list(VAULTS))
def test_sealers_at_the_same_time_add_each_leaf_once(place: Callable[[Path], Vault], tmp_path: Path):
    """Four of them, over leaves of which each has some of its own and some that others have too."""
    vault = place(tmp_path)
    new(vault)

    def seal(mine: list[File]) -> None:
        for i in range(0, len(mine), 7):
            add(vault, mine[i : i + 7])

    sealers = [Thread(target=seal, args=(numbered(i * 50, i * 50 + 100),)) for i in range(4)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join()
    log = new(vault)
    assert sorted(names(vault, log.head.size), key=int) == [str(i) for i in range(250)]
    assert Checkpoint.open(vault.read(HEAD), [KEY.public]) == log.head
    found = check(vault).findings.found
    assert {finding.place for finding in found} == {f"object/00/{'0' * 64}"}, found  # these leaves have no files


def test_a_sealer_killed_before_any_write_leaves_a_valid_log_which_the_next_one_goes_on_with():
    """Also when the next one is killed as well, and has other leaves to add."""
    before = Memory()
    a_mission(before)
    wanted = [file(before, f"letter {i}".encode()) for i in range(300)]
    whole = before.copy()
    add(whole, wanted)
    for left in range(40):
        dying = Mortal(before.files, left)
        try:
            add(dying, wanted)
        except Killed:
            pass
        else:
            break
        after = check(dying)
        assert after.findings.found == [], (left, after.findings.found)
        again = Mortal(dying.files, left // 2)
        with pytest.raises(Killed):
            add(again, [file(dying, b"another")], wanted)
        assert check(again).findings.found == []
        last = Memory(again.files)
        add(last, wanted)
        assert (check(last).findings.found, check(last).findings.told) == ([], [])
        known = index(last, new(last).head.size)
        assert all(known.knows(leaf) for leaf in wanted)
    else:
        pytest.fail("expected a sealing of fewer than 40 writes")
    assert dying.files == whole.files


def test_a_first_sealing_killed_before_any_write_leaves_a_valid_log():
    made, dying = Memory(), Mortal({}, 0)
    a_mission(made)
    for left in range(200):
        dying = Mortal({}, left)
        try:
            a_mission(dying)
        except Killed:
            assert check(dying).findings.found == [], left
            last = Memory(dying.files)
            a_mission(last)
            assert check(last).findings.found == [], left
            assert new(last).head.size >= 11
        else:
            break
    assert dying.files == made.files


def test_a_late_writer_of_the_newest_checkpoint_does_not_leave_an_older_one():
    vault = Memory()
    slow, fast = new(vault), new(vault)
    slow.append(numbered(0, 5), index(vault, 0))
    old = vault.read(HEAD)
    fast.append(numbered(5, 9), index(vault, 0))
    vault.replace(HEAD, old)  # what a sealer wrote which had looked before
    slow.append(numbered(9, 10), index(vault, 0))
    assert Checkpoint.open(vault.read(HEAD), [KEY.public]).size == slow.head.size == 10


@pytest.mark.parametrize("name", [HEAD, "tile/0/000.p/11", "tile/entries/000.p/11"])
def test_nothing_is_built_on_what_was_changed(name: str):
    vault = Memory()
    a_mission(vault)
    vault.files[name] = vault.files[name][:-5] + b"x" + vault.files[name][-4:]
    before = dict(vault.files)
    with pytest.raises(Damaged):
        add(vault, [end()])
    assert vault.files == before


def test_leaves_that_somebody_else_lays_down_are_not_signed():
    vault = Memory()
    a_mission(vault)
    before, forged = vault.copy(), SigningKey.new("furlough/UNEX")
    vault.files[batches.batch_name(11)] = batches.written("furlough/UNEX", 11, [written(end())], forged)
    with pytest.raises(Damaged, match="expected a signature"):
        new(vault)
    assert before.files.items() <= vault.files.items()


def test_another_key_adds_nothing():
    vault = Memory()
    a_mission(vault)
    told = about(vault)
    assert isinstance(told, About)
    with pytest.raises(Damaged, match="another key"):
        open_log(vault, told, SigningKey.new("furlough/UNEX"))


def test_a_log_that_was_rolled_back_is_not_what_was_known():
    vault = Memory()
    add(vault, numbered(0, 3))
    old = vault.copy()
    known = add(vault, numbered(3, 5)).head
    new(vault).extends(known)
    with pytest.raises(Damaged, match="not its beginning"):
        new(old).extends(known)
    with pytest.raises(Damaged, match="not its beginning"):
        add(old, numbered(70, 90)).extends(known)
