"""The code that runs here as a wheel, the same bytes for the same code: an auditor may install it years later.

Beside the code it tells the libraries with which it ran, by their versions.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, metadata, requires
from importlib.metadata import version as installed
from io import BytesIO
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from wiring.build import ROOT, code

LIBRARIES: Final = "libraries.txt"
"""Where a wheel tells its libraries, among its metadata."""

_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")

_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip file can tell: when a file was laid here is no part of the code."""


def wheel(build: str, root: Path = ROOT) -> tuple[Path, bytes]:
    """The wheel of a build and the name under which it is kept: `<build>/<digest>.whl`."""
    version = metadata("furlough")["Version"]
    info = f"furlough-{version}.dist-info"
    files = dict(code(root))
    needs = metadata("furlough").get_all("Requires-Dist") or []
    head = ["Metadata-Version: 2.1", "Name: furlough", f"Version: {version}", f"Summary: build {build}"]
    files[f"{info}/METADATA"] = _lines(*head, *(f"Requires-Dist: {need}" for need in needs))
    tags = ("Wheel-Version: 1.0", "Generator: furlough", "Root-Is-Purelib: true", "Tag: py3-none-any")
    files[f"{info}/WHEEL"] = _lines(*tags)
    files[f"{info}/{LIBRARIES}"] = _lines(*(f"{name}=={version}" for name, version in sorted(libraries().items())))
    files[f"{info}/entry_points.txt"] = _lines("[console_scripts]", "furlough = furlough:main")
    rows = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in sorted(files.items())]
    files[f"{info}/RECORD"] = _lines(*rows, f"{info}/RECORD,,")
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as zipped:
        for name, content in sorted(files.items()):
            zipped.writestr(ZipInfo(name, _NO_TIME), content, ZIP_DEFLATED)
    whole = made.getvalue()
    return Path(build, f"{sha256(whole).hexdigest()}.whl"), whole


def libraries() -> dict[str, str]:
    """The libraries that are installed here because furlough needs them, or because one of those does."""
    found: dict[str, str] = {}
    waiting = list(requires("furlough") or ())
    while waiting:
        need = waiting.pop()
        name = (_NAME.match(need) or [""])[0].lower().replace("_", "-")
        if name in found or "extra ==" in need:
            continue
        try:
            found[name] = installed(name)
        except PackageNotFoundError:  # needed on another machine than this one
            continue
        waiting += requires(name) or ()
    return found


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _digest(content: bytes) -> str:
    return urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
