"""Reading a pack: texts in, one merged and checked pack out, or all that is wrong with it."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from domain.model import Decimal, Model
from domain.packs.checks import contradictions
from domain.packs.findings import Finding, PackError
from domain.packs.vocabulary import TERMS, Head, Sourced, Trust
from domain.terms import Terms

HEAD = frozenset(Head.model_fields)


class Source(Model):
    """Where a number comes from, its trust mark, and the pack which says so (`contingent@1`)."""

    source: str
    trust: Trust
    pack: str


class Pack(Model):
    """A rule pack, merged with what it extends: its head, the terms, and the source of each by path."""

    head: Head
    terms: Terms
    sources: dict[str, Source]

    @property
    def name(self) -> str:
        """`us-army@3#5f1c09ab`, as decisions cite it."""
        return self.terms.pack


class _Leaf(Model):
    """A term as one pack gives it: `written` as it stands in the text, `value` in the type of the terms."""

    written: Any
    value: Any
    source: Source


def read(texts: Mapping[str, str], name: str) -> Pack:
    """The pack `name` out of the texts of all packs by name; what it extends is looked up among them.

    Raises:
        PackError: with everything that is wrong with it.
    """
    findings: list[Finding] = []
    line = list(_lineage(texts, name, findings))
    leaves: dict[str, _Leaf] = {}
    for head, body in reversed(line):
        leaves |= _leaves(head, body, findings)
    if line and line[-1][0].extends is None:
        findings += _gaps(name, leaves)
    findings += (
        Finding(
            pack=leaves[fault.path].source.pack,
            path=fault.path,
            expected=fault.expected,
            got=_shown(leaves[fault.path].written),
            remedy=fault.remedy,
        )
        for fault in contradictions({path: leaf.value for path, leaf in leaves.items()})
    )
    if findings:
        raise PackError(findings)
    head = line[0][0]
    citation = f"{head.pack}@{head.version}#{_digest(head, leaves)}"
    terms = Terms.model_validate({"pack": citation, **_nested({p: leaf.value for p, leaf in leaves.items()})})
    return Pack(head=head, terms=terms, sources={path: leaves[path].source for path in TERMS if path in leaves})


def _lineage(texts: Mapping[str, str], name: str, findings: list[Finding]) -> Iterator[tuple[Head, dict[str, Any]]]:
    """The pack and what it extends, child first; it ends where a text cannot be read."""
    seen: list[str] = []
    wanted: str | None = name
    while wanted is not None:
        if wanted in seen:
            way = " -> ".join([*seen, wanted])
            findings.append(_finding(seen[-1], "extends", "a pack that leads not back here", way, "break the circle"))
            return
        if wanted not in texts:
            path, pack = ("extends", seen[-1]) if seen else ("pack", wanted)
            known = ", ".join(sorted(texts)) or "no pack at all"
            findings.append(_finding(pack, path, f"one of {known}", wanted, "name a pack that exists, or add its file"))
            return
        seen.append(wanted)
        try:
            text = tomllib.loads(texts[wanted], parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            findings.append(_finding(wanted, "(text)", "TOML", str(error), "mend the text at the place named"))
            return
        head = _head(wanted, text, findings)
        if head is None:
            return
        yield head, {key: value for key, value in text.items() if key not in HEAD}
        wanted = head.extends


def _head(name: str, text: dict[str, Any], findings: list[Finding]) -> Head | None:
    said = {key: value for key, value in text.items() if key in HEAD}
    try:
        head = Head.model_validate_json(json.dumps(said, default=str), strict=True)
    except ValidationError as error:
        for fault in error.errors():
            path = ".".join(map(str, fault["loc"]))
            got = "nothing" if fault["type"] == "missing" else _shown(fault["input"])
            findings.append(_finding(name, path, _lower(fault["msg"]), got, "every pack begins with its head"))
        return None
    if head.pack != name:
        findings.append(_finding(name, "pack", name, head.pack, "name the pack as its file is named"))
        return None
    return head


def _leaves(head: Head, body: dict[str, Any], findings: list[Finding]) -> dict[str, _Leaf]:
    origin = f"{head.pack}@{head.version}"
    leaves: dict[str, _Leaf] = {}
    for path, said in _flat(body):
        term = TERMS.get(path)
        if term is None:
            near = get_close_matches(path, TERMS, n=1)
            remedy = f"did you mean {near[0]}?" if near else "leave it out"
            findings.append(_finding(origin, path, "a term that is known", "an unknown key", remedy))
            continue
        try:
            sourced = Sourced.model_validate(said, strict=True)
        except ValidationError as error:
            faults = ", ".join(f"{'.'.join(map(str, f['loc'])) or 'it'}: {_lower(f['msg'])}" for f in error.errors())
            findings.append(
                _finding(
                    origin,
                    path,
                    "{ value = .., source = .., trust = A|B|C|D }",
                    f"{_shown(said)} ({faults})",
                    "say where the number comes from and how far it is to be trusted",
                )
            )
            continue
        try:
            value = term.validate(sourced.value)
        except ValidationError:
            got = _shown(sourced.value)
            findings.append(_finding(origin, path, term.expected, got, "correct the value"))
            continue
        source = Source(source=sourced.source, trust=sourced.trust, pack=origin)
        leaves[path] = _Leaf(written=sourced.value, value=value, source=source)
    return leaves


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every table that is a term by its path; what is neither a term nor on the way to one is told as it stands."""
    for key, said in table.items():
        path = prefix + key
        if path in TERMS or not isinstance(said, dict) or "value" in said:
            yield path, said
        else:
            yield from _flat(said, path + ".")


def _gaps(name: str, leaves: Mapping[str, _Leaf]) -> Iterator[Finding]:
    """Terms which nobody gives: a kind that is missing whole is told once."""
    missing = [path for path, term in TERMS.items() if not term.optional and path not in leaves]
    whole: set[str] = set()
    for path in missing:
        group = path.rpartition(".")[0]
        if group in whole:
            continue
        if not any(other.startswith(group + ".") for other in leaves):
            whole.add(group)
            yield _finding(name, group, "a table of terms", "nothing", f"add [{group}], or extend a pack which has it")
        else:
            remedy = "add { value = .., source = .., trust = .. }, or extend a pack which has it"
            yield _finding(name, path, TERMS[path].expected, "nothing", remedy)


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for path, value in values.items():
        *way, last = path.split(".")
        at = root
        for part in way:
            at = at.setdefault(part, {})
        at[last] = value
    return root


def _digest(head: Head, leaves: Mapping[str, _Leaf]) -> str:
    """The first 8 hex digits of the SHA-256 over all that the merged pack says, whatever pack said it."""
    said = {
        "pack": head.pack,
        "version": head.version,
        "effective": head.effective,
        "terms": {path: [x.written, x.source.source, x.source.trust] for path, x in leaves.items()},
    }
    canonical = json.dumps(said, default=str, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:8]


def _finding(pack: str, path: str, expected: str, got: str, remedy: str) -> Finding:
    return Finding(pack=pack, path=path, expected=expected, got=got, remedy=remedy)


def _shown(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)[:200]


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
