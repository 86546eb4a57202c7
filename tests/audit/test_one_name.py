"""The name of a build is that of one code: two wheels under it that hold other code are found, and never mixed up."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from audit.archive.index import index
from audit.archive.vault import Folder
from audit.archived import Archived
from audit.laying_out import Layout
from audit.replay import with_builds
from audit.replaying import Proved
from audit.wheel import LIBRARIES, wheel
from tests.audit.archive.small import Leaf, check, file, new
from wiring.build import build_id, is_of


def again(packed: bytes, changed: dict[str, bytes]) -> bytes:
    """A wheel with other content in some of its files."""
    made = BytesIO()
    with ZipFile(BytesIO(packed)) as of, ZipFile(made, "w", ZIP_DEFLATED) as to:
        for name in of.namelist():
            to.writestr(name, next((held for end, held in changed.items() if name.endswith(end)), of.read(name)))
    return made.getvalue()


def sealed_twice(to: Path, build: str, *wheels: bytes) -> tuple[Layout, list[str]]:
    """A layout of an archive with these wheels under one name, and what verifying finds of them."""
    place = Folder(to / "archive")
    leaves: list[Leaf] = [file(place, packed, build, "wheel") for packed in wheels]
    new(place).append(leaves, index(place, 0))
    return Layout(Archived(str(place.folder), None), to / "room"), [one.what for one in check(place).findings.found]


@pytest.mark.parametrize("by_right", [0, 1])
def test_two_wheels_with_other_code_under_one_name_are_found_by_verify_and_replay(tmp_path: Path, by_right: int):
    """The one that bears the name by right is taken, and which that is is told."""
    build, packed = build_id(), wheel(build_id())[1]
    wheels = [packed, again(packed, {"domain/__init__.py": b"raise SystemExit\n"})]
    layout, found = sealed_twice(tmp_path, build, *(wheels if by_right == 0 else wheels[::-1]))
    said = "entries 0, 1 are wheels of this one build, and do not hold the same code"
    assert found == [f"wheel {build}: {said}"]
    laid = layout.of(build)
    assert laid
    assert laid.wheel.startswith(f"the wheel of entry {by_right}, SHA-256 {sha256(packed).hexdigest()}, the first")
    told = with_builds(Proved("UNEX-leave", "leave", builds=(build,)), layout)
    assert (told.found, [(one.name, one.build, one.findings) for one in told.checks]) == (
        True,
        [("wheel", build, (said,))],
    )


def test_two_wheels_with_the_same_code_and_other_libraries_are_no_finding(tmp_path: Path):
    build, packed = build_id(), wheel(build_id())[1]
    layout, found = sealed_twice(tmp_path, build, packed, again(packed, {LIBRARIES: b"pydantic==0\n"}))
    laid = layout.of(build)
    assert laid
    assert (found, layout.at_odds[build], "entry 0" in laid.wheel, laid.notes) == ([], "", True, ())


def test_a_second_wheel_that_cannot_be_read_is_found(tmp_path: Path):
    build, packed = build_id(), wheel(build_id())[1]
    layout, found = sealed_twice(tmp_path, build, b"no zip", packed)
    assert (layout.of(build) is not None, layout.at_odds[build] != "", len(found)) == (True, True, 1)


@pytest.mark.parametrize(("digits", "is_its"), [(32, True), (8, True), (7, False), (9, False), (64, False)])
def test_a_name_of_before_is_that_of_its_code_too(digits: int, is_its: bool):
    digest = "0123456789abcdef" * 4
    assert is_of(f"0.1.0+3f2a9c1b7d4e.{digest[:digits]}", digest) is is_its
    assert is_of(f"0.1.0+{digest[:digits]}", digest) is is_its
    assert not is_of(f"0.1.0+{'f' * digits}", digest)
