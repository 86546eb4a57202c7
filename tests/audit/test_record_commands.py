"""`audit at`, `why` and `timeline` by the real commands: over the archive, a capsule, and the server."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from audit.tlog.tiles import numbered
from tests.conftest import Furlough, Mission, ahead
from wiring.build import build_id

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
COMMANDER = ("--as", "USA-1003", "--post", "CO-USLOG", "--base", "NAQ")
RECORD = ("archive", "capsule", "server")


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    return {}


@pytest.fixture
async def leave(furlough: Furlough, told: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A leave that was asked for, refused an act, approved and cancelled, sealed in between; its capsule."""
    if not told:
        days = ("--first", ahead(40), "--last", ahead(44), "--destination", "BEY")
        asked = await furlough("request", "USA-1008", *days, "--json", *CLERK)
        assert asked.code == 0, asked
        told["id"], told["number"] = asked.documents[0]["leave_id"], asked.documents[0]["number"]
        assert (await furlough("audit", "seal", "--open")).code == 0
        assert (await furlough("approve", told["number"], *CLERK)).code == 5
        assert (await furlough("approve", told["number"], *COMMANDER)).code == 0
        assert (await furlough("cancel", told["number"], "--reason", "Needed here", *COMMANDER)).code == 0
        assert (await furlough("audit", "seal", "--open")).code == 0
        told["capsule"] = str(tmp_path_factory.mktemp("capsule") / "one.zip")
        assert (await furlough("audit", "capsule", told["id"], "-o", told["capsule"])).code == 0
    return told


@pytest.fixture
def source(leave: dict[str, str], mission: Mission) -> dict[str, tuple[str, ...]]:
    """How each record is named."""
    return {
        "archive": ("--archive", str(mission.settings.folder / "archive")),
        "capsule": ("--capsule", leave["capsule"]),
        "server": ("--server", "--as", "FRA-1003"),
    }


@pytest.mark.parametrize("record", RECORD)
async def test_each_record_tells_the_same_story(
    leave: dict[str, str],
    source: dict[str, tuple[str, ...]],
    mission: Mission,
    furlough: Furlough,
    record: str,
    tmp_path: Path,
) -> None:
    page = tmp_path / "page.html"
    ran = await furlough("audit", "timeline", leave["number"], "--page", page, "--json", *source[record])
    assert ran.code == 0, ran
    (told,) = ran.documents
    assert (told["id"], told["number"], told["state"]) == (leave["id"], leave["number"], "cancelled")
    lines = {line["event"]["kind"]: line for line in told["lines"]}
    assert lines["approved"]["post"] == "CO-USLOG"
    assert "authority/approve" in lines["approved"]["event"]["cites"]
    assert lines["refused"]["says"].startswith("NOT ACCEPTED approve")
    assert [note.partition(" is not in ")[0] for note in told["notes"]] == ["what arrived after its end"] * (
        record == "capsule"  # of one leave, without the account of its member
    )
    if record != "server":
        asked, approved = lines["asked"], lines["approved"]
        assert asked["not_before"] is None
        assert asked["not_after"] == approved["not_before"]
        assert approved["not_before"]["leaf"] < approved["not_after"]["leaf"]
        last = approved["not_after"]["checkpoint"]
        assert asked["not_after"]["leaf"] < asked["not_after"]["checkpoint"] <= last
        head = mission.settings.folder / "archive" / "checkpoints" / numbered(last)
        assert head.read_text().splitlines()[1] == str(last)
    assert page.read_text().startswith("<!doctype html>")
    assert page.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("record", RECORD)
async def test_each_record_tells_why(
    leave: dict[str, str], source: dict[str, tuple[str, ...]], furlough: Furlough, record: str
) -> None:
    ran = await furlough("audit", "why", leave["id"], "--json", *source[record])
    assert ran.code == 0, ran
    approved = next(one for one in ran.documents if one["entries"][0]["event"]["kind"] == "approved")
    posts = [post["post"] for post in approved["facts"]["person"]["posts"]]
    assert ("CO-USLOG" in posts, approved["facts"]["register_version"] >= 0, approved["code"]) == (True, True, "test")
    cites = {cited["name"]: cited for cited in approved["cites"]}
    assert cites["authority/approve"]["what"] == "rule"
    (pack,) = [cited for cited in approved["cites"] if cited["what"] == "pack"]
    assert ("says the same" in pack["says"]) == (record != "server")
    of = {one["of"] for one in ran.documents}
    assert of == ({"the leave"} if record == "capsule" else {"the leave", "the base NAQ", "the member's account"})
    assert '"ref"' not in ran.out
    assert "Needed here" not in ran.out
    ran = await furlough("audit", "why", leave["id"], "--no-refused", *source[record])
    assert (ran.code, "NOT ACCEPTED" in ran.out, "approve · " in ran.out) == (0, False, True)


@pytest.mark.parametrize("record", RECORD)
async def test_each_record_tells_a_moment(
    leave: dict[str, str], source: dict[str, tuple[str, ...]], furlough: Furlough, record: str
) -> None:
    story = await furlough("audit", "timeline", leave["id"], "--json", *source[record])
    lines = story.documents[0]["lines"]
    (approved,) = [line for line in lines if line["event"]["kind"] == "approved"]
    event = approved["event_id"]
    before = await furlough("audit", "at", leave["id"], "--event", event - 1, "--json", *source[record])
    after = await furlough("audit", "at", leave["id"], "--event", event, "--json", *source[record])
    states = [ran.documents[0]["known"]["rows"]["state"] for ran in (before, after)]
    assert states == ["waiting for approval", "approved"]
    diff = await furlough("audit", "at", leave["id"], "--diff", event - 1, event, "--json", *source[record])
    (change,) = diff.documents[0]["changes"]
    assert (change["post"], change["rows"]["state"]) == ("CO-USLOG", ["waiting for approval", "approved"])
    ran = await furlough("audit", "at", leave["id"], "--time", ahead(1), *source[record])
    assert (ran.code, "cancelled" in ran.out) == (0, True), ran


async def test_a_base_and_an_account_have_moments_too(
    leave: dict[str, str], source: dict[str, tuple[str, ...]], furlough: Furlough
) -> None:
    for record in ("archive", "server"):
        ran = await furlough("audit", "at", "base-NAQ", "--time", ahead(1), "--json", *source[record])
        rows = ran.documents[0]["known"]["rows"]
        assert (ran.code, rows["numbers given"].split(": ")[1]) == (0, "1"), ran
        story = await furlough("audit", "timeline", leave["id"], "--json", *source[record])
        member = story.documents[0]["lines"][0]["event"]["member"]["id"]
        ran = await furlough("audit", "at", f"member-{member}", "--time", ahead(1), "--json", *source[record])
        assert (ran.code, ran.documents[0]["known"]["rows"]["under"].startswith("us-army@")) == (0, True), ran


async def test_a_capsule_brings_the_page_of_each_leave_and_stays_whole(
    leave: dict[str, str], furlough: Furlough
) -> None:
    with ZipFile(leave["capsule"]) as zipped:
        page = zipped.read(f"pages/{leave['id']}.html").decode()
    assert (leave["number"] in page, "<svg" in page) == (True, True)
    assert (await furlough("audit", "open", leave["capsule"])).code == 0
    again = await furlough("audit", "capsule", leave["id"], "-o", leave["capsule"])
    assert (again.code, "is there already" in again.err) == (2, True), again


def forged(capsule: str, to: Path, *without: str, **files: tuple[bytes, bytes]) -> Path:
    """A capsule in whose files one text stands for another, and some are missing, its sums made anew."""
    with ZipFile(capsule) as zipped:
        held = {name: zipped.read(name) for name in zipped.namelist() if name not in without}
    for name, (old, new) in files.items():
        assert old in held[name], name
        held[name] = held[name].replace(old, new)
    held["SHA256SUMS"] = b"".join(
        f"{sha256(content).hexdigest()}  {name}\n".encode() for name, content in held.items() if name != "SHA256SUMS"
    )
    with ZipFile(to, "w") as zipped:
        for name, content in held.items():
            zipped.writestr(name, content)
    return to


async def test_what_lies_in_a_capsule_for_reading_is_made_anew_and_compared(
    leave: dict[str, str], furlough: Furlough, tmp_path: Path
) -> None:
    """No proof covers it, and it is read first. Where other code has packed it, it is told as not proved."""
    page = f"pages/{leave['id']}.html"
    for name, change in {page: (b"cancelled", b"denied"), "verify.py": (b"7 if", b"0 if")}.items():
        ran = await furlough("audit", "open", forged(leave["capsule"], tmp_path / "x.zip", name))
        assert (ran.code, f"{name}: it is missing" in ran.err) == (7, True), ran
        ran = await furlough("audit", "open", forged(leave["capsule"], tmp_path / "x.zip", **{name: change}))
        assert (ran.code, f"{name}: it is not what the build that packed" in ran.err) == (7, True), ran
        packed_by = (build_id().encode(), b"0.0.1+00000000")
        other = {name: change, "about.json": packed_by, "README.txt": (b"KEY", b"YEK")}
        ran = await furlough("audit", "open", forged(leave["capsule"], tmp_path / "x.zip", **other), "--json")
        assert (ran.code, ran.documents[0]["whole"], ran.documents[0]["findings"]) == (6, True, [])
        assert sorted(one.partition(": ")[0] for one in ran.documents[0]["unproved"]) == sorted(["README.txt", name])


async def test_the_server_shows_its_record_to_auditors_alone(leave: dict[str, str], furlough: Furlough) -> None:
    for who in (CLERK, COMMANDER, ()):
        ran = await furlough("audit", "timeline", leave["id"], "--server", *who[:2])
        assert (ran.code, "is for auditors" in ran.err, "ordinary" in ran.out) == (2, True, False), ran


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("at", "UNEX-01JE6Z3K8Q4T9V2X7B5N0M1C8D", "--event", "3"), "is not there"),
        (("timeline", "UNEX-01JE6Z3K8Q4T9V2X7B5N0M1C8D"), "is not there"),
        (("timeline", "NAQ-2001-000001"), "No leave goes by"),
        (("timeline", "412"), "names nothing in a record"),
        (("timeline", "base-NAQ"), "is no leave"),
        (("why", "base-NAQ"), "is no leave"),
        (("at", "base-NAQ"), "Which moment is meant?"),
        (("at", "base-NAQ", "--event", "1", "--time", "2026-01-01"), "Which moment is meant?"),
        (("at", "base-NAQ", "--event", "0"), "has no event 0"),
        (("at", "base-NAQ", "--event", "99999"), "has no event 99999"),
        (("at", "base-NAQ", "--time", "noon"), "is no moment"),
        (("at", "base-NAQ", "--diff", "2030-01-01", "2020-01-01"), "is before"),
        (("at", "base-NAQ", "--event", "1", "--capsule", "/nowhere.zip"), "is not whole"),
        (("at", "base-NAQ", "--event", "1", "--server", "--capsule", "/nowhere.zip"), "One record at a time"),
        (("at", "base-NAQ", "--event", "1", "--archive", "/nowhere"), "There is no archive"),
    ],
)
async def test_what_cannot_be_meant_is_told(
    leave: dict[str, str], furlough: Furlough, words: tuple[str, ...], told: str
) -> None:
    ran = await furlough("audit", *words)
    assert (ran.code, told in ran.err, ran.out) == (2, True, ""), ran
