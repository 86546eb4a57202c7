"""The checks of another build: run as a program of its own, with the code of that build first on its path.

It reads histories from its input and writes what the checks of that build found, one JSON document a line. Nothing of
the code beside this file is imported: `audit` is that of the other build.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from base64 import b64decode


def main() -> None:
    """Answer each line until there are no more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what that code prints is no answer
    from audit.archive.sealed import history_of
    from audit.offline import checks_of
    from wiring.connect import quiet

    quiet()
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
