"""The code of a build as the log has it, laid out apart from the code that runs here.

What is laid out is run by who asks for it: so it is taken only as it was sealed, only where it is the code by which the
build calls itself, and nothing of it is written outside of the folder which is made for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from audit.archive.leaves import File
from audit.archive.sealed import Broken, digest_of
from audit.archived import Archived
from audit.that_day import SECONDS, Laid
from audit.unpacking import UNREAD, at_odds, code_of, unpacked
from audit.wheel import LIBRARIES, libraries
from wiring import build as builds
from wiring.plainly import plainly


class Layout:
    """Builds that are laid out in a room, each once; `missing` tells of which that cannot be, and why.

    `at_odds` tells of builds whose name several wheels bear which do not hold the same code. Of several that hold it,
    the one that was sealed first is taken: most checkpoints cover it.
    """

    def __init__(self, record: Archived | None, room: Path, seconds: float = SECONDS) -> None:
        """Without a record there are none. Each may take so many seconds over a history."""
        self.record, self.room, self.seconds = record, room, seconds
        self.laid: dict[str, Laid] = {}
        self.missing: dict[str, str] = {}
        self.at_odds: dict[str, str] = {}

    def of(self, build: str) -> Laid | None:
        """A build, laid out; None where it cannot be. Raises Misset where the log cannot be read."""
        if build not in self.laid and build not in self.missing:
            try:
                self.laid[build] = self._lay(build)
            except Broken as error:
                self.missing[build] = str(error)
        return self.laid.get(build)

    def _lay(self, build: str) -> Laid:
        if self.record is None:
            raise Broken("there is no archive here, which has the code of builds")
        wheels = self._wheels(build)
        if not wheels:
            raise Broken("its wheel is not in the log")
        codes, taken, wrong = dict[int, str](), None, ""
        for place, leaf in wheels:
            try:
                files = self._files(leaf)
            except Broken as error:
                codes[place], wrong = UNREAD, wrong or str(error)
                continue
            codes[place] = code = code_of(files)
            if builds.is_of(build, code):
                taken = taken or (place, leaf, files)
            else:
                calls = f"the code in its wheel calls itself {code[: builds.DIGITS]}"
                wrong = wrong or f"{calls}, and not by the end of the build's name"
        self.at_odds[build] = at_odds(codes)
        if taken is None:
            raise Broken(wrong)
        place, leaf, files = taken
        wheel = f"the wheel of entry {place}, SHA-256 {leaf.content}"
        if len(wheels) > 1:
            wheel += f", the first of {len(wheels)} that bear its name"
        folder = self.room / leaf.content
        try:
            for name, held in files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(held)
        except OSError as error:
            raise Broken(f"its wheel cannot be laid out: {plainly(error)}") from error
        return Laid(build, folder, tuple(_unlike(files)), self.seconds, wheel)

    def _wheels(self, build: str) -> list[tuple[int, File]]:
        """The wheels that bear the name of a build, each content once: the first entry of it."""
        first: dict[str, tuple[int, File]] = {}
        for place, leaf in self.record.listed("wheel") if self.record else ():
            if leaf.name == build:
                first.setdefault(leaf.content, (place, leaf))
        return list(first.values())

    def _files(self, leaf: File) -> dict[str, bytes]:
        assert self.record  # noqa: S101  (it has this leaf)
        content = self.record.content(leaf)
        if digest_of(content) != leaf.content:
            raise Broken("its wheel is not what was sealed")
        return dict(unpacked(content))


def _unlike(files: dict[str, bytes]) -> Iterator[str]:
    """The libraries with which a build ran then, and which are others here."""
    told = next((held for name, held in files.items() if name.endswith(f".dist-info/{LIBRARIES}")), None)
    if told is None:
        yield "with which libraries it ran, its wheel does not tell; here it runs with those of today"
        return
    here = libraries()
    for line in told.decode("utf-8", "replace").splitlines():
        name, _, then = line.partition("==")
        if here.get(name) != then:
            yield f"it ran with {name} {then}, and runs here with {here.get(name, 'none')}"
