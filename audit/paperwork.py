"""What the register's database keeps for leaves: seats, papers, notices; of now, or as it was when all was sealed.

An extract of it has leave ids, control numbers, numbers of wishes and entries, and digests: no name, no day, no text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.register import tables as t
from activities.register.database import engine, reading
from audit.balancing import Balance, Finding
from audit.extracts import NoExtract, rows, table
from audit.traces import BACK, DATABASE, NOTICE, PAPER, SEAT, Trace, held, on_flight, on_paper
from domain.model import Instant
from wiring.settings import Settings

_TITLES: Final = ("leave", "what", "n", "state", "number", "at")


UNWISHED: Final = 0
"""Stands for the number of a wish where a thing lies in the database for which it knows no wish."""


class Line(NamedTuple):
    """A line of an extract: the newest wish of a leave for a thing, or a notice of its `n`-th entry.

    `state` tells whether the thing is held and, after a colon, a digest of what it is; `number` is the control number
    on the newest paper; `at` is known of notices alone. Nothing is ever held without a wish: `n` is UNWISHED then.
    """

    leave: str
    what: str
    n: int
    state: str = ""
    number: str = ""
    at: Instant | None = None


def taken(settings: Settings) -> bytes | None:
    """An extract of the database as it stands; None where it is not at hand.

    Raises:
        RegisterUnavailable: it does not answer.
    """
    if settings.register_url is None and not (settings.folder / "register.db").exists():
        return None
    with reading(engine(settings.database)) as session:
        found = [*_wishes(session), *_notices(session)]
    return table(_TITLES, sorted((*one[:-1], f"{one.at:%Y-%m-%dT%H:%M:%S.%f%z}" if one.at else "") for one in found))


def _wishes(session: Session) -> Iterator[Line]:
    there, numbers = _things(session)
    for wish in session.scalars(select(t.Wish)):
        state = there.pop((wish.leave_id, wish.what), BACK)
        number = numbers.get(wish.leave_id, "") if wish.what == PAPER else ""
        yield Line(wish.leave_id, wish.what, wish.n, state, number)
    for (leave, what), state in there.items():
        yield Line(leave, what, UNWISHED, state, numbers.get(leave, "") if what == PAPER else "")


def _things(session: Session) -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    """The state of all seats and papers of each leave, and the control number on its newest paper."""
    lie: dict[tuple[str, str], list[str]] = defaultdict(list)
    valid, numbers = set[tuple[str, str]](), dict[str, str]()
    for seat in session.scalars(select(t.Seat)):
        had = lie[seat.leave_id, SEAT]
        if seat.state != "given-back":
            had.append(on_flight(seat.leg, seat.flight))
        if seat.state == "held":
            valid.add((seat.leave_id, SEAT))
    for paper in session.scalars(select(t.Paper).order_by(t.Paper.serial)):
        had = lie[paper.leave_id, PAPER]
        numbers[paper.leave_id] = paper.number
        if paper.revoked_at is None:
            had.append(on_paper(paper.number, paper.first, paper.last))
            valid.add((paper.leave_id, PAPER))
    return {key: held(*what) if key in valid else BACK for key, what in lie.items()}, numbers


def _notices(session: Session) -> Iterator[Line]:
    """Each entry once, told to however many."""
    told = select(t.Outgoing.leave_id, t.Outgoing.seq, t.Outgoing.created_at).distinct()
    for leave, seq, at in session.execute(told):
        yield Line(leave, NOTICE, seq, at=at)


def lines(content: bytes) -> Iterator[Line]:
    """The lines of an extract. Raises NoExtract."""
    for leave, what, n, state, number, at in rows(_TITLES, content):
        try:
            moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%f%z") if at else None
            yield Line(leave, what, int(n), state, number, moment)
        except ValueError as error:
            raise NoExtract("expected the number of a wish and a time in UTC, got another") from error


def lay(balance: Balance, at: Instant, content: bytes, before: tuple[Instant, bytes] | None = None) -> None:
    """Lay an extract of this moment beside what leaves say; of leaves without a history, `before` tells since when.

    The database remembers the newest wish of a leave for a thing, and so has answered each one before it.

    Raises:
        NoExtract: it cannot be read.
    """
    found = list(lines(content))
    old = {line.leave for line in lines(before[1])} if before else set[str]()
    newest = {(line.leave, line.what): line.n for line in found if line.what != NOTICE}
    balance.entities[DATABASE] = at
    for line in found:
        if line.what != NOTICE and line.n == UNWISHED:
            number = f", number {line.number}" if line.number else ""
            what = (
                f"the {DATABASE} has a {line.what} of it{number}, for which there was no wish: it was put there by hand"
            )
            balance.more.append(Finding("found", line.leave, what))
            continue
        since = line.at or (before[0] if before and line.leave in old and line.leave not in balance.leaves else at)
        balance.kept[line.leave, line.what, line.n].append(Trace(*line[:3], DATABASE, since, line.state, line.number))
    for key, traces in list(balance.said.items()):
        leave, what, n = key
        if traces[0].keeper == DATABASE and n < newest.get((leave, what), n):
            balance.kept[key].append(Trace(leave, what, n, DATABASE, traces[0].at))


def as_of_now(balance: Balance, settings: Settings) -> None:
    """Lay the database as it stands beside what leaves say; nothing where it is not at hand.

    Raises:
        RegisterUnavailable: it does not answer.
    """
    if content := taken(settings):
        lay(balance, datetime.now(UTC), content)
