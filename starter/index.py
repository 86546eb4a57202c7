"""The server's index of leaves: what boards and `find` list. It lags behind by a moment; a leave itself never does.

It knows no names and no kinds of leave. Whoever may read names has them joined from the register at the desk.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from domain.leave import Leave, discreet
from domain.model import Instant, Model
from wiring.copies import Copy
from wiring.queries import GOES_ON, Answers, query
from wiring.trouble import Misset, NotReached
from workflows.board import KEYS

S = TypeVar("S")

TERMINATED: Final = "terminated"
"""The state of a leave which was ended by force on the server; no act leads to it."""

LEAVES: Final = 'WorkflowType = "LeaveWorkflow"'
MOST: Final = 1000
"""Leaves of one answer where nothing else is said."""
AT_ONCE: Final = 16
"""Leaves, or accounts, asked at a time how they stand."""
OUT: Final = ("away", "recalled", "delayed", "overdue", "absence proposed", "absent")
"""Words of the index for who has left the base and is not back."""


class Row(Model):
    """A leave as the index knows it; `open` while it runs on the server."""

    leave_id: str
    number: str = ""
    state: str = ""
    lane: str = ""
    base: str = ""
    unit: str = ""
    sign_out_at: Instant | None = None
    due_back: Instant | None = None
    act_by: Instant | None = None
    attention: tuple[str, ...] = ()
    open: bool = True

    @property
    def called(self) -> str:
        """What people call it: its control number, once it has one."""
        return self.number or self.leave_id

    @property
    def out(self) -> bool:
        """Signed out, and not back."""
        return self.open and self.state in OUT

    @property
    def asked(self) -> frozenset[str]:
        """The posts whose turn it is, or which are to look at it."""
        words = (word.partition(":") for word in self.attention if word.startswith(discreet.OF_POSTS))
        return frozenset(post for _, _, post in words)

    @property
    def discreet(self) -> Row:
        """As it is told to those whom the kind of leave does not concern."""
        told = {
            "state": discreet.word(self.state),
            "lane": "normal",
            "attention": discreet.attention(self.attention, self.state),
        }
        return self.model_copy(update=told if discreet.limited(self.state) else told | {"act_by": None})

    @property
    def urgency(self) -> tuple[bool, bool, datetime | str]:
        """Sorts emergencies first, then by who must act soonest."""
        return self.lane != "urgent", self.act_by is None, self.act_by or self.called


def quoted(value: str) -> str:
    """A word as the index takes it.

    Raises:
        Misset: it holds a quote, which no name of a register does.
    """
    if '"' in value or "\\" in value or not value.isprintable():
        raise Misset(f"{value[:60]!r} is no name of a register.", why="expected letters, digits and . _ : / # @ + -")
    return f'"{value}"'


def moment(at: datetime) -> str:
    """An instant as the index takes it: in UTC, since an embedded server compares the text."""
    return f'"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"'


async def rows(client: Answers, *conditions: str, most: int = MOST) -> tuple[tuple[Row, ...], bool]:
    """Leaves which meet all conditions, and whether there are more than `most` of them.

    Raises:
        NotReached: the index did not answer.
    """
    found: list[Row] = []
    if isinstance(client, Copy):
        found = [row for row in map(Row.model_validate, client.rows) if all(_meets(row, one) for one in conditions)]
        return tuple(found[:most]), len(found) > most
    try:
        async for run in client.list_workflows(" AND ".join([LEAVES, *conditions]), page_size=min(most + 1, 1000)):
            if len(found) == most:
                return tuple(found), True
            found.append(_row(run))
    except RPCError as error:
        if error.status is RPCStatusCode.INVALID_ARGUMENT:
            raise NotReached(
                "The server's index cannot be searched for that.",
                why=error.message,
                helps="search attributes are set by furlough up, or by temporal operator search-attribute create",
            ) from error
        raise NotReached(
            "The server's index did not answer.",
            why=error.message,
            helps="try again; furlough show asks a leave itself",
        ) from error
    return tuple(found), False


async def accounts(client: Answers, attention: str) -> tuple[str, ...]:
    """The workflow ids of the accounts which bear a word of attention. A copy has not noted them.

    Raises:
        NotReached: the index did not answer.
    """
    if isinstance(client, Copy):
        return ()
    try:
        wanted = f'WorkflowType = "MemberWorkflow" AND Attention = {quoted(attention)} AND {RUNNING}'
        return tuple([run.id async for run in client.list_workflows(wanted)])
    except RPCError as error:
        raise NotReached("The server's index did not answer.", why=error.message, helps="try again") from error


RUNNING: Final = 'ExecutionStatus = "Running"'
"""Of open leaves; a copy has no others."""
OPENED: Final = '(LeaveState IS NULL OR LeaveState != "not opened")'
"""Requests which a rule refused are no leaves: each try of a file leaves one more of them behind."""
_WORD: Final = re.compile(r'(Base|LeaveState|Attention|Unit|Lane|WorkflowId) (?:= |IN \()((?:"[^"]*"(?:, )?)+)\)?')
_MOMENT: Final = re.compile(r'(SignOutAt|DueBack) ([<>]) "([^"]*)"')


def _meets(row: Row, condition: str) -> bool:
    """Whether a row of a copy meets a condition. Raises NotReached for one that only the server can tell."""
    if condition == RUNNING:
        return True
    if condition == OPENED:
        return row.state != "not opened"
    if timed := _MOMENT.fullmatch(condition):
        at, limit = {"SignOutAt": row.sign_out_at, "DueBack": row.due_back}[timed[1]], datetime.fromisoformat(timed[3])
        return at is not None and (at < limit if timed[2] == "<" else at > limit)
    asked = _WORD.fullmatch(condition)
    if asked is None:
        raise NotReached("The copy cannot be searched for that.", why=condition, helps="ask when the link is back")
    ones = {"Base": row.base, "LeaveState": row.state, "Unit": row.unit, "Lane": row.lane, "WorkflowId": row.leave_id}
    has = {ones[asked[1]]} if asked[1] in ones else set(row.attention)
    return bool(has & set(re.findall(r'"([^"]*)"', asked[2])))


def _row(run: Any) -> Row:
    attributes = run.typed_search_attributes
    known = {name: attributes.get(key) for name, key in KEYS.items()}
    if run.status not in GOES_ON:  # what it last said of itself holds no more
        known |= {"LeaveState": TERMINATED, "ActBy": None, "Attention": None}
    return Row(
        leave_id=run.id,
        number=known["ControlNumber"] or "",
        state=known["LeaveState"] or "requested",
        lane=known["Lane"] or "normal",
        base=known["Base"] or "",
        unit=known["Unit"] or "",
        sign_out_at=known["SignOutAt"],
        due_back=known["DueBack"],
        act_by=known["ActBy"],
        attention=tuple(known["Attention"] or ()),
        open=run.status is WorkflowExecutionStatus.RUNNING,
    )


async def states(client: Answers, leaves: Iterable[str]) -> dict[str, Leave]:
    """What leaves themselves know, asked of each; without those gone from the server. Raises NotReached."""
    return {leave_id: state for leave_id, state in (await states_of(client, leaves, Leave)).items() if state.ask}


async def states_of(client: Answers, workflows: Iterable[str], kind: type[S]) -> dict[str, S]:
    """The state of each of these workflows, a few asked at a time; without those gone from the server.

    Raises:
        NotReached: the server or its worker does not answer.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(workflow_id: str) -> tuple[str, S | None]:
        async with gate:
            return workflow_id, await query(client, workflow_id, "state", kind)

    answers: Sequence[tuple[str, S | None]] = await asyncio.gather(*map(ask, dict.fromkeys(workflows)))
    return {workflow_id: state for workflow_id, state in answers if state is not None}
