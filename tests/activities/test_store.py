"""The detail store: what is laid in comes out the same, or it is noticed; what is forgotten is gone."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.store import LARGEST, NoKey, NotKept, Store, Tampered, TooLarge
from domain.acts import Sealed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "details")


def files_of(store: Store) -> list[Path]:
    return sorted(path for path in store.folder.rglob("*") if path.is_file() and path.name != "key-id")


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

    store.key()
    before = files_of(store)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.put(b"evidence")
    assert files_of(store) == before


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


def test_nothing_that_lies_there_can_be_read_off_the_disk(store: Store):
    store.put(b"a certificate of the clinic" * 20)
    store.seal("a parent is ill")
    assert not [path for path in files_of(store) if b"clinic" in path.read_bytes() or b"parent" in path.read_bytes()]


def test_what_was_laid_there_before_there_was_a_key_is_still_read_and_forgotten(store: Store):
    text, paper = b"\x00" * 32 + b"a parent is ill", b"a certificate"
    old = Sealed(ref="s-" + "a" * 26, digest=sha256(text).hexdigest())
    digest = sha256(paper).hexdigest()
    for name, content in ((f"sealed/{old.ref}", text), (f"files/{digest[:2]}/{digest}", paper)):
        (store.folder / name).parent.mkdir(parents=True)
        (store.folder / name).write_bytes(content)
    assert (store.open(old), store.get(digest)) == ("a parent is ill", paper)
    assert not (store.folder.parent / "details.key").exists(), "to read them no key is made"
    store.forget(old.ref)
    assert store.open(old) is None
    assert (store.put(paper), store.get(digest)) == (digest, paper)
    assert b"certificate" not in (store.folder / "files" / digest[:2] / digest).read_bytes()


def test_the_key_is_made_once_for_all_who_use_the_store_at_the_same_time_and_for_its_owner_alone(tmp_path: Path):
    stores = [Store(tmp_path / "details", tmp_path / "elsewhere" / "key") for _ in range(16)]
    with ThreadPoolExecutor(16) as threads:
        sealed = list(threads.map(lambda one: one.seal("a parent is ill"), stores))
    assert {Store(tmp_path / "details", tmp_path / "elsewhere" / "key").open(one) for one in sealed} == {
        "a parent is ill"
    }
    (file,) = (tmp_path / "elsewhere").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_processes_that_begin_a_store_at_once_get_one_key(tmp_path: Path):
    code = "import sys; from pathlib import Path; from activities.store import Store; "
    code += "Store(Path(sys.argv[1])).put(sys.argv[2].encode())"
    begun = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "details"), str(i)], cwd=ROOT) for i in range(6)
    ]
    assert [process.wait() for process in begun] == [0] * 6
    store = Store(tmp_path / "details")
    assert [store.get(sha256(str(i).encode()).hexdigest()) for i in range(6)] == [str(i).encode() for i in range(6)]


def lost(store: Store) -> str:
    (store.folder.parent / "details.key").unlink()
    return "expected key .*, got no file"


def foreign(store: Store) -> str:
    file = store.folder.parent / "details.key"
    file.unlink()
    Store(store.folder.parent / "another", file).put(b"x")
    return "expected key .*, got key"


def damaged(store: Store) -> str:
    (store.folder.parent / "details.key").write_bytes(b"\xff\xfe")
    return "expected a line of text with a key"


def cut(store: Store) -> str:
    file = store.folder.parent / "details.key"
    file.write_text(file.read_text()[:41])
    return "bytes in hexadecimal digits, got another"


@pytest.mark.parametrize("harm", [lost, foreign, damaged, cut])
def test_a_key_that_is_missing_or_another_is_told_with_what_helps_and_nothing_is_begun_or_lost(
    store: Store, harm: Callable[[Store], str]
):
    digest, sealed = store.put(b"evidence"), store.seal("a parent is ill")
    file, before = store.folder.parent / "details.key", files_of(store)
    key = file.read_bytes()
    why = harm(store)
    for use in (
        lambda: store.get(digest),
        lambda: store.open(sealed),
        lambda: store.put(b"more"),
        lambda: store.seal("a child is born"),
    ):
        with pytest.raises(NoKey) as told:
            use()
        assert re.search(why, told.value.why)
        assert "FURLOUGH_STORE_KEY" in told.value.helps
    assert (files_of(store), store.has(digest)) == (before, True)
    file.write_bytes(key)
    assert (store.get(digest), store.open(sealed)) == (b"evidence", "a parent is ill")


def test_no_file_can_be_put_in_the_place_of_another(store: Store):
    first, second = store.seal("a parent is ill"), store.seal("a child is born")
    one, other = (store.folder / "sealed" / sealed.ref for sealed in (first, second))
    one.write_bytes(other.read_bytes())
    with pytest.raises(Tampered):
        store.open(first)
