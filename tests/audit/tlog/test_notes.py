"""Signed notes, keys and checkpoints are those of C2SP and of Go's checksum database, to the byte."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.tlog.checkpoints import Checkpoint
from audit.tlog.notes import BadKey, NotSigned, SigningKey, VerifyingKey, opened, signed
from tests.audit.tlog.published import CHECKPOINT, ENOCH, OTHER, PETER, SIGNING, TEXT, VERIFYING

PETER_KEY, ENOCH_KEY = VerifyingKey.parse(VERIFYING), VerifyingKey.parse(OTHER)
SECRET = SigningKey.parse(SIGNING)
HEAD = Checkpoint("furlough/UNEX", 256, sha256(b"root").digest())


def test_the_published_note_is_signed_to_the_byte():
    assert signed(TEXT, SECRET).decode() == f"{TEXT}\n{PETER}"
    assert SECRET.public == PETER_KEY


def test_keys_are_told_in_the_published_form():
    assert (str(PETER_KEY), str(ENOCH_KEY), SECRET.line()) == (VERIFYING, OTHER, SIGNING)


def test_a_signing_key_does_not_show_its_secret():
    assert SIGNING.rpartition("+")[2] not in f"{SECRET} {SECRET!r}"


@pytest.mark.parametrize("signatures", [PETER, PETER + ENOCH, ENOCH + PETER, PETER + PETER, PETER * 100])
def test_a_note_is_opened_by_one_true_signature_of_a_known_key(signatures: str):
    assert opened(f"{TEXT}\n{signatures}".encode(), [PETER_KEY]) == TEXT
    assert opened(f"{TEXT}\n{ENOCH}".encode(), [ENOCH_KEY]) == TEXT


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{PETER[:-1]}",
        f"\x01{TEXT}\n{PETER}",
        f"{TEXT}\n— Bad Name x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuG=\n",
        f"{TEXT}\n{PETER}Unexpected line.\n",
        f"{TEXT}\n{PETER * 101}",
        f"{TEXT}\n{PETER[:60]}ABCD{PETER[60:]}",
        f"{TEXT}\n{ENOCH}",
        f"{TEXT}\n{PETER.replace('PeterNeumann', 'CarmenSandiego')}",
        f"{TEXT}\n{PETER}{PETER[:60]}ABCD{PETER[60:]}",
        f"{TEXT}\n{PETER.replace('nAM=', 'nAN=')}",  # other bits of base64 that stand for nothing
    ],
)
def test_what_is_no_note_or_not_truly_signed_is_not_opened(note: str):
    with pytest.raises(NotSigned):
        opened(note.encode(), [PETER_KEY])


def test_other_bytes_than_utf_8_are_no_note():
    with pytest.raises(NotSigned, match="UTF-8"):
        opened(b"\xff" + f"{TEXT}\n{PETER}".encode(), [PETER_KEY])


def test_no_byte_of_a_signed_note_can_be_changed():
    note = bytearray(HEAD.sign(SECRET))
    for i, byte in enumerate(note):
        for other in (byte ^ 1, byte ^ 0x20, byte ^ 0x80, 10, 32):
            if other == byte:
                continue
            changed = bytes([*note[:i], other, *note[i + 1 :]])
            with pytest.raises(NotSigned):
                Checkpoint.open(changed, [PETER_KEY])
        with pytest.raises(NotSigned):
            Checkpoint.open(bytes(note[:i]), [PETER_KEY])


@pytest.mark.parametrize("parse", [VerifyingKey.parse, SigningKey.parse])
def test_no_part_of_a_key_is_a_key(parse):
    line = VERIFYING if parse == VerifyingKey.parse else SIGNING
    for i in range(len(line)):
        for part in (line[:i], line[i + 1 :]):
            with pytest.raises(BadKey):
                parse(part)
        with pytest.raises(BadKey):
            parse(line[:i] + chr(ord(line[i]) + 1) + line[i + 1 :])


@pytest.mark.parametrize(
    "line",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_key_of_another_length_or_type_is_refused(line: str):
    with pytest.raises(BadKey):
        VerifyingKey.parse(line)


def test_a_new_key_signs_what_its_public_half_accepts():
    one, two = SigningKey.new("furlough/UNEX"), SigningKey.new("furlough/UNEX")
    again = SigningKey.parse(one.line())
    assert opened(signed("x\n", again), [VerifyingKey.parse(str(one.public))]) == "x\n"
    with pytest.raises(NotSigned, match="got furlough/UNEX"):
        opened(signed("x\n", one), [two.public])


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "a\u2003b"])
def test_a_key_has_a_name_without_spaces_and_plus_signs(name: str):
    with pytest.raises(BadKey):
        SigningKey.new(name)


@pytest.mark.parametrize("text", ["", "no line", "tab\t\n"])
def test_a_text_that_no_note_may_have_is_not_signed(text: str):
    with pytest.raises(ValueError, match="whole lines"):
        signed(text, SECRET)


def test_the_published_checkpoint_is_read_and_asks_for_its_own_key():
    with pytest.raises(NotSigned, match=r"got example.com/behind-the-sofa\+033de0ae"):
        Checkpoint.open(CHECKPOINT.encode(), [PETER_KEY])
    text = CHECKPOINT.partition("\n\n")[0] + "\n"
    head = Checkpoint.open(signed(text, SECRET), [PETER_KEY])
    assert head.sign(SECRET) == signed(text, SECRET)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)


@given(st.integers(0, 10**18), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_signed(size: int, root: bytes):
    head = Checkpoint("furlough/UNEX", size, root)
    assert Checkpoint.open(head.sign(SECRET), [PETER_KEY]) == head


@pytest.mark.parametrize("count", ["01", "-1", "+1", "1.0", "", " 1", "1" * 20, "x"])
def test_a_number_of_leaves_is_written_in_one_way(count: str):
    note = signed(f"furlough/UNEX\n{count}\n{b64encode(HEAD.root).decode()}\n", SECRET)
    with pytest.raises(NotSigned):
        Checkpoint.open(note, [PETER_KEY])


@pytest.mark.parametrize("root", [b"", b"x" * 31, b"x" * 33])
def test_a_root_has_32_bytes(root: bytes):
    with pytest.raises(NotSigned):
        Checkpoint.open(Checkpoint("furlough/UNEX", 1, root).sign(SECRET), [PETER_KEY])


def test_lines_after_the_third_are_others_business_unless_one_is_empty():
    text = f"furlough/UNEX\n256\n{b64encode(HEAD.root).decode()}\n"
    assert Checkpoint.open(signed(f"{text}more\n", SECRET), [PETER_KEY]) == HEAD
    with pytest.raises(NotSigned):
        Checkpoint.open(signed(f"{text}\nmore\n", SECRET), [PETER_KEY])
