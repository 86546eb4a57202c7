"""What runs for a mission on this machine, as the embedded server's owner wrote it down."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from domain.model import Model
from wiring.disk import keep


class Running(Model):
    """An embedded server and the process that looks after it, which holds the mission's lock."""

    owner: int
    """The process id of whom to ask when it shall end."""
    address: str
    ui: str

    @classmethod
    def read(cls, folder: Path) -> Running | None:
        """What was written last; nothing where none runs, or where a crash tore the file."""
        try:
            return cls.model_validate_json(_file(folder).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def write(self, folder: Path) -> None:
        """Make it known."""
        keep(folder, Path(_file(folder).name), f"{self.model_dump_json()}\n".encode())

    @staticmethod
    def forget(folder: Path) -> None:
        """Nothing runs any more."""
        _file(folder).unlink(missing_ok=True)


def running_address(folder: Path) -> str | None:
    """Where the embedded server of this mission's folder listens, if one was started and not ended in order."""
    running = Running.read(folder)
    return running.address if running else None


def _file(folder: Path) -> Path:
    return folder / "running.json"
