"""`furlough request`: the member asks, or a clerk enters what members have signed; one, or thousands from a file."""

from __future__ import annotations

import asyncio
import csv
from collections import Counter
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import Parameter

from domain.acts import Ask, Half, Medium
from domain.orders import LeaveKind
from domain.terms import Relation
from starter import foretold, receipts, speaking
from starter.asking import COLUMNS, SEALED, Asking
from starter.desk import Desk, at_desk
from starter.flags import HERE, How, Switch
from starter.receipts import Answer
from starter.silence import GONE, Silence
from wiring import console, sheets
from wiring.plainly import plainly
from wiring.sheets import Line
from wiring.trouble import Misset, NotReached

AT_ONCE: Final = 32
"""Requests under way at the same time."""

SHOWN: Final = 20
"""Lines that are told one by one: all of a file of no more, and of a longer one those which were not accepted.

All that were not accepted go into the --refused file.
"""

AS_FIRST: Final = (
    "What was asked already stands as it was first asked: a reason or relation said now was not recorded.\n"
    "next   furlough withdraw and a new request, where the new one is to count"
)
NOT_FORETOLD: Final = "nothing was asked; what the base says (orders, strength) comes when it is sent"


async def request(
    member: str | None = None,
    /,
    *,
    kind: LeaveKind | None = None,
    first: str | None = None,
    last: str | None = None,
    then: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    begins: Half | None = None,
    ends: Half | None = None,
    excess: Switch = False,
    resumes: str | None = None,
    died_on: str | None = None,
    last_service: str | None = None,
    destination: str | None = None,
    travel: Literal["flight", "road", "none"] | None = None,
    route: str | None = None,
    relation: Relation | None = None,
    reason: str | None = None,
    at: str | None = None,
    from_: Annotated[Path | None, Parameter(name="--from", allow_leading_hyphen=True)] = None,
    medium: Medium | None = None,
    evidence: Annotated[tuple[Path, ...], Parameter(name=("--evidence", "--paper"), negative="")] = (),
    refused: Path | None = None,
    dry_run: Switch = False,
    how: How = HERE,
) -> int:
    """Ask for leave: for one member, or for thousands from a CSV file.

    A member asks for themselves; anybody else at the desk records what the member has signed, and is named as recorder.
    The same file again asks for nothing twice, and goes on where it was broken off.

    Args:
        member: Service number of who asks; else yours.
        kind: Ordinary where nothing is said.
        first: First day of absence: 2026-12-20.
        last: Last day of absence.
        then: An absence of several kinds: another kind from a day on, as cto:2026-12-24; once for each of them.
        begins: With the afternoon of the first day, where half days are allowed; else with its morning.
        ends: With the morning of the last day, where half days are allowed; else with its afternoon.
        excess: What the account does not have is taken as excess leave: unpaid, and nothing is earned on it.
        resumes: The leave, by its leave id or control number, which a hospital broke off and this one takes up again.
        died_on: Bereavement: the day of the death, whose balance decides what is charged.
        last_service: Bereavement: the day of the last service, once it is known.
        destination: Where to: BEY.
        travel: By UN flight, by road, or with no journey; flight where nothing is said.
        route: The road, where one is named by orders.
        relation: Of whom a family emergency speaks. Sealed into the detail store.
        reason: The reason. Sealed into the detail store.
        at: When the member signed, on the base's clock; else now.
        from_: A CSV file (- reads standard input) with a column service_number and any of: kind, first, last, then,
            begins, ends, excess, resumes, died_on, last_service, destination, travel, route, relation, reason, at.
            Flags hold for all lines that say nothing else.
        medium: How it came to you, where you record it: paper, where nothing else is said.
        evidence: Papers which show it.
        refused: With --from: a CSV file for all lines that were not accepted, with the reasons.
        dry_run: Ask for nothing; show what the rules of leave and the account would say. The base is asked in earnest.
    """
    said: dict[str, str | None] = {
        "kind": kind,
        "first": first,
        "last": last,
        "then": " ".join(then) or None,
        "begins": begins,
        "ends": ends,
        "excess": "yes" if excess else None,
        "resumes": resumes,
        "died_on": died_on,
        "last_service": last_service,
        "destination": destination,
        "travel": travel,
        "route": route,
        "relation": relation,
        "reason": reason,
        "at": at,
    }
    flags = {name: value for name, value in said.items() if value is not None}
    if member is not None and from_ is not None:
        raise Misset("One member, or a file of them.", why=f"got both {member} and --from", helps="leave one out")
    if refused is not None and from_ is None:
        raise Misset(
            "One request needs no file of refused ones.", why="got --refused without --from", helps="--from FILE"
        )
    lines = sheets.read(from_, "service_number", COLUMNS, "--from") if from_ else ()

    def asking_at(desk: Desk) -> Asking:
        papers = speaking.kept(desk, evidence, dry_run=dry_run)
        return Asking(desk, flags, medium, papers, sheets.called(from_) if from_ else "", dry_run)

    def alone(desk: Desk) -> Ask | None:
        return None if dry_run or from_ else asking_at(desk).unasked(Line(member or desk.settings.person or "", {}))

    async with at_desk(acting=not dry_run, many=bool(lines), said=alone, **how.settings) as desk:
        desk.me()
        if no := speaking.not_held(desk):
            return receipts.not_accepted(
                desk, f"request {from_ or member or ''}".strip(), no, json=how.json, dry_run=dry_run
            )
        asking = asking_at(desk)
        if from_ is not None:
            return await _many(asking, lines, how, refused)
        answer = await asking.answer(Line(member or desk.settings.person or "", {}))
        receipts.show(answer, desk, json=how.json)
        if answer.result == "already" and flags.keys() & SEALED:
            console.warn(AS_FIRST)
        if dry_run and answer.result == "would be asked" and not how.json:
            for told in foretold.lines(answer.foretold) if answer.foretold else ():
                console.say(told)
            console.say(NOT_FORETOLD)
        return answer.code


async def _many(asking: Asking, lines: Sequence[Line], how: How, refused: Path | None) -> int:
    """Ask line by line, show what was not accepted, and sum up."""
    _introduce(asking)
    told: list[Answer] = []
    no: list[tuple[Line, Answer]] = []
    silence = Silence(asking.desk)
    if refused:
        _write(refused, no)  # what cannot be written is told before anything is asked
    try:
        with console.progress() as bar:
            task = bar.add_task(asking.file, total=len(lines))
            asked = sheets.answers(lines, asking.answer, AT_ONCE, lambda: bar.advance(task))
            async with aclosing(asked) as answers:
                async for bare in answers:
                    line = lines[len(told)]
                    answer = bare.model_copy(update={"line": line.number})
                    told.append(answer)
                    accepted = not answer.code or answer.result == "spooled"
                    if not accepted:
                        no.append((line, answer))
                    if how.json or (len(lines) if accepted else len(no)) <= SHOWN:
                        receipts.show(answer, asking.desk, json=how.json)
                    if silence.lasts(answer) and asking.dry_run:
                        console.warn(receipts.broken_off(asking.file, told, len(lines), "the same file again", GONE))
                        return NotReached.code
    except asyncio.CancelledError:
        console.warn(receipts.broken_off(asking.file, told, len(lines), "the same file again"))
        raise
    finally:
        if refused:
            _write(refused, no)
    if not how.json:
        _by_rule([answer for _, answer in no], refused)
    summary = f"{asking.file}: {console.number(len(told), 'line')}: {receipts.counted(told)}"
    (console.note if how.json else console.say)(summary)
    sealed = [bool((asking.flags | line.fields).keys() & SEALED) for line in lines]
    if any(said and answer.result == "already" for said, answer in zip(sealed, told, strict=True)):
        console.warn(AS_FIRST)
    if asking.dry_run and not how.json:
        console.say(NOT_FORETOLD)
    return sheets.exit_code(answer.code for answer in told)


def _introduce(asking: Asking) -> None:
    """As whom the lines of a file are said: for the members, where it is not one's own alone."""
    desk = asking.desk
    posts = desk.posts(desk.me())
    held = ", ".join(p.post for p in posts.posts) if posts else ""
    who = desk.settings.post or held or f"{desk.settings.person}, without a post"
    console.note(f"as {who}, recording what members have signed ({asking.medium or 'paper'})")


def _by_rule(no: Sequence[Answer], refused: Path | None) -> None:
    """How many lines which rule did not allow, where more were refused than are told one by one."""
    if len(no) <= SHOWN:
        return
    where = f"all of them are in {refused}" if refused else "--refused FILE.csv writes all of them"
    console.warn(f"and {len(no) - SHOWN} more; {where}")
    reasons = ("no answer" if answer.code == NotReached.code else _reason(answer)[0] for answer in no)
    for reason, count in Counter(reasons).most_common():
        console.warn(f"  {count:>6}  {reason}")


def _reason(answer: Answer) -> tuple[str, str, str]:
    """The rule (or what went wrong), why, and what would help."""
    if answer.refusal:
        return answer.refusal.rule, answer.refusal.why, answer.refusal.helps
    what, *more = answer.trouble.splitlines()
    rows = {row[:7].strip(): row[7:] for row in more}
    return what, rows.get("why", ""), rows.get("next", "")


def _write(file: Path, no: Sequence[tuple[Line, Answer]]) -> None:
    """Write the lines that were not accepted, with the reasons. Raises Misset."""
    try:
        with file.open("w", encoding="utf-8", newline="") as opened:
            sheet = csv.writer(opened)
            sheet.writerow(("line", "service_number", "result", "rule", "why", "next"))
            sheet.writerows((line.where, line.said, answer.result, *_reason(answer)) for line, answer in no)
    except OSError as error:
        raise Misset(f"The file {file} cannot be written.", why=plainly(error), helps="--refused FILE.csv") from error
