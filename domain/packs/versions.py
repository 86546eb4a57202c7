"""The texts of packs by file name, and which of them speaks on a day.

The file `us-army.toml` holds the version used last, `us-army@1.toml` an earlier one that is kept: a version is in force
from its first day until the first day of the next one. `us-army@1` names that version whatever the day.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from pydantic import ValidationError

from domain.model import Decimal, date
from domain.packs.findings import Finding
from domain.packs.vocabulary import NAMES, Head
from domain.wrong import expected, place_in_toml

HEAD = frozenset(Head.model_fields)
LAST = date.max
"""A day on which the version used last of every pack is in force."""


class Text(NamedTuple):
    """One version of a pack as its text says it: its head, and the terms below."""

    head: Head
    body: dict[str, Any]


def names(texts: Mapping[str, str]) -> tuple[str, ...]:
    """The packs of which there is at least one version, by name."""
    return tuple(sorted({stem.partition("@")[0] for stem in texts}))


def days(texts: Mapping[str, str]) -> tuple[date, ...]:
    """The days on which some version comes into force, ascending; between two of them nothing changes."""
    heads = (parse(stem, text, []) for stem, text in texts.items())
    return tuple(sorted({text.head.effective for text in heads if text}))


def history(texts: Mapping[str, str], name: str, findings: list[Finding]) -> tuple[Text, ...]:
    """All versions of a pack that can be read, the first one first.

    A contradiction between them (two texts of one version, or a later version that is in force before an earlier one)
    is a finding, and so is a gap: the days of a version which is not kept would be without rules.
    """
    mine = (parse(stem, texts[stem], findings) for stem in sorted(texts) if stem.partition("@")[0] == name)
    found = sorted((text for text in mine if text), key=lambda text: text.head.version)
    kept = {text.head.version for text in found}
    for text in found:
        if (before := text.head.version - 1) and before not in kept:
            remedy = (
                f"keep it beside this one as {name}@{before}.toml: what is to be judged by its days is without rules"
            )
            got = f"no version {before}"
            findings.append(finding(f"{name}@{text.head.version}", "version", "the version before it", got, remedy))
    for one, two in pairwise(found):
        who, got = f"{name}@{two.head.version}", f"{two.head.version}, from {two.head.effective}"
        if two.head.version == one.head.version:
            findings.append(finding(who, "version", "one text of each version", f"two of {got}", "raise one version"))
        elif two.head.effective <= one.head.effective:
            remedy = "versions follow each other in time: put its first day later"
            findings.append(finding(who, "effective", f"later than {one.head.effective}", got, remedy))
    return tuple(found)


def in_force(found: tuple[Text, ...], on: date, version: str = "") -> Text | None:
    """Of the versions of a pack the one named, else the one in force on a day; None where there is none."""
    if version:
        return next((text for text in found if str(text.head.version) == version), None)
    return next((text for text in reversed(found) if text.head.effective <= on), None)


def parse(stem: str, text: str, findings: list[Finding]) -> Text | None:
    """What one file says, or what is wrong with it as a whole."""
    try:
        said = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        got = f"something else at {place_in_toml(error)}"
        findings.append(finding(stem, "(text)", "TOML", got, "mend the text there"))
        return None
    head = _head(stem, said, findings)
    return Text(head, {key: value for key, value in said.items() if key not in HEAD}) if head else None


def _head(stem: str, text: dict[str, Any], findings: list[Finding]) -> Head | None:
    said = {key: value for key, value in text.items() if key in HEAD}
    try:
        head = Head.model_validate_json(json.dumps(said, default=str), strict=True)
    except ValidationError as error:
        for fault in error.errors():
            path = ".".join(map(str, fault["loc"]))
            got = "nothing" if fault["type"] == "missing" else shown(fault["input"])
            findings.append(finding(stem, path, expected(fault, NAMES), got, "every pack begins with its head"))
        return None
    name, _, version = stem.partition("@")
    if head.pack != name:
        findings.append(finding(stem, "pack", name, head.pack, "name the pack as its file is named"))
        return None
    if version and version != str(head.version):
        findings.append(finding(stem, "version", version, str(head.version), "name the version as its file is named"))
        return None
    return head


def finding(pack: str, path: str, expected: str, got: str, remedy: str) -> Finding:
    """One fault of a pack."""
    return Finding(pack=pack, path=path, expected=expected, got=got, remedy=remedy)


def shown(value: object) -> str:
    """A value as the text has it, not longer than a line."""
    return json.dumps(value, default=str, ensure_ascii=False)[:200]
