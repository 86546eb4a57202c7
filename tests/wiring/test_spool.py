"""The spool on the disk: what is kept is whole, in its order, and never lost; what is no act is kept aside."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
from temporalio.client import Client

from domain.acts import Act, IssueOrder
from domain.orders import Order
from domain.restrictions import StopLeave
from tests.wiring import spools
from tests.wiring.spools import LEAVES, SAID_AT, approval, kept
from tests.wiring.spools import waiting_acts as acts
from wiring.deliver import Away, NoFacts, NotDelivered, Silent
from wiring.spool import (
    Closed,
    Held,
    Item,
    NotKept,
    Sent,
    Spool,
    Spooled,
    Unusable,
    drain,
    folder,
    follow,
    send,
    silence,
    why,
)
from wiring.spool.item import Name, TooLarge, parsed, written
from wiring.spool.outcome import NotReady
from wiring.spool.shelves import why_file
from wiring.spool.stuck import Stuck

ROOT = Path(__file__).parents[2]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", "UNEX")


def signed(document: dict[str, Any]) -> bytes:
    """A file whose checksum is right, whatever it says."""
    line = json.dumps(document).encode()
    return line + b"\n" + sha256(line).hexdigest().encode() + b"\n"


def test_what_was_put_is_read_as_it_was_said(spool: Spool) -> None:
    held = put(spool, approval("a-1"))
    with held:
        assert held.item == spool.look(held.file)
        assert held.item.act == approval("a-1")
        assert held.file.stat().st_mode & 0o777 == 0o600
        assert spool.folder.stat().st_mode & 0o777 == 0o700
    assert not any(part in held.file.name for part in ("approve", "m-aaaa", "CO-NAQ"))


def put(spool: Spool, act: Act, where: str = "") -> Held:
    """Write an act down, and hold it."""
    held = spool.put(act, where)
    assert held
    return held


def test_an_act_keeps_the_line_of_the_file_from_which_it_came(spool: Spool) -> None:
    held = put(spool, approval("a-1"), "gate.csv line 3")
    with held:
        kept = spool.look(held.file)
        assert isinstance(kept, Item)
        assert (kept.where, kept.what.endswith(" (gate.csv line 3)")) == ("gate.csv line 3", True)
        document = json.loads(held.file.read_bytes().partition(b"\n")[0])
        before = {name: value for name, value in document.items() if name != "where"}
        assert parsed(signed(before), "UNEX", held.file.name).where == "", "as files of before have none"


def test_an_act_larger_than_a_server_takes_is_refused_before_anything_is_written(spool: Spool) -> None:
    restrictions = (StopLeave(),) * 10_000
    order = Order(
        number="LO-1", version=1, issuer="CO-NAQ", title="many", since=SAID_AT, restrictions=restrictions, etp="SC"
    )
    large = IssueOrder(act_id="a-2", decided_by="m-aaaaaaaaaa", acted_at=SAID_AT, base="NAQ", order=order)
    with pytest.raises(TooLarge, match="too large") as told:
        spool.put(large)
    assert (told.value.code, "262,144" in told.value.why) == (2, True)
    assert acts(spool) == []
    assert not [file for file in spool.folder.iterdir() if file.name.endswith(".act")]


def test_a_file_cut_at_any_byte_is_told_kept_aside_and_never_sent(spool: Spool) -> None:
    (name,) = kept(spool, approval("a-1"))
    file = spool.folder / name
    whole = file.read_bytes()
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        assert isinstance(spool.look(file), Unusable), size
        assert spool.hold(name) is None
        (aside,) = spool.shelved("unreadable")
        assert aside.read_bytes() == whole[:size]
        assert "it is cut" in why(aside)["reason"]
        assert spool.waiting() == []
        aside.unlink()


def test_a_file_with_any_byte_changed_is_told_as_changed(spool: Spool) -> None:
    (name,) = kept(spool, approval("a-1"))
    file = spool.folder / name
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert isinstance(spool.look(file), Unusable), at


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"form": 2, "act": {"kind": "teleport"}}, "it is of a newer furlough: expected form 1 at most, got 2"),
        ({"form": "1"}, "expected form 1, got 1"),
        ({"mission": "UNIFIL"}, "it is of another mission: expected UNEX, got UNIFIL"),
        ({"act": {"kind": "teleport"}}, "it is no act which this furlough knows"),
        ({"act": {"kind": "approve", "act_id": "a-1"}}, "approve.decided_by: expected a value"),
    ],
)
def test_what_is_no_act_of_this_mission_and_build_is_kept_aside_with_the_reason(
    spool: Spool, changed: dict[str, Any], told: str
) -> None:
    (name,) = kept(spool, approval("a-1"))
    file = spool.folder / name
    document = json.loads(file.read_bytes().splitlines()[0])
    file.write_bytes(signed(document | changed))
    assert spool.hold(name) is None
    (aside,) = spool.shelved("unreadable")
    assert told in why(aside)["reason"]
    assert "CO-NAQ" not in why(aside)["reason"]


@pytest.mark.parametrize("depth", [300, 900, 5_000, 100_000])
def test_a_file_nested_deeper_than_anybody_writes_is_kept_aside_as_any_other(spool: Spool, depth: int) -> None:
    """Its checksum is right: whoever made it can stop no spool by it."""
    one, two, other = kept(spool, approval("a-1"), approval("a-2"), approval("a-3"))
    deep = b"[" * depth + b"]" * depth
    for name, line in ((one, deep), (two, b'{"form":1,"mission":"UNEX","kept_at":' + deep + b',"act":' + deep + b"}")):
        (spool.folder / name).write_bytes(line + b"\n" + sha256(line).hexdigest().encode() + b"\n")
    spool.sweep()
    shelved = spool.shelved("unreadable")
    assert [file.name for file in shelved] == [one, two]
    assert all("it is no act" in why(file)["reason"] for file in shelved)
    why_file(shelved[0]).write_bytes(deep)
    assert why(shelved[0]) == {}, "as any reason that cannot be read"
    assert [str(name) for name in spool.waiting()] == [other]


def test_a_file_of_a_newer_build_waits_again_once_it_can_be_read(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    (name,) = kept(spool, approval("a-1"))
    file = spool.folder / name
    document = json.loads(file.read_bytes().splitlines()[0])
    file.write_bytes(signed(document | {"form": 2}))
    assert spool.hold(name) is None
    (aside,) = spool.shelved("unreadable")
    assert spool.again(aside) is None
    monkeypatch.setattr("wiring.spool.item.FORM", 2)
    assert spool.again(aside) is not None
    assert acts(spool) == ["a-1"]


def test_a_file_under_the_name_of_another_act_is_not_sent(spool: Spool) -> None:
    one, other = kept(spool, approval("a-1"), approval("a-2", LEAVES[1]))
    shutil.copy(spool.folder / one, spool.folder / other)
    assert spool.hold(other) is None
    assert why(spool.shelved("unreadable")[0])["reason"] == "its name is of another act"
    assert acts(spool) == ["a-1"]


def test_an_order_of_the_mission_filed_with_its_base_by_an_earlier_build_is_still_read() -> None:
    order = Order(
        number="MO-1", version=1, issuer="FC", title="stop", since=SAID_AT, restrictions=(StopLeave(),), etp="FC"
    )
    local = IssueOrder(act_id="a-1", decided_by="m-aaaaaaaaaa", acted_at=SAID_AT, base="NAQ", order=order)
    wide = local.model_copy(update={"everywhere": True})
    now, then = Name.of(1, wide), Name.of(1, local)
    assert now != then
    content = written(Item(mission="UNEX", kept_at=SAID_AT, act=wide))
    assert parsed(content, "UNEX", str(now)).act == parsed(content, "UNEX", str(then)).act == wide


def test_what_has_no_name_of_a_spool_and_what_a_dead_writer_left_is_kept_aside(spool: Spool) -> None:
    (name,) = kept(spool, approval("a-1"))
    (spool.folder / "notes.txt").write_text("buy milk")
    cut = name.replace("1-", "2-", 1)
    (spool.folder / f".{cut}").write_bytes(b'{"form": 1')
    (spool.folder / ".swp").write_text("of an editor")
    spool.sweep()
    told = {file.name: why(file)["reason"] for file in spool.shelved("unreadable")}
    assert told == {"notes.txt": "its name is of no act", cut: folder.CUT_OFF}
    assert acts(spool) == ["a-1"]


def test_what_waits_and_cannot_be_read_is_kept_aside_before_anything_is_sent(spool: Spool) -> None:
    cut, _, held = kept(spool, approval("a-1"), approval("a-2"), approval("a-3"))
    for name in (cut, held):
        (spool.folder / name).write_bytes(b"{}")
    with (spool.folder / held).open("rb") as another:
        fcntl.flock(another, fcntl.LOCK_EX)
        spool.sweep()
        assert [file.name for file in spool.shelved("unreadable")] == [cut], "what another holds is left to them"
    spool.sweep()
    assert [file.name for file in spool.shelved("unreadable")] == [cut, held]
    assert acts(spool) == ["a-2"]


async def test_what_waits_is_read_once_as_it_is_sent(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand acts are not read anew by each command that sends some of them."""

    def never(act: Act) -> Act:
        raise NotReady("it is not there")

    def noted(content: bytes, mission: str, name: str) -> Item:
        read.append(name)
        return parsed(content, mission, name)

    read = list[str]()
    monkeypatch.setattr(folder, "parsed", noted)
    names = kept(spool, approval("a-1"), approval("a-2"), approval("b-1", LEAVES[1]))
    sent = await drain(spool, cast("Client", None), ready=never)
    assert (len(sent), sorted(read)) == (2, [names[0], names[2]]), "what stands behind another one is not read at all"


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda file: file.mkdir(), "Is a directory"),
        (os.mkfifo, "It is a pipe or a device"),
        (lambda file: file.symlink_to("/dev/zero"), "It is a pipe or a device"),
        (lambda file: file.symlink_to(file), "Too many levels of symbolic links"),
        (lambda file: (file.write_text("x"), file.chmod(0)), "Permission denied"),
    ],
)
def test_one_file_that_the_kernel_does_not_let_be_read_stops_no_other(
    spool: Spool, harm: Callable[[Path], object], told: str
) -> None:
    one, other = kept(spool, approval("a-1"), approval("a-2", LEAVES[1]))
    file = spool.folder / one
    file.unlink()
    harm(file)
    if told == "Permission denied" and os.access(file, os.R_OK):
        pytest.skip("this user may read everything")
    assert spool.hold(one) is None
    (aside,) = spool.shelved("unreadable")
    assert why(aside)["reason"] == f"it cannot be read: {told}"
    assert [str(name) for name in spool.waiting()] == [other]
    assert follow(Spool(spool.folder.parent / "laid back", "UNEX"), spool)[0] == 1, "nor a spool that follows"
    harm(spool.folder / f".{one}")
    spool.sweep()


async def test_a_process_that_may_open_no_more_files_is_told_so_and_nothing_is_moved(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    kept(spool, approval("a-1"))
    monkeypatch.setattr(spool, "hold", full)
    with pytest.raises(Closed, match="cannot be opened"):
        await drain(spool, cast("Client", None), ready=lambda act: act)
    assert acts(spool) == ["a-1"]


async def test_who_says_what_another_process_is_sending_gets_no_receipt_for_what_is_gone(spool: Spool) -> None:
    other = put(spool, approval("a-1"))

    async def answered_there() -> None:
        await asyncio.sleep(0)
        other.strike()
        other.release()

    answering = asyncio.create_task(answered_there())
    with pytest.raises(Spooled):
        await send(spool, None, approval("a-1"), ready=lambda act: act)
    await answering
    assert acts(spool) == ["a-1"], "a receipt is of what lies there"


def test_the_same_act_is_kept_once(spool: Spool) -> None:
    kept(spool, approval("a-1"), approval("a-1"))
    assert acts(spool) == ["a-1"]
    held = put(spool, approval("a-1"))
    with held:  # who sends it holds it: nobody else writes or sends it beside them
        assert spool.put(approval("a-1")) is None
        assert spool.hold(held.file.name) is None
    assert acts(spool) == ["a-1"]


def test_a_clock_that_jumps_back_changes_no_order(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    class Jumping(datetime):
        years = iter((2026, 1999, 2031, 1970))

        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # the one form that is used
            return datetime(next(cls.years), 1, 1, tzinfo=tz)

    monkeypatch.setattr(folder, "datetime", Jumping)
    kept(spool, *(approval(f"a-{i}") for i in range(4)))
    assert acts(spool) == ["a-0", "a-1", "a-2", "a-3"]


def test_an_act_of_which_more_is_known_stands_in_its_place_whole_and_stays_held(spool: Spool) -> None:
    """It keeps number and id; where there is no room for it, it stands as it was first written."""
    held, better = put(spool, approval("a-1")), approval("a-1").model_copy(update={"post": "CO-BEY"})
    kept(spool, approval("a-2"))
    before = spool.waiting()
    with no_file_beyond(100), pytest.raises(NotKept):
        spool.exchange(held, better)
    assert spool.look(held.file) == held.item
    with spool.exchange(held, better) as now:
        assert spool.waiting() == before
        assert spool.hold(before[0]) is None, "nobody else sends it"
        assert spool.look(now.file) == now.item
        assert (now.item.act, now.item.kept_at) == (better, held.item.kept_at)
        spool.sweep()
        now.strike()
    assert (acts(spool), spool.shelved("unreadable")) == (["a-2"], [])


async def test_many_processes_write_at_once_and_each_receipt_is_of_an_act_that_is_there(spool: Spool) -> None:
    writers = [await _writer(spool.folder, f"w{n}", 25) for n in range(6)]
    receipts = [(await writer.communicate())[0].decode().split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 6
    names = [str(name) for name in spool.waiting()]
    assert sorted(name for each in receipts for name in each) == names
    assert len({name.number for name in spool.waiting()}) == 150
    for n in range(6):
        assert [act for act in acts(spool) if act.startswith(f"w{n}-")] == [f"w{n}-{i:03d}" for i in range(25)]


async def test_a_writer_killed_at_any_time_leaves_whole_acts_and_no_receipt_is_lost(spool: Spool) -> None:
    for after in (1, 3, 7):
        writer = await _writer(spool.folder, f"k{after}", 10_000)
        assert writer.stdout
        told = [(await writer.stdout.readline()).decode().strip() for _ in range(after)]
        writer.send_signal(signal.SIGKILL)
        told += (await writer.stdout.read()).decode().split()
        await writer.wait()
        spool.sweep()
        assert set(told) <= {str(name) for name in spool.waiting()}
    assert len(acts(spool)) == len(spool.waiting()), "each of them is whole"
    assert {why(file)["reason"] for file in spool.shelved("unreadable")} <= {folder.CUT_OFF}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB."""
    at = tmp_path / "small"
    at.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(at)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk needs the right to mount one")
    yield at
    subprocess.run(["umount", str(at)], check=True)


def test_a_full_disk_is_told_before_anything_is_lost_and_leaves_nothing_half(small: Path) -> None:
    spool, told = Spool(small / "spool", "UNEX"), list[NotKept]()
    for i in range(200):
        try:
            kept(spool, approval(f"a-{i}"))
        except NotKept as full:
            told.append(full)
    assert {(full.code, full.why.rpartition(": ")[2]) for full in told} == {(4, "No space left on device")}
    assert acts(spool) == [f"a-{i}" for i in range(200 - len(told))]
    assert not [file for file in spool.folder.iterdir() if file.name.startswith(".")]
    spool.folder.joinpath(str(spool.waiting()[0])).unlink()
    kept(spool, approval("b-1"))
    assert acts(spool)[-1] == "b-1", "there is room again"


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """The kernel takes no more bytes of one file."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limit[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_file_which_may_not_grow_is_told_and_leaves_nothing_half(spool: Spool) -> None:
    """The same as a full disk, where none may be mounted."""
    kept(spool, approval("a-1"))
    with no_file_beyond(100), pytest.raises(NotKept, match="could not be kept, and was not sent"):
        spool.put(approval("a-2"))
    assert [file.name for file in spool.folder.iterdir()].count("lock") == 1
    assert acts(spool) == ["a-1"]


async def _writer(at: Path, name: str, count: int) -> asyncio.subprocess.Process:
    words = (sys.executable, "-m", spools.__name__, str(at), name, str(count))
    return await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=PIPE
    )


STUCK, DOWN, UNREAD = Silent("no answer"), Away("no server"), NotReady("no paper")


@pytest.mark.parametrize(
    ("troubles", "over"),
    [
        ([], None),
        ([STUCK], None),
        ([None, STUCK, STUCK], None),
        ([NoFacts("no register"), STUCK, STUCK], None),
        ([UNREAD, UNREAD, STUCK], None),
        ([STUCK, UNREAD, STUCK], STUCK),
        ([None, DOWN], DOWN),
    ],
)
def test_nobody_is_asked_more_once_the_server_is_away_or_two_addressees_gave_no_answer_and_none_did(
    troubles: list[NotDelivered | None], over: NotDelivered | None
) -> None:
    acts = [approval(f"a-{i}", leave) for i, leave in enumerate(LEAVES)]
    items = [Item(mission="UNEX", kept_at=SAID_AT, act=act) for act in acts]
    sent = [Sent(item, trouble=trouble) for item, trouble in zip(items, troubles, strict=False)]
    assert silence(sent) is over
    assert silence([Sent(items[0], trouble=STUCK)] * 5) is None, "all of one addressee"


def test_who_gave_no_answer_is_passed_by_for_longer_and_longer_and_no_more_once_they_answer(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(spool, approval("a-1"))
    (name,), memory, now = spool.waiting(), Stuck(spool.folder), time.time()
    silent = Sent(Item(mission="UNEX", kept_at=SAID_AT, act=approval("a-1")), trouble=STUCK)

    def pause() -> int:
        memory.note([silent])
        os.utime(memory.folder / name.to, (now, now))
        for seconds in range(0, 1000, 10):
            monkeypatch.setattr("wiring.spool.stuck.time", lambda seconds=seconds: now + seconds)
            if not memory.passed_by(name.to):
                return seconds
        raise AssertionError

    assert not memory.passed_by(name.to)
    assert [pause() for _ in range(7)] == [30, 60, 120, 240, 480, 600, 600]
    monkeypatch.setattr("wiring.spool.stuck.time", lambda: now - 5)
    assert not memory.passed_by(name.to), "the clock jumped back"
    memory.note([replace(silent, trouble=None)])
    assert not memory.known(name.to)
    (memory.folder / name.to).write_text("no number")
    assert not memory.passed_by(name.to)
