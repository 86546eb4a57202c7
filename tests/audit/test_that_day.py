"""A history is checked by the code of that day too, as the log has it, and that is told apart from today's."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History

from audit.archive.index import index
from audit.archive.sealed import Broken, object_name
from audit.archive.vault import LARGEST, Folder
from audit.archived import Archived
from audit.laying_out import Layout
from audit.that_day import worked_at
from audit.unpacking import unpacked
from audit.wheel import libraries, wheel
from tests.audit.archive.small import Leaf, file, new, run
from tests.conftest import Furlough, Mission, ahead
from wiring.build import DIGITS, ROOT, build_id, code, digest_of

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
COMMANDER = ("--as", "USA-1003", "--post", "CO-USLOG", "--base", "NAQ")

REPLAY = ("audit", "replay", "--with-build", "--processes", 1)

NEVER_APPROVED = """

_decide_as_ever = decide


def decide(act, state, facts, now):
    return () if act.kind == "approve" else _decide_as_ever(act, state, facts, now)
"""


@pytest.fixture(scope="module")
def played() -> list[bytes]:
    return []


@pytest.fixture
async def approved(furlough: Furlough, mission: Mission, played: list[bytes]) -> History:
    """A leave that was asked for and approved, by the rules of today."""
    if not played:
        days = ("--first", ahead(40), "--last", ahead(44), "--destination", "BEY")
        asked = await furlough("request", "USA-1008", *days, "--json", *CLERK)
        assert (await furlough("approve", asked.documents[0]["number"], *COMMANDER)).code == 0
        assert (await furlough("cancel", asked.documents[0]["number"], "--reason", "Needed", *COMMANDER)).code == 0
        handle = mission.client.get_workflow_handle(asked.documents[0]["leave_id"])
        played.append(History(events=(await handle.fetch_history()).events).SerializeToString())
    return History.FromString(played[0])


def worked_by(history: History, build: str) -> History:
    """A history at which one build has worked alone."""
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            event.workflow_task_completed_event_attributes.worker_version.build_id = build
        if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
            for payload in event.marker_recorded_event_attributes.details["result"].payloads:
                payload.data = payload.data.replace(b'"rules":"test"', f'"rules":"{build}"'.encode())
    return history


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """A build whose rules approve nothing, and its wheel."""
    root = tmp_path_factory.mktemp("other")
    for name, content in code(ROOT):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    rules = root / "domain" / "leave" / "__init__.py"
    rules.write_text(rules.read_text("utf-8") + NEVER_APPROVED, "utf-8")
    build = build_id(root)
    return build, wheel(build, root)[1]


@pytest.fixture
def archive(approved: History, other: tuple[str, bytes], tmp_path: Path) -> Path:
    """A leave at which another build has worked, with its wheel; and one at which an unknown build has."""
    place = Folder(tmp_path / "archive")
    build, packed = other
    unknown = run(place, "unknown", worked_by(History.FromString(approved.SerializeToString()), "0.0.9+nobody"))
    leaves: list[Leaf] = [run(place, "leave", worked_by(approved, build)), file(place, packed, build, "wheel"), unknown]
    new(place).append(leaves, index(place, 0))
    return place.folder


async def test_what_the_rules_of_that_day_decide_otherwise_is_told_apart_from_todays(
    archive: Path, other: tuple[str, bytes], furlough: Furlough, tmp_path: Path
) -> None:
    """A build that is not in the log is told, and stops no other."""
    report = tmp_path / "replay.xml"
    ran = await furlough(*REPLAY, "--archive", archive, "--json", "--junit", report)
    assert ran.code == 7, ran
    by_id = {document["id"]: document for document in ran.documents}
    told = {(check["check"], check["build"]): check for check in by_id["UNEX-leave"]["checks"]}
    assert len(told) == 6
    ((found, check),) = ((name, check) for name, check in told.items() if not check["passed"])
    assert (found, len(check["findings"])) == (("decide", other[0]), 1)
    assert check["findings"][0].endswith(", approve: expected approved, got nothing")
    assert by_id["UNEX-unknown"]["unasked"] == ["build 0.0.9+nobody: its wheel is not in the log"]
    assert all(check["passed"] for check in by_id["UNEX-unknown"]["checks"])
    assert by_id["UNEX-leave"]["wheels"][other[0]] == f"the wheel of entry 1, SHA-256 {sha256(other[1]).hexdigest()}"
    assert f'name="decide by {other[0]}"><failure>' in report.read_text()


async def test_a_build_that_cannot_be_asked_has_an_exit_code_of_its_own(archive: Path, furlough: Furlough) -> None:
    ran = await furlough(*REPLAY, "UNEX-unknown", "--archive", archive)
    assert (ran.code, ran.out.splitlines()[-1]) == (6, "1 run: 0 passed, 0 with findings, 1 not checked"), ran
    assert "NOT CHECKED  UNEX-unknown, run unknown: build 0.0.9+nobody: its wheel is not in the log" in ran.err


async def test_a_wheel_that_is_not_what_was_sealed_is_not_run(
    archive: Path, other: tuple[str, bytes], furlough: Furlough
) -> None:
    packed = archive / object_name(file(Folder(archive), other[1], other[0], "wheel").sha256)
    packed.write_bytes(packed.read_bytes()[:-1] + b"x")
    ran = await furlough(*REPLAY, "UNEX-leave", "--archive", archive)
    assert (ran.code, "is not what was sealed" in ran.err) == (6, True), ran


async def test_a_wheel_with_other_code_than_its_build_names_is_not_run(
    approved: History, other: tuple[str, bytes], furlough: Furlough, tmp_path: Path
) -> None:
    """Whoever could put a wheel into the log could otherwise have auditors run anything."""
    place = Folder(tmp_path / "archive")
    leaves: list[Leaf] = [
        run(place, "leave", worked_by(approved, "0.1.0+11112222")),
        file(place, other[1], "0.1.0+11112222", "wheel"),
    ]
    new(place).append(leaves, index(place, 0))
    ran = await furlough(*REPLAY, "UNEX-leave", "--archive", place.folder)
    assert (ran.code, "the code in its wheel calls itself" in ran.err) == (6, True), ran


def zipped(name: str, content: bytes = b"pass", method: int = ZIP_STORED) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", method) as out:
        out.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("name", ["/etc/cron.d/x", "../x.py", "domain/../../x.py", "C:/x.py", "domain\\..\\x.py"])
def test_a_wheel_whose_paths_lead_outside_is_refused(name: str):
    with pytest.raises(Broken, match="leads outside"):
        dict(unpacked(zipped(name)))


@pytest.mark.parametrize("name", ["sitecustomize.py", "resource.py", "temporalio/__init__.py", "x.pth", "audit.py"])
def test_a_wheel_with_what_is_none_of_a_build_is_refused(name: str):
    """It could stand before what the code imports, and no digest covers it."""
    with pytest.raises(Broken, match="none of a build"):
        dict(unpacked(zipped(name)))


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_a_wheel_that_is_compressed_so_that_it_swells_uncut_is_refused(method: int):
    with pytest.raises(Broken, match="compressed as no wheel"):
        dict(unpacked(zipped("domain/x.py", bytes(2000), method)))


def test_a_wheel_with_flipped_bytes_is_refused():
    packed = bytearray(zipped("domain/x.py", bytes(range(256)) * 40, ZIP_DEFLATED))
    packed[30 + len("domain/x.py")] = 0x07  # a block of a kind that there is not
    with pytest.raises(Broken, match="cannot be read"):
        dict(unpacked(bytes(packed)))


@pytest.mark.parametrize("names", [("audit/a", "audit/a/b"), ("audit/" + "a" * 300,)])
def test_a_wheel_whose_files_cannot_lie_beside_each_other_is_told(names: tuple[str, ...], tmp_path: Path):
    made = BytesIO()
    with ZipFile(made, "w") as out:
        for name in names:
            out.writestr(name, b"pass")
    build = f"0.1.0+{digest_of((name, b'pass') for name in names)[:DIGITS]}"
    place = Folder(tmp_path / "archive")
    new(place).append([file(place, made.getvalue(), build, "wheel")], index(place, 0))
    layout = Layout(Archived(str(place.folder), None), tmp_path / "room")
    assert layout.of(build) is None
    assert layout.missing[build].startswith("its wheel cannot be laid out: ")


def test_a_wheel_that_is_none_or_swells_is_refused(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(Broken, match="cannot be read"):
        dict(unpacked(b"no zip"))
    monkeypatch.setattr("audit.unpacking.LARGEST", 1000)
    with pytest.raises(Broken, match="larger than"):
        dict(unpacked(zipped("domain/x.py", bytes(2000))))
    assert LARGEST > 1000


def test_a_build_is_asked_of_what_it_worked_at(approved: History):
    """The tasks of a later build, and what they led to, are left out; what its own led to is not."""
    tasks = [event for event in approved.events if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED]
    for task in tasks[:2]:
        task.workflow_task_completed_event_attributes.worker_version.build_id = "first"
    part = worked_at(approved, "first").events
    assert tasks[1].event_id < len(part) < tasks[2].event_id
    assert [event.event_id for event in part] == list(range(1, len(part) + 1))
    assert part[-1].event_type != EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED
    assert worked_at(approved, "test") == approved
    assert not worked_at(approved, "another").events


def test_libraries_that_are_others_here_than_they_were_are_told(
    other: tuple[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    place, (build, packed) = Folder(tmp_path / "archive"), other
    new(place).append([file(place, packed, build, "wheel")], index(place, 0))
    record = Archived(str(place.folder), None)
    laid = Layout(record, tmp_path / "alike").of(build)
    assert laid
    assert laid.notes == ()
    monkeypatch.setattr("audit.laying_out.libraries", lambda: libraries() | {"pydantic": "0.0.1"})
    laid = Layout(record, tmp_path / "unlike").of(build)
    assert laid
    assert laid.notes == (f"it ran with pydantic {libraries()['pydantic']}, and runs here with 0.0.1",)
