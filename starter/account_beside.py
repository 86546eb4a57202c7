"""What `furlough account show` tells beside the lines of a day: days held, how the account ended, what is unsigned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from domain.account import Account
from domain.words import counted, plain


def document(s: Account, *, concerned: bool) -> dict[str, Any]:
    """The same for scripts; why a time has ended only to those whom the kinds of leave concern."""
    return {"held": [*held(s)], "ended": _ended(s, concerned=concerned), "unsigned": s.unsigned}


def held(s: Account) -> Iterator[dict[str, Any]]:
    """The days which open requests hold, whenever they begin, by purse."""
    for leave, line in s.lines.items():
        if line.days and line.days.charged is None and not line.closed:
            span = {"leave": leave, "first": line.days.first, "last": line.days.last}
            yield span | {"days": {taking.purse: taking.days for taking in line.takings}}


def _ended(s: Account, *, concerned: bool) -> dict[str, Any] | None:
    if s.ended is None or s.ended.lifted:
        return None
    told = {"on": s.ended.on, "balances": s.ended.balances, "handed": s.ended.handed or None}
    return told | ({"why": s.ended.why} if concerned else {})


def lines(s: Account, numbers: Mapping[str, str], zone: ZoneInfo, *, concerned: bool) -> Iterator[str]:
    """The sentences for people."""
    for one in held(s):
        days = ", ".join(f"{purse} {counted(many, 'day')}" for purse, many in one["days"].items()) or "no days"
        yield f"held for {numbers.get(one['leave'], one['leave'])}, {one['first']} to {one['last']}: {days}"
    if ended := _ended(s, concerned=concerned):
        left = ", ".join(f"{purse} {plain(many)}" for purse, many in ended["balances"].items())
        why = f" ({ended['why'].replace('-', ' ')})" if concerned else ""
        handed = ended["handed"] or "to be handed over or settled: furlough member hand-over"
        yield f"the member's time here ended on {ended['on']}{why}, with {left}; {handed}"
    elif s.ended:
        yield f"an end on {s.ended.on} was recorded, and taken back"
    for act, waits in s.unsigned.items():
        by = f"{waits.by.astimezone(zone):%Y-%m-%d %H:%M}"
        yield f"waits for a countersignature until {by}: {waits.what} ({act})"
