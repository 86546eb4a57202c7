"""Results in the form which most tools for test reports read: JUnit's XML, written as they come."""

from __future__ import annotations

import re
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from xml.sax.saxutils import escape, quoteattr

from audit.checks import named
from audit.replaying import Proved

_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold, however it is written (XML 1.0, production 2)."""


class Report:
    """A file that is whole when its `with` ends, and is not there before."""

    def __init__(self, file: Path) -> None:
        self.file, self._aside = file, file.with_name(f".{file.name}.part")
        self.cases = self.failures = self.errors = 0

    def __enter__(self) -> Self:
        self._lines = self._aside.open("w", encoding="utf-8")
        return self

    def add(self, one: Proved) -> None:
        """The checks of one run, a case each; what could not be checked is an error."""
        where = f" classname={quoteattr(_fit(one.id))}"
        for check in one.checks:
            failure = "".join(f"<failure>{escape(_fit(finding))}</failure>" for finding in check.findings)
            self._lines.write(f"  <testcase{where} name={quoteattr(_fit(named(check)))}>{failure}</testcase>\n")
            self.failures += not check.passed
            self.cases += 1
        for wrong in filter(None, (one.wrong, *one.unasked)):
            self._lines.write(f'  <testcase{where} name="read"><error>{escape(_fit(wrong))}</error></testcase>\n')
            self.errors += 1
            self.cases += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lines.close()
        if kind is None:
            counts = f'tests="{self.cases}" failures="{self.failures}" errors="{self.errors}"'
            with self._aside.open(encoding="utf-8") as lines, self.file.open("w", encoding="utf-8") as out:
                out.write(
                    f'<?xml version="1.0" encoding="utf-8"?>\n<testsuite name="furlough audit replay" {counts}>\n'
                )
                out.writelines(lines)
                out.write("</testsuite>\n")
        self._aside.unlink()


def _fit(said: str) -> str:
    """Text of the characters that XML knows, and a question mark for each other."""
    return _UNFIT.sub("?", said)
