"""One act said to many leaves: each line is read, said, and answered for itself.

A line of a sheet has an id made of what it says and of the day, so that the same sheet twice is one act, and the same
line on another day another one; a line which was refused is tried anew, since its reason may be gone. Where nobody
tells that it was, the spool finds it when it sends the line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Final, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from activities.register.database import RegisterUnavailable
from domain import acts, leave
from domain.acts import Act, Observation, Sealed
from domain.decider import Refused, entries_of
from domain.ids import CONTROL_NUMBER, LEAVE_ID
from domain.leave import Face, Leave
from domain.model import Instant, Text
from domain.refusal import Refusal
from starter import first, foresight, receipts, speaking, unasked
from starter.desk import Desk, Speaker, new_id
from starter.receipts import Answer
from starter.wrong import faults, misread
from wiring import written
from wiring.addresses import addressee
from wiring.deliver import Gone, Undecided
from wiring.handles import Leaves, Unnamed, ended
from wiring.queries import journal_of, query
from wiring.repeats import LINE, next_try, of_line
from wiring.sheets import Line
from wiring.spool import Spooled, Unopened
from wiring.trouble import Misset, NotReached, Trouble

AT_ONCE: Final = 8
"""Lines under way at the same time."""

_YES: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass
class Saying:
    """One act of one speaker, as it is said to many leaves by the command of this name."""

    desk: Desk
    command: str
    kind: type[Act]
    who: Speaker
    papers: tuple[str, ...] = ()
    flags: dict[str, Any] = field(default_factory=dict)
    dry_run: bool = False

    def __post_init__(self) -> None:
        self.name: str = self.kind.model_fields["kind"].default

    @cached_property
    def leaves(self) -> Leaves:
        """The leaves of the mission."""
        return self.desk.leaves()

    def unasked(self, line: Line) -> Act | None:
        """One line as an act, as far as this desk can tell it alone; None where the leave must tell what is meant.

        Raises:
            Trouble, ValidationError: it cannot be told here, or cannot be meant at all.
        """
        fields = self.flags | line.fields
        if line.bad or line.where or (self.kind in NAMES_ANOTHER and "of" not in fields):
            return None
        leave_id = unasked.leave_id(self.desk, line.said, first.NOT_ASKED)
        number = CONTROL_NUMBER.fullmatch(line.said.upper())
        return self._act(new_id(), leave_id, number["base"] if number else None, fields)

    async def answer(self, line: Line) -> Answer:
        """What became of one line. Raises nothing that another line should suffer from."""
        said = f"{self.command} {line.said}" + (f" ({line.where})" if line.where else "")
        face: Face | None = None
        began = self.desk.turn()
        try:
            if line.bad:
                raise Misset("The line cannot be read.", why=line.bad, helps="mend it, and send the sheet again")
            if self.desk.away is not None and not self.dry_run:
                return await self._keep(said, line, None, self.desk.away)
            try:
                face = await self.leaves.find(line.said)
                return await self._say(said, line, face, began)
            except Unnamed:
                if not issubclass(self.kind, Observation) or self.dry_run or not LEAVE_ID.fullmatch(line.said.upper()):
                    raise
                return await self._keep(said, line, None, Unopened(line.said.upper()))
            except NotReached as silent:
                if isinstance(silent, Undecided) or self.dry_run:
                    raise
                return await self._keep(said, line, face, silent)
        except ValidationError as error:
            return receipts.failed(said, misread(error), face)
        except RegisterUnavailable as error:
            away = NotReached("The register did not answer.", why=str(error))
            return await self._keep(said, line, None, away) if self.desk.first else receipts.failed(said, away, face)
        except Trouble as trouble:
            return receipts.failed(said, trouble, face)

    async def _say(self, said: str, line: Line, face: Face, began: float) -> Answer:
        if SO_ALREADY.get(self.name) == face.state:
            return receipts.known(said, "", (), face)
        fields = self.flags | line.fields
        act_id = self.desk.first.item.act.act_id if self.desk.first else new_id()
        if line.where:
            journal = await journal_of(self.desk.client, face.leave_id, self.desk.left(began))
            tries = of_line(derived := self._derived(face.leave_id, fields), journal)
            if tries and not isinstance(tries[-1].event, Refused):
                return receipts.known(said, derived, tuple(tries), face)
            act_id = next_try(derived, tries)
        if self.kind in NAMES_ANOTHER and "of" not in fields:
            fields = fields | {"of": await self._waiting_for(face, began)}
        act = self._act(act_id, face.leave_id, face.base or None, fields)
        if self.dry_run:
            return await self._would(said, act, face)
        try:
            outcome = await self.desk.send(act, self.desk.left(began), where=line.where)
        except Spooled as kept:
            return receipts.spooled(said, act_id, kept, face)
        except Gone:
            return receipts.refusal(said, _ended(self.name, face), face)
        return await receipts.answered(self.desk.client, said, act_id, face.leave_id, outcome, face.journal)

    async def _keep(self, said: str, line: Line, face: Face | None, silent: NotReached) -> Answer:
        """The act into the spool, where nobody tells how its leave stands: the leave judges it when it arrives.

        Raises:
            NotReached: it is not known here which leave is meant.
        """
        fields = self.flags | line.fields
        before = self.desk.first.item.act if self.desk.first else None
        if before and not face:
            leave_id = addressee(before)
        else:
            leave_id = face.leave_id if face else unasked.leave_id(self.desk, line.said, silent)
        act_id = self._derived(leave_id, fields) if line.where else before.act_id if before else new_id()
        try:
            act = before if before and not face else self._act(act_id, leave_id, face.base if face else None, fields)
            await self.desk.send(act, away=silent, where=line.where)
        except Spooled as kept:
            return receipts.spooled(said, act_id, kept, face, leave_id)
        raise AssertionError("nobody is asked who is away")

    def _act(self, act_id: str, leave_id: str, base: str | None, fields: dict[str, Any]) -> Act:
        """The act, its words read on the clock of a base; of this desk's, where none is known.

        Raises:
            ValidationError, Misset: it cannot be meant.
            NotKept: what it seals could not be written down.
        """
        shapes, said = own_fields(self.kind), dict(fields)
        before = self.desk.first.item.act if self.desk.first else None
        at = self.desk.said_at(said.pop("at", None), base)
        draft = self.kind.model_validate(
            {
                **speaking.head(self.who, self.papers, at, act_id),
                **{name: self._value(shapes[name], value, base, name) for name, value in said.items()},
                "leave_id": leave_id,
            }
        )
        sealed = {name: said[name] for name in said if shapes[name] is Sealed}
        if not sealed or self.dry_run:
            return draft
        return draft.model_copy(
            update={name: getattr(before, name) if before else self.desk.seal(text) for name, text in sealed.items()}
        )

    def _value(self, shape: Any, value: Any, base: str | None, name: str) -> Any:
        """What a word means: on the base's clock where it is a time."""
        if not isinstance(value, str):
            return value
        if shape is date:
            return day(value, name)
        if shape is Instant:
            return self.desk.moment(value, base)
        if shape is Sealed:
            return to_seal(value, name)
        if shape is bool:
            return _YES.get(value.lower(), value)
        return value

    def _open(self, state: Leave) -> set[str]:
        """The acts of a leave which wait for a review, or for the countersignature of who sits here."""
        if self.kind is acts.Review:
            return set(state.reviews)
        mine = {act for act, by in state.signers.items() if by == self.who.person}
        return {act for act in state.countersigns if (act in mine) != (act in state.confirmers)}

    async def _waiting_for(self, face: Face, began: float) -> str:
        """The one act of a leave which waits for this countersignature, or review.

        Raises:
            Misset: there is none, or more than one.
        """
        state: Leave | None = await query(self.desk.client, face.leave_id, "state", Leave, self.desk.left(began))
        journal = await journal_of(self.desk.client, face.leave_id, self.desk.left(began))
        what = "review" if self.kind is acts.Review else "countersignature"
        open_ = self._open(state) if state else set()
        waiting = dict.fromkeys(sorted(open_), "decided at the base")  # where the leave's own journal has no such act
        waiting |= {entry.act_id: entry.event.kind for entry in reversed(journal) if entry.act_id in open_}
        if len(waiting) == 1:
            return next(iter(waiting))
        how_many = f"{len(waiting)} acts" if waiting else "Nothing"
        raise Misset(
            f"{how_many} of {face.number or face.leave_id} wait{'' if waiting else 's'} for your {what}.",
            why=f"expected one act that waits for your {what}, or --of ACT-ID",
            known="; ".join(f"{act_id} ({sentence})" for act_id, sentence in waiting.items()),
            helps="name each: --of ACT-ID" if waiting else "furlough show tells who decided",
        )

    def _derived(self, leave_id: str, fields: dict[str, Any]) -> str:
        """The id of a line, of all that it says but what is sealed: a digest without salt could be guessed.

        So is the day of which it is said, by the clock of this desk: a line of tomorrow's roll call is another one.
        """
        shapes = own_fields(self.kind)
        open_ = {name: value for name, value in fields.items() if shapes.get(name) is not Sealed}
        day = self.desk.moment(fields.get("at")).astimezone(self.desk.zone()).date()
        return LINE + digest([self.name, leave_id, *self.who, open_, str(day)])[:40]

    async def _would(self, said: str, act: Act, face: Face) -> Answer:
        """What saying it would meet by the leave's own rules: nothing is sent."""
        state: Leave = await query(self.desk.client, face.leave_id, "state", Leave)
        if ended(face) and not isinstance(act, Observation):  # the server would not even bring it
            return receipts.would_not(said, _ended(self.name, face), face)
        if isinstance(act, Observation) and ended(face):
            found = await foresight.after_end(self.desk, act, face.member)
        else:
            found = foresight.events(self.desk, leave, act, state)
        if refusal := next((event.refusal for event in found if isinstance(event, Refused)), None):
            return receipts.would_not(said, refusal, face)
        entries = entries_of(act, found, state.seq, datetime.now(UTC))
        return receipts.known(said, act.act_id, entries, face).model_copy(update={"result": "would be said"})


NAMES_ANOTHER: Final = (acts.Countersign, acts.Review)
"""Acts which are of another one: where a leave has one alone that waits for it, it need not be named."""

LATER: Final = Sealed(ref="later", digest="0" * 64)
"""Stands for a text until the whole act can be said: what cannot be said must leave no trace in the store."""

_WORDS: Final = TypeAdapter[str](Text)
"""What is sealed is what a person wrote, as in the record itself: of the same length at most, and no file."""


def to_seal(text: str, name: str) -> Sealed:
    """The place of a text that is to be sealed. Raises Misset where it says nothing, or is no text of a person."""
    if not text.strip():
        raise Misset(f"The {name} says nothing.", why="expected some words, got none", helps=f'--{name} "..."')
    try:
        _WORDS.validate_python(text)
    except ValidationError as error:
        why = "; ".join(map(str, faults(error)))
        helps = "say it shorter; a longer paper is laid to it as a file: --evidence FILE"
        raise Misset(f"The {name} cannot be kept.", why=why, known="nothing was changed", helps=helps) from error
    return LATER


SO_ALREADY: Final = {"withdraw": "withdrawn", "deny": "denied", "cancel": "cancelled"}
"""Acts which end a leave, and the end of it: said once more, they have nothing to add."""


def own_fields(kind: type[Act]) -> dict[str, Any]:
    """The fields which an act alone has, and what they are made of: `Code | None` is made of a `Code`."""
    common = {*Act.model_fields, "leave_id", "kind"}
    return {name: _bare(each.annotation) for name, each in kind.model_fields.items() if name not in common}


def _bare(annotation: Any) -> Any:
    parts = get_args(annotation)
    if Sealed in parts:  # what was open in acts of before is said sealed
        return Sealed
    bare = next(each for each in parts if each is not type(None)) if type(None) in parts else annotation
    return get_args(bare)[0] if get_origin(bare) is Annotated else bare


def day(text: str, name: str) -> date:
    """`2026-12-20`. Raises Misset."""
    try:
        return written.day(text)
    except ValueError as error:
        raise Misset(
            f"{text[:40]!r} is no day ({name}).", why="expected YYYY-MM-DD", helps="for example 2026-12-20"
        ) from error


def digest(said: Any) -> str:
    """A name for what was said, the same each time."""
    return sha256(json.dumps(said, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()


def _ended(name: str, face: Face) -> Refusal:
    """A leave that has ended takes no more decisions; what was seen of it goes to the account of its member."""
    return Refusal(
        rule=f"path/{name}",
        why=f"{name} is not possible now: the leave has ended, and takes no more acts",
        facts={"ended": face.state},
        helps="ask for a new one, or correct the account: furlough account",
    )
