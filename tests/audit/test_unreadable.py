"""A sealed file that cannot be read is named by every look at the record, and hides nothing of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.archive.index import index
from audit.archive.sealed import object_name
from audit.archive.vault import Folder
from tests.audit.archive.small import end, file, history, new, run
from tests.conftest import Furlough

WAYS = {"missing": None, "changed": b"another", "no history": b"\x28\xb5\x2f\xfd"}


@pytest.fixture(params=WAYS)
def archive(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Three leaves: the first cannot be read, and at the others another program has worked."""
    place = Folder(tmp_path / "archive")
    first, whole, forced = history(3, say="furlough:1@x"), history(4, say="furlough:1@x"), history(5, say="somebody")
    leaves = [run(place, "first", first), run(place, "whole", whole), run(place, "forced", forced)]
    new(place).append([*leaves, end(3)], index(place, 0))
    lost = place.folder / object_name(leaves[0].sha256)
    if (instead := WAYS[request.param]) is None:
        lost.unlink()
    else:
        lost.write_bytes(instead)
    return place.folder


async def test_interference_goes_on_after_what_it_cannot_read(archive: Path, furlough: Furlough) -> None:
    ran = await furlough("audit", "interference", "--archive", archive, "--json")
    assert ran.code == 7, ran
    told = {document["id"]: "wrong" if "wrong" in document else "found" for document in ran.documents}
    assert told == {"UNEX-first": "wrong", "UNEX-whole": "found", "UNEX-forced": "found"}
    ran = await furlough("audit", "interference", "UNEX-first", "--archive", archive)
    assert (ran.code, "NOT READ  UNEX-first, run first: its file" in ran.err) == (6, True), ran
    assert ran.out.endswith("nothing was found; 1 could not be read\n")


async def test_crossfooting_goes_on_after_what_it_cannot_read(archive: Path, furlough: Furlough) -> None:
    ran = await furlough("audit", "crossfoot", "--archive", archive, "--json")
    assert ran.code == 7, ran
    found = [(one["of"], one["what"]) for one in ran.documents if one["grade"] == "found"]
    assert [of for of, _ in found] == ["UNEX-first"]
    assert found[0][1].startswith("run first cannot be read: its file ")
    ran = await furlough("audit", "crossfoot", "--archive", archive)
    assert ran.out.splitlines()[0].endswith(": 2 leaves with 0 traces, 0 keepers with 0"), ran


async def test_a_list_of_register_ids_that_cannot_be_read_stops_no_test(furlough: Furlough, tmp_path: Path) -> None:
    place = Folder(tmp_path / "archive")
    ids = file(place, b"service_number,member\nUSA-1008,m-x\n", "1/register-ids.csv", "import")
    new(place).append([run(place, "whole", history(4)), ids, end(1)], index(place, 0))
    (place.folder / object_name(ids.sha256)).write_bytes(b"another")
    ran = await furlough("audit", "tests", "--archive", place.folder)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "1 leave tested, 0 with exceptions, 0 not tested"), ran
