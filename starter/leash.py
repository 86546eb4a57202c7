"""Becomes a command that dies as surely as its owner does, also when that one is killed.

Run as a script, in a process of its own, between the owner and the command: setting this in a forked copy of the owner
would be unsafe, since the owner has threads. Only Linux can do it; elsewhere the next start finds the mission's lock
taken and says so.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2); kept by execve(2)


def become(owner: int, command: list[str]) -> None:
    """Replace this process by the command, unless the owner is gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == owner:  # asked after prctl: an owner who dies later takes us along
        os.execv(command[0], command)  # noqa: S606  # no shell is wanted


if __name__ == "__main__":
    become(int(sys.argv[1]), sys.argv[2:])
