"""Requests as they are entered at one desk, one by one or from a file.

The id of a leave is made of what was asked, so that a request whose answer was lost, or a file which was broken off, is
simply sent again. One that comes without a file counts for its day: who was denied asks anew, as all do tomorrow.
Where nobody tells that the leave of these words has ended, the request is kept under its id and comes back on delivery.

The id is seen by all who see the server, and the kind of leave is not for them: a secret in the mission's detail store
goes into the id, or kinds could be tried out until one fits. All desks which share the store so make the same ids. Two
which do not make two leaves of one request; the account then refuses the second, since its days are taken.
"""

from __future__ import annotations

import json as jsons
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import ValidationError
from ulid import ULID

from activities.register import lookups
from activities.register.database import RegisterUnavailable, reading
from domain.account import Account
from domain.account.limits import OTHER_LEAVE
from domain.acts import Ask, Medium
from domain.leave import Face
from domain.refusal import Refusal
from starter import account_days, first, foresight, readers, receipts, speaking, unasked
from starter.desk import Desk, Speaker
from starter.foretold import foretold
from starter.receipts import Answer
from starter.saying import day, digest, to_seal
from starter.wrong import faults
from wiring.deliver import Gone
from wiring.handles import ended
from wiring.queries import PATIENCE, face_of, journal_of, torn_off
from wiring.settling import SETTLING
from wiring.sheets import Line
from wiring.spool import Spooled
from wiring.trouble import Misset, NotReached, Trouble

DAYS: Final = ("first", "last", "died_on", "last_service")
PLAIN: Final = ("destination", "travel", "route", "begins", "ends", "resumes")
COLUMNS: Final = ("kind", *DAYS, *PLAIN, "then", "excess", "relation", "reason", "at")
SEALED: Final = ("relation", "reason")
"""What goes into the detail store and never into a record, not even as a digest without salt."""


def _turns(text: str, name: str) -> list[dict[str, Any]]:
    """The kinds that follow, each from a day on: `cto:2026-12-24 ordinary:2026-12-28`. Raises Misset."""
    turns = [turn.partition(":") for turn in text.replace(",", " ").split()]
    if alone := next((kind for kind, since, _ in turns if not since), None):
        raise Misset(
            f"{alone[:40]!r} tells no day from which it is to follow ({name}).",
            why="expected KIND:DAY",
            helps="for example --then cto:2026-12-24",
        )
    return [{"leave_kind": kind, "first": day(since, name)} for kind, _, since in turns]


def _yes(text: str, name: str) -> bool:
    """Yes or no. Raises Misset."""
    if text not in ("yes", "no"):
        raise Misset(f"The column {name} cannot be read.", why=f"expected yes or no, got {text[:20]!r}")
    return text == "yes"


TOLD_MORE: Final = ("emergency", "convalescent")
"""Kinds of which the account or the ladder of posts may have more to tell, so that the receipt asks for it."""
READ: Final[dict[str, Callable[[str, str], Any]]] = {"then": _turns, "excess": _yes}
"""How cells are read which are no days."""

NEEDED: Final = ("first", "last", "destination")
DEFAULTS: Final = {"kind": "ordinary", "travel": "flight"}

PATIENT: Final = timedelta(seconds=30)
"""How long one of many requests waits for its answer: they wait for each other."""


@dataclass(frozen=True)
class Asking:
    """Requests as they are entered at one desk. `file` is the name of the file from which they come."""

    desk: Desk
    flags: dict[str, str]
    medium: Medium | None
    papers: tuple[str, ...]
    file: str = ""
    dry_run: bool = False
    supposed: dict[str, Account] = field(default_factory=dict)
    """How accounts would stand after the lines which a dry run has tried."""

    def unasked(self, line: Line) -> Ask | None:
        """One request as it can be told before the server is asked; None where the register must be asked first.

        Raises:
            Trouble: it cannot be told here, or cannot be meant at all.
        """
        member, fields = self.desk.person(line.said), DEFAULTS | self.flags | line.fields
        if self.desk.no_register is first.NOT_ASKED:  # who it is goes into the leave's id
            return None
        if resumed := fields.get("resumes"):
            fields["resumes"] = unasked.leave_id(self.desk, resumed, first.NOT_ASKED)
        ask = self._act(member, self.speaker(member), fields)
        leave_id = self._leave_id(self._key(member, fields, ask), 0)
        return self._sealed(ask.model_copy(update={"leave_id": leave_id, "act_id": f"ask-{leave_id}"}), fields)

    async def answer(self, line: Line) -> Answer:
        """What became of one request. Raises nothing that another line should suffer from."""
        said = f"request {line.said}" + (f" ({line.where})" if line.where else "")
        leave_id, began = "", self.desk.turn()
        try:
            if line.bad:
                raise Misset("The line cannot be read.", why=line.bad, helps="mend it, and send the file again")
            member = self.desk.person(line.said)
            who = self.speaker(member)
            if not self.file:
                speaking.introduce(self.desk, who, member)
            fields = DEFAULTS | self.flags | line.fields
            if resumed := fields.get("resumes"):
                fields["resumes"] = (await self.desk.leaves(self._within(began)).find(resumed)).leave_id
            ask = self._act(member, who, fields)
            key = self._key(member, fields, ask)
            leave_id = self._leave_id(key, 0)
            silent, before = self.desk.away, None
            if silent is None or self.dry_run:
                try:
                    leave_id, before = await self._id(key, began)
                except NotReached as nobody:
                    if self.dry_run:
                        raise
                    silent = nobody
            ask = ask.model_copy(update={"leave_id": leave_id, "act_id": f"ask-{leave_id}"})
            if before is not None:
                journal = tuple(await journal_of(self.desk.client, leave_id))[:1]
                return receipts.known(said, ask.act_id, journal, before)
            if self.dry_run:
                return await self._would(said, ask, fields)
            return await self._sent(said, ask, fields, silent, line.where, began)
        except RegisterUnavailable as error:
            return receipts.failed(said, NotReached("The register did not answer.", why=str(error)), leave_id=leave_id)
        except Trouble as trouble:
            if isinstance(trouble, NotReached) and not isinstance(trouble, Gone) and leave_id:
                again = "the same file" if self.file else "the same request on the same day"
                trouble.helps = "; ".join(filter(None, (trouble.helps, f"{again} is leave {leave_id} again")))
            return receipts.failed(said, trouble, leave_id=leave_id)

    def speaker(self, member: str) -> Speaker:
        """The member, or a clerk who records what the member signed."""
        me = self.desk.me()
        if me == member:
            return Speaker(me, None, medium=self.medium or "own")
        return Speaker(member, None, me, self.medium or "paper")

    def _act(self, member: str, who: Speaker, fields: dict[str, str]) -> Ask:
        """The request, its words read; its ids are still to come. Raises Misset with all that is wrong."""
        with reading(self.desk.source) as session:
            known = lookups.member(session, member)
        if fields.get("travel") == "none" and known:  # who makes no journey stays where they serve
            fields = {"destination": known.base} | fields
        missing = [name for name in NEEDED if name not in fields]
        told = [f"missing: {', '.join(missing)}"] if missing else []
        read: dict[str, Any] = {n: fields[n] for n in PLAIN if n in fields}
        bad = set(missing)
        at, ask = datetime.now(UTC), None
        for name in (*DAYS, "then", "excess", "at"):
            try:
                if name == "at":
                    at = self.desk.said_at(fields.get("at"), known.base if known else None)
                elif name in fields:
                    read[name] = READ.get(name, day)(fields[name], name)
            except Misset as fault:
                told.append(f"{fault.what.removesuffix('.')}: {fault.why}")
                bad.add(name)
        for name in SEALED:
            try:
                to_seal(fields.get(name, "none was said"), name)
            except Misset as fault:
                told.append(f"{fault.what.removesuffix('.')}: {fault.why}")
        try:
            ask = Ask.model_validate(
                {
                    **speaking.head(who, self.papers, at, "-"),
                    **read,
                    "leave_id": "-",
                    "member": member,
                    "leave_kind": fields["kind"],
                }
            )
        except ValidationError as error:
            told += [str(fault) for fault in faults(error) if fault.field not in bad]
        if told or ask is None:
            flags = ", ".join(f"--{name}" for name in missing)
            raise Misset(
                "The request is not whole." if missing else "The request cannot be recorded.",
                why="; ".join(told),
                known="nothing was changed",
                helps=f"say it by {flags}" if missing else "mend it; furlough request --help tells what is expected",
            )
        return ask

    def _key(self, member: str, fields: dict[str, str], ask: Ask) -> list[Any]:
        """What tells a request from all others; who asks without a file is told apart by the base's day too."""
        open_ = {name: value for name, value in fields.items() if name not in SEALED}
        if self.file:
            return [self.file, member, open_]
        with reading(self.desk.source) as session:
            known = lookups.member(session, member)
        asked = ask.acted_at.astimezone(self.desk.zone(known.base if known else None)).date()
        return ["", member, open_, str(asked)]

    def _leave_id(self, key: list[Any], attempt: int) -> str:
        """The name of what was asked. Raises Misset where the secret which goes into it is not to be had."""
        return f"{self.desk.settings.code}-{ULID.from_bytes(self.desk.named(digest([*key, attempt]))[:16])}"

    async def _id(self, key: list[Any], began: float) -> tuple[str, Face | None]:
        """The leave's id, and how it stands if it was asked for already.

        Who was refused asks anew: another leave. So does who says it once more by hand after the first one has ended.
        """
        attempt = 0
        while True:
            leave_id = self._leave_id(key, attempt)
            face = await face_of(self.desk.client, leave_id, self._within(began))
            if face is None or not face.journal:  # not there, or on its way: sent once more under its id
                return leave_id, None
            if face.state != "not opened" and (self.file or not await self._over(leave_id, face)):
                return leave_id, face
            attempt += 1

    def _within(self, began: float) -> timedelta:
        """How long a question is waited for; lines of a file wait for each other."""
        return PATIENCE if self.file else self.desk.left(began)

    async def _over(self, leave_id: str, face: Face) -> bool:
        return ended(face) or await torn_off(self.desk.client, leave_id)

    async def _would(self, said: str, ask: Ask, fields: dict[str, str]) -> Answer:
        """What the leave's own rules and the account say of the request; the base is asked when it is sent."""
        found = await foresight.of_request(self.desk, ask, fields.get("relation"), self.supposed)
        if isinstance(found, Refusal):
            return receipts.would_not(said, await self._called(found))
        told = foretold(found) if readers.of_account(self.desk, found.whose) is None else {}
        return Answer(said=said, leave_id=ask.leave_id, result="would be asked", act_id=ask.act_id, foretold=told)

    async def _called(self, refusal: Refusal) -> Refusal:
        """A refusal with the other leave that it names called by its number: the account knows leaves by their ids."""
        other = refusal.facts.get(OTHER_LEAVE, "")
        face = await face_of(self.desk.client, other) if other else None
        if face is None or not face.number:
            return refusal
        return refusal.model_copy(update={"facts": refusal.facts | {OTHER_LEAVE: face.number}})

    def _sealed(self, ask: Ask, fields: dict[str, str]) -> Ask:
        """The request with what it seals, last of all: what cannot be asked must leave no trace in the store."""
        before = self.desk.first.item.act if self.desk.first else None
        if isinstance(before, Ask):
            return ask.model_copy(update={"family": before.family})
        family = {name: fields[name] for name in SEALED if name in fields}
        return ask.model_copy(update={"family": self.desk.seal(jsons.dumps(family))}) if family else ask

    async def _sent(
        self, said: str, ask: Ask, fields: dict[str, str], silent: NotReached | None, where: str, began: float
    ) -> Answer:
        """Send it, or keep it where nobody answers: a leave of that name is then known only when it arrives."""
        try:
            outcome = await self.desk.send(
                self._sealed(ask, fields), PATIENT if self.file else self.desk.left(began), silent, where
            )
        except Spooled as kept:
            return receipts.spooled(said, ask.act_id, kept, leave_id=ask.leave_id)
        settling = PATIENT.total_seconds() if self.file else SETTLING
        client = self.desk.client
        answer = await receipts.answered(client, said, ask.act_id, ask.leave_id, outcome, settling=settling)
        if answer.refusal:
            return answer.model_copy(update={"refusal": await self._called(answer.refusal)})
        if ask.leave_kind not in TOLD_MORE or answer.result != "recorded" or self.file:
            return answer
        try:
            return answer.model_copy(update={"offer": await account_days.offer(self.desk, ask.leave_id)})
        except NotReached:  # the request stands all the same, and account days tells it later
            return answer
