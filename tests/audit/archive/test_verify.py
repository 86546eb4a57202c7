"""Whatever is changed in an archive is found, with its place; and nothing is found where nothing was changed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.api.enums.v1 import EventType

from audit.archive import batches
from audit.archive.about import NAME, About, Damaged, about, of_mission
from audit.archive.finding import Finding
from audit.archive.index import Index
from audit.archive.leaves import written
from audit.archive.log import HEAD, head_name
from audit.archive.sealed import digest_of, object_name, sealed
from audit.archive.verifying import Verified
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.notes import SigningKey
from audit.tlog.tiles import bundled, unbundled
from tests.audit.archive.small import KEY, Memory, a_mission, add, check, end, file, history, laid, new, run
from wiring.trouble import Misset

ENDS = [
    getattr(EventType, f"EVENT_TYPE_WORKFLOW_EXECUTION_{name}")
    for name in ("COMPLETED", "FAILED", "TIMED_OUT", "CANCELED", "TERMINATED", "CONTINUED_AS_NEW")
]


@pytest.fixture(scope="module")
def whole() -> Memory:
    vault = Memory()
    a_mission(vault)
    return vault


def places(vault: Memory) -> set[str]:
    """Where something is found in an archive; that its newest checkpoint is one behind is told as a note alone."""
    try:
        told = about(vault)
        if told is None:
            return {NAME}
        of_mission(vault, told, "UNEX")
    except (Misset, Damaged):
        return {NAME}
    findings = check(vault).findings
    behind = {HEAD for told_of in findings.told if told_of.startswith(f"{HEAD} is one behind")}
    return {finding.place for finding in findings.found} | behind


def test_a_whole_archive_has_nothing_to_find(whole: Memory):
    verified = check(whole)
    assert (verified.findings.found, verified.findings.told, verified.leaves, verified.heads) == ([], [], 11, 3)


@pytest.mark.parametrize(
    "flips",
    [(0x01, 0x80), pytest.param((0x80, 0x01), marks=pytest.mark.slow), pytest.param((0x20,), marks=pytest.mark.slow)],
)
def test_every_byte_of_every_file_counts(whole: Memory, flips: tuple[int, ...]):
    """One bit of each, by turns; the long forms try others."""
    for name, content in whole.files.items():
        for i in range(len(content)):
            changed = whole.copy()
            flip = flips[i % len(flips)]
            changed.files[name] = content[:i] + bytes([content[i] ^ flip]) + content[i + 1 :]
            assert name in places(changed), (name, i)


def test_no_file_can_be_cut_or_grow_unnoticed(whole: Memory):
    for name, content in whole.files.items():
        for other in (content[:-1], content[: len(content) // 2], b"", content + b"\n", content + content):
            changed = whole.copy()
            changed.files[name] = other
            assert name in places(changed), name


def test_no_file_can_be_taken_away_unnoticed(whole: Memory):
    for name in whole.files:
        changed = whole.copy()
        del changed.files[name]
        assert name in places(changed), name


def test_no_two_files_can_change_places_unnoticed(whole: Memory):
    names = sorted(whole.files)
    for one in names:
        for other in names:
            if one < other and whole.files[one] != whole.files[other]:
                changed = whole.copy()
                changed.files |= {one: whole.files[other], other: whole.files[one]}
                found = places(changed)
                assert NAME in (one, other) or {one, other} <= found, (one, other, found)


def test_no_file_can_be_laid_down_once_more_unnoticed(whole: Memory):
    """Whatever its name is: one that a log could have, one of a sealed file, a hidden one."""
    for name, content in whole.files.items():
        for other in (
            f"{name}.copy",
            f"copy/{name}",
            "batch/011",
            "checkpoints/012",
            "tile/0/000",
            f"object/ab/{name}",
            f"object/ab/{'ab' * 32}",
            f"{name[:-1]}{'0' if name[-1] != '0' else '1'}",  # all but the last digit of a sealed file's name
            f".{name}",
            "object/.leaf",
            ".git/hidden",
            ".evil.0123456789abcdef",
        ):
            changed = whole.copy()
            changed.files[other] = content
            assert other in {finding.place for finding in found(changed)}, (name, other)


def test_what_a_stopped_sealer_leaves_is_told_by_name_and_proves_nothing(whole: Memory):
    """Sealed files that no entry came to name, and files that were not yet given theirs; of very many not all."""
    changed = whole.copy()
    letters = [object_name(file(changed, f"letter {i}".encode()).sha256) for i in range(30)]
    changed.files["tile/entries/.0123456789abcdef"] = b"ha"
    verified = check(changed)
    assert verified.findings.found == []
    *named, more, half = verified.findings.told
    assert {note.partition(":")[0] for note in named} == set(sorted(letters)[:20])
    assert (more.partition(":")[0], half.partition(":")[0]) == ("10 more", "tile/entries/.0123456789abcdef")


def test_what_is_named_by_its_bytes_and_is_no_sealed_file_is_found(whole: Memory):
    changed, content = whole.copy(), b"nothing that was ever sealed"
    changed.files[object_name(digest_of(content))] = content
    assert [finding.place for finding in found(changed)] == [object_name(digest_of(content))]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_several_changes_at_once_are_found(data: st.DataObject):
    vault = Memory()
    a_mission(vault)
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from(sorted(vault.files)))
        how = data.draw(st.sampled_from(["drop", "flip", "swap"]))
        content = vault.files[name]
        if how == "drop":
            del vault.files[name]
        elif how == "flip" and content:
            i = data.draw(st.integers(0, len(content) - 1))
            vault.files[name] = content[:i] + bytes([content[i] ^ data.draw(st.integers(1, 255))]) + content[i + 1 :]
        else:
            other = data.draw(st.sampled_from(sorted(vault.files)))
            vault.files[name], vault.files[other] = vault.files[other], content
        if not vault.files:
            return
    fresh = Memory()
    a_mission(fresh)
    assert vault.files == fresh.files or places(vault)


def found(vault: Memory) -> list[Finding]:
    return check(vault).findings.found


def bundle_of(vault: Memory, *places: int) -> bytes:
    leaves = unbundled(vault.files["tile/entries/000.p/11"], 11)
    return bundled([leaves[i] for i in places])


def test_a_leaf_in_the_place_of_another_is_told_by_its_number(whole: Memory):
    changed = whole.copy()
    changed.files["tile/entries/000.p/11"] = bundle_of(whole, 0, 1, 3, 2, 4, 5, 6, 7, 8, 9, 10)
    first = found(changed)[0]
    assert (first.leaf, first.place) == (2, "tile/entries/000.p/11")
    assert "it lies at place 3" in first.what


def test_a_leaf_that_was_taken_out_is_told_by_its_number(whole: Memory):
    changed = whole.copy()
    changed.files["tile/entries/000.p/11"] = bundle_of(whole, 0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 10)
    assert found(changed)[0].leaf == 3


def test_a_log_written_anew_by_another_hand_is_told(whole: Memory):
    """All hashes fit, and the key is another."""
    forged, stranger = Memory(), SigningKey.new("furlough/UNEX")
    new(forged, stranger).append([file(forged, b"a letter"), end()], Index())
    assert check(forged, key=stranger).findings.found == []
    told = check(forged)
    assert told.head is None
    assert {finding.place for finding in told.findings.found} >= {HEAD}


def test_what_the_sealer_signed_is_still_checked_against_the_histories(whole: Memory):
    """A leaf that tells of its history what the history does not say."""
    for field, other in (
        ("id", "UNEX-another"),
        ("run", "another"),
        ("type", "BaseWorkflow"),
        ("events", 4),
        ("closed", False),
        ("ended", "FAILED"),
        ("previous", "x"),
        ("next", "x"),
        ("builds", ("0.2.0",)),
    ):
        vault = Memory()
        leaf = run(vault, "leave", history(5)).model_copy(update={field: other})
        add(vault, [leaf])
        assert any(f"expected {field} {other!r}" in finding.what for finding in found(vault)), field


@pytest.mark.parametrize("kind", [EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, *ENDS])
def test_a_start_or_an_end_in_the_middle_of_a_history_is_found(kind: EventType.ValueType):
    """As where two histories are laid together, or one goes on after it was ended."""
    vault, past = Memory(), history(5)
    past.events[2].event_type = kind
    add(vault, [run(vault, "leave", past)])
    (finding,) = found(vault)
    assert (finding.leaf, "one start and one end, got another within it at event 3" in finding.what) == (0, True)


def test_the_history_of_one_leave_under_the_id_of_another_is_found():
    """The same bytes counted twice, or what one member did told of another."""
    vault = Memory()
    own = run(vault, "leave", history(5))
    add(vault, [own, own.model_copy(update={"id": "UNEX-other", "run": "other"})])
    assert [(f.leaf, f.what.partition("expected ")[2]) for f in found(vault)] == [
        (1, "id 'UNEX-other', got 'UNEX-leave' from its events"),
        (1, "run 'other', got 'leave' from its events"),
    ]


def test_a_run_whose_past_is_another_later_on_is_found():
    vault = Memory()
    add(vault, [run(vault, "leave", history(3, ended=False))], [run(vault, "leave", history(5, say="changed"))])
    (finding,) = found(vault)
    assert (finding.leaf, "event 2 is another than at entry 0" in finding.what) == (1, True)


def test_a_run_that_grows_after_its_end_or_loses_events_is_found():
    for earlier, later in ((history(5), history(6)), (history(5, ended=False), history(6))):
        vault = Memory()
        one, two = run(vault, "leave", earlier), run(vault, "leave", later)
        add(vault, [one], [two])
        assert bool(found(vault)) == one.closed
    vault = Memory()
    add(vault, [run(vault, "leave", history(5, ended=False))])
    log = new(vault)
    log.append([run(vault, "leave", history(3, ended=False))], Index())
    assert "expected no later snapshot" in found(vault)[0].what


def test_a_history_without_events_is_found_and_breaks_nothing():
    vault = Memory()
    leaf = run(vault, "two", history(4, previous="one"))
    empty = leaf.model_copy(update=laid(vault, b""))
    add(vault, [empty, end()])
    assert any("begins with the start of its workflow" in finding.what for finding in found(vault))


def test_evidence_that_is_another_than_was_cited_is_found():
    vault = Memory()
    leaf = file(vault, b"a letter")
    add(vault, [leaf.model_copy(update={"content": "1" * 64})])
    assert {finding.leaf for finding in found(vault)} == {0}
    assert any("expected the content" in finding.what for finding in found(vault))


def test_a_sealed_file_that_promises_more_than_any_archive_has_is_not_opened():
    vault = Memory()
    bomb = b"\x28\xb5\x2f\xfd\xe0" + (2**40).to_bytes(8, "little") + sealed(b"x" * 300)[7:]
    vault.files[f"object/{digest_of(bomb)[:2]}/{digest_of(bomb)}"] = bomb
    leaf = file(vault, b"a letter").model_copy(update={"sha256": digest_of(bomb), "size": len(bomb)})
    add(vault, [leaf])
    assert "promises 1,099,511,627,776" in found(vault)[0].what


def test_a_leaf_in_another_form_is_found():
    vault = Memory()
    new(vault)
    odd = written(end()).replace(b'"build":"test"', b'"build": "test"')
    vault.files[batches.batch_name(0)] = batches.written("furlough/UNEX", 0, [odd], KEY)
    with pytest.raises(Damaged, match="one form"):
        new(vault)


def at(vault: Memory, size: int) -> Checkpoint:
    return Checkpoint.open(vault.read(head_name(size)), [KEY.public])


def test_what_came_after_a_known_checkpoint_is_opened_and_what_came_before_is_not(whole: Memory):
    changed = whole.copy()
    letter = object_name(file(Memory(), b"a letter").sha256)
    changed.files[letter] = b"x" + changed.files[letter][1:]
    assert [finding.leaf for finding in found(changed)] == [3]
    since = check(changed, at(whole, 6))
    assert (since.findings.found, since.unread) == ([], 2)
    assert check(changed).unread == 0
    assert check(whole, at(whole, 6)).bytes < check(whole).bytes


def test_what_came_before_a_known_checkpoint_and_is_read_for_what_came_after_is_found(whole: Memory):
    """The later snapshot of a run is compared with the earlier one: that one must be what was sealed."""
    changed, first = whole.copy(), object_name(run(Memory(), "leave", history(3, ended=False)).sha256)
    changed.files[first] = b"x" + changed.files[first][1:]
    (found_,) = check(changed, at(whole, 6)).findings.found
    assert (found_.leaf, found_.place, "the SHA-256 in its name" in found_.what) == (0, first, True)
    assert [finding.leaf for finding in found(changed)] == [0]


@pytest.mark.parametrize(("left", "told"), [(None, "its file is missing"), (-1, "bytes, got"), (0, "bytes, got 0")])
def test_what_came_before_a_known_checkpoint_is_there_and_as_long_as_it_was(whole: Memory, left: int | None, told: str):
    changed, letter = whole.copy(), object_name(file(Memory(), b"a letter").sha256)
    changed.files[letter] = changed.files[letter][:left]
    if left is None:
        del changed.files[letter]
    (found_,) = check(changed, at(whole, 6)).findings.found
    assert (found_.leaf, found_.place, told in found_.what) == (3, letter, True)


def test_files_without_a_log_are_told(whole: Memory):
    """The log was taken away, or never made: both look the same, and nothing is proved."""
    lost = Memory({name: content for name, content in whole.files.items() if name.startswith(("about", "object/"))})
    verified = check(lost)
    assert (verified.head, any("no log names them" in told for told in verified.findings.told)) == (None, True)


def test_a_log_that_forgot_what_was_known_is_found(whole: Memory):
    known = at(whole, 11)
    shorter = Memory()
    add(shorter, [file(shorter, b"a letter"), end()])
    begun = Memory({NAME: whole.files[NAME]})
    assert check(begun).findings.found == []
    for vault in (begun, shorter, _longer(shorter)):
        verified = check(vault, known)
        assert any("does not go on from the 11 entries" in f.what for f in verified.findings.found)
        assert verified.unread == 0, "what does not go on from a checkpoint is spared nothing by it"


def _longer(shorter: Memory) -> Memory:
    vault = shorter.copy()
    add(vault, [file(vault, str(i).encode()) for i in range(20)])
    return vault


def test_a_checkpoint_of_another_log_is_found_and_spares_no_file_the_reading(whole: Memory):
    """Whoever holds the key may have signed it under another name: it says nothing of this log."""
    verified = check(whole, at(whole, 6)._replace(origin="furlough/UNMO"))
    (finding,) = verified.findings.found
    assert "it is the log furlough/UNEX, and not furlough/UNMO" in finding.what
    assert verified.unread == 0


def test_two_different_heads_of_one_size_are_a_fork(whole: Memory):
    changed = whole.copy()
    changed.files[HEAD] = Checkpoint("furlough/UNEX", 11, b"x" * 32).sign(KEY)
    assert any("forked" in finding.what for finding in found(changed))


def test_an_old_checkpoint_laid_back_is_told(whole: Memory):
    changed = whole.copy()
    changed.files[HEAD] = changed.files["checkpoints/006"]
    assert any("it is an old one" in finding.what for finding in found(changed))
    changed.files[HEAD] = changed.files["checkpoints/009"]
    verified = check(changed)
    assert (verified.findings.found, "one behind" in verified.findings.told[0]) == ([], True)


def test_a_log_that_has_lost_all_its_checkpoints_is_found(whole: Memory):
    """One that never had any is told as begun, where nothing lies there but what a first sealing begins with."""
    changed = Memory({name: content for name, content in whole.files.items() if not name.startswith("checkpoint")})
    assert {finding.place for finding in found(changed)} >= {"batch/006", "batch/009", "tile/0/000.p/11"}


def test_an_archive_of_a_newer_format_is_told(whole: Memory):
    changed = whole.copy()
    changed.files[NAME] = changed.files[NAME].replace(b"furlough-archive/1", b"furlough-archive/2")
    with pytest.raises(Misset, match="newer format"):
        about(changed)


def test_an_archive_of_another_mission_is_told(whole: Memory):
    told = about(whole)
    assert isinstance(told, About)
    with pytest.raises(Misset, match="another mission's"):
        of_mission(whole, told, "UNMO")


@pytest.mark.parametrize(
    ("old", "new_", "told"),
    [
        (b'"mission": "UNEX"', b'"mission": "XXXX"', "mission XXXX with the log furlough/UNEX"),
        (b'"key": "furlough/UNEX', b'"key": "furlough/XXXX', "a key"),
        (b'"mission": "UNEX",', b'"mission":  "UNEX",', "in other bytes"),
    ],
)
def test_in_what_the_first_file_contradicts_itself_is_told(whole: Memory, old: bytes, new_: bytes, told: str):
    changed = whole.copy()
    changed.files[NAME] = changed.files[NAME].replace(old, new_)
    assert changed.files[NAME] != whole.files[NAME]
    with pytest.raises(Damaged, match="cannot be told from its first file") as found_:
        about(changed)
    assert told in found_.value.why


def test_an_empty_place_is_no_archive():
    assert about(Memory()) is None


def test_what_is_found_is_bounded():
    vault = Memory()
    digest = "0" * 64
    leaf = file(vault, b"x")
    add(vault, [leaf.model_copy(update={"name": digest, "content": f"{i:064x}"}) for i in range(1200)])
    verified: Verified = check(vault)
    assert (len(verified.findings.found), verified.findings.more > 0) == (1000, True)
