"""Witnesses sign checkpoints as others do, to the byte: C2SP tlog-cosignature."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from audit.tlog.checkpoints import Checkpoint
from audit.tlog.cosignatures import cosignatures, cosigned
from audit.tlog.notes import COSIGNATURE, BadKey, NotSigned, SigningKey, VerifyingKey, parts
from tests.audit.archive.small import KEY
from tests.audit.tlog.published import COSIGNED, COSIGNED_AT, VERIFYING, WITNESSED, WITNESSED_AT, WITNESSES

KNOWN = [VerifyingKey.parse(line, COSIGNATURE) for line in WITNESSES]
WITNESS = SigningKey("auditor.example/2026", bytes(range(32, 64)), COSIGNATURE)
NOTE = Checkpoint("furlough/UNEX", 256, sha256(b"root").digest()).sign(KEY)
NOW = datetime(2026, 3, 4, 6, 41, tzinfo=UTC)


def test_the_published_cosignatures_are_true():
    at = datetime.fromtimestamp(WITNESSED_AT, UTC)
    assert cosignatures(WITNESSED.encode(), KNOWN) == dict.fromkeys(KNOWN, at)
    assert [str(key) for key in KNOWN] == list(WITNESSES)


def test_the_example_of_the_specification_has_its_time_before_its_signature():
    _, ((_, line),) = parts(COSIGNED.encode())
    assert (int.from_bytes(line[4:12], "big"), len(line)) == (COSIGNED_AT, 4 + 8 + 64)


def test_no_number_of_a_published_cosignature_can_be_changed():
    for old, new in (("1432088532", "1432088533"), ("AAABqEiEg", "AAABqEiEh"), ("U7WM", "U7WN"), ("arche", "Arche")):
        with pytest.raises(NotSigned):
            cosignatures(WITNESSED.replace(old, new).encode(), KNOWN)


def test_what_is_cosigned_is_still_the_checkpoint_of_the_log():
    note = cosigned(NOTE, WITNESS, NOW)
    assert note.startswith(NOTE)
    assert Checkpoint.open(note, [KEY.public]) == Checkpoint.open(NOTE, [KEY.public])
    assert cosignatures(note, [WITNESS.public, *KNOWN]) == {WITNESS.public: NOW}


def test_of_two_cosignatures_of_one_witness_the_later_time_is_told():
    note = cosigned(cosigned(NOTE, WITNESS, NOW), WITNESS, NOW - timedelta(days=1))
    assert cosignatures(note, [WITNESS.public]) == {WITNESS.public: NOW}


def test_a_false_cosignature_of_a_known_witness_is_told_and_one_of_a_stranger_passed_over():
    note = cosigned(NOTE, WITNESS, NOW)
    stranger = SigningKey.new("auditor.example/2026", COSIGNATURE)
    assert cosignatures(note, [stranger.public]) == {}
    text, (_, (_, line)) = parts(note)
    later = line[:11] + bytes([line[11] ^ 1]) + line[12:]
    with pytest.raises(NotSigned, match="false"):
        cosignatures(NOTE + WITNESS.under(later[4:]).encode(), [WITNESS.public])
    beyond = (2**63 - 1).to_bytes(8, "big")
    told = WITNESS.under(beyond + WITNESS.over(f"cosignature/v1\ntime {2**63 - 1}\n{text}"))
    with pytest.raises(NotSigned, match="expected a time"):
        cosignatures(NOTE + told.encode(), [WITNESS.public])


def test_the_key_of_a_log_is_no_key_of_a_witness_nor_the_other_way():
    assert SigningKey.parse(WITNESS.line(), COSIGNATURE).public == WITNESS.public
    for line, type_ in ((VERIFYING, COSIGNATURE), (WITNESSES[0], b"\x01")):
        with pytest.raises(BadKey):
            VerifyingKey.parse(line, type_)
    with pytest.raises(BadKey):
        SigningKey.parse(WITNESS.line())
    with pytest.raises(NotSigned):
        Checkpoint.open(cosigned(NOTE, WITNESS, NOW), [WITNESS.public])
