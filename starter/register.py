"""The register at the desk: what an import would change, and the import itself, whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Annotated, Any, Final

from cyclopts import App, Parameter
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from temporalio.client import Client

from activities.register import importing, lookups, outbox, posts
from activities.register.database import RegisterUnavailable, reading
from activities.register.importing import BadLine, Bundle, Changes, Draft, NotImportable, SheetChanges
from activities.register.reading import in_order
from activities.register.sheets import SHEETS
from activities.register.tables import Post
from domain import ids
from domain.acts import Import, LookAgain
from domain.garrison.events import Examined
from domain.register import AlreadySo, Imported, NotApplied, Register
from starter import bases, receipts
from starter.desk import Desk, Speaker, at_desk
from starter.fitting import of_another_mission, without_a_purse
from starter.flags import HERE, How, Switch
from starter.speaking import head
from wiring import console, sheets
from wiring.queries import query
from wiring.spool import Spooled
from wiring.trouble import Misset, NotReached

app = App(name="register", help="Members, posts, delegations, strength and flights: what facts are looked up in.")

SHOWN: Final = 20
"""Rows of a table that are shown one by one; of the others only how many there are."""

NOBODY_YET: Final = "installer"
"""Who imports into an empty register, which knows nobody by a number."""

_TAKEN_IN: Final = timedelta(minutes=10)


@app.command(name="import")
async def import_(
    path: Path,
    *,
    dry_run: Switch = False,
    all_: Annotated[bool, Parameter(name="--all", negative="")] = False,
    how: How = HERE,
) -> int:
    """Take CSV files into the register: every bad line is told, and if one is bad nothing is imported.

    Args:
        path: A folder of CSV files, or one of them; a file takes the place of its whole table.
        dry_run: Show what would change, and change nothing.
        all_: Tell every row that changes or is removed, however many there are.
    """
    if not await asyncio.to_thread(path.exists):
        raise Misset(
            f"There is no {path}.", why="expected a folder of CSV files, or one of them", helps="check the path"
        )
    draft = await asyncio.to_thread(importing.draft, path)
    bundle, odd = draft.bundle(), await asyncio.to_thread(of_another_mission, draft, how)
    if not isinstance(bundle, Bundle) or odd:
        beside = await _beside_the_register(draft, how) or (bundle if isinstance(bundle, tuple) else ())
        bundle = in_order((*beside, *odd))
        return told_bad(bundle, dry_run, wrong=await asyncio.to_thread(_wrong_form, path, bundle))
    async with at_desk(online=not dry_run, acting=not dry_run, **how.settings) as desk:
        return await take(desk, bundle, dry_run, how, most=None if all_ else SHOWN)


async def take(desk: Desk, bundle: Bundle, dry_run: bool, how: How, most: int | None = SHOWN) -> int:
    """Show what files that are good in themselves change, and take them in unless it is a dry run.

    Of each table `most` rows are told one by one; None: all.
    """
    try:
        with reading(desk.source) as session:
            found = importing.changes(session, bundle)
            same = bundle.digests.items() <= importing.digests(session).items()
            odd = tuple(without_a_purse(session, bundle.sheets, desk.settings.rules))
    except NotImportable as no:
        return told_bad(no.lines, dry_run)
    if odd:
        return told_bad(odd, dry_run)
    if same:
        console.say(f"already so: the register has these files, at version {found.version}")
        return 0
    if how.json:
        console.document({"version": found.version, "changes": found.summary, "dry_run": dry_run})
    else:
        _show(found, most)
    if dry_run:
        console.say(f"dry run: nothing was changed; the register stays at version {found.version}")
        return 0
    return await _import(desk, bundle, found, how)


async def _beside_the_register(draft: Draft, how: How) -> tuple[BadLine, ...]:
    """All that is wrong with the files, the register's own lines beside them; nothing where no register can be read."""
    try:
        async with at_desk(online=False, **how.settings) as desk:
            with reading(desk.source) as session:
                odd = without_a_purse(session, draft.sheets, desk.settings.rules)
                return (*importing.faults(session, draft), *odd)
    except (Misset, RegisterUnavailable):  # files can be tried out where there is no register yet
        return ()


async def _import(desk: Desk, bundle: Bundle, found: Changes, how: How) -> int:
    """The files first, into the detail store; then the act which cites them; then wait until they are taken in."""
    who = _importer(desk, found.version)
    for content in bundle.files.values():
        await asyncio.to_thread(desk.lay, content)
    act = Import(**head(who), files=bundle.digests, base_version=found.version, summary=found.summary)
    outcome = await desk.send(act)
    if outcome.refusal:
        return receipts.not_accepted(desk, f"import of {len(bundle.files)} files", outcome.refusal, json=how.json)
    event: AlreadySo | Imported = outcome.entries[-1].event
    state = await _taken_in(desk.client, event.version)
    if state.version < event.version:
        return await _not_taken(desk.client, event.version)
    if isinstance(event, AlreadySo):
        console.say(f"already so since register version {event.version}")
        return 0
    _receipt(desk, state.version, how)
    await _look_again(desk, who, how)
    return 0


async def _look_again(desk: Desk, who: Speaker, how: How) -> None:
    """Bases at which somebody has or wants a place count anew who is there; what turns by it is told."""
    for base in bases.all_of(desk):
        before = await bases.known_at(desk, base)
        if not before.units:
            continue
        try:
            outcome = await desk.send(LookAgain(**head(who), base=base))
        except Spooled as kept:
            console.note(f"{base} counts anew later: {kept.why}")
            continue
        for event in (entry.event for entry in outcome.entries):
            if isinstance(event, Examined) and not how.json:
                console.say(f"{base} has counted anew who is there")
                for line in bases.touched(event, before):
                    console.say(f"  {line}")


def _importer(desk: Desk, version: int) -> Speaker:
    """Who imports, and as which administrator. An empty register knows nobody yet."""
    if version == 0:
        return Speaker(NOBODY_YET, None)
    me = desk.me()
    known = desk.posts(me)
    held = [post.post for post in known.posts if post.role == "administrator"] if known else []
    named = desk.settings.post
    return Speaker(me, named if named in held else next(iter(held), named))


async def _taken_in(client: Client, version: int) -> Register:
    """The register once the import has been taken in, or was found not to go with it.

    Raises:
        NotReached: it was not in time; it is recorded and goes on by itself.
    """
    until, why = monotonic() + _TAKEN_IN.total_seconds(), f"no end within {_TAKEN_IN.seconds // 60} minutes"
    try:
        with console.err.status("taking the files in"):
            while monotonic() < until:
                state: Register = await query(client, ids.REGISTER, "state", Register)
                if state.under_way is None and state.newest >= version:
                    return state
                await asyncio.sleep(0.05)
    except NotReached as error:
        why = error.why
    raise NotReached(
        "The files are not taken in yet.",
        why=why,
        known=f"the import is recorded as version {version}; it is taken in by itself once a worker runs",
        helps="is a worker running? furlough up, or furlough worker --mission CODE; furlough register show tells more",
    )


async def _not_taken(client: Client, version: int) -> int:
    journal = await query(client, ids.REGISTER, "journal", list[dict[str, Any]])
    events = (entry["event"] for entry in journal if entry["event"]["kind"] == "not-applied")
    for event in map(NotApplied.model_validate, events):
        if event.version == version:
            console.warn(f"NOT ACCEPTED  {event.says()}")
    why = "the files do not go with what has come into the register meanwhile, or the detail store has them no more"
    console.warn(f"why    {why}; nothing was changed")
    console.warn("next   import them again")
    return 5


def _receipt(desk: Desk, version: int, how: How) -> None:
    with reading(desk.source) as session:
        zone, counts = desk.zone(), _counts(session)
    if how.json:
        console.document({"version": version, "rows": counts})
        return
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    console.say(
        f"recorded {console.clock(datetime.now(UTC), zone, desk.settings.base)} · register version {version} · {told}"
    )


def told_bad(lines: tuple[BadLine, ...], dry_run: bool, *, wrong: bool = False) -> int:
    """Tell every fault. Returns 2 where a file has the `wrong` form, else 5, or 7 where a dry run found them."""
    for line in lines:
        console.warn(str(line))
    count, faults = len({(line.file, line.line) for line in lines}), len(lines)
    what = "line" if any(line.line for line in lines) else "file"
    many = f"1 {what} is bad" if count == 1 else f"{count} {what}s are bad"
    more = f", {faults} faults" if faults > count else ""
    console.warn(f"{many}{more}; nothing was imported. Mend the file and import it again.")
    return 2 if wrong else 7 if dry_run else 5


def _wrong_form(path: Path, lines: tuple[BadLine, ...]) -> bool:
    """Whether a file is none that could be imported, whatever its lines say: its name, its encoding, its header."""
    known = {sheet.file for sheet in SHEETS.values()}
    if any(line.file not in known or (line.line == 1 and not line.column) for line in lines):
        return True
    for name in {line.file for line in lines}:
        file = path / name if path.is_dir() else path
        try:
            sheets.decoded(file.read_bytes(), name)
        except (Misset, OSError):
            return True
    return False


def _show(found: Changes, most: int | None) -> None:
    table = console.table("table", "added", "changed", "removed", right=("added", "changed", "removed"))
    for name, sheet in found.sheets.items():
        table.add_row(name, *(str(len(rows)) for rows in (sheet.added, sheet.changed, sheet.removed)))
    console.say(table)
    for name, sheet in found.sheets.items():
        for line in islice(_rows(name, sheet), most):
            console.say(line)
        more = len(sheet.changed) + len(sheet.removed) - (most or 0)
        if most is not None and more > 0:
            console.say(f"  {name}: and {more} more rows changed or removed; --all tells each")


def _rows(name: str, sheet: SheetChanges) -> Iterator[str]:
    """Changed rows with what was and what will be, then removed ones; added ones stand in the file itself."""
    for key in sheet.changed:
        said = ", ".join(f"{column} {was} -> {new}" for column, (was, new) in sheet.fields(key).items())
        yield f"  {name} {' '.join(map(str, key))}: {said}"
    for key in sheet.removed:
        yield f"  {name} {' '.join(map(str, key))}: removed"


app.command("starter.register_names:names", name="list", help="All bases, units, posts, nations or destinations.")


@app.command
async def show(*, how: How = HERE) -> int:
    """Which version the register has, what is in it, which files it came from, and which notices were not mailed."""
    async with at_desk(**how.settings) as desk:
        state: Register = await query(desk.client, ids.REGISTER, "state", Register) or Register()
        with reading(desk.source) as session:
            counts, unsent = _counts(session), outbox.unsent(session, datetime.now(UTC))
        if how.json:
            told = {"version": state.version, "rows": counts, "files": state.files, "since": state.since}
            console.document(told | {"notices": unsent})
            return 0
        console.say(f"register version {state.version}" + (", an import is under way" if state.under_way else ""))
        table = console.table("table", "rows", "since version", "file")
        for name, count in counts.items():
            file = SHEETS[name].file
            table.add_row(name, str(count), str(state.since.get(file, "-")), state.files.get(file, "-")[:12])
        console.say(table)
        if left := unsent.says():
            console.say(f"notices not mailed: {left}")
    return 0


def _counts(session: Session) -> dict[str, int]:
    """Rows by table; without who has left."""
    counts = {}
    for name, sheet in SHEETS.items():
        rows = select(func.count()).select_from(sheet.table)
        counts[name] = (
            session.scalar(rows.where(sheet.table.__table__.c[sheet.gone].is_(None)) if sheet.gone else rows) or 0
        )
    return counts


@app.command
async def post(post: str, *, how: How = HERE) -> int:
    """Who holds a post now, who is its deputy, and to whom it reports."""
    async with at_desk(online=False, **how.settings) as desk:
        now = datetime.now(UTC)
        with reading(desk.source) as session:
            told = select(Post.role, Post.base, Post.deputy, Post.reports_to).where(Post.post == post)
            row = session.execute(told).one_or_none()
            if row is None:
                raise Misset(
                    f"The register knows no post {post}.",
                    why="expected a post's code",
                    helps="furlough register list posts",
                )
            codes = [code for code in (post, row.deputy, row.reports_to) if code]
            held = posts.holders(session, codes, now)
            names = lookups.names(session, {who for holders in held.values() for who in holders})
        if how.json:
            console.document({"post": post, "role": row.role, "base": row.base, "holders": held})
            return 0
        console.say(f"{post}: {row.role}" + (f" of {row.base}" if row.base else ""))
        for title, code in (("held by", post), ("deputy", row.deputy), ("reports to", row.reports_to)):
            if code:
                who = ", ".join(names.get(one, one) for one in held[code]) or "nobody"
                console.say(f"  {title:<11}{who}" + ("" if code == post else f" as {code}"))
    return 0
