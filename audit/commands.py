"""Auditors' commands."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, TypeVar

from cyclopts import App, Parameter
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from activities.register.database import RegisterUnavailable
from audit import FOUND
from audit.checks import Check, folded, recorded, redecided, replayed
from audit.people import members
from domain.decider import Entry
from domain.leave import Leave, LeaveEvent
from wiring import console, sheets
from wiring.connect import connect
from wiring.handles import Leaves
from wiring.plugin import FurloughPlugin
from wiring.queries import query
from wiring.settings import Settings
from wiring.sheets import Line
from wiring.trouble import Misset, NotReached, Trouble

CHECKS: Final = frozenset({"verify", "replay", "tests", "open", "interference", "crossfoot", "match"})
"""The commands which look for what is wrong."""

app = App(name="audit", help="Proofs over what was recorded.")
for _name, _where, _what in (
    ("seal", "audit.seal:seal", "Seal what is new in the record into the archive, under a signed checkpoint."),
    ("verify", "audit.verify:verify", "Go through an archive, and name whatever is not as it was sealed."),
    (
        "cosign",
        "audit.cosign:cosign",
        "Sign a mission's checkpoint as a witness, if the log went on from the last one.",
    ),
    ("replay", "audit.replay:replay", "Would the code of today do the same: over an archive, or the server."),
    ("tests", "audit.testing:over_all", "The attributes of every leave: exceptions one by one, and red flags."),
    ("sample", "audit.sample:sample", "Draw leaves by lot: a capsule of each, and a worksheet of what was tested."),
    ("match", "audit.match:match", "Lay a sheet of the gate, of a flight or of the pay office beside the record."),
    ("query", "audit.query:query", "Ask the index of an archive in SQL; nothing else can be reached by it."),
    ("report", "audit.query:report", "A ready report over all leaves: as a table, CSV, JSON, or a chart."),
    ("export", "audit.query:export", "All leaves as an object-centric event log (OCEL 2.0)."),
    ("capsule", "audit.capsule.commands:capsule", "Take leaves out of an archive with all that proves them."),
    ("prove", "audit.prove:prove", "Write the proof that one entry is in the signed log: a few lines of text."),
    ("open", "audit.capsule.commands:open_", "Check a capsule or a proof, and show what is in it."),
    ("at", "audit.at:at", "The state at a moment, as it was and as it was known; what changed, by whom."),
    ("why", "audit.why:why", "Each decision on a leave, with facts, rules, packs and orders."),
    ("timeline", "audit.timeline:timeline", "The story of a leave: who, when, what, and whom it waited for."),
    ("interference", "audit.interference:interference", "What came to the record otherwise than by our commands."),
    ("crossfoot", "audit.crossfoot:crossfoot", "Is a whole leave missing: its traces elsewhere, laid side by side."),
    ("key", "audit.seal:key", "Show the public key of the archive."),
):
    _ends = f"\n\nExit code {FOUND} where something was found." if _name in CHECKS else ""
    app.command(_where, name=_name, help=_what + _ends)  # told here: the modules are read only when they are called

AT_ONCE: Final = 4
"""Leaves under way at the same time."""

_LOOKS: Final = 5
"""How often a leave is looked at that moves meanwhile."""

T = TypeVar("T")


class Checked(NamedTuple):
    """What the checks of one leave gave; `trouble` tells why there are none."""

    said: str
    leave_id: str = ""
    number: str = ""
    checks: tuple[Check, ...] = ()
    trouble: Trouble | None = None

    @property
    def code(self) -> int:
        """Its exit code."""
        if self.trouble:
            return self.trouble.code
        return 0 if all(one.passed for one in self.checks) else FOUND

    @property
    def document(self) -> dict[str, Any]:
        """For scripts."""
        told = {"leave": self.said, "leave_id": self.leave_id, "number": self.number, "code": self.code}
        if self.trouble:
            return told | {"trouble": str(self.trouble)}
        each = [{"check": c.name, "passed": c.passed, "over": c.over, "findings": c.findings} for c in self.checks]
        return told | {"passed": self.code == 0, "checks": each}


@app.command
async def check(
    *leaves: Annotated[str, Parameter(allow_leading_hyphen=True)],
    sheet: Path | None = None,
    mission: str | None = None,
    base: str | None = None,
    as_: Annotated[str | None, Parameter(name="--as")] = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Prove the history of leaves in three independent ways, each reported apart.

    Exit code 7 if anything was found in one of them; 6 if nothing was, but not all could be checked.

    Args:
        leaves: Leave ids, control numbers, their last digits (412 415-420), service numbers; - reads standard input.
        sheet: A CSV file with a column leave.
        mission: The mission's code; else the profile's.
        base: The base whose numbers are meant; else the profile's.
        as_: Your service number; else the profile's. What is proved is the same for everybody.
        json: One JSON document a line instead of sentences.
    """
    work = [*sheets.named(leaves), *(sheets.read(sheet, "leave", ()) if sheet else ())]
    if not work:
        helps = "furlough audit check 412 413 415-420, or - for standard input, or --sheet FILE.csv"
        raise Misset("No leave is named.", why="expected at least one", helps=helps)
    settings = Settings.load(mission=mission, base=base, person=as_)
    client = await connect(settings, [FurloughPlugin()])
    known = Leaves(client, settings.code, settings.base, members(settings))

    async def one(line: Line) -> Checked:
        return await _checked(client, known, line)

    told = []
    async for checked in sheets.answers(work, one, AT_ONCE):
        told.append(checked)
        console.document(checked.document) if json else _show(checked, alone=len(work) == 1)
    if len(told) > 1 and not json:
        _sum_up(told)
    codes = {each.code for each in told}
    return FOUND if FOUND in codes else sheets.exit_code(codes)


async def _checked(client: Client, known: Leaves, line: Line) -> Checked:
    """One line. Raises nothing that another line should suffer from."""
    try:
        if line.bad:
            raise Misset(f"{line.where} cannot be read.", why=line.bad, helps="mend it, and send the sheet again")
        face = await known.find(line.said)
        checks = await checks_of(client, face.leave_id)
        return Checked(line.said, face.leave_id, face.number, checks)
    except RegisterUnavailable as error:
        trouble = NotReached("The register did not answer.", why=str(error), helps="name the leave by its number or id")
        return Checked(line.said, trouble=trouble)
    except Trouble as trouble:
        return Checked(line.said, trouble=trouble)


async def checks_of(client: Client, leave_id: str) -> tuple[Check, ...]:
    """The three checks of a leave.

    Raises:
        Misset: there is no such leave.
        NotReached: no worker answers what the leave's state is, or it does not rest long enough to be told whole.
    """
    handle = client.get_workflow_handle(leave_id)
    kind: Any = list[Entry[LeaveEvent]]

    async def length() -> int:
        return (await handle.describe()).history_length

    async def look() -> tuple[WorkflowHistory, list[Entry[LeaveEvent]], Leave]:
        history = await handle.fetch_history()
        journal, state = await asyncio.gather(
            query(client, leave_id, "journal", kind), query(client, leave_id, "state", Leave)
        )
        return history, journal, state

    try:
        history, journal, state = await at_rest(look, length)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise Misset(f"There is no leave {leave_id}.", why="the server knows none of that id") from error
        raise NotReached("The server did not give the history.", why=error.message, helps="try again") from error
    results = await recorded(history, client.data_converter)
    return await replayed(history), folded(results, journal, state), redecided(results, journal)


async def at_rest(look: Callable[[], Awaitable[T]], length: Callable[[], Awaitable[int]]) -> T:
    """What is seen of a history which did not grow meanwhile: what it says and what is answered are of one moment.

    Raises:
        NotReached: it grew at each of some looks.
    """
    for _ in range(_LOOKS):
        before = await length()
        seen = await look()
        if before == await length():
            return seen
    raise NotReached(
        "The leave moves on while it is looked at.",
        why=f"its history grew at each of {_LOOKS} looks",
        known="nothing was found, nor proved",
        helps="check it again when it is at rest",
    )


def _show(one: Checked, *, alone: bool) -> None:
    """Each check on a line of its own; among several leaves only of those where one found something."""
    name = one.number or one.leave_id
    called = name if one.said.upper() in {name, ""} else f"{one.said} ({name})"
    if one.trouble:
        return console.warn(f"NOT CHECKED  {one.said}\n{one.trouble}" if not alone else str(one.trouble))
    if one.code == 0 and not alone:
        return console.say(f"{called}  passed: " + ", ".join(f"{each.name} ({each.over})" for each in one.checks))
    if not alone:
        console.say(called)
    table = console.table("", "", "")
    table.show_header = False
    for each in one.checks:
        table.add_row(each.name, "passed" if each.passed else "FOUND SOMETHING", each.over)
        for finding in each.findings:
            table.add_row("", "", finding)
    return console.say(table)


def _sum_up(told: Sequence[Checked]) -> None:
    counts = {
        "passed": sum(each.code == 0 for each in told),
        "with findings": sum(each.code == FOUND for each in told),
        "not checked": sum(each.trouble is not None for each in told),
    }
    summary = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    console.say(f"{len(told)} leaves: {summary}")
