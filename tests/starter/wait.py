"""Waiting in tests, for a condition and with a deadline; and looking at processes."""

import asyncio
from collections.abc import Callable
from pathlib import Path


async def until(condition: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    """Wait until the condition holds; say what was waited for if it does not in time."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():  # files and processes of others raise no event
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"waited {seconds} s in vain until {what}") from None


def alive(pid: int) -> bool:
    """Whether the process runs; one that is dead and only waits to be reaped does not."""
    state, _ = _stat(pid)
    return state not in {"", "Z"}


def children(pid: int) -> list[int]:
    """Its running children, and theirs."""
    own = [
        int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal() and _stat(int(each.name))[1] == pid
    ]
    return [found for child in own if alive(child) for found in (child, *children(child))]


def command_of(pid: int) -> list[str]:
    """What it was started with."""
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


def _stat(pid: int) -> tuple[str, int]:
    """Its state and its parent, see proc(5)."""
    try:
        state, parent, *_ = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "", 0
    return state, int(parent)
