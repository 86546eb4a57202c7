"""How a leave is named at a desk: leave id, control number, its last digits at my base, member with one open leave.

Bases and accounts are asked before the index of the server, which may lag behind by a moment.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Final, get_args

from domain.account.state import Account
from domain.garrison import Garrison
from domain.ids import CONTROL_NUMBER, LEAVE_ID, base_workflow, member_workflow
from domain.leave import Face, discreet
from domain.leave.events import How
from domain.refusal import Refusal
from domain.words import some
from wiring.copies import Copy
from wiring.queries import PATIENCE, Answers, face_of, query
from wiring.trouble import Misset, NotReached

DIGITS: Final = re.compile(r"\d{1,6}")
RANGE: Final = re.compile(r"(\d{1,6})-(\d{1,6})")
TOLD: Final = 12
"""Leaves that are told one by one, where several go by a name."""
WIDEST: Final = 2000
"""Leaves of one range. More is a typing mistake."""


class Unnamed(Misset):
    """No leave, or more than one, goes by this name."""


def spread(words: Sequence[str]) -> Iterator[str]:
    """`412 413,414 415-420` one by one.

    Raises:
        Misset: a range runs backwards, or is too wide.
    """
    for word in (part for words_ in words for part in words_.replace(",", " ").split()):
        if not (found := RANGE.fullmatch(word)):
            yield word
            continue
        first, last = int(found[1]), int(found[2])
        if not 0 <= last - first < WIDEST:
            raise Misset(
                f"The range {word} cannot be meant.",
                why=f"expected FIRST-LAST, at most {WIDEST} leaves",
                helps="name the lower number first: 415-420",
            )
        yield from (str(serial).zfill(len(found[1])) for serial in range(first, last + 1))


class Leaves:
    """The leaves of a mission, by the names which people give them. Ledgers are read once a command.

    `base` is where the asker sits, if that is known; `member` gives the register id of a service number, if it has one,
    and `barred` why who asks may not call a leave of that member by it;
    each question waits so long (`within`) for its answer.
    """

    def __init__(
        self,
        client: Answers,
        mission: str,
        base: str | None,
        member: Callable[[str], str | None],
        barred: Callable[[str], Refusal | None] = lambda _: None,
        within: timedelta = PATIENCE,
    ) -> None:
        self.client, self.mission, self.base, self.member, self.within = client, mission, base, member, within
        self.barred = barred
        self._ledgers: dict[str, asyncio.Task[dict[str, str]]] = {}

    async def find(self, said: str) -> Face:
        """The one leave of this name, as it stands.

        Raises:
            Unnamed: none, or several, go by it.
            Misset: it is another mission's.
            NotReached: the server, or a worker behind it, did not answer.
        """
        mission = self.mission
        if named := LEAVE_ID.fullmatch(said.upper()):
            if named["mission"] != mission:
                raise Misset(
                    f"{said} is a leave of another mission.",
                    why=f"expected one of {mission}, got one of {named['mission']}",
                    helps=f"--mission {named['mission']}",
                )
            return await self._shown(said.upper(), said)
        if named := CONTROL_NUMBER.fullmatch(said.upper()):
            return await self._only(said, await self._by_number(said.upper(), named["base"]))
        if DIGITS.fullmatch(said) and (base := self.base):
            found = await self._by_digits(said, base)
            if found or not self.member(said):
                return await self._only(said, found)
        if member := self.member(said):
            return await self._of_member(said, member)
        if DIGITS.fullmatch(said):
            raise Unnamed(
                f"{said} names no leave: it is not known at which base this desk is.",
                why="last digits of a control number are read at one base",
                helps="--base CODE, or furlough me --base CODE keeps it",
            )
        raise Unnamed(
            f"{said[:60]!r} names no leave.",
            why="expected a leave id, a control number, its last digits, or a service number",
            helps="furlough find",
        )

    async def _by_number(self, number: str, base: str) -> list[str]:
        found = [leave for leave, known in (await self._ledger(base)).items() if known == number]
        return found or await _indexed(self.client, number)

    async def _by_digits(self, digits: str, base: str) -> list[str]:
        ledger = await self._ledger(base)
        found = [leave for leave, number in ledger.items() if number.endswith(digits)]
        if len(digits) < 6 and len(found) > 1:  # 412 is first of all the 412th, if there is one
            exact = [leave for leave in found if ledger[leave].endswith("-" + digits.zfill(6))]
            found = exact if len(exact) == 1 else found
        return found

    async def _ledger(self, base: str) -> dict[str, str]:
        """Control numbers by leave id, as the base has given them. Many lines share one answer, and one silence."""
        if base not in self._ledgers:
            self._ledgers[base] = asyncio.ensure_future(self._told_by(base))
        return await self._ledgers[base]

    async def _told_by(self, base: str) -> dict[str, str]:
        """A base's own answer; nothing of a base that no act has opened yet."""
        state: Garrison | None = await query(self.client, base_workflow(base), "state", Garrison, self.within)
        lines = state.leaves if state else {}
        return {leave: line.number for leave, line in lines.items() if line.number}

    async def _of_member(self, said: str, member: str) -> Face:
        """The open leave of a member; the last one, where all have ended."""
        if no := self.barred(member):
            raise Unnamed(
                f"No leave is called by {said} at this desk.",
                why=f"{no.why} (rule {no.rule})",
                known="; ".join(f"{name}: {fact}" for name, fact in no.facts.items()),
                helps=f"say the control number of the leave; {no.helps}",
            )
        account = await query(self.client, member_workflow(member), "state", Account, self.within)
        lines = account.lines if account else {}
        wanted = [leave for leave, line in lines.items() if line.days and not line.closed]
        running = [leave for leave in wanted if (days := lines[leave].days) and days.charged is None]
        found = running or wanted or list(lines)[-1:]
        if not found:
            raise Unnamed(
                f"{said} has no leave.", why="nothing was asked for that the account knows", helps="furlough request"
            )
        return await self._only(said, found)

    async def _only(self, said: str, found: list[str]) -> Face:
        if len(found) == 1:
            return await self._shown(found[0], said)
        if not found and isinstance(self.client, Copy):
            raise NotReached(
                f"No leave goes by {said} in the copy of {self.client.base}.",
                why="no server answers, and the copy has the open leaves of its base alone",
                known=f"the copy is of {self.client.at:%Y-%m-%d %H:%M}Z; newer, ended and other leaves are not in it",
                helps="ask again when the link is back",
            )
        if not found:
            raise Unnamed(
                f"No leave goes by {said}.",
                why="expected the number of a leave, got one that no base has given",
                helps="furlough find, or the whole control number such as NAQ-2026-000412",
            )
        faces = [await self._shown(leave, said) for leave in found[:TOLD]]
        lines = [
            f"{face.number or face.leave_id} ({discreet.word(face.state)}, {face.first} to {face.last})"
            for face in faces
        ]
        see = f"furlough find --base {self.base}" if DIGITS.fullmatch(said) else f"furlough find --member {said}"
        raise Unnamed(
            f"{said} names {len(found)} leaves.",
            known=some(lines, TOLD, f"{see} lists all", of=len(found)),
            helps="say the whole control number",
        )

    async def _shown(self, leave: str, said: str) -> Face:
        face = await face_of(self.client, leave, self.within)
        if face is None:
            raise Unnamed(
                f"No leave goes by {said}.",
                why=f"the server of {self.mission} knows none of that id",
                helps="furlough find",
            )
        return face


def ended(face: Face) -> bool:
    """Whether the leave takes no more acts."""
    return face.state in ENDS


ENDS: Final = frozenset("closed" if how == "settled" else how.replace("-", " ") for how in get_args(How))
"""The words of a face which has ended."""


async def _indexed(client: Answers, number: str) -> list[str]:
    """Leaves of a control number by the server's index."""
    if isinstance(client, Copy):
        return [row["leave_id"] for row in client.rows if row["number"] == number]
    return [leave.id async for leave in client.list_workflows(f'ControlNumber = "{number}"')]
