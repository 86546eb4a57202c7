"""`furlough rules`: which rule packs there are, where each number comes from, and whether a pack can be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cyclopts import App
from rich.table import Table

from activities import packs
from domain.packs import TRUST, Applies, Finding, Pack, PackError, read, schema
from domain.packs import show as rows
from starter.flags import HERE, How
from wiring import console
from wiring.settings import Settings
from wiring.trouble import Misset

app = App(name="rules", help="Rule packs: list, show, check.")

FOUND = 7


@app.command(name="list")
def list_(*, how: How = HERE) -> int:
    """Which packs there are, from when, and to whom each applies."""
    folder = _folder(how)
    found: list[Pack] = []
    findings: list[Finding] = []
    for name in _texts(folder):
        try:
            found.append(packs.pack(name, folder))
        except PackError as error:
            findings += error.findings
    if how.json:
        for pack in found:
            console.document({**pack.head.model_dump(mode="json"), "cited_as": pack.name})
    else:
        table = console.table("pack", "since", "applies to", "extends", "title")
        for pack in found:
            head = pack.head
            table.add_row(pack.name, str(head.effective), _whom(head.applies), head.extends or "", head.title)
        console.say(table)
    return _told(findings, how)


@app.command
def show(pack: str, *, how: How = HERE) -> int:
    """Every number of a pack: its value, where it comes from, how far it is to be trusted, which pack says so.

    Args:
        pack: The pack's name, for example us-army.
    """
    folder = _folder(how)
    if pack not in _texts(folder):
        raise Misset(
            f"There is no rule pack {pack[:60]!r}.",
            why=f"expected one of {', '.join(_texts(folder))}",
            helps="furlough rules list",
        )
    try:
        merged = packs.pack(pack, folder)
    except PackError as error:
        return _told(list(error.findings), how)
    if how.json:
        for row in rows(merged):
            console.document(row._asdict())
        return 0
    console.say(f"{merged.name} · {merged.head.title} · since {merged.head.effective}", "bold")
    console.say(_numbers(merged))
    console.say("trust  " + " · ".join(f"{mark}: {meaning}" for mark, meaning in TRUST.items()), "dim")
    return 0


@app.command
def check(file: Path, *, how: How = HERE) -> int:
    """Whether a pack can be used; every fault with what was expected, what stands there, and what mends it.

    What the pack extends is looked up beside it, then among the packs of this installation.

    Args:
        file: A rule pack in TOML.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = (
            error.strerror or str(error)
            if isinstance(error, OSError)
            else f"expected UTF-8, got other bytes: {error.reason}"
        )
        raise Misset(f"The rule pack {file} cannot be read.", why=why, helps="name a readable TOML file") from error
    beside = file.resolve().parent
    known = dict(_readable(_folder(how))) | dict(_readable(beside))
    try:
        pack = read({**known, file.stem: text}, file.stem)
    except PackError as error:
        return _told(list(error.findings), how)
    if how.json:
        console.document({"pack": pack.name, "findings": []})
    else:
        console.say(f"{pack.name} can be used: {len(pack.sources)} terms, each with its source")
    return 0


@app.command(name="schema")
def schema_() -> int:
    """The JSON Schema of a rule pack, for editors that check TOML while it is written."""
    console.document(schema())
    return 0


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


def _numbers(pack: Pack) -> Table:
    table = console.table("term", "value", "", "from", "source")
    for row in rows(pack):
        table.add_row(row.path, row.value, row.trust, row.pack, row.source)
    return table


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
