"""`furlough request`: the member asks, or a clerk enters what members have signed; one, or thousands from a file.

The id of a leave from a file is made of what its line says, so that a file which was broken off is simply sent again.
"""

from __future__ import annotations

import json as jsons
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import Parameter
from pydantic import ValidationError
from ulid import ULID

from activities.register import lookups
from activities.register.database import RegisterUnavailable, reading
from domain.acts import Ask, Medium
from domain.leave import Face
from domain.orders import LeaveKind
from domain.terms import Relation
from starter import console, receipts, sheets, speaking
from starter.desk import Desk, Speaker, at_desk, new_id
from starter.flags import HERE, How
from starter.handles import face_of, journal_of
from starter.receipts import Answer
from starter.saying import day, digest
from starter.sheets import Line
from starter.wrong import misread
from wiring.deliver import ANSWER
from wiring.trouble import Misset, NotReached, Trouble

AT_ONCE: Final = 32
"""Requests under way at the same time."""

COLUMNS: Final = ("kind", "first", "last", "destination", "travel", "route", "relation", "reason", "at")
SEALED: Final = ("relation", "reason")
"""What goes into the detail store and never into a record, not even as a digest without salt."""

NEEDED: Final = ("first", "last", "destination")
DEFAULTS: Final = {"kind": "ordinary", "travel": "flight"}

PATIENT: Final = timedelta(seconds=30)
"""How long one of many requests waits for its answer: they wait for each other."""


async def request(
    member: str | None = None,
    /,
    *,
    kind: LeaveKind | None = None,
    first: str | None = None,
    last: str | None = None,
    destination: str | None = None,
    travel: Literal["flight", "road", "none"] | None = None,
    route: str | None = None,
    relation: Relation | None = None,
    reason: str | None = None,
    at: str | None = None,
    from_: Annotated[Path | None, Parameter(name="--from")] = None,
    medium: Medium | None = None,
    evidence: Annotated[tuple[Path, ...], Parameter(negative="")] = (),
    dry_run: Annotated[bool, Parameter(negative="")] = False,
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
        destination: Where to: BEY.
        travel: By UN flight, by road, or with no journey; flight where nothing is said.
        route: The road, where one is named by orders.
        relation: Of whom a family emergency speaks. Sealed into the detail store.
        reason: The reason. Sealed into the detail store.
        at: When the member signed, on the base's clock; else now.
        from_: A CSV file with a column service_number and any of: kind, first, last, destination, travel, route,
            relation, reason, at. Flags hold for all lines that say nothing else.
        medium: How it came to you, where you record it: paper, where nothing else is said.
        evidence: Papers which show it.
        dry_run: Show what would be asked, and ask for nothing.
    """
    said: dict[str, str | None] = {
        "kind": kind,
        "first": first,
        "last": last,
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
    lines = sheets.read(from_, "service_number", COLUMNS) if from_ else ()
    async with at_desk(**how.settings) as desk:
        speaking.introduce(desk, Speaker(desk.me(), desk.settings.post))
        papers = speaking.kept(desk, evidence, dry_run=dry_run)
        asking = Asking(desk, flags, medium, papers, from_.name if from_ else "", dry_run)
        if from_ is not None:
            return await _many(asking, lines, how)
        answer = await asking.answer(Line(member or desk.settings.person or "", {}))
        receipts.show(answer, desk, json=how.json)
        return answer.code


async def _many(asking: Asking, lines: Sequence[Line], how: How) -> int:
    """Ask line by line, show what was not accepted, and sum up."""
    told: list[Answer] = []
    with console.progress() as bar:
        task = bar.add_task(asking.file, total=len(lines))
        async for answer in sheets.answers(lines, asking.answer, AT_ONCE, lambda: bar.advance(task)):
            told.append(answer)
            if how.json or answer.code:
                receipts.show(answer, asking.desk, json=how.json)
    counts = Counter(answer.result for answer in told)
    summary = ", ".join(f"{count} {result}" for result, count in counts.most_common()) or "nothing in it"
    (console.note if how.json else console.say)(f"{asking.file}: {len(told)} lines: {summary}")
    return receipts.exit_code(told)


@dataclass(frozen=True)
class Asking:
    """Requests as they are entered at one desk. `file` is the name of the file from which they come."""

    desk: Desk
    flags: dict[str, str]
    medium: Medium | None
    papers: tuple[str, ...]
    file: str = ""
    dry_run: bool = False

    async def answer(self, line: Line) -> Answer:
        """What became of one request. Raises nothing that another line should suffer from."""
        said = f"request {line.said}" + (f" ({line.where})" if line.where else "")
        try:
            if line.bad:
                raise Misset("The line cannot be read.", why=line.bad, helps="mend it, and send the file again")
            fields = DEFAULTS | self.flags | line.fields
            if missing := [name for name in NEEDED if name not in fields]:
                raise Misset("The request is not whole.", why=f"missing: {', '.join(missing)}", helps=f"--{missing[0]}")
            return await self._ask(said, line, fields)
        except ValidationError as error:
            return receipts.failed(said, misread(error))
        except RegisterUnavailable as error:
            return receipts.failed(said, NotReached("The register did not answer.", why=str(error)))
        except Trouble as trouble:
            return receipts.failed(said, trouble)

    async def _ask(self, said: str, line: Line, fields: dict[str, str]) -> Answer:
        member = self.desk.person(line.said)
        who = self._speaker(member)
        leave_id, before = await self._id(member, fields)
        ask = self._act(leave_id, member, who, fields)
        if before is not None:
            return receipts.known(said, ask.act_id, tuple(await journal_of(self.desk.client, leave_id))[:1], before)
        if self.dry_run:
            return Answer(said=said, leave_id=leave_id, result="would be asked", act_id=ask.act_id)
        family = {name: fields[name] for name in SEALED if name in fields}
        if family:  # last of all: what cannot be asked must leave no trace in the store
            ask = ask.model_copy(update={"family": self.desk.store.seal(jsons.dumps(family))})
        outcome = await self.desk.send(ask, within=PATIENT if self.file else ANSWER)
        settling = PATIENT.total_seconds() if self.file else receipts.SETTLING
        return await receipts.answered(self.desk.client, said, ask.act_id, leave_id, outcome, settling=settling)

    def _speaker(self, member: str) -> Speaker:
        """The member, or a clerk who records what the member signed."""
        me = self.desk.me()
        if me == member:
            return Speaker(me, None, medium=self.medium or "own")
        return Speaker(member, None, me, self.medium or "paper")

    def _act(self, leave_id: str, member: str, who: Speaker, fields: dict[str, str]) -> Ask:
        """The request, its words read. Raises ValidationError and Misset."""
        with reading(self.desk.source) as session:
            known = lookups.member(session, member)
        return Ask.model_validate(
            {
                **speaking.head(who),
                "act_id": f"ask-{leave_id}" if self.file else new_id(),
                "leave_id": leave_id,
                "acted_at": self.desk.moment(fields.get("at"), known.base if known else None),
                "evidence": self.papers,
                "member": member,
                "leave_kind": fields["kind"],
                "first": day(fields["first"], "first"),
                "last": day(fields["last"], "last"),
                **{name: fields[name] for name in ("destination", "travel", "route") if name in fields},
            }
        )

    async def _id(self, member: str, fields: dict[str, str]) -> tuple[str, Face | None]:
        """The leave's id, and how it stands if it was asked for already. Who was refused asks anew: another leave."""
        mission = self.desk.settings.code
        if not self.file:
            return f"{mission}-{ULID()}", None
        line = [self.file, member, {name: value for name, value in fields.items() if name not in SEALED}]
        attempt = 0
        while True:
            leave_id = f"{mission}-{ULID.from_hex(digest([*line, attempt])[:32])}"
            face = await face_of(self.desk.client, leave_id)
            if face is None or face.state != "not opened":
                return leave_id, face
            attempt += 1
