"""What a sheet of others says, laid beside what the record says: pairs, and who on each side has no partner.

A sheet is of one of three forms, which its header tells: what the gate wrote down, who was on a flight's manifest, and
what the pay or personnel system has charged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from typing import Final, Literal, NamedTuple

from domain.model import Decimal, Instant, timedelta
from domain.words import plain
from wiring.sheets import Line
from wiring.written import time

Form = Literal["gate", "manifest", "pay"]

COLUMNS: Final[dict[Form, tuple[str, ...]]] = {"gate": ("way", "at"), "manifest": ("flight",), "pay": ("days",)}
"""The columns which a form has beside the one that names the leave or the member."""

WAYS: Final = ("out", "in")


class Bad(ValueError):
    """A line that cannot be meant, and why."""


class Said(NamedTuple):
    """One thing that one side says: of whom, what (a way, a flight, `days`), when or how much, and where it stands."""

    of: str
    what: str
    at: Instant | None
    days: Decimal | None
    where: str

    @property
    def words(self) -> str:
        """It for people."""
        told = (
            f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M}Z"
            if self.at
            else f"{plain(self.days)} days"
            if self.days is not None
            else ""
        )
        return " ".join(filter(None, (self.what * (self.what != "days"), told)))


class Odd(NamedTuple):
    """What one `side` alone says; or both, and differently: then `other` is what the record says."""

    side: Literal["record", "sheet", "both"]
    said: Said
    other: Said | None = None


def form_of(header: Iterable[str]) -> Form | None:
    """Of which form a sheet is; None where it is of none, or could be of several."""
    there = set(header)
    fits = [form for form, columns in COLUMNS.items() if there.issuperset(columns)]
    return fits[0] if len(fits) == 1 else None


def said(line: Line, form: Form, named: Callable[[str], str]) -> Said:
    """What a line of a sheet says; `named` tells whom it means.

    Raises:
        Bad: it cannot be read, or means nobody.
    """
    if line.bad:
        raise Bad(line.bad)
    for column in COLUMNS[form]:
        if column not in line.fields:
            raise Bad(f"{column}: expected something, got nothing")
    of = named(line.said)
    if form == "gate":
        way = line.fields["way"].lower()
        if way not in WAYS:
            raise Bad(f"way: expected out or in, got {way[:20]!r}")
        return Said(of, way, _instant(line.fields["at"]), None, line.where)
    if form == "manifest":
        return Said(of, line.fields["flight"], None, None, line.where)
    return Said(of, "days", None, _days(line.fields["days"]), line.where)


def _instant(text: str) -> Instant:
    try:
        at = time(text)
    except ValueError as error:
        raise Bad(f"at: {error}") from error
    if at.tzinfo is None:
        raise Bad(f"at: expected a zone, such as 2026-03-04 06:41Z or +02:00, got {text[:30]!r}")
    return at


def _days(text: str) -> Decimal:
    try:
        days = Decimal(text)
    except ArithmeticError as error:
        raise Bad(f"days: expected a number, got {text[:20]!r}") from error
    if not days.is_finite() or abs(days) > 10_000:
        raise Bad(f"days: expected a number of days, got {text[:20]!r}")
    return days


def summed(lines: Iterable[Said]) -> list[Said]:
    """Lines of a pay sheet, those of one leave (by several purses) together."""
    found: dict[str, Said] = {}
    for one in lines:
        before = found.get(one.of)
        if before is None:
            found[one.of] = one
        else:
            days = (before.days or Decimal(0)) + (one.days or Decimal(0))
            found[one.of] = before._replace(days=days, where=f"{before.where}, {one.where}")
    return list(found.values())


def matched(sheet: Iterable[Said], record: Iterable[Said], within: timedelta) -> tuple[int, list[Odd]]:
    """How many pairs there are, and what is odd, in the order of the sheet and then of the record.

    Of one person and way, the two nearest in time are a pair, and then the next nearest, as long as they are not
    further apart than `within`; of one flight, or of the days of one leave, each with each. A line told twice has one
    partner at most.
    """
    ours: dict[tuple[str, str], list[Said]] = defaultdict(list)
    theirs: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for one in record:
        ours[one.of, one.what].append(one)
    for one in sheet:
        theirs[one.of, one.what].append(one)
    pairs, odd = 0, list[Odd]()
    for key, lines in theirs.items():
        left = ours.pop(key, [])
        for line, partner in _pairs(lines, left, within):
            if partner is None:
                odd.append(Odd("sheet", line))
            elif line.days != partner.days:
                odd.append(Odd("both", line, partner))
            else:
                pairs += 1
        odd += [Odd("record", one) for one in left]
    odd += [Odd("record", one) for rest in ours.values() for one in rest]
    return pairs, odd


def _pairs(lines: list[Said], ours: list[Said], within: timedelta) -> Iterator[tuple[Said, Said | None]]:
    """Each line with its partner, which is then taken out of `ours`."""
    near = sorted(
        (apart, i, j)
        for i, line in enumerate(lines)
        for j, one in enumerate(ours)
        if (apart := abs(line.at - one.at) if line.at and one.at else timedelta(0)) <= within
    )
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in near:
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    partners = [ours[found[i]] if i in found else None for i in range(len(lines))]
    ours[:] = [one for j, one in enumerate(ours) if j not in taken]
    yield from zip(lines, partners, strict=True)
