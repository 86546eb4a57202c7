"""`furlough rules`: which rule packs there are, where each number comes from, and whether a pack can be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import fill, wrap
from typing import Annotated, Final

from cyclopts import App, Parameter
from rich.console import RenderableType
from rich.text import Text

from activities import packs
from domain.packs import (
    TRUST,
    Applies,
    Difference,
    Finding,
    Head,
    Pack,
    PackError,
    Row,
    clashes,
    differences,
    names,
    read,
    schema,
    together,
)
from domain.packs import show as rows
from domain.packs.versions import history, parse
from starter.flags import HERE, Day, How
from wiring import console
from wiring.plainly import plainly
from wiring.settings import Settings
from wiring.trouble import Misset

app = App(name="rules", help="Rule packs: list, show, diff, check.")

FOUND = 7


@app.command(name="list")
def list_(*, how: How = HERE) -> int:
    """Which packs there are, each version from when, and to whom each applies; of a bad file what is wrong with it.

    A pack that rests on a bad file is listed, and cannot be used.
    """
    folder = _folder(how)
    texts = _texts(folder)
    found: list[tuple[Head, Pack | None]] = []
    findings: list[Finding] = []
    for name in names(texts):
        for version in history(texts, name, findings):
            head = version.head
            try:
                found.append((head, packs.pack(f"{name}@{head.version}", folder, head.effective)))
            except PackError as error:
                findings += error.findings
                found.append((head, None))
    if how.json:
        for head, pack in found:
            console.document({**head.model_dump(mode="json"), "cited_as": pack.name if pack else None})
    else:
        table = console.table("pack", "since", "layer", "applies to", "extends", "title")
        for head, pack in found:
            called = pack.name if pack else f"{head.pack}@{head.version} CANNOT BE USED"
            table.add_row(called, str(head.effective), head.layer, _whom(head.applies), head.extends or "", head.title)
        console.say(table)
    named = [finding.model_copy(update={"pack": _file(finding, texts)}) for finding in dict.fromkeys(findings)]
    return Misset.code if _told(named, how) else 0


def _file(finding: Finding, texts: Mapping[str, str]) -> str:
    """The file in which a fault stands: a version that is kept has its own, the one used last that of the pack."""
    return f"{finding.pack if finding.pack in texts else finding.pack.partition('@')[0]}.toml"


@app.command
def show(
    pack: str,
    *,
    at: Day | None = None,
    with_: Annotated[str | None, Parameter(name="--with")] = None,
    how: How = HERE,
) -> int:
    """Every number of a pack: its value, where it comes from, how far it is to be trusted, which pack says so.

    Args:
        pack: The pack's name, for example us-army; us-army@1 is its first version.
        at: The day on which it is to hold; today if not given.
        with_: A pack of the mission, to show what holds for a member of both.
    """
    day = at or datetime.now(UTC).date()
    folder = _folder(how)
    try:
        merged = together(_named(pack, folder, day), _named(with_, folder, day) if with_ else None)
    except PackError as error:
        return _told(list(error.findings), how)
    if how.json:
        for row in rows(merged):
            console.document(row._asdict())
        return 0
    console.say(f"{merged.name} · {merged.head.title} · since {merged.head.effective}", "bold")
    if merged.head.layer == "mission":
        console.say("a pack of the mission: it holds beside the nation's pack of each member", "dim")
    for part in _numbers(merged, console.out.width):
        console.say(part)
    console.say("trust  " + " · ".join(f"{mark}: {meaning}" for mark, meaning in TRUST.items()), "dim")
    return 0


@app.command
def diff(one: str, other: str, *, at: Day | None = None, how: How = HERE) -> int:
    """In which numbers two packs differ, or two versions of one, each with source and trust mark.

    Args:
        one: A pack (contingent), one version of it (contingent@1), or a TOML file.
        other: The one to compare it with.
        at: The day on which both are to hold; today if not given.
    """
    day = at or datetime.now(UTC).date()
    folder = _folder(how)
    try:
        left, right = (
            _from_file(Path(x), folder) if x.endswith(".toml") else _named(x, folder, day) for x in (one, other)
        )
    except PackError as error:
        return _told(list(error.findings), how)
    found = differences(left, right)
    if how.json:
        for line in found:
            sides = {"one": line.one and line.one._asdict(), "other": line.other and line.other._asdict()}
            console.document({"path": line.path, "in_value": line.in_value, **sides})
        return 0
    table = console.table("term", left.name, "", right.name, "", "source")
    for line in (line for line in found if line.in_value):
        table.add_row(line.path, *_side(line.one), *_side(line.other), _sources(line))
    console.say(table)
    alike = len(found) - table.row_count
    console.say(f"terms that differ in value: {table.row_count}, only in source or trust mark: {alike}", "dim")
    return 0


@app.command
def check(file: Path, *, how: How = HERE) -> int:
    """Whether a pack can be used; every fault with what was expected, what stands there, and what mends it.

    What the pack extends, and its other versions, are looked up beside it, then among the packs of this installation;
    nations' packs and those of the mission are tried together.

    Args:
        file: A rule pack in TOML.
    """
    folder = _folder(how)
    try:
        pack = _from_file(file, folder)
    except PackError as error:
        return _told(list(error.findings), how)
    if found := list(dict.fromkeys(clashes(pack, _others(file, folder)))):
        return _told(found, how)
    if how.json:
        console.document({"pack": pack.name, "findings": []})
    elif pack.head.layer == "mission":
        console.say(f"{pack.name} can be used beside nations' packs: {len(pack.leaves)} terms, each with its source")
    else:
        console.say(f"{pack.name} can be used: {len(pack.leaves)} terms, each with its source")
    return 0


@app.command(name="schema")
def schema_() -> int:
    """The JSON Schema of a rule pack, for editors that check TOML while it is written."""
    console.document(schema())
    return 0


def _named(pack: str, folder: Path, on: date) -> Pack:
    """A pack of the folder on a day. Raises Misset for a name that is not there, PackError for one that is no use."""
    known = names(_texts(folder))
    if pack.partition("@")[0] not in known:
        raise Misset(
            f"There is no rule pack {pack[:60]!r}.",
            why=f"expected one of {', '.join(known)}",
            helps="furlough rules list",
        )
    return packs.pack(pack, folder, on)


def _from_file(file: Path, folder: Path) -> Pack:
    """The version of a pack that a file holds. Raises Misset where it cannot be read, PackError where it is no use."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = plainly(error) if isinstance(error, OSError) else f"expected UTF-8, got other bytes: {error.reason}"
        raise Misset(f"The rule pack {file} cannot be read.", why=why, helps="name a readable TOML file") from error
    known = dict(_readable(folder)) | dict(_readable(file.resolve().parent)) | {file.stem: text}
    findings: list[Finding] = []
    said = parse(file.stem, text, findings)
    if said is None:
        raise PackError(findings)
    return read(known, f"{said.head.pack}@{said.head.version}")


def _folder(how: How) -> Path:
    return Settings.load(**how.settings).rules


def _texts(folder: Path) -> dict[str, str]:
    """All packs of a folder. Raises Misset."""
    try:
        return packs.texts(folder)
    except PackError as error:
        read = dict(_readable(folder))
        bad = ", ".join(file.name for file in sorted(folder.glob("*.toml")) if file.stem not in read)
        raise Misset(
            f"The rule packs in {folder} cannot be read.",
            why=f"expected readable files in UTF-8, got others: {bad}" if bad else str(error),
            helps="mend or remove the file",
        ) from error


def _others(file: Path, folder: Path) -> Iterator[Pack]:
    """The packs that go with the one in a file, each in its last version; what is wrong with them is not its fault."""
    known = dict(_readable(folder)) | dict(_readable(file.resolve().parent)) | {file.stem: file.read_text("utf-8")}
    for name in names(known):
        with suppress(PackError):
            yield read(known, name)


def _readable(folder: Path) -> Iterator[tuple[str, str]]:
    """The packs of a folder that can be read, by name: another file beside them is no fault of theirs."""
    for file in sorted(folder.glob("*.toml")):
        with suppress(OSError, UnicodeDecodeError):
            yield file.stem, file.read_text("utf-8")


def _whom(applies: Applies | None) -> str:
    """Whom a pack binds, in a few words; nobody by itself where it is only there to be extended."""
    if applies is None:
        return "nobody by itself"
    return (
        "; ".join(", ".join(named) for named in (applies.nations, applies.services, applies.components) if named)
        or "all"
    )


NARROW: Final = 120
"""Columns of a terminal below which the numbers of a pack are told by group: paths would leave no room for sources."""


def _numbers(pack: Pack, width: int) -> Iterator[RenderableType]:
    """A line for each number, with its whole path where there is room, else under the heading of its group."""
    if width < NARROW:
        yield from _by_group(pack, width)
        return
    table = console.table("term", "value", "", "from", "source")
    for row in rows(pack):
        table.add_row(row.path, row.value, row.trust, row.pack, row.source)
    yield table


def _by_group(pack: Pack, width: int) -> Iterator[Text]:
    """Each number with its value and mark, and where it comes from below it."""
    group = ""
    for row in rows(pack):
        of, _, term = row.path.rpartition(".")
        if of != group:
            group = of
            yield Text(f"\n{of}", "bold")
        value = wrap(row.value, width - 30)
        yield Text(f"  {term:<24}  " + f"\n{'':28}".join(value) + f"  {row.trust}")
        yield Text(fill(f"{row.pack}: {row.source}", width, initial_indent="    ", subsequent_indent="    "), "dim")


def _side(row: Row | None) -> tuple[str, str]:
    return (row.value, row.trust) if row else ("(silent)", "")


def _sources(line: Difference) -> str:
    """Where the second number comes from, or the first one where the second pack is silent."""
    row = line.other or line.one
    return f"{row.pack}: {row.source}" if row else ""


def _told(findings: list[Finding], how: How) -> int:
    """Tell what is wrong. Returns 7 where anything is."""
    for finding in findings:
        if how.json:
            console.document(finding)
        else:
            console.warn(
                f"{finding.pack}: {finding.path}\n  expected {finding.expected}, got {finding.got}\n  {finding.remedy}"
            )
    return FOUND if findings else 0
