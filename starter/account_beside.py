"""What `furlough account show` tells beside the lines of a day: days held, how the account ended, what is unsigned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.account import Account, Rest
from domain.account.earlier import earlier
from domain.account.state import Heard
from domain.ids import member_workflow
from domain.leave import Face
from domain.model import Decimal
from domain.words import called, counted, plain
from starter.desk import Desk
from wiring.copies import Copy
from wiring.queries import query

CORRECTED_BY: Final = "furlough account correct|relabel, with --days 0 where no day is to be put right"


def document(s: Account, rest: Rest | None, *, concerned: bool) -> dict[str, Any]:
    """The same for scripts; why a time has ended, and what was taken before, only to those whom kinds concern."""
    ended = _ended(s, rest, concerned=concerned)
    told = {"held": [*held(s)], "ended": ended, "unsigned": s.unsigned, "heard": s.heard}
    return told | ({"taken_before": [each._asdict() for each in earlier(s).values()]} if concerned else {})


def held(s: Account) -> Iterator[dict[str, Any]]:
    """The days which open requests hold, whenever they begin, by purse."""
    for leave, line in s.lines.items():
        if line.days and line.days.charged is None and not line.closed:
            span = {"leave": leave, "first": line.days.first, "last": line.days.last}
            yield span | {"days": {taking.purse: taking.days for taking in line.takings}}


def _ended(s: Account, rest: Rest | None, *, concerned: bool) -> dict[str, Any] | None:
    if s.ended is None or rest is None:
        return None
    told = {"on": s.ended.on} | left_document(rest, s.ended.handed)
    return told | ({"why": s.ended.why} if concerned else {})


async def heard_of(desk: Desk, face: Face) -> tuple[Heard, ...]:
    """What an ended leave was told since, as the account of its member tells it. Raises NotReached."""
    if not face.member or isinstance(desk.answers, Copy):  # a copy has open leaves alone
        return ()
    account: Account | None = await query(desk.answers, member_workflow(face.member), "state", Account)
    return account.heard.get(face.leave_id, ()) if account else ()


def heard(one: Heard, zone: ZoneInfo) -> str:
    """What an ended leave was told, and what there is to be done about it."""
    at, recorded = (f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" for moment in (one.at, one.recorded_at))
    done = f"looked at {one.seen_to_at.astimezone(zone):%Y-%m-%d %H:%M}" if one.seen_to_at else CORRECTED_BY
    if one.lapsed_at and not one.seen_to_at:
        done = f"nobody has looked at it in time; {done}"
    return f"{one.kind.replace('-', ' ')} of {at} arrived after the end, {recorded}: {done}"


def left_document(rest: Rest, handed: str) -> dict[str, Any]:
    """What is left of an account that has ended, for scripts: by now, and as it was told or handed over."""
    return {"balances": rest.balances, "told": rest.told, "changed": rest.changed, "handed": handed or None}


def left(rest: Rest, handed: str) -> str:
    """What is left of an account that has ended, for people; where it was told otherwise, that it has changed."""
    since = "it was handed over or settled" if handed else "the statement at the end"
    return _balances(rest.balances) + (f" (changed since {since}: {_balances(rest.told)})" if rest.changed else "")


def _balances(by_purse: Mapping[Any, Decimal]) -> str:
    return ", ".join(f"{purse} {plain(many)}" for purse, many in by_purse.items())


def lines(
    s: Account, rest: Rest | None, numbers: Mapping[str, str], zone: ZoneInfo, *, concerned: bool
) -> Iterator[str]:
    """The sentences for people."""
    for one in held(s):
        days = ", ".join(f"{purse} {counted(many, 'day')}" for purse, many in one["days"].items()) or "no days"
        yield f"held for {numbers.get(one['leave'], one['leave'])}, {one['first']} to {one['last']}: {days}"
    for told in earlier(s).values() if concerned else ():
        by = f"as of {told.as_of} ({told.source})"
        yield f"before this mission, {by}: {called(told.leave_kind)}, {told.taken.says()}"
    if s.ended and rest:
        why = f" ({s.ended.why.replace('-', ' ')})" if concerned else ""
        to_do = ("to be handed over or settled: furlough member hand-over",) if rest.to_do else ()
        yield "; ".join(
            (
                f"the member's time here ended on {s.ended.on}{why}, with {left(rest, s.ended.handed)}",
                *filter(None, (s.ended.handed,)),
                *to_do,
            )
        )
    elif s.ended:
        yield f"an end on {s.ended.on} was recorded, and taken back"
    for leave, some in s.heard.items():
        yield from (f"{numbers.get(leave, leave)}: {heard(one, zone)}" for one in some)
    for act, waits in s.unsigned.items():
        by = f"{waits.by.astimezone(zone):%Y-%m-%d %H:%M}"
        yield f"waits for a countersignature until {by}: {waits.what} ({act})"
