"""What is wrong with an order, told in the words in which it was said: by flags, or by the keys of a file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from domain.garrison.order_text import Finding

Told = Callable[[Finding], str]
"""How a finding is told to who said the order."""

FLAGS: Final = {
    "number": "--number",
    "title": "--title",
    "words": "--words",
    "issuer": "--issuer",
    "rescinds": "--rescinds",
    "mission_wide": "--mission-wide",
    "since": "--from",
    "until": "--until",
    "last_minute": "--last-minute",
    "etp": "--etp",
    "grounds": "--ground",
    "scope.bases": "--at-base",
    "scope.units": "--unit",
    "scope.nations": "--nation",
    "scope.except_nations": "--except-nation",
    "scope.components": "--component",
    "scope.leave_kinds": "--kind",
    "scope.destinations": "--destination",
}
"""By which flag each key of an order's text is said."""
OF_RULES: Final = {
    "stop-leave": "--stop-leave",
    "curfew": "--curfew",
    "movement-window": "--window",
    "closed-destination": "--close-destination",
    "closed-destination.routes": "--close-route",
    "minimum-strength": "--minimum-strength",
    "key-posts": "--key-post",
    "country-clearance": "--clearance-days",
    "force-protection": "--force-protection",
    "quarantine.before": "--quarantine-before",
    "quarantine.after": "--quarantine-after",
    "checklist": "--check-off",
    "longest-absence": "--longest-absence",
    "degraded-communications": "--degraded-communications",
}
"""By which flag each restriction is said and, where it has several, each of its parts."""
OF_THE_WHOLE: Final = {
    "until after since": "--until (or --last-minute) after --from",
    ", with the bases concerned in its scope": ": --mission-wide, perhaps with --at-base",
}
"""What is said of the whole order, in flags."""


def of_file(file: Path) -> Told:
    """Findings in a file, by its keys."""
    return lambda finding: f"{file.name}: {finding}"


def of_flags(text: str) -> Told:
    """Findings in an order which flags have said, and which became this text."""
    rules = [rule["rule"] for rule in tomllib.loads(text).get("restrictions", [])]
    return lambda finding: _by_flag(finding, rules)


def _by_flag(finding: Finding, rules: list[str]) -> str:
    if finding.path == "restrictions":
        return f"nothing is ordered: expected one or more of {', '.join(OF_RULES.values())}"
    if finding.path == "order":
        expected = finding.expected
        for words, flags in OF_THE_WHOLE.items():
            expected = expected.replace(words, flags)
        return f"expected {expected}, got {finding.got}"
    flag, key = _flag(finding.path.split("."), rules), finding.path.split(".")[0]
    remedy = finding.remedy.replace(f"{key} = ", f"{flag} ").replace(f"add {key}", f"say {flag}")
    return f"{flag}: expected {finding.expected}, got {finding.got}; {remedy}"


def _flag(path: list[str], rules: list[str]) -> str:
    """The flag by which a place of the text was said."""
    if path[0] == "restrictions":
        rule = rules[int(path[1])]
        return OF_RULES.get(".".join((rule, *path[2:3])), OF_RULES.get(rule, rule))
    return FLAGS.get(".".join(path[:2]), FLAGS.get(path[0], path[0]))
