"""What is irregular, in words: the one place where a rule whose id may mark an entry has its sentence.

An entry is marked (`irregular`) with ids of rules and versions of orders; scripts and auditors read these. People read
the sentence, and the id behind it. Each sentence follows what happened: "signed out: it was not approved yet". None
names a kind of leave.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

SAID: Final = {
    "account/apart": "it lies next to another leave, from which this kind has to stand apart",
    "account/career": "it is one more than a career allows of this kind",
    "account/cycle": "it began too soon after the last one of its kind",
    "account/gap": "it began too soon after the leave before it",
    "account/last-month": "it took more days off in the last month of the tour than may be",
    "account/overdraft": "more days were taken than the balance allows",
    "account/overlap": "a day of it belongs to another leave too",
    "account/settle": "the account did not take the charge",
    "account/unknown-kind": "the rules know its kind of leave no more, so that no limit of it was looked at",
    "account/window": "it was taken later after the service that earned it than may be",
    "account/yearly": "more days were taken than a year gives",
    "authority/both-times": "the post was not held both when it was said and when it was recorded",
    "authority/gate": "it was seen by somebody who does not hold a post that sees it",
    "authority/nobody-above": "no post above the unit's commander was there to grant it",
    "decision/after-sign-out": "it came when the member had left without it",
    "decision/not-own": "the member, or who recorded it, speaks of their own leave",
    "decision/review": "what one person decided in two capacities was not upheld by a review, or not reviewed in time",
    "decision/two-capacities": "one person decided on it in two capacities",
    "path/approve": "it was not approved yet",
    "path/book": "it had no seat yet",
    "path/check": "a check was still waited for",
    "path/check-off": "it was not before a departure",
    "path/clear": "it was not cleared by the base yet",
    "path/confirm": "movement control had not confirmed the journey yet",
    "path/contact": "the member was not away on it",
    "path/end-member": "the leave was over",
    "path/gateway": "nobody was on the journey",
    "path/hold": "its days were not held by the account yet",
    "path/lift": "it was suspended",
    "path/number": "it had no control number yet",
    "path/officer": "the clearance officer had not cleared it yet",
    "path/paper": "its leave paper was not issued yet",
    "path/report": "the member was not away on it",
    "path/sign-in": "the member was not away on it",
    "path/sign-out": "the time for a departure on it was over",
    "record/before-request": "it is dated before the request that it decides",
    "record/countersign": "a clerk recorded it, and the decider has not countersigned it",
    "record/evidence": "a clerk recorded it without its evidence, which furlough attach lays to it",
    "record/entered-late": "it was signed in time, and written down later",
    "record/degraded-communications": "communications were degraded, so that it counts from when it was said",
    "return/after-end": "it arrived when the leave had ended",
    "return/contact": "it was not told from any post",
    "return/journey": "a journey back was told that was not asked for, or cannot have begun then",
    "return/late": "the member came back late",
    "return/order-of-times": "by its time it cannot have happened in this order",
    "return/seen": "it was not told from any post",
    "return/told": "it was not told from any post",
    "return/until-past": "the delay was told to last until a day that was over",
    "strength": "the strength of the unit left no place for it",
    "strength/flights": "on a day of its flights more of the unit are absent than may be",
    "travel/before-first-day": "it was before the first day of the leave",
}
"""By the id of the rule. An id that is none of these is the version of an order."""


CHECKLIST: Final = "checklist/"
"""How the mark of a thing begins that was not checked off before the departure, which an order wants."""


def unchecked(items: Iterable[str]) -> tuple[str, ...]:
    """The marks of things that were not checked off: `checklist/weapon`."""
    return tuple(f"{CHECKLIST}{item}" for item in items)


def told(mark: str) -> str:
    """A mark for people: `it was not approved yet (path/approve)`, `an order stood against it (LO-014.2)`."""
    if mark.startswith(CHECKLIST):
        return f"not checked off: {mark.removeprefix(CHECKLIST)} ({mark})"
    return f"{SAID.get(mark, 'an order stood against it')} ({mark})"


def all_told(marks: Iterable[str]) -> str:
    """Several marks in one line."""
    return "; ".join(told(mark) for mark in dict.fromkeys(marks))


def aside(marks: Iterable[str]) -> str:
    """What follows the sentence of an entry: nothing where it is regular."""
    said = all_told(marks)
    return f", irregular: {said}" if said else ""
