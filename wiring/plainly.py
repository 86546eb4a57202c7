"""What the operating system says went wrong, in words for whoever reads it: no numbers, and no names of calls."""

from __future__ import annotations

import errno
import socket
from typing import Final

SAID: Final = {
    errno.EADDRINUSE: "something else listens there",
    errno.EADDRNOTAVAIL: "this machine has no such address",
    errno.ECONNREFUSED: "nobody answers there",
    errno.ECONNRESET: "whoever answered there broke off",
    errno.EHOSTUNREACH: "no way leads there",
    errno.ENETUNREACH: "no way leads there",
    errno.ETIMEDOUT: "nobody answered in time",
    errno.ENOENT: "there is no such file or folder",
    errno.EEXIST: "something of that name is there already",
    errno.EISDIR: "it is a folder, and no file",
    errno.ENOTDIR: "what should be a folder is a file",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EACCES: "you are not allowed to",
    errno.EPERM: "you are not allowed to",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "no more room is given to you on this disk",
    errno.EROFS: "the disk can only be read",
    errno.EIO: "the disk could not be read or written",
    errno.EMFILE: "too many files are open",
}


def plainly(error: BaseException) -> str:
    """Why something failed, in words: the system's own for what is not known here, without its number."""
    if isinstance(error, socket.gaierror):
        return "there is no machine of that name"
    if isinstance(error, TimeoutError):
        return SAID[errno.ETIMEDOUT]
    if isinstance(error, OverflowError):
        return "no port has such a number"
    number = getattr(error, "errno", None)
    return SAID.get(number or 0, "") or getattr(error, "strerror", None) or str(error) or type(error).__name__
