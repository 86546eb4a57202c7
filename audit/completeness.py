"""Whether an archive had everything when all was sealed last, by what its own sealings say: the ground of crossfooting.

A whole sealing took in all that the server listed, and seals that list beside it. So a run that it left out is named,
unless it says itself that it could not have it: then the next whole one must have it, or say so again;
and where there was no whole sealing for longer than the schedule lets pass, nobody can tell a leave that was deleted
from one which came since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from audit.archive.leaves import File, Run, Seal
from audit.archive.sealed import Broken
from audit.archived import Archived
from audit.balancing import Finding
from audit.entries import stamp
from audit.extracts import REGISTER, RUNS, NoExtract, kind_of, listed
from domain.model import Instant
from domain.sealing import WHOLE_WITHIN
from domain.words import counted

_UNTOLD: Final = {
    RUNS: "whether it left out a run that the server listed is not known",
    REGISTER: "what was kept of seats, papers and notices is not known",
}
"""What cannot be told of a whole sealing without its extracts."""


class Wholly(NamedTuple):
    """The whole sealings of an archive. `last` is the newest; `registers` what the newest two have of the register.

    `findings` are runs which one of them left out, and what cannot be told.
    """

    last: Seal | None
    registers: tuple[tuple[Instant, File], ...]
    findings: tuple[Finding, ...]


def wholly(record: Archived) -> Wholly:
    """Go through the log for its whole sealings. Raises Misset where it cannot be read."""
    last, registers, findings = None, list[tuple[Instant, File]](), list[Finding]()
    runs, extracts, lacks = set[str](), dict[str, File](), list[Finding]()
    awaited = dict[str, Finding]()
    for leaf in record.leaves():
        match leaf:
            case Run():
                runs.add(leaf.run)
            case File(what="extract"):
                extracts[kind_of(leaf.name)] = leaf
            case Seal(whole=True):
                last, lacks = leaf, list(_lacks(leaf, extracts))
                if runs_listed := extracts.get(RUNS):
                    try:
                        awaited |= _left_out(record, leaf, runs_listed, runs)
                    except (Broken, NoExtract) as error:
                        what = f"the list of the server's runs sealed with it cannot be read: {error}"
                        findings.append(Finding("found", _name(leaf), what))
                missing = {run: one for run, one in awaited.items() if run not in runs}
                awaited = {run: one for run, one in missing.items() if leaf.excuses(run)}
                findings += [one for run, one in missing.items() if run not in awaited]
                if register := extracts.get(REGISTER):
                    registers = [*registers[-1:], (leaf.began_at, register)]
                extracts = {}
            case _:
                pass
    late = [one for run, one in awaited.items() if run not in runs]
    unread = (Finding("unchecked", one.of, f"{one.what}: it could not be had, and is looked for again") for one in late)
    return Wholly(last, tuple(registers), (*findings, *unread, *lacks, *_unknown(record, last)))


def _lacks(seal: Seal, extracts: Mapping[str, File]) -> Iterator[Finding]:
    """What was not sealed with the newest whole sealing, as builds of before did not."""
    for file, untold in _UNTOLD.items():
        if file not in extracts:
            yield Finding("unchecked", _name(seal), f"no {file} was sealed with it: {untold}")


def _left_out(record: Archived, seal: Seal, file: File, runs: set[str]) -> dict[str, Finding]:
    """What is found of each run that the server listed to a whole sealing, and the log did not have at its end.

    Raises:
        Broken, NoExtract: the list cannot be read.
    """
    what = f"to the {_name(seal)}, and the log did not have it then"
    every = [one for one in listed(record.content(file)) if one.run not in runs]
    return {one.run: Finding("found", one.id, f"the server listed its run {one.run} {what}") for one in every}


def _name(seal: Seal) -> str:
    return f"sealing of {stamp(seal.ended_at)}"


def _unknown(record: Archived, last: Seal | None) -> Iterator[Finding]:
    """What the newest whole sealing leaves open, where it is too old, or there is none."""
    since = "whether a leave was deleted, or came since and is not sealed yet, cannot be told"
    if last is None:
        yield Finding("unchecked", "archive", f"open leaves and accounts were never sealed: {since}")
        return
    without = record.as_of() - last.began_at
    if without > WHOLE_WITHIN:
        what = f"open leaves and accounts were sealed last at {stamp(last.began_at)}"
        days = f"{counted(without.days, 'day')} before the newest sealing, which is due within {WHOLE_WITHIN.days}"
        yield Finding("unchecked", "archive", f"{what}, {days}: {since}")
