"""What auditors run: the commands that seal, verify and replay the record of a mission."""

from typing import Final

FOUND: Final = 7
"""The exit code where a check found something."""

UNCHECKED: Final = 6
"""The exit code where nothing was found, but not all could be checked."""
