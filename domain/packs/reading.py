"""Reading a pack: texts in, one merged and checked pack out, or all that is wrong with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from domain import wrong
from domain.model import Model, date
from domain.packs.checks import Fault, contradictions, halves
from domain.packs.findings import Finding, PackError
from domain.packs.versions import LAST, Text, finding, history, in_force, names, shown
from domain.packs.vocabulary import MISSIONS, TERMS, Head, Sourced, Term, Trust
from domain.terms import Terms


class Source(Model):
    """Where a number comes from, its trust mark, and the pack which says so (`contingent@1`)."""

    source: str
    trust: Trust
    pack: str


class Leaf(Model):
    """A term as one pack gives it: `written` as it stands in the text, `value` in the type of the terms.

    `own` is the word of a nation, of a service, or of a pack for particular members; what a pack says of whole
    components is the ground on which missions build, and yields to theirs.
    """

    written: Any
    value: Any
    source: Source
    own: bool


class Pack(Model):
    """A rule pack, merged with what it extends: its head, and each term by path. `name` is how decisions cite it."""

    head: Head
    name: str
    leaves: dict[str, Leaf]

    @cached_property
    def terms(self) -> Terms:
        """All numbers of the pack. A mission's pack alone has none: it speaks beside a nation's (`together`)."""
        nested: dict[str, Any] = {"pack": self.name}
        for path, leaf in self.leaves.items():
            *way, last = path.split(".")
            at = nested
            for part in way:
                at = at.setdefault(part, {})
            at[last] = leaf.value
        return Terms.model_validate(nested)


def read(texts: Mapping[str, str], name: str, on: date = LAST) -> Pack:
    """The pack `name` out of the texts of all packs, as it is on a day; `us-army@1` names one version of it.

    What it extends is looked up among the texts: the version in force on that day, or the one which `extends` names.

    Raises:
        PackError: with everything that is wrong with it.
    """
    findings: list[Finding] = []
    line = list(_lineage(texts, name, on, findings))
    leaves: dict[str, Leaf] = {}
    for text in reversed(line):
        gone = tuple(f"kinds.{kind}." for kind in text.head.without)
        leaves = {path: leaf for path, leaf in leaves.items() if not path.startswith(gone)} | _leaves(text, findings)
    leaves = _like(leaves) | leaves
    if line and line[0].head.layer == "mission":
        findings += _beyond_a_mission(leaves)
    elif line and line[-1].head.extends is None:
        findings += [*_gaps(name, leaves), *_blamed(leaves, halves(values(leaves)))]
    findings += faults(leaves)
    if findings:
        raise PackError(findings)
    head = line[0].head
    leaves = {path: leaves[path] for path in TERMS if path in leaves}
    citation = f"{head.pack}@{head.version}"
    return Pack(head=head, name=f"{citation}#{digest(head, leaves)}", leaves=leaves)


def faults(leaves: Mapping[str, Leaf]) -> Iterator[Finding]:
    """Terms that contradict each other, each blamed on the pack that says it."""
    return _blamed(leaves, contradictions(values(leaves)))


def values(leaves: Mapping[str, Leaf]) -> dict[str, Any]:
    """What the terms say, by path."""
    return {path: leaf.value for path, leaf in leaves.items()}


def _blamed(leaves: Mapping[str, Leaf], found: Iterable[Fault]) -> Iterator[Finding]:
    for fault in found:
        leaf = leaves[fault.path]
        yield finding(leaf.source.pack, fault.path, fault.expected, shown(leaf.written), fault.remedy)


def digest(head: Head, leaves: Mapping[str, Leaf]) -> str:
    """The first 8 hex digits of the SHA-256 over all that the merged pack says, whatever pack said it."""
    said = {
        "pack": head.pack,
        "version": head.version,
        "effective": head.effective,
        "terms": {path: [x.written, x.source.source, x.source.trust] for path, x in leaves.items()},
    }
    canonical = json.dumps(said, default=str, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:8]


def _lineage(texts: Mapping[str, str], name: str, on: date, findings: list[Finding]) -> Iterator[Text]:
    """The pack and what it extends, child first; it ends where a text cannot be read."""
    seen: list[str] = []
    wanted: str | None = name
    layer = ""
    while wanted is not None:
        if wanted in seen:
            way = " -> ".join([*seen, wanted])
            findings.append(finding(seen[-1], "extends", "a pack that leads not back here", way, "break the circle"))
            return
        path, pack = ("extends", seen[-1]) if seen else ("pack", wanted)
        bare, _, version = wanted.partition("@")
        if bare not in names(texts):
            known = ", ".join(names(texts)) or "no pack at all"
            findings.append(finding(pack, path, f"one of {known}", wanted, "name a pack that exists, or add its file"))
            return
        before = len(findings)
        versions = history(texts, bare, findings)
        text = in_force(versions, on, version)
        if text is None:
            if len(findings) == before:
                findings.append(_not_in_force(pack, path, wanted, on, versions))
            return
        if layer and text.head.layer != layer:
            remedy = "a mission's pack extends a mission's, a nation's a nation's"
            findings.append(finding(pack, path, f"a pack of the layer {layer}", text.head.layer, remedy))
            return
        seen.append(wanted)
        yield text
        wanted, layer = text.head.extends, text.head.layer


def _not_in_force(pack: str, path: str, wanted: str, on: date, versions: tuple[Text, ...]) -> Finding:
    has = ", ".join(f"{v.head.version} from {v.head.effective}" for v in versions)
    expected = f"a version of {wanted.partition('@')[0]} " + ("that is there" if "@" in wanted else f"in force on {on}")
    return finding(pack, path, expected, f"{wanted}; there is {has}", "name a later day, or add the version's file")


def _leaves(text: Text, findings: list[Finding]) -> dict[str, Leaf]:
    head = text.head
    origin = f"{head.pack}@{head.version}"
    own = head.applies is None or bool(head.applies.nations or head.applies.services)
    leaves: dict[str, Leaf] = {}
    for path, said in _flat(text.body):
        term = TERMS.get(path)
        if term is None:
            near = get_close_matches(path, TERMS, n=1)
            remedy = f"did you mean {near[0]}?" if near else "leave it out"
            findings.append(finding(origin, path, "a term that is known", "an unknown key", remedy))
            continue
        try:
            sourced = Sourced.model_validate(said, strict=True)
        except ValidationError as error:
            faults = ", ".join(
                f"{'.'.join(map(str, f['loc'])) or 'it'}: expected {wrong.expected(f)}" for f in error.errors()
            )
            expected, got = "{ value = .., source = .., trust = A|B|C|D }", f"{shown(said)} ({faults})"
            remedy = "say where the number comes from and how far it is to be trusted"
            findings.append(finding(origin, path, expected, got, remedy))
            if isinstance(said, dict) and "value" in said and not term.takes(said["value"]):
                findings.append(_not_taken(origin, term, said["value"]))
            continue
        try:
            value = term.validate(sourced.value)
        except ValidationError:
            findings.append(_not_taken(origin, term, sourced.value))
            continue
        source = Source(source=sourced.source, trust=sourced.trust, pack=origin)
        leaves[path] = Leaf(written=sourced.value, value=value, source=source, own=own)
    return leaves


def _not_taken(origin: str, term: Term, value: object) -> Finding:
    return finding(origin, term.path, term.expected, shown(value), "correct the value")


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every table that is a term by its path; what is neither a term nor on the way to one is told as it stands."""
    for key, said in table.items():
        path = prefix + key
        if path in TERMS or not isinstance(said, dict) or "value" in said:
            yield path, said
        else:
            yield from _flat(said, path + ".")


def _like(leaves: Mapping[str, Leaf]) -> dict[str, Leaf]:
    """The terms which kinds have of others because they are `like` them; those of their own stand above."""
    found: dict[str, Leaf] = {}
    for path, leaf in leaves.items():
        kind, _, term = path.rpartition(".")
        if term == "like" and leaf.value is not None:
            other = f"kinds.{leaf.value}."
            found |= {f"{kind}.{at.removeprefix(other)}": its for at, its in leaves.items() if at.startswith(other)}
    return found


def _gaps(name: str, leaves: Mapping[str, Leaf]) -> Iterator[Finding]:
    """Terms which nobody gives: a kind that is missing whole is told once.

    Ordinary and emergency leave every pack has; another kind of which nobody speaks is not there.
    """
    spoken = {path.rpartition(".")[0] for path in leaves} | {"kinds.ordinary", "kinds.emergency"}
    missing = [
        path
        for path, term in TERMS.items()
        if not term.optional
        and path not in leaves
        and (not path.startswith("kinds.") or path.rpartition(".")[0] in spoken)
    ]
    whole: set[str] = set()
    for path in missing:
        group = path.rpartition(".")[0]
        if group in whole:
            continue
        if not any(other.startswith(group + ".") for other in leaves):
            whole.add(group)
            yield finding(name, group, "a table of terms", "nothing", f"add [{group}], or extend a pack which has it")
        else:
            remedy = "add { value = .., source = .., trust = .. }, or extend a pack which has it"
            yield finding(name, path, TERMS[path].expected, "nothing", remedy)


def _beyond_a_mission(leaves: Mapping[str, Leaf]) -> Iterator[Finding]:
    """Charge and kinds are the nation's (doctrine: kinds of leave, which pack)."""
    for path, leaf in leaves.items():
        if path not in MISSIONS:
            expected = "a term of presence, gaps or lead times"
            remedy = "charge and kinds are said by a nation's pack: leave it out here"
            yield finding(leaf.source.pack, path, expected, "a term of the nation's", remedy)
