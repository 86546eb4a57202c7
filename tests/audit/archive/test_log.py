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
from audit.tlog.tiles import bundled, unbundled
from tests.audit.archive.small import (
    KEY,
    NOW,
    VAULTS,
    Busy,
    Killed,
    Leaf,
    Memory,
    Mortal,
    Overtaken,
    a_mission,
    add,
    check,
    end,
    file,
    new,
)


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
    without_files = {f"object/00/{'0' * 64}"}
    for sealer in sealers:
        sealer.start()
    while any(sealer.is_alive() for sealer in sealers):
        met = check(vault).findings.found
        assert {finding.place for finding in met} <= without_files, met
    for sealer in sealers:
        sealer.join()
    log = new(vault)
    assert sorted(names(vault, log.head.size), key=int) == [str(i) for i in range(250)]
    assert Checkpoint.open(vault.read(HEAD), [KEY.public]) == log.head
    found = check(vault).findings.found
    assert {finding.place for finding in found} == without_files, found


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


def three_sealings(vault: Vault) -> None:
    """Another sealer's work."""
    for i in range(3):
        add(vault, [file(vault, f"of another, {i}".encode()), end()])


def test_a_sealer_that_is_overtaken_and_killed_at_any_write_leaves_a_valid_log():
    """Others add three batches before any of its writes; it is killed then, or some writes later."""
    before = Memory()
    a_mission(before)
    mine: list[Leaf] = [file(before, b"mine"), end()]
    for later in (0, 1, 2, 4):
        for at in range(40):
            dying = Overtaken(before.files, at, later, three_sealings)
            try:
                add(dying, mine)
            except Killed:
                pass
            else:
                break
            found = check(dying).findings.found
            assert found == [], (at, later, found)
            last = Memory(dying.files)
            add(last, mine)
            assert (check(last).findings.found, check(last).findings.told) == ([], []), (at, later)
        else:
            pytest.fail("expected a sealing of fewer than 40 writes")


@pytest.mark.parametrize("folders", [Busy.FOLDERS, Busy.FOLDERS[::-1]], ids=["heads first", "heads last"])
@pytest.mark.parametrize("begun", [True, False], ids=["", "none before"])
def test_who_verifies_while_others_seal_accuses_nobody(folders: tuple[str, ...], *, begun: bool):
    before = Memory()
    if begun:
        a_mission(before)
    else:
        new(before)
    for at in range(200):
        busy = Busy(before.files, at, three_sealings, folders)
        found = check(busy).findings.found
        assert found == [], (at, found)
        if busy.left >= 0:
            break
    else:
        pytest.fail("expected fewer than 200 looks")


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
    vault.files[HEAD] = old  # what a sealer would have written which had looked before
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


@pytest.mark.parametrize("how", ["another", "torn", "missing"])
@pytest.mark.parametrize("number", ["000", "001"])
def test_nothing_is_built_on_entries_that_are_not_those_which_were_signed(number: str, how: str):
    """However old: a sealing reads them all, to know what was sealed already."""
    vault = Memory()
    add(vault, numbered(0, 600))
    name = f"tile/entries/{number}"
    content = vault.files.pop(name)
    if how != "missing":
        vault.files[name] = content[:-70] if how == "torn" else content.replace(b'"pack"', b'"kcap"', 1)
    before = dict(vault.files)
    with pytest.raises(Damaged) as damaged:
        add(vault, [end()])
    assert name in damaged.value.why
    assert vault.files == before


def test_an_entry_in_the_place_of_another_is_built_on_by_nobody():
    """One of this format, so that only the signed root tells; and where its tile was made to fit, too."""
    vault = Memory()
    add(vault, numbered(0, 600))
    bundle, tile = "tile/entries/001", "tile/0/001"
    leaves = unbundled(vault.files[bundle], 256)
    leaves[7] = leaves[8]
    vault.files[bundle] = bundled(leaves)
    with pytest.raises(Damaged, match="changed by somebody else") as damaged:
        add(vault, [end()])
    assert f"{bundle}: its entries are not those that were signed" in damaged.value.why
    vault.files[tile] = b"".join(leaf_hash(leaf) for leaf in leaves)
    with pytest.raises(Damaged, match="changed by somebody else"):
        add(vault, [end()])


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


class Forgetful(Memory):
    """A store that keeps a batch, loses the answer, and says to who asks again that something lies there."""

    def create(self, name: str, content: bytes) -> bool:
        return super().create(name, content) and not name.startswith("batch/")


def test_a_batch_whose_answer_was_lost_is_not_added_a_second_time():
    vault = Forgetful()
    add(vault, [file(vault, b"a letter"), end()], [end()])
    assert (new(vault).head.size, check(vault).findings.found) == (3, [])
