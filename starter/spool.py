"""`furlough spool`: acts which wait for an outcome, what came back, and the small service that sends."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import App, Parameter

from domain.acts import Act
from domain.words import counted, some
from starter import setting_aside, underway, unlooked
from starter.courier import ROUND, Courier
from starter.desk import Desk, at_desk
from starter.flags import HERE, How, Switch
from wiring import console
from wiring.addresses import addressee
from wiring.deliver import Gone
from wiring.spool import SHELVES, Item, NotReady, Sent, Spooled, Unusable, why
from wiring.trouble import Misset

app = App(name="spool", help="Acts on their way: what waits for an outcome, what came back, and sending it.")

FOUND: Final = 7
"""The exit code where something came back that somebody must look at."""

STANDS: Final = {
    "waiting": "waits",
    "returned": "CAME BACK",
    "unreadable": "UNREADABLE",
    "aside": "set aside",
}


@app.command(name="list")
async def list_(*, all_: Annotated[Switch, Parameter(name="--all")] = False, how: How = HERE) -> int:
    """What waits for an outcome, what came back refused, and what cannot be read. Nothing is sent.

    Args:
        all_: Also what was set aside.
    """
    async with at_desk(online=False, acting=True, **how.settings) as desk:
        rows = [_row(desk, shelf, file) for shelf, file in _files(desk) if all_ or shelf != "aside"]
        if how.json:
            for row in rows:
                console.document(row)
            return 0
        table = console.table("file", "", "act", "of", "said by", "kept since")
        names = desk.names([row["by"] for row in rows])
        for row in rows:
            by = row["post"] or names.get(row["by"], unlooked.said(row["by"]))
            table.add_row(
                row["file"],
                STANDS[row["stands"]],
                row["act"],
                " ".join(filter(None, (row["of"], row["line"]))),
                by,
                _since(desk, row),
            )
        if rows:
            console.say(table)
        waiting = sum(row["stands"] == "waiting" for row in rows)
        back = len([row for row in rows if row["stands"] in ("returned", "unreadable")])
        console.say(
            f"{counted(waiting, 'act')} without an answer yet, {back} to be looked at: furlough spool show FILE"
            if rows
            else "nothing waits in the spool"
        )
    return 0


@app.command
async def show(file: str, *, how: How = HERE) -> int:
    """One file of the spool: the act in it, and why it lies where it lies.

    Args:
        file: Its name, or the beginning of it, as `furlough spool list` tells it.
    """
    async with at_desk(online=False, acting=True, **how.settings) as desk:
        shelf, path = named(desk, file)
        row, found = _row(desk, shelf, path), desk.spool.look(path)
        act = found.act.model_dump(mode="json", exclude_defaults=True) if isinstance(found, Item) else None
        if how.json:
            console.document({**row, "path": str(path), "content": act})
            return 0
        head = (
            row["file"],
            STANDS[row["stands"]],
            f"{row['act']} {row['of']}",
            row["line"],
            f"kept since {_since(desk, row)}",
        )
        console.say(" · ".join(filter(None, head)))
        if row["why"]:
            console.say(f"why    {row['why']}")
        for name, value in (act or {}).items():
            console.say(f"  {name:<12} {value}")
        console.say(f"kept in {path}")
    return 0


@app.command
async def flush(*files: str, how: How = HERE) -> int:
    """Send now what waits. Files which are named are sent also where they had come back, or could not be read.

    Args:
        files: Names, or beginnings of them; else all that wait.
    """
    async with at_desk(acting=True, draining=False, **how.settings) as desk:
        chosen = [_again(desk, *named(desk, file)) for file in files] if files else None
        if desk.connected is None:
            assert desk.away  # noqa: S101  (who is not connected is away, and knows why)
            if not (waiting := len(desk.spool.waiting())):
                console.say("nothing waits in the spool")
                return 0
            raise Spooled(
                f"{counted(waiting, 'act')} still {'waits' if waiting == 1 else 'wait'}.",
                why=f"{desk.away.what} {desk.away.why}",
                known="each is on the disk, and sent until it is answered",
                helps="furlough spool run sends when the server is back",
            )
        sent = []
        while more := await desk.drain(ROUND, chosen):
            sent += more
            for one in more:
                if how.json:
                    console.document(_told(one))
            if not all(one.settled for one in more):
                break
        if not how.json:
            underway.tell(desk, sent)
            recorded = sum(one.settled and not one.back for one in sent)
            console.say(f"{recorded} recorded, {sum(bool(one.back) for one in sent)} came back")
        if any(not one.settled for one in sent):
            return Spooled.code
        return FOUND if any(one.back for one in sent) else 0


@app.command(name="set-aside")
async def set_aside(file: str, *, reason: str, how: How = HERE) -> int:
    """Put a file of the spool aside for good: it is not sent any more, is kept, and the base's journal says so.

    Args:
        file: Its name, or the beginning of it, as `furlough spool list` tells it.
        reason: Why. It stands in the journal: no names, no family matter.
    """
    async with at_desk(acting=True, draining=False, **how.settings) as desk:
        shelf, path = named(desk, file)
        return await setting_aside.put(desk, shelf, path, reason, how)


@app.command
async def run(*, once: Switch = False, how: How = HERE) -> int:
    """Send what waits, whenever it comes, until Ctrl-C or SIGTERM: for a service manager. A line tells how it goes.

    Args:
        once: End as soon as nothing waits.
    """
    async with at_desk(online=False, acting=True, **how.settings) as desk:
        await Courier(desk, json=how.json).serve(once=once)
    return 0


def _files(desk: Desk) -> list[tuple[str, Path]]:
    """All files of the spool, with where they stand."""
    desk.spool.sweep()
    waiting = [("waiting", desk.spool.folder / str(name)) for name in desk.spool.waiting()]
    return waiting + [(shelf, file) for shelf in SHELVES for file in desk.spool.shelved(shelf)]


def named(desk: Desk, text: str) -> tuple[str, Path]:
    """The one file of this name or beginning; where it was set aside too, and where else.

    Raises:
        Misset: none, or several, begin so.
    """
    found = [(shelf, file) for shelf, file in _files(desk) if file.name.startswith(text)]
    if len(found) != 1:
        raise Misset(
            f"{text[:60]!r} names {counted(len(found), 'file')} of the spool.",
            why="expected the name of one, or its beginning"
            + ("" if found else "; what was answered is no file any more, and no other gets its number"),
            known=some([file.name for _, file in found], 5, "furlough spool list tells all"),
            helps="furlough spool list",
        )
    return found[0]


def _row(desk: Desk, shelf: str, file: Path) -> dict[str, Any]:
    found = desk.spool.look(file)
    row = {
        "file": file.name,
        "stands": shelf,
        "act": "?",
        "of": "",
        "line": "",
        "by": "",
        "post": None,
        "kept_at": None,
    }
    if isinstance(found, Unusable):
        told = underway.reason(why(file)) if shelf != "waiting" and why(file) else str(found)
        return {**row, "why": told}
    act = found.act
    return {
        **row,
        "act": act.kind,  # type: ignore[attr-defined]  # every act which can be sent has one
        "of": addressee(act),
        "line": found.where,
        "by": act.decided_by,
        "post": act.post,
        "kept_at": found.kept_at,
        "act_id": act.act_id,
        "why": underway.reason(why(file)) if shelf != "waiting" else _lacks(desk, act),
    }


def _lacks(desk: Desk, act: Act) -> str:
    """Why an act that waits cannot be sent yet; empty where nothing is missing."""
    try:
        desk.ready(act)
    except (NotReady, Gone) as missing:
        return missing.why
    return ""


def _since(desk: Desk, row: dict[str, Any]) -> str:
    return desk.clock(row["kept_at"]) if row["kept_at"] else "?"


def _again(desk: Desk, shelf: str, file: Path) -> str:
    """The name under which a file waits, now or again. Raises Misset where it is no act that could be sent."""
    if shelf == "waiting":
        return file.name
    if shelf != "aside" and (name := desk.spool.again(file)):
        return str(name)
    lies = "it was set aside for good" if shelf == "aside" else underway.reason(why(file))
    raise Misset(
        f"{file.name} cannot be sent.", why=lies, known="it is kept where it lies", helps="furlough spool show FILE"
    )


def _told(one: Sent) -> dict[str, Any]:
    result = "came back" if one.back else "recorded" if one.settled else "spooled"
    told = {"result": result, "act": one.item.what, "act_id": one.item.act.act_id, "refusal": one.refusal}
    return told | ({"why": str(one.trouble)} if one.trouble else {})
