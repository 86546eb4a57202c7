"""What the operating system says reaches people in words."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest

from wiring.plainly import SAID, plainly


def test_a_port_that_is_taken_is_told_without_a_number() -> None:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        first.listen()
        with pytest.raises(OSError, match=r"Address|No such|directory") as no:
            second.bind(first.getsockname())
    assert plainly(no.value) == "something else listens there"


def test_a_file_that_is_not_there_and_a_folder_in_its_place_are_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"Address|No such|directory") as no:
        (tmp_path / "nothing").read_bytes()
    assert plainly(no.value) == "there is no such file or folder"
    with pytest.raises(OSError, match=r"Address|No such|directory") as no:
        tmp_path.read_bytes()
    assert plainly(no.value) == "it is a folder, and no file"


@pytest.mark.parametrize("number", sorted(errno.errorcode))
def test_no_number_of_the_system_reaches_anybody(number: int) -> None:
    told = plainly(OSError(number, "words of the system"))
    assert told == SAID.get(number, "words of the system")
    assert "Errno" not in plainly(OSError(number, "words of the system"))


def test_what_says_nothing_is_told_by_its_name() -> None:
    assert plainly(ValueError()) == "ValueError"
    assert plainly(socket.gaierror(8, "nodename nor servname provided")) == "there is no machine of that name"
