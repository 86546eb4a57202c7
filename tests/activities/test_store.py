"""The detail store: what is laid in comes out the same, or it is noticed; what is forgotten is gone."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.store import LARGEST, NotKept, Store, Tampered, TooLarge


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "details")


def files_of(store: Store) -> list[Path]:
    return sorted(path for path in store.folder.rglob("*") if path.is_file())


@given(st.binary(max_size=1000))
def test_a_file_comes_out_as_it_was_laid_in_under_its_sha256(tmp_path_factory: pytest.TempPathFactory, content: bytes):
    store = Store(tmp_path_factory.getbasetemp() / "shared")
    digest = store.put(content)
    assert digest == sha256(content).hexdigest()
    assert store.get(digest) == content


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_sealed_text_comes_out_as_it_was_and_its_digest_is_not_that_of_the_text(
    tmp_path_factory: pytest.TempPathFactory, text: str
):
    store = Store(tmp_path_factory.getbasetemp() / "shared")
    sealed = store.seal(text)
    assert store.open(sealed) == text
    assert sealed.digest != sha256(text.encode()).hexdigest()


def test_the_same_text_sealed_twice_has_nothing_in_common(store: Store):
    first, second = store.seal("a parent is ill"), store.seal("a parent is ill")
    assert first.ref != second.ref
    assert first.digest != second.digest


def test_what_is_forgotten_is_gone_with_its_salt_and_may_be_forgotten_again(store: Store):
    sealed, other = store.seal("a parent is ill"), store.seal("a child is born")
    store.forget(sealed.ref)
    store.forget(sealed.ref)
    assert store.open(sealed) is None
    assert store.open(other) == "a child is born"
    assert len(files_of(store)) == 1


def test_only_the_owner_may_read_what_lies_there(store: Store):
    store.put(b"evidence")
    store.seal("a parent is ill")
    assert {stat.S_IMODE(path.stat().st_mode) for path in files_of(store)} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in store.folder.rglob("*") if path.is_dir()} == {0o700}


def test_a_file_that_was_tampered_with_is_noticed_and_healed_by_laying_it_in_again(store: Store):
    digest = store.put(b"evidence")
    files_of(store)[0].write_bytes(b"evidenve")
    with pytest.raises(Tampered, match="another content under its name"):
        store.get(digest)
    assert store.put(b"evidence") == digest
    assert store.get(digest) == b"evidence"


def test_a_sealed_text_that_was_tampered_with_is_noticed(store: Store):
    sealed = store.seal("a parent is ill")
    file = files_of(store)[0]
    file.write_bytes(file.read_bytes()[:-1] + b"L")
    with pytest.raises(Tampered):
        store.open(sealed)


def test_a_file_that_is_too_large_is_refused_and_leaves_nothing_behind(store: Store):
    with pytest.raises(TooLarge, match=r"expected at most 26,214,400 bytes, got 26,214,401"):
        store.put(b"x" * (LARGEST + 1))
    assert files_of(store) == []


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "x" * 64])
def test_a_name_that_the_store_does_not_know_is_told(store: Store, name: str):
    with pytest.raises(NotKept):
        store.get(name)


def test_a_reference_that_is_none_leads_to_no_file(store: Store):
    with pytest.raises(NotKept):
        store.forget("../files")


def test_a_full_disk_leaves_no_half_of_a_file(store: Store, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.put(b"evidence")
    assert files_of(store) == []


def test_several_may_lay_the_same_file_in_at_once(store: Store):
    with ThreadPoolExecutor(8) as pool:
        (digest,) = set(pool.map(store.put, [b"evidence" * 1000] * 32))
    assert store.get(digest) == b"evidence" * 1000
    assert len(files_of(store)) == 1


def test_the_secret_is_made_once_and_is_the_same_for_all_who_ask_for_it_at_the_same_time(store: Store, tmp_path: Path):
    with ThreadPoolExecutor(8) as threads:
        (secret,) = set(threads.map(lambda _: Store(store.folder).secret(), range(40)))
    assert (len(secret), store.secret()) == (32, secret)
    (file,) = files_of(store)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Store(tmp_path / "another").secret() != secret
