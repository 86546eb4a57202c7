"""At most one version of a number applies at any instant, under any sequence of issue, amend and rescind."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.garrison.orders import Book, editions, in_force
from domain.restrictions import LongestAbsence
from tests.domain.garrison.mission import NOW, Naq, local, order

NUMBERS = ("LO-1", "LO-2", "LO-3")
HOURS = st.integers(-30, 24 * 9)
SAID = st.lists(
    st.tuples(
        st.sampled_from(("issue", "issue", "issue", "amend", "amend", "rescind", "wait", "anew")),
        st.sampled_from(NUMBERS),
        HOURS,
        st.one_of(st.none(), st.integers(1, 200)),
        st.lists(st.sampled_from(NUMBERS), max_size=2, unique=True),
        st.sampled_from((0, 0, 0, 1, 7)),
    ),
    max_size=14,
)


def play(said: list[tuple[str, str, int, int | None, list[str], int]]) -> Naq:
    """Whatever is said, in this order; what the rules refuse changes nothing. Versions go on where a number ended.

    A number is taken up anew also after its versions have left the book.
    """
    naq = Naq()
    for what, number, hour, lasts, ends, minutes in said:
        versions = naq.state.book.get(number, ())
        since = NOW + timedelta(hours=hour, minutes=minutes)
        if what == "wait":
            naq.now += timedelta(days=minutes * 10, hours=abs(hour) % 24)
        elif what == "rescind":
            naq.rescind(number, ends=since if hour % 2 else None)
        else:
            if what == "amend" and versions and versions[-1].end:
                since = versions[-1].end + timedelta(minutes=minutes)
            last = versions[-1].order.version if versions and what != "anew" else 0
            links = tuple(naq.state.book[n][-1].name for n in ends if n != number and n in naq.state.book)
            until = since + timedelta(hours=lasts) if lasts else None
            rules = (LongestAbsence(days=last + 1),)
            naq.issue(order(number, last + 1, since, until, rescinds=links, restrictions=rules))
    return naq


def instants(book: Book) -> set[datetime]:
    """Every minute at which something may change, and those beside it."""
    turns = {at for e in editions(book) for at in (e.order.since, e.end, e.order.until) if at}
    return {at + timedelta(minutes=by) for at in turns for by in (-1, 0, 1)}


@given(SAID)
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_at_most_one_version_of_a_number_applies_at_any_instant(said):
    book = play(said).state.book
    for at in instants(book):
        numbers = [e.order.number for e in in_force(book, at)]
        assert len(numbers) == len(set(numbers))


@given(SAID)
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_exactly_one_version_applies_from_the_first_effective_minute_of_a_number_to_its_end(said):
    """One that was ended, by a rescission or another order, goes on only where it ended, and so leaves no gap."""
    book = play(said).state.book
    for number, versions in book.items():
        spans = sorted((e.order.since, e.end) for e in versions if e.end is None or e.order.since < e.end)
        for (_, end), (since, _) in pairwise(spans):
            assert end == since, number


@given(SAID)
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_an_order_that_rescinds_others_leaves_none_of_them_in_force(said):
    book = play(said).state.book
    for edition in editions(book):
        for name in edition.order.rescinds:
            number = name.rpartition(".")[0]
            ended = [e for e in book[number] if e.order.version <= int(name.rpartition(".")[2])]
            assert all(e.end is not None and e.end <= edition.order.since for e in ended)


@given(SAID)
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_a_version_is_one_text_for_good(said):
    issued = [e.event.order for e in play(said).entries if e.event.kind == "order-issued"]
    assert len({order.name for order in issued}) == len(issued)


def test_the_sequences_reach_what_they_are_about():
    """A number is issued, amended, ended by another one and taken up again where it ended."""
    said = [
        ("issue", "LO-1", 100, None, [], 0),
        ("amend", "LO-1", 120, None, [], 0),
        ("issue", "LO-2", 140, None, ["LO-1"], 0),
        ("amend", "LO-1", 0, 10, [], 0),
    ]
    book = play(said).state.book
    assert [(e.name, e.rescinded_by) for e in book["LO-1"]] == [
        ("LO-1.1", None),
        ("LO-1.2", "LO-2.1"),
        ("LO-1.3", None),
    ]
    assert [e.name for e in in_force(book, NOW + timedelta(hours=141))] == ["LO-1.3", "LO-2.1"]
    assert in_force(book, local(1)) == ()
