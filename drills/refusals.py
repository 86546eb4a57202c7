"""What of a leave's acts the pure decider takes and what it refuses, laid beside what happened to them in the drill.

An act that was refused without a trace stands in no journal. It met one of the states between the act before it and
the one after it, in the order in which they were said: the decider must refuse it in one of them, by the same rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from domain import leave
from domain.acts import Act, Ask
from domain.decider import Entry, Refused
from domain.leave import Leave
from domain.refusal import Refusal
from wiring.settling import why_not_opened


class Back(NamedTuple):
    """An act that came back: by which rule, or for what reason where no rule refused it."""

    rule: str = ""
    reason: str = ""


def otherwise(acts: Sequence[Act], journal: Sequence[Entry[Any]], back: Mapping[str, Back]) -> Iterator[str]:
    """Each act that was taken, refused or told otherwise than the pure decider has it, in sentences."""
    met = list(accumulate(journal, leave.evolve, initial=leave.initial))
    lines = {entry.act_id: entry for entry in reversed(journal)}  # the first line of each
    for i, act in enumerate(acts):
        told, first = back.get(act.act_id, Back()), lines.get(act.act_id)
        if first is not None:
            yield from _recorded(act, first, met[first.seq - 1], told, journal, met[-1])
        elif told.rule:
            before = max((entry.seq for entry in journal if entry.act_id in {x.act_id for x in acts[:i]}), default=0)
            after = min((lines[x.act_id].seq for x in acts[i + 1 :] if x.act_id in lines), default=len(met))
            rules = {refusal.rule for state in met[before:after] if (refusal := _refusal(act, state))}
            if told.rule not in rules:
                yield f"{act.act_id} was refused by {told.rule}, and the decider refuses it by {_words(rules)}"


def _recorded(
    act: Act, first: Entry[Any], met: Leave, told: Back, journal: Sequence[Entry[Any]], ended: Leave
) -> Iterator[str]:
    """Of an act that stands in the journal: whether it could be taken there, and who said it was told what it says."""
    refused = first.event.refusal if isinstance(first.event, Refused) else None
    if refused is None and (refusal := _refusal(act, met)):
        yield f"{act.act_id} was taken, and the decider refuses it by {refusal.rule}"
    because = why_not_opened(journal) if isinstance(act, Ask) and ended.ended == "not-opened" else refused
    recorded = because.rule if because else ""
    if told.rule != recorded:
        yield f"{act.act_id} was told to be refused by {_words({told.rule})}, the journal says by {_words({recorded})}"


def _refusal(act: Act, state: Leave) -> Refusal | None:
    return leave.impersonates(act, state) or leave.possible(act, state)


def _words(rules: set[str]) -> str:
    return ", ".join(sorted(filter(None, rules))) or "no rule"
