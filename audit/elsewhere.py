"""The checks of another build: run as a program of its own, with the code of that build first on its path.

It reads histories from its input and writes what the checks of that build found, one JSON document a line. Nothing of
the code beside this file is imported: `audit` is that of the other build. The folder of that build comes onto the path
here, and only after the program has taken from itself the right to more memory and larger files than checks of a
history need: on the path of Python itself it would stand before the very modules by which that is done.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
from base64 import b64decode
from contextlib import suppress

MEMORY = 4 * 2**30
"""Bytes of address space: our own choice. The SDK takes one, the largest histories far less."""
FILES = 2**26
"""Bytes of a file: the checks write none."""


def limit() -> None:
    """Bounds that the code which runs from here on cannot widen; a system that does not know one goes without it."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, FILES), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Answer each line until there are no more. The one argument is the folder of the build."""
    limit()
    sys.path.insert(0, sys.argv[1])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what that code prints is no answer
    from audit.archive.sealed import history_of
    from audit.offline import checks_of

    for line in sys.stdin:
        asked = json.loads(line)
        try:
            history = history_of(b64decode(asked["history"]))
            checks = asyncio.run(checks_of(asked["id"], history, asked["build"]))
            answer: dict[str, object] = {"checks": [[check.name, check.over, list(check.findings)] for check in checks]}
        except Exception as fault:  # noqa: BLE001  (told; the next history is none the worse for it)
            answer = {"wrong": f"its checks broke over it ({type(fault).__name__}: {str(fault)[:200]})"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
