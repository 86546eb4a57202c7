"""The decider of the register: one import after the other, by an administrator, on what they have looked at."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain import register
from domain.acts import Act, Import
from domain.decider import Refused, entries_of, fold
from domain.facts import Facts, HeldPost, Person
from domain.orders import Role
from domain.register import AlreadySo, Applied, Apply, Imported, NotApplied, Register

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def files(**texts: str) -> dict[str, str]:
    return {f"{name}.csv": sha256(text.encode()).hexdigest() for name, text in texts.items()}


def act(base_version: int, post: str | None = None, **texts: str) -> Import:
    return Import(
        act_id="i-1",
        decided_by="m-aaaaaaaaaa",
        post=post,
        acted_at=NOW,
        files=files(**texts),
        base_version=base_version,
        summary={"members.added": 3},
    )


def person(role: Role = "administrator", post: str = "ADMIN") -> Facts:
    held = HeldPost(post=post, role=role, since=date(2026, 1, 1))
    return Facts(person=Person(id="m-aaaaaaaaaa", posts=(held,)))


class Book:
    """A register's journal, folded as it grows."""

    def __init__(self) -> None:
        self.state: Register = register.initial
        self.journal: list[Any] = []

    def write(self, events: tuple[Any, ...], act: Act | None = None) -> Any:
        new = entries_of(act, events, self.state.seq, NOW)
        self.state = fold(register, self.state, new)
        self.journal += new
        (event,) = events
        return event

    def say(self, act: Import, facts: Facts | None = None) -> Any:
        return self.write(register.decide(act, self.state, facts or Facts(), NOW), act)

    def applied(self, administrators: int = 1) -> None:
        (want,) = register.wants(self.state, NOW)
        assert isinstance(want, Apply)
        self.write((Applied(version=want.n, administrators=administrators),))


@pytest.fixture
def book() -> Book:
    """A register with one version and one administrator."""
    opened = Book()
    opened.say(act(0, members="first"))
    opened.applied()
    return opened


def test_the_first_import_is_allowed_to_anybody_and_says_so():
    book = Book()
    event = book.say(act(0, members="first"))
    assert isinstance(event, Imported)
    assert (event.version, event.by, event.at, event.cites) == (1, "m-aaaaaaaaaa", NOW, ("register/first-import",))


def test_anybody_may_import_until_an_administrator_is_appointed():
    book = Book()
    book.say(act(0, members="first"))
    book.applied(administrators=0)
    assert isinstance(book.say(act(1, posts="second")), Imported)


def test_what_was_accepted_is_wanted_until_it_is_answered(book: Book):
    book.say(act(1, members="second"), person())
    (want,) = register.wants(book.state, NOW)
    assert isinstance(want, Apply)
    assert (want.n, want.files, want.by, want.at) == (2, files(members="second"), "m-aaaaaaaaaa", NOW)
    book.applied()
    assert register.wants(book.state, NOW) == ()
    assert (book.state.version, book.state.files) == (2, files(members="second"))


@pytest.mark.parametrize(
    ("facts", "post", "rule_", "got"),
    [
        (Facts(), None, "authority/known-person", None),
        (person(), "ADMIN-2", "authority/post", "ADMIN since 2026-01-01"),
        (person("clerk", "G1"), None, "register/administrator", "G1 (clerk) since 2026-01-01"),
        (person("clerk", "G1"), "G1", "register/administrator", "G1 (clerk) since 2026-01-01"),
        (Facts(person=Person(id="m-aaaaaaaaaa")), None, "register/administrator", "no post"),
    ],
)
def test_once_there_is_an_administrator_nobody_else_imports(
    book: Book, facts: Facts, post: str | None, rule_: str, got: str | None
):
    before = book.state
    event = book.say(act(1, post, members="second"), facts)
    assert isinstance(event, Refused)
    assert event.refusal.rule == rule_
    assert got is None or event.refusal.facts["got"] == got
    assert book.state == before.model_copy(update={"seq": before.seq + 1})


def test_an_administrator_imports_and_the_entry_cites_the_rule(book: Book):
    event = book.say(act(1, "ADMIN", members="second"), person())
    assert isinstance(event, Imported)
    assert event.cites == ("register/administrator",)


def test_who_has_not_seen_the_newest_version_is_refused(book: Book):
    for seen in (0, 2):
        event = book.say(act(seen, members="second"), person())
        assert isinstance(event, Refused)
        assert event.refusal.rule == "register/base-version"
        assert event.refusal.facts == {"expected": "a change of version 1", "got": f"a change of version {seen}"}


def test_an_import_waits_for_the_one_under_way(book: Book):
    book.say(act(1, members="second"), person())
    event = book.say(act(1, posts="third"), person())
    assert isinstance(event, Refused)
    assert event.refusal.rule == "register/under-way"


def test_the_same_files_again_are_already_so_whoever_sends_them_and_on_whatever_version(book: Book):
    assert book.say(act(0, members="first")) == AlreadySo(version=1, cites=("register/base-version",))
    book.say(act(1, members="second"), person())
    assert book.say(act(1, members="second")).version == 2
    book.applied()
    assert book.say(act(1, members="second")).version == 2


def test_the_files_before_the_last_ones_are_imported_again(book: Book):
    book.say(act(1, members="second"), person())
    book.applied()
    assert isinstance(book.say(act(2, members="first"), person()), Imported)


def test_a_version_that_was_not_taken_in_leaves_the_register_as_it_was_and_its_number_is_spent(book: Book):
    book.say(act(1, members="second"), person())
    book.write((NotApplied(version=2, bad_lines=1, lines=("members.csv line 2 name",)),))
    assert (book.state.version, book.state.files) == (1, files(members="first"))
    assert register.wants(book.state, NOW) == ()
    assert book.say(act(1, members="third"), person()).version == 3


def test_an_import_without_files_is_refused(book: Book):
    assert book.say(act(1), person()).refusal.rule == "register/files"


def test_every_entry_has_a_sentence_for_people(book: Book):
    book.say(act(1, members="second"), person())
    book.write((NotApplied(version=2, bad_lines=1, lines=("members.csv line 2 name",)),))
    book.say(act(0, members="first"))
    assert [entry.event.says() for entry in book.journal] == [
        "import 1: members.csv (3 members.added)",
        "the register has version 1",
        "import 2: members.csv (3 members.added)",
        "import 2 was not taken in, 1 bad lines: members.csv line 2 name",
        "already so since version 1",
    ]


class AnyInterleaving(RuleBasedStateMachine):
    """Administrators and others import what they like, on what they have seen; the effect answers some time."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.taken_in: dict[str, str] = {}
        self.versions: list[int] = []

    @rule(
        behind=st.integers(0, 2),
        texts=st.dictionaries(st.sampled_from(["members", "posts"]), st.sampled_from("abc")),
        facts=st.sampled_from([person(), person("clerk", "G1"), Facts()]),
    )
    def somebody_imports(self, behind: int, texts: dict[str, str], facts: Facts) -> None:
        before = self.book.state
        event = self.book.say(act(max(0, before.version - behind), **texts), facts)
        assert event.cites, "a decision cites its rule"
        if isinstance(event, Imported):
            assert before.under_way is None
            assert not before.administrators or facts == person()
            self.versions.append(event.version)
        else:
            assert self.book.state == before.model_copy(update={"seq": before.seq + 1})

    @rule(good=st.booleans(), administrators=st.integers(1, 3))
    def the_effect_answers(self, good: bool, administrators: int) -> None:
        for want in register.wants(self.book.state, NOW):
            assert isinstance(want, Apply)
            if good:
                self.taken_in |= want.files
                self.book.applied(administrators)
            else:
                self.book.write((NotApplied(version=want.n, bad_lines=1),))

    @rule()
    def an_old_answer_comes_twice(self) -> None:
        before = self.book.state
        self.book.write((Applied(version=before.version, administrators=9),))
        assert self.book.state == before.model_copy(update={"seq": before.seq + 1})

    @invariant()
    def the_register_is_as_its_files_say(self) -> None:
        assert self.book.state.files == self.taken_in
        assert self.versions == sorted(set(self.versions)), "no version number is given twice"

    @invariant()
    def the_journal_folds_to_the_same_state(self) -> None:
        again: Register = fold(register, register.initial, self.book.journal)
        assert again == self.book.state
        assert register.due(again) == ()
        assert not register.over(again)

    @invariant()
    def the_state_stays_small(self) -> None:
        assert len(self.book.state.model_dump_json()) < 4096


TestAnyInterleaving = AnyInterleaving.TestCase


def test_nothing_is_decided_by_the_clock(book: Book):
    later = register.decide(act(1, members="second"), book.state, person(), NOW + timedelta(days=365))
    assert later == register.decide(act(1, members="second"), book.state, person(), NOW)
