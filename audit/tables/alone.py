"""One query of an auditor's own, answered by a program of its own: whatever it says, that program alone can swell.

DuckDB bounds what it keeps of tables, and not what a function makes up (`repeat('x', 2000000000)`). So this program
takes the right to more memory from itself before it imports anything that could, and whoever began it ends it after its
time. It is asked line by line: first the query, which is answered with the titles of its columns; then, again and
again, for rows, until none are given.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import suppress
from typing import Any

MEMORY = 2**30
"""Bytes that the program may have as its own: our own choice, twice what DuckDB keeps of tables before it spills."""
SPACE = 4 * 2**30
"""Bytes of its address space, for a system that does not count what is a program's own."""
PIECE = 2**22
"""Bytes of rows after which no further row is put into the same answer."""


def limit() -> None:
    """Bounds that nothing which runs from here on can widen; a system that does not know one goes without it."""
    for what, most in ((resource.RLIMIT_DATA, MEMORY), (resource.RLIMIT_AS, SPACE), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Answer one query. The arguments are where the packages lie, the index, and a folder for what does not fit."""
    limit()
    packages, folder, spill = sys.argv[1:]
    sys.path.insert(0, packages)
    from pathlib import Path

    from audit.tables.asking import asked
    from audit.tables.keeping import About, Index

    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with asked(Index(Path(folder), About(origin="", key="")), Path(spill)) as connection:
        rows: Any = None
        for line in sys.stdin:
            try:
                if rows is None:
                    titles, rows = _begun(connection, json.loads(line))
                    answer: dict[str, Any] = {"titles": titles}
                else:
                    answer = {"rows": _piece(rows)}
            except Exception as fault:  # noqa: BLE001  (told to whoever asks, and the end of the query)
                answer = {"wrong": _wrong(fault)}
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


def _begun(connection: Any, sql: str) -> tuple[Any, Any]:
    from audit.tables.asking import answer

    return answer(connection, sql)


def _piece(rows: Any) -> list[str]:
    """The next rows, each packed on its own; none at the end."""
    import pickle
    from base64 import b64encode

    packed, size = list[str](), 0
    for row in rows:
        packed.append(b64encode(pickle.dumps(row)).decode())
        size += len(packed[-1])
        if size >= PIECE:
            break
    return packed


def _wrong(fault: Exception) -> dict[str, str]:
    from audit.tables.asking import too_large
    from wiring.trouble import Misset

    told = fault if isinstance(fault, Misset) else too_large(f"{type(fault).__name__}")
    return {"what": told.what, "why": told.why, "known": told.known, "helps": told.helps}


if __name__ == "__main__":
    main()
