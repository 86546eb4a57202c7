"""A program of somebody else's code that is asked line by line, and may be hostile or hang.

It has so long for an answer, and an answer has a longest length: beyond it the program is ended, with what it has
begun. How much memory it may take is for itself to limit before it runs that code (`audit/elsewhere.py`).
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

ANSWER: Final = 2**24
"""Bytes of an answer: findings are cut short, and a history has at most some ten thousand."""

_CHUNK: Final = 2**16


class OutOfBounds(Exception):
    """It was ended, since it went beyond what it may take."""


class Bounded:
    """A program that is running, with pipes to it."""

    def __init__(self, words: Sequence[str], folder: Path, env: Mapping[str, str], seconds: float) -> None:
        """`seconds` are those that an answer may take."""
        self.seconds = seconds
        self._rest = b""
        self._process = subprocess.Popen(  # noqa: S603  (who asks names the program)
            words,
            env=dict(env),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )
        for pipe in (self._process.stdin, self._process.stdout):
            os.set_blocking(pipe.fileno(), False)  # type: ignore[union-attr]  # both are pipes

    def ask(self, line: bytes) -> bytes:
        """Its answer to a line, without its end.

        Raises:
            OutOfBounds: there was none in time, or it was too long; the program is ended.
            OSError: it has ended.
        """
        until = time.monotonic() + self.seconds
        to, of = self._process.stdin, self._process.stdout
        assert to  # noqa: S101  (both are pipes)
        assert of  # noqa: S101
        unsaid, said = memoryview(line + b"\n"), bytearray()
        with selectors.DefaultSelector() as ready:
            ready.register(to, selectors.EVENT_WRITE)
            ready.register(of, selectors.EVENT_READ)
            while not said.endswith(b"\n"):
                if len(said) > ANSWER:
                    self.close()
                    raise OutOfBounds(f"its answer is longer than {ANSWER:,} bytes")
                left = until - time.monotonic()
                if left <= 0:
                    self.close()
                    raise OutOfBounds(f"it gave no answer within {self.seconds:g} seconds")
                for key, _ in ready.select(left):
                    if key.fileobj is of:
                        said += self._read(of.fileno())
                    else:
                        unsaid = unsaid[os.write(to.fileno(), unsaid[:_CHUNK]) :]
                        if not unsaid:
                            ready.unregister(to)
        return bytes(said[:-1])

    def _read(self, pipe: int) -> bytes:
        if not (chunk := os.read(pipe, _CHUNK)):
            raise BrokenPipeError("it has ended")
        return chunk

    def close(self) -> None:
        """End it, and what it has begun."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        self._process.wait()
