"""What names the code that runs here in every history: its version, and the commit where there is a checkout."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""Where the packages of this installation lie."""


def build_id() -> str:
    """`0.1.0+3f2a9c1b7d4e`."""
    head = ROOT / ".git" / "HEAD"
    commit = ""
    if head.is_file():
        ref = head.read_text().strip()
        branch = head.parent / ref.removeprefix("ref: ")
        commit = (branch.read_text().strip() if ref.startswith("ref: ") and branch.is_file() else ref)[:12]
    return "+".join(filter(None, (version("furlough"), commit if commit.isalnum() else "")))
