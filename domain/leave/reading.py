"""A leave's journal as it is read: what each entry says, who said it, and what of it is told to whom.

Desks and audits read it in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from domain import marks
from domain.backdating import counts_from
from domain.decider import Entry, Refused
from domain.leave.answers import Lacks, Took
from domain.leave.events import Approved, Lapsed, OfficerCleared, SignedIn, SignedOut, TravelConfirmed
from domain.model import timedelta

UNSAID: Final = frozenset({"died_on", "last_service", "balance_on"})
"""Days of the family's, which the charge rests on: in the record, and shown to nobody."""

MINUTE: Final = timedelta(minutes=1)
"""What is recorded so soon is not late."""


def sentence(entry: Entry[Any], *, entitled: bool) -> str:
    """What an entry says. A refusal tells its rule; what the gate saw tells that an order barred it.

    The rule of a refusal, or what an account lacks, may tell the kind of leave: others are told that it was so.
    """
    event = entry.event
    if isinstance(event, Refused) and not entitled:
        return f"NOT ACCEPTED {event.act}"
    if isinstance(event, Lacks) and not entitled:
        return f"no {event.spec.what}"
    if isinstance(event, Refused):
        return f"NOT ACCEPTED {event.act}: {event.refusal.why} (rule {event.refusal.rule})"
    marked = event.irregular and not isinstance(event, SignedOut)
    told = event.in_full() if isinstance(event, Took) and entitled else str(event.says())
    if isinstance(event, CONSENTS) and counts_from(entry) > entry.effective_at:
        told += ", counts from when it was recorded"
    told += marks.aside(event.irregular) if marked else ""
    return told + (f" (to {', '.join(event.to)})" if isinstance(event, Lapsed) and event.to else "")


def late(entry: Entry[Any]) -> timedelta:
    """How long after it was said or seen a person's word was recorded; nothing within a minute, and of machines."""
    delay = entry.recorded_at - entry.effective_at
    return delay if said(entry) and abs(delay) >= MINUTE else timedelta(0)


def said(entry: Entry[Any]) -> bool:
    """Whether a person said it."""
    return entry.assurance != "machine" and entry.by not in ("time", "machine", "server")


def by(entry: Entry[Any], names: dict[str, str]) -> str:
    """Who said it, as which post, and through whose hand; machines are not named."""
    if not said(entry):
        return ""
    who = names.get(entry.by, "")
    post = entry.post or ("" if who else "a member")
    for_post = f" for {entry.for_post}" if entry.for_post and entry.for_post != entry.post else ""
    speaker = f"{who}, {post}{for_post}" if who and post else who or post + for_post
    if entry.entered_by:
        return f"{speaker} (recorded by {names.get(entry.entered_by, 'a clerk')})"
    return f"{speaker} ({entry.assurance})"


def people(journal: Iterable[Entry[Any]]) -> list[str]:
    """The register ids of all who said or recorded anything."""
    return [who for entry in journal if said(entry) for who in (entry.by, entry.entered_by) if who]


CONSENTS: Final = (Approved, OfficerCleared, TravelConfirmed)
"""Decisions of which it matters whether they count from before the member left."""

PLAIN: Final = ("seq", "recorded_at", "effective_at", "assurance", "post", "for_post")
"""What of an entry is told to everybody, beside its sentence."""


def document(entry: Entry[Any], *, entitled: bool) -> dict[str, Any]:
    """An entry for scripts, without what refers to family or medical detail, with its sentence."""
    told, says = entry.model_dump(mode="json"), sentence(entry, entitled=entitled)
    if not entitled:
        return {name: told[name] for name in PLAIN} | {"event": {"kind": told["event"]["kind"]}, "says": says}
    told["event"] = unsealed(told["event"])
    return told | {"says": says}


def _hidden(key: str, value: Any) -> bool:
    return key in UNSAID or _sealed(value)


def unsealed(value: Any) -> Any:
    """A document without what refers to family or medical detail."""
    if isinstance(value, dict):
        return {key: unsealed(inner) for key, inner in value.items() if not _hidden(key, inner)}
    return [unsealed(inner) for inner in value if not _sealed(inner)] if isinstance(value, list) else value


def _sealed(value: Any) -> bool:
    return isinstance(value, dict) and {"ref", "digest"} <= value.keys()


def irregular(journal: Iterable[Entry[Any]]) -> Iterator[str]:
    """What happened although an order or rule barred it, by ids."""
    for entry in journal:
        if entry.event.irregular:
            yield f"{entry.event.kind} under {', '.join(entry.event.irregular)}"


def irregular_in_words(journal: Iterable[Entry[Any]]) -> Iterator[str]:
    """The same for people: `signed out: it was not approved yet (path/approve)`."""
    for entry in journal:
        if entry.event.irregular:
            happened = "signed out" if isinstance(entry.event, SignedOut) else entry.event.says()
            yield f"{happened}: {marks.all_told(entry.event.irregular)}"


def counted(journal: Iterable[Entry[Any]]) -> SignedIn | Any | None:
    """The entry with the newest count of days really taken; None before the return."""
    return next((e.event for e in reversed(list(journal)) if getattr(e.event, "count", ())), None)
