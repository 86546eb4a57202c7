"""Who has read `docs/auditing.md` can check an archive: `second_verifier` does, and finds what ours finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidSignature

from audit.archive.index import Index
from audit.archive.leaves import Run
from audit.archive.sealed import digest_of, object_name, sealed
from tests.audit.archive.second_verifier import check as second
from tests.audit.archive.second_verifier import checkpoint
from tests.audit.archive.small import KEY, Killed, Memory, Mortal, a_mission, add, check, end, file, history, new, run

LINE = str(KEY.public)


def proved(vault: Memory, known: bytes | None = None) -> int:
    return second(vault.read, vault.files, LINE, checkpoint(known, LINE) if known else None)


def finds(vault: Memory) -> bool:
    try:
        proved(vault)
    except Exception:  # noqa: BLE001  (whatever breaks it has been found)
        return True
    return False


@pytest.fixture(scope="module")
def whole() -> Memory:
    vault = Memory()
    a_mission(vault)
    return vault


def test_the_second_verifier_finds_a_whole_archive_whole(whole: Memory):
    assert proved(whole) == 11
    assert proved(whole, whole.files["checkpoints/006"]) == 11


def test_the_second_verifier_finds_a_large_archive_whole():
    """More entries than one tile has; several heads within it."""
    vault = Memory()
    add(vault, *([file(vault, f"{i} {j}".encode()) for j in range(100)] for i in range(6)))
    assert proved(vault) == 600


def test_the_second_verifier_finds_whatever_was_changed(whole: Memory):
    for name, content in whole.files.items():
        for i in {0, len(content) // 2, len(content) - 3}:
            vault = whole.copy()
            vault.files[name] = content[:i] + bytes([content[i] ^ 1]) + content[i + 1 :]
            if name != "about.json":  # of which the key alone is compared
                assert finds(vault), (name, i)
        lost = whole.copy()
        del lost.files[name]
        assert finds(lost), name


def test_the_second_verifier_takes_base64_in_one_form_only(whole: Memory):
    vault = whole.copy()
    note = vault.files["checkpoint"]
    assert note.endswith(b"=\n")
    digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    spare = digits[digits.index(note[-3]) ^ 1]
    vault.files["checkpoint"] = note[:-3] + bytes([spare]) + note[-2:]
    with pytest.raises((AssertionError, InvalidSignature)):
        proved(vault)


def test_the_second_verifier_finds_a_log_that_does_not_go_on_from_what_was_known(whole: Memory):
    other = Memory()
    add(other, [file(other, b"another letter"), end()])
    with pytest.raises(AssertionError):
        proved(whole, other.files["checkpoint"])


def test_the_second_verifier_finds_what_lies_beside(whole: Memory):
    letter = next(name for name in whole.files if name.startswith("object/"))
    for name in (
        "stray",
        "tile/0/000",
        "batch/012",
        "checkpoints/012",
        ".evil",
        "object/.leaf",
        "object/ab/.part.0123456789abcdef",
        "object/.0123456789abcdef",
        "evil/.0123456789abcdef",
        ".evil.0123456789abcdef",
        f"object/ab/{'ab' * 32}",
    ):
        vault = whole.copy()
        vault.files[name] = whole.files[letter]
        assert finds(vault), name
    packed, vault = sealed(b"laid down by a sealer that was stopped"), whole.copy()
    vault.files[object_name(digest_of(packed))] = packed
    for folder in ("", "object/ab/", "batch/", "tile/entries/x001/", "tile/0/", "tile/0/000.p/"):
        vault.files[f"{folder}.0123456789abcdef"] = b"not whole"
    assert (finds(vault), check(vault).findings.found) == (False, [])


def test_a_sealer_that_was_killed_is_accused_by_neither():
    """At whichever of its writes."""
    vault = Memory()
    a_mission(vault)
    for left in range(40):
        mortal = Mortal(vault.files, left)
        try:
            add(mortal, [file(mortal, b"another letter"), end()])
        except Killed:
            assert (check(mortal).findings.found, proved(mortal) >= 11) == ([], True), left
        else:
            return
    pytest.fail("it was never over")


Lie = Callable[[Memory], list[list[Run]]]


def _told(field: str, value: object) -> Lie:
    return lambda vault: [[run(vault, "leave", history(5)).model_copy(update={field: value})]]


def _snapshots(*says: str) -> Lie:
    return lambda vault: [[run(vault, "leave", history(3 + i, ended=False, say=say))] for i, say in enumerate(says)]


def _chain(state: bytes, previous: str, follows: str) -> Lie:
    def made(vault: Memory) -> list[list[Run]]:
        one, two = history(3, follows=follows), history(4, previous=previous)
        handed = one.events[-1].workflow_execution_continued_as_new_event_attributes
        handed.input.payloads.add(data=b"30 days")
        began = two.events[0].workflow_execution_started_event_attributes
        began.input.payloads.add(data=state)
        for past, name in ((one, "one"), (two, "two")):
            started = past.events[0].workflow_execution_started_event_attributes
            started.workflow_id, started.original_execution_run_id = "UNEX-entity", name
        each = [run(vault, "one", one), run(vault, "two", two)]
        return [[leaf.model_copy(update={"id": "UNEX-entity"}) for leaf in each]]

    return made


def _within(kind: int) -> Lie:
    def made(vault: Memory) -> list[list[Run]]:
        past = history(5)
        past.events[2].event_type = kind  # type: ignore[assignment]
        return [[run(vault, "leave", past)]]

    return made


@pytest.mark.parametrize(
    ("lie", "true"),
    [
        (_told("events", 5), True),
        *[(_told(field, value), False) for field, value in (("events", 4), ("id", "x"), ("run", "x"), ("type", "x"))],
        *[(_told(field, value), False) for field, value in (("closed", False), ("ended", "FAILED"), ("next", "x"))],
        *[(_told(field, value), False) for field, value in (("previous", "x"), ("builds", ("x",)), ("size", 1))],
        (_within(1), False),
        (_within(27), False),
        (_snapshots("", ""), True),
        (_snapshots("", "changed"), False),
        (_chain(b"30 days", "one", "two"), True),
        (_chain(b"90 days", "one", "two"), False),
        (_chain(b"30 days", "", "two"), False),
        (_chain(b"30 days", "one", "three"), False),
        (_chain(b"30 days", "one", ""), False),
    ],
)
def test_both_verifiers_find_what_the_sealer_signed_and_the_histories_do_not_say(lie: Lie, true: bool):
    vault = Memory()
    log = new(vault)
    for batch in lie(vault):
        log.append(batch, Index())
    log.append([end()], Index())
    assert (check(vault).findings.found == [], not finds(vault)) == (true, true)
