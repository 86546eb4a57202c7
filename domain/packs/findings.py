"""What is wrong with a rule pack, told whole: whoever mends one finding should not meet the next one only then."""

from __future__ import annotations

from collections.abc import Iterable

from domain.model import Model


class Finding(Model):
    """One fault: the pack in which it stands, the path of the term, what was expected and got, and what mends it."""

    pack: str
    path: str
    expected: str
    got: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.pack}: {self.path}: expected {self.expected}, got {self.got}; {self.remedy}"


class PackError(Exception):
    """A rule pack cannot be used. `findings` are all faults that were found; nothing of the pack was taken."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        names = ", ".join(dict.fromkeys(f.pack for f in self.findings))
        super().__init__("\n  ".join([f"rule pack {names} cannot be used", *map(str, self.findings)]))
