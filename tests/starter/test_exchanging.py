"""A restore that is killed while it is put in place: what is there then is told, and the next one puts it right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from starter import exchanging
from tests.conftest import Furlough
from wiring.settings import Settings
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
    new = settings.home / "new"
    killed_before(renames, monkeypatch, lambda: exchanging.exchange(settings, new))
    with pytest.raises(NotStarted, match="that was broken off") as told:
        exchanging.whole(settings)
    assert "server restore FILE once more" in told.value.helps
    if renames:
        (before,) = settings.home.glob("UNEX.before-*")
        assert str(before) in told.value.known
        if again == 0:
            killed_before(0, monkeypatch, lambda: exchanging.undone(settings))
    exchanging.undone(settings)
    exchanging.whole(settings)
    assert says(settings) == "as it was"


def test_also_where_the_backup_lies_in_its_place_already_and_not_all_is_done(settings: Settings) -> None:
    before = exchanging.exchange(settings, settings.home / "new")
    assert says(settings) == "as laid back"
    with pytest.raises(NotStarted, match="that was broken off") as told:
        exchanging.whole(settings)
    assert f"mv {before} {settings.folder}" in told.value.helps
    exchanging.undone(settings)
    assert says(settings) == "as it was"


def test_what_was_done_to_its_end_is_started(settings: Settings) -> None:
    exchanging.exchange(settings, settings.home / "new")
    exchanging.done(settings)
    exchanging.whole(settings)
    exchanging.undone(settings)
    assert says(settings) == "as laid back"


def test_two_are_not_laid_back_in_one_home_at_a_time(settings: Settings) -> None:
    with (
        exchanging.alone(settings),
        pytest.raises(NotStarted, match="being laid back just now"),
        exchanging.alone(settings),
    ):
        pass


async def test_every_command_tells_a_mission_that_is_not_in_its_place(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, furlough: Furlough
) -> None:
    killed_before(1, monkeypatch, lambda: exchanging.exchange(settings, settings.home / "new"))
    monkeypatch.setenv("FURLOUGH_HOME", str(settings.home))
    ran = await furlough("inbox")
    assert (ran.code, "there is no " in ran.err, "server restore FILE once more" in ran.err) == (4, True, True), ran
    ran = await furlough("up")
    assert (ran.code, "that was broken off" in ran.err) == (4, True), ran
