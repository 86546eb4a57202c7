"""Orders as text: times of the base's clock, and every finding at once."""

from datetime import UTC, datetime, time

import pytest

from domain.calendar import Calendar
from domain.garrison.order_text import LONGEST, OrderError, order_of
from domain.restrictions import ClosedDestination, Curfew, StopLeave
from tests.domain.garrison.mission import CALENDAR, local

STOP = """
number = "LO-014"
version = 2
issuer = "CO-NAQ"
title = "Leave stopped"
since = "2026-03-05 05:00"
etp = "CO-NAQ"

[[restrictions]]
rule = "stop-leave"
"""


def findings(text):
    """What is wrong with a text."""
    with pytest.raises(OrderError) as told:
        order_of(text, CALENDAR)
    for finding in told.value.findings:
        assert finding.remedy
        assert str(finding) in str(told.value)
    return {f.path: f for f in told.value.findings}


def test_times_are_those_of_the_bases_clock():
    order = order_of(STOP, CALENDAR)
    assert order.name == "LO-014.2"
    assert order.since == local(5, 5)
    assert order.until is None
    assert order.restrictions == (StopLeave(),)


def test_the_last_minute_is_stored_as_its_end_and_its_words_are_kept():
    order = order_of(STOP.replace("etp", 'last_minute = "2026-03-08 04:59"\netp'), CALENDAR)
    assert order.until == local(8, 5)
    assert order.words == "until 0459"
    kept = order_of(STOP.replace("etp", 'words = "to 080459B"\nlast_minute = "2026-03-08 04:59"\netp'), CALENDAR)
    assert kept.words == "to 080459B"


def test_after_the_clock_was_moved_the_hours_are_the_new_ones():
    order = order_of(STOP.replace("2026-03-05", "2026-04-05"), CALENDAR)
    assert order.since == local(5, 5, month=4)
    assert order.since.hour == 2


def test_all_that_an_order_can_say_is_read():
    text = STOP.replace(
        "etp", 'until = 2026-03-09T05:00:00\ngrounds = ["humanitarian", "extreme-hardship"]\nmission_wide = true\netp'
    )
    text = text.replace("[[restrictions]]", '[scope]\nunits = ["A-COY"]\nexcept_nations = ["IRL"]\n\n[[restrictions]]')
    text += '\n[[restrictions]]\nrule = "curfew"\nfrom = "01:00"\nuntil = 05:00:00\n'
    text += '[[restrictions]]\nrule = "closed-destination"\nroutes = ["COAST"]\n'
    order = order_of(text, CALENDAR, "0" * 64)
    assert order.until == local(9, 5)
    assert order.mission_wide
    assert order.scope.units == ("A-COY",)
    assert order.restrictions[1:] == (Curfew(from_=time(1), until=time(5)), ClosedDestination(routes=("COAST",)))
    assert order.text_sha256 == "0" * 64


def test_a_time_with_a_zone_is_what_it_says():
    assert order_of(STOP.replace('"2026-03-05 05:00"', "2026-03-05T05:00:00Z"), CALENDAR).since == local(5, 7)


@pytest.mark.parametrize(
    ("old", "new", "path", "expected"),
    [
        ("version = 2", "version = 0", "version", "1"),
        ("version = 2", "", "version", "a value"),
        ("version = 2", 'version = 2\nvalid = "x"', "valid", "one of"),
        ("2026-03-05 05:00", "05.03.2026", "since", "YYYY-MM-DD HH:MM"),
        ("2026-03-05 05:00", "2026-02-30 05:00", "since", "YYYY-MM-DD HH:MM"),
        ('since = "2026-03-05 05:00"', "since = 5", "since", "YYYY-MM-DD HH:MM"),
        ("etp", 'until = "2026-03-05 05:00"\netp', "order", "until after since"),
        ("etp", 'until = "2026-03-06 05:00"\nlast_minute = "2026-03-06 04:59"\netp', "until", "either"),
        ('"stop-leave"', '"stop-everything"', "restrictions.0", "stop-leave"),
        ('rule = "stop-leave"', "bars_absence = true", "restrictions.0", "rule"),
        ('"stop-leave"', '"stop-leave"\nhours = 5', "restrictions.0.hours", "a known key"),
        ('"stop-leave"', '"closed-destination"', "restrictions.0", "at least one"),
        ('[[restrictions]]\nrule = "stop-leave"', "restrictions = []", "restrictions", "at least 1"),
        ("etp =", 'grounds = ["holiday"]\netp =', "grounds.0", "humanitarian"),
        ("etp =", "scope = { nation = [] }\netp =", "scope.nation", "a known key"),
        ("number =", "number", "text", "TOML"),
        ("Leave stopped", "x" * LONGEST, "text", "at most"),
        ("Leave stopped", "\\u0007", "title", "plain text"),
    ],
)
def test_a_text_that_is_no_order_is_told_where_what_and_how(old, new, path, expected):
    assert old in STOP
    found = findings(STOP.replace(old, new))
    assert path in found
    assert expected in found[path].expected
    assert "ydantic" not in str(found[path])


def test_all_findings_are_told_at_once():
    text = STOP.replace("version = 2", "versoin = 2").replace("2026-03-05 05:00", "soon").replace("stop-leave", "stop")
    found = findings(text)
    assert set(found) == {"versoin", "version", "since", "restrictions.0"}
    assert found["versoin"].remedy == "did you mean version?"


BEIRUT = Calendar(
    zone="Asia/Beirut",
    shifts=(
        (datetime(2026, 1, 1, tzinfo=UTC), 120),
        (datetime(2026, 3, 28, 22, tzinfo=UTC), 180),
        (datetime(2026, 10, 24, 21, tzinfo=UTC), 120),
    ),
)


@pytest.mark.parametrize(
    ("since", "told"),
    [
        ("2026-03-29 00:30", ('write "2026-03-29 01:00", or an earlier time',)),
        ("2026-10-24 23:30", ('"2026-10-24 23:30 +03:00"', '"2026-10-24 23:30 +02:00"')),
    ],
)
def test_a_time_that_the_clock_skips_or_doubles_is_not_guessed_at(since, told):
    with pytest.raises(OrderError) as no:
        order_of(STOP.replace("2026-03-05 05:00", since), BEIRUT)
    (finding,) = [finding for finding in no.value.findings if finding.path == "since"]
    assert all(each in finding.remedy for each in told), finding


def test_a_doubled_time_is_taken_with_its_distance_from_utc():
    for offset, hour in (("+03:00", 20), ("+02:00", 21)):
        order = order_of(STOP.replace("2026-03-05 05:00", f"2026-10-24 23:30 {offset}"), BEIRUT)
        assert order.since == datetime(2026, 10, 24, hour, 30, tzinfo=UTC)
