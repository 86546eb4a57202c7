"""A full disk tears no file that was there, and is told with its own code."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from activities.store import Store
from starter.desk import Desk
from tests.wiring.test_spool import no_file_beyond
from wiring.settings import Profile
from wiring.spool import NotKept
from wiring.trouble import Misset
from wiring.unwritten import Full, print_out


def test_a_page_for_which_there_is_no_room_leaves_the_one_before_whole(tmp_path: Path) -> None:
    file = tmp_path / "forms-NAQ.html"
    print_out(file, "of yesterday", "forms")
    with no_file_beyond(100), pytest.raises(Full, match="cannot be written") as told:
        print_out(file, "x" * 5000, "forms")
    assert (told.value.code, "free some room" in told.value.helps) == (4, True)
    assert (file.read_text(), [each.name for each in tmp_path.iterdir()]) == ("of yesterday", [file.name])
    with pytest.raises(Misset, match="cannot be written"):
        print_out(Path("/proc/forms.html"), "x", "forms")


def test_a_name_whose_secret_there_is_no_room_for_is_told_as_an_act_that_was_not_kept(tmp_path: Path) -> None:
    """The first request of a desk makes the secret; nobody's rights are in its way."""
    desk = cast("Desk", SimpleNamespace(store=Store(tmp_path / "store")))
    with no_file_beyond(4), pytest.raises(NotKept, match="was not sent") as told:
        Desk.named(desk, "a request")
    assert (told.value.code, "free some room" in told.value.helps) == (4, True)
    assert len(Desk.named(desk, "a request")) == 32, "once there is room it is made"


def test_a_profile_for_which_there_is_no_room_leaves_the_one_before_and_nothing_half(tmp_path: Path) -> None:
    Profile(mission="UNEX").write(tmp_path)
    with no_file_beyond(4), pytest.raises(Full, match="cannot be kept"):
        Profile(mission="UNIFIL").write(tmp_path)
    assert Profile.read(tmp_path).mission == "UNEX"
    assert [each.name for each in tmp_path.iterdir()] == ["profile.toml"]
