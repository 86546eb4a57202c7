"""A moment of a leave as it was and as it was known, its story, and the page of it; by entries, without a server."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import moments, views
from audit.at import _was, changed
from audit.drawing import drawing
from audit.journals import Journal, Written
from audit.kinds import KINDS, LEAVE
from audit.page import page
from audit.replaying import Job, Snapshot
from audit.story import bracket, span, story
from domain.decider import fold
from domain.model import DAY, HOUR, timedelta
from domain.register.state import ChangedFlight, Register
from tests.domain.leave.life import FIRST, NOW, Life, local
from wiring.trouble import Misset

OUT, TOLD = local(FIRST, "10:00"), local(FIRST, "16:00")
FIFTH = local(FIRST + 4 * DAY, "12:00")


def told(life: Life, *snapshots: Snapshot) -> Journal:
    """The journal of a leave whose n-th entry is recorded by event n."""
    written = tuple(Written(entry, "r", entry.seq, None) for entry in life.journal)
    return Journal(
        "UNEX-x", KINDS[LEAVE], written, (Job("UNEX-x", "r", snapshots=snapshots),), KINDS[LEAVE].decider.initial
    )


@pytest.fixture(scope="module")
def late() -> Life:
    """Out at ten, which the gate told at four; back in time and settled."""
    life = Life().until("sign-out")
    life.wait(TOLD)
    life.say("sign-out", "gate", acted_at=OUT)
    life.sign_in()
    return life


def state_at(life: Life, at: datetime) -> tuple[str, str]:
    """The state as it was known and as it was."""
    record = told(life)
    when = moments.moment(record, at.isoformat())
    known = views.rows(moments.known(record, when), when, record.written[: when.entries])
    was = views.rows(moments.was(record, when), when, record.written)
    return known["state"], was["state"]


def test_what_was_told_late_was_so_before_it_was_known(late: Life):
    assert state_at(late, OUT - HOUR) == ("ready", "ready")
    assert state_at(late, OUT + HOUR) == ("ready", "away")
    assert state_at(late, TOLD) == ("away", "away")


@given(minutes=st.integers(-10_000, 60_000))
def test_as_it_was_known_is_the_fold_of_what_was_recorded_by_then(late: Life, minutes: int):
    at = NOW + timedelta(minutes=minutes)
    record = told(late)
    when = moments.moment(record, at.isoformat())
    by_then = [entry for entry in late.journal if entry.recorded_at <= at]
    assert moments.known(record, when) == fold(record.kind.decider, record.start, by_then)
    assert moments.was(record, when) is not None


@pytest.fixture(scope="module")
def mistyped() -> Life:
    """Back on the fifth, which the gate wrote down afterwards as the second, and then put right."""
    life = Life().until("sign-out")
    life.sign_out()
    life.wait(FIFTH + HOUR)
    life.say("sign-in", "gate", acted_at=FIFTH - 3 * DAY)
    life.wait(FIFTH + 2 * HOUR)
    life.say("correct", "gate", signed_in_at=FIFTH, reason="a slip of the pen")
    return life


def test_a_time_that_was_put_right_was_so_all_along(mistyped: Life):
    assert state_at(mistyped, FIFTH - DAY) == ("away", "away")
    record = told(mistyped)
    when = moments.moment(record, (FIFTH + timedelta(minutes=1)).isoformat())
    was = moments.was(record, when)
    assert was is not None
    assert (was.in_at, was.charged) == (FIFTH, mistyped.state.charged)
    assert "waits for" not in (_was(record, when, moments.known(record, when), was) or {})
    known = moments.moment(record, (FIFTH + HOUR).isoformat())
    assert moments.known(record, known).in_at == FIFTH - 3 * DAY


def test_a_departure_that_was_put_right_was_not_before_it():
    life = Life().until("sign-out")
    life.wait(OUT + 5 * HOUR)
    life.say("sign-out", "gate", acted_at=OUT)
    life.wait(OUT + 6 * HOUR)
    life.say("correct", "gate", signed_out_at=OUT + 4 * HOUR, reason="a slip of the pen")
    assert state_at(life, OUT + HOUR) == ("ready", "ready")
    assert state_at(life, OUT + 4 * HOUR) == ("ready", "away")


def test_before_its_first_entry_a_leave_is_nothing_yet(late: Life):
    assert state_at(late, NOW - DAY) == ("nothing recorded yet", "nothing recorded yet")


def test_a_time_without_a_zone_is_utc_and_words_are_no_moment(late: Life):
    record = told(late)
    assert moments.moment(record, "2026-03-04 06:41").at == datetime(2026, 3, 4, 6, 41, tzinfo=UTC)
    assert moments.moment(record, "2026-03-04T06:41+02:00").at == datetime(2026, 3, 4, 4, 41, tzinfo=UTC)
    with pytest.raises(Misset, match="is no moment"):
        moments.moment(record, "yesterday")


def test_a_difference_tells_each_entry_what_it_changed_and_who_said_it(late: Life):
    record = told(late)
    first, second = (moments.moment(record, at.isoformat()) for at in (TOLD - HOUR, TOLD + HOUR))
    (out, counted) = changed(record, first, second)
    assert (out.written.entry.event.kind, out.written.entry.by, out.rows["state"]) == (
        "signed-out",
        "m-gate",
        ("ready", "away"),
    )
    assert counted.rows == {}
    with pytest.raises(Misset, match="is before"):
        changed(record, second, first)


def test_all_that_changed_together_is_the_difference_of_the_states(late: Life):
    """From nothing to the end: no line of the state changes but by an entry that is told."""
    record = told(late)
    first = moments.moment(record, "2026-01-01")
    second = moments.moment(record, "2026-12-31")
    found: dict[str, str] = {"state": "nothing recorded yet"}
    for change in changed(record, first, second):
        found |= {label: after for label, (_, after) in change.rows.items()}
    end = views.rows(moments.known(record, second), second, record.written)
    assert {label: text for label, text in found.items() if text} == end


def test_a_story_tells_the_delay_and_whom_it_waited_for():
    life = Life()
    life.ask()
    life.now += 5 * HOUR
    life.say("approve", "co")
    found = story(told(life))
    assert [(wait.state, wait.whom, wait.lasted) for wait in found.waits[:1]] == [
        ("waiting for approval", "CO-A", 5 * HOUR)
    ]
    (approved,) = [line for line in found.lines if line.written.entry.event.kind == "approved"]
    assert approved.ended is not None
    assert (approved.ended.whom, approved.late) == ("CO-A", timedelta(0))


def test_a_late_entry_is_marked_with_its_delay(late: Life):
    (out,) = [line for line in story(told(late)).lines if line.written.entry.event.kind == "signed-out"]
    assert out.late == TOLD - OUT
    assert "LATE" not in page(story(told(late)))
    assert "6 h (of 2026-03-23 08:00Z)" in page(story(told(late)))


@pytest.mark.parametrize(
    ("event", "leaves"), [(1, (None, 4)), (3, (None, 4)), (4, (4, 9)), (8, (4, 9)), (9, (9, None)), (12, (9, None))]
)
def test_an_event_was_recorded_between_the_last_sealing_without_it_and_the_first_with_it(event, leaves):
    sealings = tuple(Snapshot(leaf, events, OUT, leaf + 1) for leaf, events in ((4, 3), (9, 8)))
    assert tuple(one.leaf if one else None for one in bracket(sealings, event)) == leaves


@pytest.mark.parametrize(
    ("lasted", "words"),
    [
        (timedelta(0), "0 min"),
        (timedelta(minutes=59), "59 min"),
        (HOUR, "1 h"),
        (HOUR + timedelta(minutes=5), "1 h 5 min"),
        (DAY, "1 d"),
        (3 * DAY + 4 * HOUR + timedelta(minutes=5), "3 d 4 h"),
        (None, "until now"),
    ],
)
def test_how_long_something_lasted_in_words(lasted, words):
    assert span(lasted) == words


class Balanced(HTMLParser):
    """Whether each element is closed in its turn, and what would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [str(value) for name, value in attrs if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [str(value) for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_needs_nothing_else_and_is_the_same_each_time(late: Life):
    made = page(story(told(late)))
    parser = Balanced()
    parser.feed(made)
    assert (parser.open, parser.fetched, "<script" in made) == ([], [], False)
    assert page(story(told(late))) == made


def test_the_drawing_has_a_mark_for_each_word_of_a_person_and_a_bar_for_each_wait(late: Life):
    found = story(told(late))
    root = ET.fromstring(drawing(found))
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    people = [line for line in found.lines if line.written.entry.assurance != "machine"]
    assert (tags.count("circle"), tags.count("rect"), tags.count("path")) == (len(people), len(found.waits), 1)
    bars = [element for element in root.iter() if element.tag.endswith("rect")]
    ends = [(float(bar.attrib["x"]), float(bar.attrib["x"]) + float(bar.attrib["width"])) for bar in bars]
    assert ends == sorted(ends)


def test_what_people_wrote_cannot_be_taken_for_the_page_itself(late: Life):
    record = told(late)
    waits = [wait._replace(whom="<script>x</script>") for wait in story(record).waits]
    made = page(story(record)._replace(waits=tuple(waits), notes=("<script>y</script>",)))
    assert ("<script" in made, "&lt;script&gt;x" in made, "&lt;script&gt;y" in made) == (False, True, True)


def test_a_leave_that_nobody_opened_has_a_page():
    assert "Nothing is recorded yet" in page(story(told(Life())))


def test_a_register_is_told_in_words_and_nothing_of_what_is_not_there():
    flight = ChangedFlight(n=3, flight="UX101", at=NOW)
    when = moments.Moment("", NOW, 0)
    lines = views.rows(Register(version=2, flights=(flight,)), when, ())
    assert (lines["version"], "under way" in lines, "files" in lines) == ("2", False, False)
    assert "flight UX101" in lines["flights"]
    assert not set("{}[]'") & set(lines["flights"])
