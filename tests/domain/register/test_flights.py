"""Movement control moves and cancels flights; each change is an entry, and is carried out once."""

from __future__ import annotations

from typing import Any

import pytest

from domain import register
from domain.acts import ChangeFlight, SignChange
from domain.facts import Facts, Flight, HeldPost, Person
from domain.model import DAY, HOUR, timedelta
from domain.register import FlightAlready, FlightChanging, FlightTold, FlightWritten, TellFlights, Untold
from tests.domain.register.test_register import NOW, Book, person

UN_1 = Flight(
    flight="UN-1",
    origin="NAQ",
    destination="BEY",
    departs=NOW + 5 * DAY,
    arrives=NOW + 5 * DAY + HOUR,
    manifest_closes=NOW + 4 * DAY,
    booked=3,
)
LATER: dict[str, Any] = {"departs": NOW + 6 * DAY, "arrives": NOW + 6 * DAY + HOUR}


def say(book: Book, flight: Flight | None = UN_1, facts: Facts | None = None, **words: Any) -> Any:
    told = {"flight": flight.flight if flight else "UN-1", "reason": "weather"} | words
    act = ChangeFlight(act_id="a", decided_by="m-aaaaaaaaaa", acted_at=NOW, **told)
    known = (facts or person("movement-control", "MOV-NAQ")).model_copy(update={"flight": flight})
    return book.write(register.decide(act, book.state, known, NOW))


def refused(event: Any) -> str:
    return event.refusal.rule if event.kind == "refused" else ""


def test_a_cancelled_flight_is_wanted_until_its_leaves_were_told():
    book = Book()
    event = say(book)
    assert isinstance(event, FlightChanging)
    (want,) = register.wants(book.state, NOW)
    assert (want.what, want.flight, want.departs) == ("flight", "UN-1", None)  # type: ignore[union-attr]
    book.write((FlightWritten(n=event.n, flight="UN-1", leaves=3, cites=("movement/flight",)),))
    (tell,) = register.wants(book.state, NOW)
    assert tell == TellFlights(changes=(Untold(n=event.n, flight="UN-1"),))
    book.write((FlightTold(n=event.n, flight="UN-1", leaves=3, cites=("movement/flight",)),))
    assert register.wants(book.state, NOW) == ()


def test_a_flight_on_which_nobody_is_booked_is_written_and_nobody_told():
    book = Book()
    event = say(book)
    book.write((FlightWritten(n=event.n, flight="UN-1", leaves=0, cites=("movement/flight",)),))
    assert register.wants(book.state, NOW) == ()


def test_leaves_that_cannot_be_told_keep_no_other_flight_from_being_changed():
    book, cites = Book(), ("movement/flight",)
    first = say(book)
    book.write((FlightWritten(n=first.n, flight="UN-1", leaves=3, cites=cites),))
    second = say(book, UN_1.model_copy(update={"flight": "UN-2"}))
    assert [want.what for want in register.wants(book.state, NOW)] == ["flight", "tell-flights"]
    book.write((FlightWritten(n=second.n, flight="UN-2", leaves=1, cites=cites),))
    book.write((FlightTold(n=second.n, flight="UN-2", leaves=1, cites=cites),))
    (tell,) = register.wants(book.state, NOW)
    assert tell == TellFlights(changes=(Untold(n=first.n, flight="UN-1"),))


def test_answers_kept_from_when_one_effect_wrote_and_told_end_both():
    book = Book()
    event = say(book)
    book.write((FlightTold(n=event.n, flight="UN-1", leaves=3, cites=("movement/flight",)),))
    assert register.wants(book.state, NOW) == ()


@pytest.mark.parametrize(
    ("flight", "words"),
    [
        (UN_1.model_copy(update={"cancelled": True}), {}),
        (UN_1.model_copy(update=LATER), LATER),
    ],
)
def test_what_is_so_already_changes_nothing(flight, words):
    book = Book()
    assert isinstance(say(book, flight, **words), FlightAlready)
    assert register.wants(book.state, NOW) == ()


@pytest.mark.parametrize("words", [{}, LATER, LATER | {"manifest_closes": NOW + 5 * DAY}])
def test_what_is_said_twice_before_it_is_written_is_said_once(words):
    """The register's tables do not have it yet: passengers would be told twice."""
    book = Book()
    assert isinstance(say(book, **words), FlightChanging)
    assert isinstance(say(book, **words), FlightAlready)
    assert len(book.state.flights) == 1


def test_what_is_said_before_it_is_written_is_weighed_with_what_was_said_last():
    book = Book()
    assert isinstance(say(book), FlightChanging)
    assert isinstance(say(book, UN_1, **LATER), FlightChanging)
    assert isinstance(say(book), FlightChanging)
    assert isinstance(say(book), FlightAlready)


@pytest.mark.parametrize(
    ("words", "flight"),
    [
        ({}, UN_1.model_copy(update={"departs": NOW - HOUR})),
        (LATER | {"departs": NOW - HOUR}, UN_1),
        (LATER | {"arrives": NOW + 6 * DAY}, UN_1),
        ({"departs": LATER["departs"]}, UN_1),
        (LATER | {"manifest_closes": NOW + 7 * DAY}, UN_1),
        ({"arrives": LATER["arrives"]}, UN_1),
    ],
)
def test_times_that_cannot_be_are_refused(words, flight):
    assert refused(say(Book(), flight, **words)) == "movement/times"


@pytest.mark.parametrize(
    ("would_close", "told", "closes"),
    [
        (None, None, UN_1.manifest_closes),
        (NOW + 5 * DAY, None, NOW + 5 * DAY),
        (NOW + 5 * DAY, NOW + 5 * DAY + HOUR, NOW + 5 * DAY + HOUR),
    ],
)
def test_the_manifest_of_a_moved_flight_closes_as_told_else_by_the_rule_else_as_before(would_close, told, closes):
    flight = UN_1.model_copy(update={"would_close": would_close})
    words: dict[str, Any] = LATER | {"manifest_closes": told}
    event = say(Book(), flight, **words)
    assert event.manifest_closes == closes


def test_an_unknown_flight_is_refused():
    assert refused(say(Book(), None)) == "movement/flight"


@pytest.mark.parametrize(
    ("role", "base", "allowed"),
    [
        ("movement-control", "NAQ", True),
        ("movement-control", "BEY", True),
        ("movement-control", None, True),
        ("movement-control", "JUB", False),
        ("commander", "NAQ", False),
        ("administrator", None, False),
    ],
)
@pytest.mark.parametrize("cancelled", [False, True])
def test_movement_control_of_either_end_or_of_the_mission_changes_flights(role, base, allowed, cancelled):
    """Others are refused also where nothing would change: whether it is so already is told to who may change it."""
    facts = person(role, "X-1")
    assert facts.person
    posts = tuple(post.model_copy(update={"base": base}) for post in facts.person.posts)
    facts = facts.model_copy(update={"person": facts.person.model_copy(update={"posts": posts})})
    flight = UN_1.model_copy(update={"cancelled": cancelled})
    assert refused(say(Book(), flight, facts)) == ("" if allowed else "movement/authority")


def test_flights_changed_by_an_import_are_told_too():
    from domain.register import Applied
    from tests.domain.register.test_register import act

    book = Book()
    book.say(act(0, members="first"))
    book.write((Applied(version=1, administrators=1, flights=("UN-1", "UN-2")),))
    (first,) = register.wants(book.state, NOW)
    assert (first.flight, first.as_imported) == ("UN-1", True)  # type: ignore[union-attr]


CLERK = Person(id="m-kkkkkkkkkk", posts=(HeldPost(post="G1-NAQ", role="clerk", base="NAQ", since=NOW.date()),))
MARK = "record/countersign"


def typed(book: Book) -> None:
    """Movement control decides, and a clerk types it."""
    words = {"flight": "UN-1", "reason": "weather", "entered_by": CLERK.id, "medium": "radio"}
    act = ChangeFlight.model_validate({"act_id": "f1", "decided_by": "m-aaaaaaaaaa", "acted_at": NOW} | words)
    known = person("movement-control", "MOV-NAQ")
    known = known.model_copy(update={"flight": UN_1, "clerk": CLERK, "countersign_days": 7})
    event = book.write(register.decide(act, book.state, known, NOW), act)
    assert (event.irregular, event.countersign_by) == ((MARK,), NOW + 7 * DAY)


def sign(book: Book, after: timedelta = DAY, by: str = "m-aaaaaaaaaa", of: str = "f1", **words: Any) -> Any:
    now = NOW + after
    act = SignChange.model_validate({"act_id": "s1", "decided_by": by, "acted_at": now, "of": of} | words)
    who = Person(id=by, posts=(HeldPost(post="MOV-NAQ", role="movement-control", since=NOW.date()),))
    return book.write(register.decide(act, book.state, Facts(person=who, clerk=CLERK), now), act)


@pytest.mark.rule("record/countersign")
@pytest.mark.parametrize(("after", "marked"), [(7 * DAY, ()), (7 * DAY + HOUR, (MARK,))])
def test_a_change_that_a_clerk_typed_waits_for_movement_control_and_is_signed_in_time_or_late(after, marked):
    book = Book()
    typed(book)
    (waits,) = book.state.unsigned.values()
    assert (waits.who, waits.what, waits.by) == ("m-aaaaaaaaaa", "flight UN-1 cancelled", NOW + 7 * DAY)
    assert sign(book, after).irregular == marked
    assert not book.state.unsigned


@pytest.mark.rule("record/countersign")
def test_a_change_that_nobody_has_signed_in_time_stands_as_an_exception_and_waits_no_more():
    book = Book()
    typed(book)
    (due,) = register.due(book.state)
    assert due.acted_at == NOW + 7 * DAY
    lapsed = book.write(register.decide(due, book.state, Facts(), due.acted_at), due)
    assert (lapsed.kind, lapsed.irregular, lapsed.what) == ("entry-lapsed", (MARK,), "flight UN-1 cancelled")
    assert (book.state.unsigned, register.due(book.state)) == ({}, ())
    assert register.decide(due, book.state, Facts(), due.acted_at) == ()
    assert refused(sign(book, 8 * DAY)) == MARK


@pytest.mark.rule("record/countersign")
@pytest.mark.parametrize(("said", "taken"), [(6 * DAY, True), (7 * DAY + HOUR, False)])
def test_what_was_said_in_time_is_taken_after_the_word_of_time(said: timedelta, taken: bool):
    """It lay in a spool over an outage, and time spoke before the spool could."""
    book = Book()
    typed(book)
    (due,) = register.due(book.state)
    book.write(register.decide(due, book.state, Facts(), due.acted_at), due)
    event = sign(book, 8 * DAY, acted_at=NOW + said)
    assert (event.kind, event.irregular) == (("entry-signed", (MARK,)) if taken else ("refused", ()))
    assert list(book.state.lapsed) == ([] if taken else ["f1"])


def test_another_one_does_not_sign_it_nor_does_who_decided_it_by_a_clerk():
    book = Book()
    typed(book)
    assert refused(sign(book, by="m-bbbbbbbbbb")) == MARK
    assert refused(sign(book, entered_by=CLERK.id, medium="paper")) == MARK
    assert refused(sign(book, of="f2")) == MARK
    assert list(book.state.unsigned) == ["f1"]


@pytest.mark.rule("act/once")
def test_a_change_that_comes_again_undoes_nothing_that_was_said_of_the_flight_since():
    """Cancelled, then to go after all, and the spool with the cancellation comes once more: the flight goes."""
    book, facts = Book(), person("movement-control", "MOV-NAQ")
    told = {"decided_by": "m-aaaaaaaaaa", "acted_at": NOW, "flight": "UN-1", "reason": "weather"}
    cancelled = ChangeFlight.model_validate(told | {"act_id": "a"})
    moved = ChangeFlight.model_validate(told | LATER | {"act_id": "b"})
    off = UN_1.model_copy(update={"cancelled": True})
    for act, flight in ((cancelled, UN_1), (moved, off)):
        event = book.write(register.decide(act, book.state, facts.model_copy(update={"flight": flight}), NOW), act)
        assert isinstance(event, FlightChanging)
        book.write((FlightWritten(n=event.n, flight="UN-1", leaves=0, cites=("movement/flight",)),))
    now = facts.model_copy(update={"flight": UN_1.model_copy(update=LATER)})
    event = book.write(register.decide(cancelled, book.state, now, NOW), cancelled)
    assert isinstance(event, FlightAlready)
    assert register.wants(book.state, NOW) == ()


@pytest.mark.rule("act/once")
@pytest.mark.parametrize(("later", "known"), [(6, True), (366, True), (367, False)])
def test_changes_are_remembered_also_after_their_flight_should_have_gone(later: int, known: bool):
    """A flight that was cancelled can be brought back then, and its cancellation may still lie in a spool."""
    book = cancelled_once()
    said = book.journal[-1]
    entry = said.model_copy(
        update={
            "act_id": "b",
            "recorded_at": NOW + later * DAY,
            "event": said.event.model_copy(update={"flight": "UN-2"}),
        }
    )
    assert ("a" in register.evolve(book.state, entry).said) == known


@pytest.mark.rule("act/once")
@pytest.mark.parametrize(("by", "told"), [("m-aaaaaaaaaa", FlightAlready), ("m-zzzzzzzzzz", "path/act-id")])
def test_a_change_of_somebody_else_under_a_known_id_is_refused(by: str, told: Any):
    book, facts = cancelled_once(), person("movement-control", "MOV-NAQ").model_copy(update={"flight": UN_1})
    act = ChangeFlight.model_validate(CANCELLED | {"act_id": "a", "decided_by": by})
    (event,) = register.decide(act, book.state, facts, NOW)
    assert refused(event) == told if isinstance(told, str) else isinstance(event, told)


@pytest.mark.rule("act/once")
def test_what_a_state_of_before_kept_by_flight_is_known_by_its_act():
    before = {"seq": 3, "said": {"UN-1": {"acts": ["a", "b"], "until": "2026-03-01T00:00:00Z"}}}
    state = register.Register.model_validate(before)
    assert set(state.said) == {"a", "b"}
    assert register.Register.model_validate_json(state.model_dump_json()) == state


CANCELLED = {"decided_by": "m-aaaaaaaaaa", "acted_at": NOW, "flight": "UN-1", "reason": "weather"}


def cancelled_once() -> Book:
    """The register after one act, `a`, which cancelled UN-1."""
    book, facts = Book(), person("movement-control", "MOV-NAQ").model_copy(update={"flight": UN_1})
    act = ChangeFlight.model_validate(CANCELLED | {"act_id": "a"})
    book.write(register.decide(act, book.state, facts, NOW), act)
    return book
