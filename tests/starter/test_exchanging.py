"""A restore that is killed while it is put in place: what is there then is told, and the next one puts it right."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from starter import exchanging, first, lock
from starter.desk import Desk
from starter.lock import only_one
from tests.conftest import Furlough
from tests.wiring.spools import approval, kept, waiting_acts
from wiring import laying_back
from wiring.settings import Settings
from wiring.spool import NotKept, Spool, Spooled, follow
from wiring.trouble import NotStarted


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A mission that is there, and one to be put in its place."""
    for name, says in (("UNEX", "as it was"), ("new", "as laid back")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "register.db").write_text(says)
    monkeypatch.setenv("FURLOUGH_HOME", str(tmp_path))
    return Settings.load(home=tmp_path, mission="UNEX")


def says(settings: Settings) -> str:
    return (settings.folder / "register.db").read_text()


def exchange(settings: Settings) -> Path:
    """Begin, and put the new one in place; where it lies as it was."""
    exchanging.begin(settings)
    aside = laying_back.before(settings.folder)
    assert aside
    exchanging.exchange(settings, settings.home / "new")
    return aside


def killed_before(rename: int, monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> None:
    """Do the work, and be killed before so many renames of folders."""
    real, so_far = Path.rename, 0

    def counted(self: Path, to: Path) -> Path:
        nonlocal so_far
        so_far += 1
        if so_far > rename:
            raise KeyboardInterrupt
        return real(self, to)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", counted)
        with pytest.raises(KeyboardInterrupt):
            work()


@pytest.mark.parametrize("renames", [0, 1])
@pytest.mark.parametrize("again", [0, 1])
def test_after_a_kill_at_any_rename_the_mission_is_not_started_and_comes_back_whole(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, renames: int, again: int
) -> None:
    killed_before(renames, monkeypatch, lambda: exchange(settings))
    with pytest.raises(NotStarted, match="that was broken off") as told:
        laying_back.whole(settings.folder)
    assert "server restore FILE once more" in told.value.helps
    if renames:
        (before,) = settings.home.glob("UNEX.before-*")
        assert str(before) in told.value.known
        if again:
            killed_before(0, monkeypatch, lambda: exchanging.undone(settings))
    exchanging.undone(settings)
    laying_back.whole(settings.folder)
    assert says(settings) == "as it was"


def test_also_where_the_backup_lies_in_its_place_already_and_not_all_is_done(settings: Settings) -> None:
    before = exchange(settings)
    assert says(settings) == "as laid back"
    with pytest.raises(NotStarted, match="that was broken off") as told:
        laying_back.whole(settings.folder)
    assert f"mv {before} {settings.folder}" in told.value.helps
    left = exchanging.undone(settings)
    assert says(settings) == "as it was"
    assert (Path(left) / "register.db").read_text() == "as laid back", "no folder is deleted in which anybody wrote"


def test_what_was_done_to_its_end_is_started(settings: Settings) -> None:
    before = exchange(settings)
    assert exchanging.done(settings) == str(before)
    laying_back.whole(settings.folder)
    exchanging.undone(settings)
    assert says(settings) == "as laid back"


def test_two_are_not_laid_back_in_one_home_at_a_time(settings: Settings) -> None:
    with (
        laying_back.alone(settings.folder),
        pytest.raises(NotStarted, match="being laid back just now"),
        laying_back.alone(settings.folder),
    ):
        pass


async def test_every_command_tells_a_mission_that_is_not_in_its_place(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, furlough: Furlough
) -> None:
    killed_before(1, monkeypatch, lambda: exchange(settings))
    monkeypatch.setenv("FURLOUGH_HOME", str(settings.home))
    ran = await furlough("inbox")
    assert (ran.code, "there is no " in ran.err, "server restore FILE once more" in ran.err) == (4, True, True), ran
    ran = await furlough("up")
    assert (ran.code, "that was broken off" in ran.err) == (4, True), ran


def test_while_it_is_under_way_no_desk_gives_a_receipt_for_what_would_be_left_behind(settings: Settings) -> None:
    """Not before the exchange, not after it while anything may still be undone; what was kept before is taken over."""
    spool, taken = Spool(settings.folder / "spool", "UNEX"), Spool(settings.home / "new" / "spool", "UNEX")
    (early,) = kept(spool, approval("a-1"))
    exchanging.begin(settings)
    with pytest.raises(NotKept, match="could not be kept") as told:
        spool.put(approval("a-2"))
    assert "being laid back" in told.value.why or "was laid back" in told.value.why
    assert follow(taken, spool) == (1, [])
    exchanging.exchange(settings, settings.home / "new")
    with pytest.raises(NotKept):
        spool.put(approval("a-3"))
    exchanging.done(settings)
    (late,) = kept(spool, approval("a-4"))
    assert [str(name) for name in spool.waiting()] == [early, late]


def test_it_is_begun_once_all_are_done_who_keep_an_act(settings: Settings) -> None:
    """Else an act with a receipt would be written into the old folder after its acts were taken over."""
    begun = threading.Thread(target=exchanging.begin, args=[settings])
    with laying_back.writing(settings.folder):
        begun.start()
        begun.join(0.3)
        assert laying_back.before(settings.folder) is None
    begun.join()
    assert laying_back.before(settings.folder) is not None


@pytest.mark.parametrize("late", [True, False])
def test_where_nothing_was_but_the_spool_of_a_desk_that_spool_stays(settings: Settings, late: bool) -> None:
    """A desk whose register is elsewhere keeps acts where no mission lies yet."""
    (settings.folder / "register.db").rename(settings.folder / "lock")
    before = exchange(settings)
    if late:
        (before / "spool").mkdir()
    assert exchanging.done(settings) == (str(before) if late else "")
    assert before.exists() == late


async def test_who_waited_for_the_lock_of_the_folder_that_was_put_aside_does_not_get_in(settings: Settings) -> None:
    """Two servers would stand on one file, and numbers be given before those of later are void."""

    async def up() -> None:
        async with only_one(settings.folder):
            pytest.fail("it got in")

    async with only_one(settings.folder):
        waits = asyncio.create_task(up())
        await asyncio.sleep(0.3)  # until it waits for the kernel, which tells nobody of it
        exchange(settings)
    with pytest.raises(NotStarted, match="that was broken off"):
        await waits
    async with only_one(settings.folder, laying_back=True):
        pass
    exchanging.done(settings)
    async with only_one(settings.folder):
        pass


async def test_the_lock_is_that_of_the_folder_which_has_the_name_now(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for who began to wait before the folders were exchanged, and goes on when all is done."""
    monkeypatch.setattr(lock, "_DYING", 0.5)

    async def up() -> None:
        async with only_one(settings.folder):
            pytest.fail("it got in beside another")

    async with only_one(settings.home / "new"):
        async with only_one(settings.folder):
            waits = asyncio.create_task(up())
            await asyncio.sleep(0.1)
            exchange(settings)
            exchanging.done(settings)
        with pytest.raises(NotStarted, match="running here already"):
            await waits


def test_what_a_desk_had_written_first_is_taken_over_and_told_as_kept(settings: Settings) -> None:
    """Told that it was not, its member would write it down on paper, and it would be said twice."""
    desk, act = Desk(settings, create_engine("sqlite://"), None), approval("a-1")
    first.write(desk, lambda _: act, asked=True)
    exchanging.begin(settings)
    taken = Spool(settings.home / "new" / "spool", "UNEX")
    assert follow(taken, desk.spool) == (1, [])
    with pytest.raises(Spooled, match="Kept in the spool") as told:
        first.better(desk, act.model_copy(update={"decided_by": "m-bbbbbbbbbb"}))
    assert "laid back" in told.value.why
    assert desk.first is None, "nothing is taken back"
    assert waiting_acts(taken) == waiting_acts(desk.spool) == ["a-1"]
