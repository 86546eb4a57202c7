"""An order as a clerk writes it: TOML with the times of the base's clock, as they stand on the paper.

number = "LO-014"
version = 2
issuer = "CO-NAQ"
title = "Leave stopped"
words = "from 050500 until 110459"
since = "2026-04-05 05:00"
last_minute = "2026-04-11 04:59"   # or until = "2026-04-11 05:00", or neither: until rescinded
etp = "CO-NAQ"
grounds = ["humanitarian"]
scope = { units = ["A-COY"] }

[[restrictions]]
rule = "stop-leave"
"""

from __future__ import annotations

import tomllib
from datetime import UTC
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.calendar import Calendar
from domain.garrison.orders import MINUTE
from domain.model import Code, datetime, timedelta
from domain.orders import Order
from domain.wrong import expected, place_in_toml

KEYS = (*(key for key in Order.model_fields if key != "text_sha256"), "last_minute")
FORM = "YYYY-MM-DD HH:MM, on the base's clock"
LONGEST = 50_000
"""Characters; a longer text is no order."""


class Finding(NamedTuple):
    """What is wrong at one place of the text."""

    path: str
    expected: str
    got: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, got {self.got}; {self.remedy}"


class OrderError(ValueError):
    """A text that is no order, with all that is wrong with it at once."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


def order_of(text: str, calendar: Calendar, sha256: Code | None = None) -> Order:
    """The order which a text says, its times read on the clock of a base. `sha256` is the digest of the whole paper.

    Raises:
        OrderError: with every finding.
    """
    raw = _table(text)
    findings = [_unknown(key) for key in raw if key not in KEYS]
    data = {key: value for key, value in raw.items() if key in KEYS}
    for key in ("since", "until", "last_minute"):
        if key in data and (at := _instant(key, data[key], calendar, findings)):
            data[key] = at
    if "last_minute" in data:
        if "until" in data:
            findings.append(Finding("until", "either until or last_minute", "both", "strike one of them"))
        last = data.pop("last_minute")
        if isinstance(last, datetime):
            data["until"] = last + MINUTE
            data.setdefault("words", f"until {calendar.local(last):%H%M}")
    if findings:
        told = {f.path for f in findings}
        raise OrderError((*findings, *(f for f in _validated(data)[1] if f.path.split(".")[0] not in told)))
    order, findings = _validated(data | ({"text_sha256": sha256} if sha256 else {}))
    if order is None:
        raise OrderError(tuple(findings))
    return order


def _table(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        long = Finding(
            "text", f"at most {LONGEST} characters", str(len(text)), "give the order alone, not the whole paper"
        )
        raise OrderError((long,))
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        got, remedy = f"something else at {place_in_toml(error)}", "quote texts and times, and give each key once"
        found = Finding("text", "TOML", got, remedy)
        raise OrderError((found,)) from error


def _unknown(key: str) -> Finding:
    close = get_close_matches(key, KEYS, n=1)
    return Finding(key, f"one of {', '.join(KEYS)}", key, f"did you mean {close[0]}?" if close else "strike it")


def _instant(key: str, value: Any, calendar: Calendar, findings: list[Finding]) -> datetime | None:
    """A time of the base's clock as an instant; a time with a zone is one already."""
    wall = _read(value) if isinstance(value, str) else value
    if not isinstance(wall, datetime):
        findings.append(Finding(key, FORM, repr(value), f'write {key} = "2026-04-05 05:00"'))
        return None
    if wall.tzinfo is not None:
        return wall.astimezone(UTC)
    shown = calendar.instants(wall.date(), wall.time())
    if len(shown) != 1:
        findings.append(_changed(key, wall, shown, calendar))
        return None
    return shown[0]


def _read(text: str) -> datetime | None:
    """A time as it is written, also with its distance from UTC behind it."""
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M %z", "%Y-%m-%d %H:%M%z"):
        try:
            return datetime.strptime(text.strip(), form)
        except ValueError:
            continue
    return None


def _changed(key: str, wall: datetime, shown: tuple[datetime, ...], calendar: Calendar) -> Finding:
    """A time of a night on which the clock changes is not guessed at: an order binds to the minute."""
    if shown:
        offsets = " or ".join(f'"{wall:%Y-%m-%d %H:%M} {_east(calendar.offset(at))}"' for at in shown)
        return Finding(
            key, "a time that the base's clock shows once", f"{wall}, which it shows twice", f"write {offsets}"
        )
    jump = calendar.local(calendar.instant(wall.date(), wall.time()))
    return Finding(
        key,
        "a time that the base's clock shows",
        f"{wall}, over which it jumps",
        f'write "{jump:%Y-%m-%d %H:%M}", or an earlier time',
    )


def _east(offset: timedelta) -> str:
    """`+03:00`."""
    minutes = int(offset.total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _validated(data: dict[str, Any]) -> tuple[Order | None, list[Finding]]:
    try:
        return Order.model_validate(data), []
    except ValidationError as error:
        found = [_finding(detail) for detail in error.errors(include_url=False)]
        # A list is too short for pydantic when an item in it is wrong: the item alone is worth telling.
        return None, [f for f in found if not any(g.path.startswith(f"{f.path}.") for g in found)]


def _finding(detail: ErrorDetails) -> Finding:
    loc = [str(part) for part in detail["loc"]]
    if loc[:1] == ["restrictions"] and len(loc) > 2:
        del loc[2]  # the kind of restriction, by which pydantic chose it
    path = ".".join(loc) or "order"
    got = repr(detail["input"])[:100]
    match detail["type"]:
        case "missing":
            return Finding(path, "a value", "none", f"add {loc[-1]}")
        case "extra_forbidden":
            return Finding(path, "a known key", loc[-1], "strike it, or correct its name")
        case "union_tag_not_found":
            return Finding(path, "rule, the kind of restriction", got, 'add rule = "stop-leave" or another kind')
        case "union_tag_invalid":
            return Finding(
                path, str(detail["ctx"]["expected_tags"]), str(detail["ctx"]["tag"]), "name one of these kinds"
            )
        case "value_error":
            said = str(detail["ctx"]["error"]).partition(", got ")[2]
            return Finding(path, expected(detail).partition(", got ")[0], said or got, "correct it")
        case _:
            return Finding(path, expected(detail), got, "correct it")
