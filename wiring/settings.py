"""What this installation is told about itself: flags, then the environment, then the profile file, then defaults.

Nothing else reads the environment, except `temporalio.envconfig`, which reads `TEMPORAL_*` so that furlough and the
stock command line reach the same server.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, Self, get_args

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError

from domain.model import Code, Model
from domain.wrong import expected, place_in_toml
from wiring.disk import keep
from wiring.plainly import plainly
from wiring.trouble import Misset
from wiring.unwritten import unwritten

Mission = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,15}$")]
"""A mission's code, which is also its namespace: `UNIFIL`."""
PATTERNS: Final = {get_args(Mission)[1].pattern: "a code of 2 to 16 capital letters and digits, a letter first"}
"""What the forms of settings are in words."""
HostPort = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:\[\]-]{1,255}:[0-9]{1,5}$")]
"""Where a server is reached: `hq.example:7233`."""


class Address(NamedTuple):
    """Where something listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def _address(value: object) -> object:
    """`host:port`, or a bare port of this machine; port 0 means any free one."""
    if not isinstance(value, str):
        return value
    host, _, port = value.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"expected host:port, got {value!r}")
    return Address(host or "127.0.0.1", int(port))


Listens = Annotated[Address, BeforeValidator(_address)]


class Profile(Model):
    """Who sits at this desk and where, as `furlough me` wrote it; every part may be missing."""

    mission: Mission | None = None
    post: Code | None = None
    base: Code | None = None
    person: Code | None = None
    address: HostPort | None = None
    """The mission's server, where `TEMPORAL_ADDRESS` and the connection profile name none."""

    @classmethod
    def read(cls, home: Path) -> Self:
        """The profile kept in this home; an empty one where there is none.

        Raises:
            Misset: the file cannot be read, or holds what no profile has.
        """
        path = profile_file(home)
        try:
            return cls.model_validate(tomllib.loads(path.read_text("utf-8")))
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
            raise Misset(
                f"The profile {path} cannot be used.",
                why=_reason(error),
                helps="mend it, or write it anew by furlough me",
            ) from error

    def write(self, home: Path) -> Path:
        """Keep this profile; a crash leaves the old one or the new one, never half of it.

        Raises:
            Full, Misset: the home cannot be written to.
        """
        path = profile_file(home)
        lines = (f"{key} = {json.dumps(value)}\n" for key, value in self.model_dump(exclude_none=True).items())
        try:
            home.mkdir(parents=True, exist_ok=True)
            keep(home, Path(path.name), "".join(lines).encode(), mode=0o644)
        except OSError as error:
            helps = "mend its rights, or name another home: FURLOUGH_HOME=FOLDER"
            raise unwritten(f"The profile {path} cannot be kept.", error, helps) from error
        return path


def profile_file(home: Path) -> Path:
    """Where a home keeps its profile."""
    return home / "profile.toml"


class Settings(Model):
    """All that processes and commands are told from outside."""

    home: Path
    """The folder of everything that this installation keeps: a folder per mission, the profile, the spool."""
    mission: Mission | None = None
    post: Code | None = None
    base: Code | None = None
    person: Code | None = None
    address: HostPort | None = None
    register_url: str | None = None
    rules: Path = Path(__file__).resolve().parent.parent / "rules"
    archive: str | None = None
    """Where the archive lies: a folder, or the address of an object store."""
    archive_key: Path | None = None
    """The file of the key with which the archive is signed."""
    store_key: Path | None = None
    """The file of the key with which the detail store is encrypted; it may lie on another disk."""
    smtp: Listens | None = None
    """Where mail is handed in; none is sent when this is missing."""
    log: Literal["console", "json"] = "json"
    traceback: bool = False
    """Whether a bug of a command is shown with all its places, for whoever mends it."""
    copy_minutes: int = Field(default=15, ge=0, le=1440)
    """How often `furlough spool run` renews the copy of its base; 0: never. Our default, to be confirmed."""
    health: Listens = Address("127.0.0.1", 8234)
    metrics: Listens = Address("127.0.0.1", 8235)

    @classmethod
    def load(cls, **flags: Any) -> Self:
        """What flags, the environment, the profile and defaults say, in this order; flags that are None say nothing.

        Raises:
            Misset: a value cannot be meant; the message names it and where it stands.
        """
        told = _environment() | {name: value for name, value in flags.items() if value is not None}
        home = Path(told.pop("home", "var")).expanduser().resolve()
        profile = Profile.read(home).model_dump(exclude_none=True)
        tty = {"log": "console" if sys.stderr.isatty() else "json"}
        try:
            return cls.model_validate({"home": home} | tty | profile | told)
        except ValidationError as error:
            raise Misset(
                "The settings cannot be used.",
                why=_reason(error),
                helps=f"flags, the environment (FURLOUGH_*) and {profile_file(home)} are read in this order",
            ) from error

    @property
    def code(self) -> str:
        """The mission's code.

        Raises:
            Misset: nobody named a mission.
        """
        if self.mission is None:
            raise Misset(
                "No mission is named.",
                why="expected a mission's code, got none from flags, FURLOUGH_MISSION or the profile",
                helps="furlough me --mission CODE keeps it for good; --mission CODE names it once",
            )
        return self.mission

    @property
    def folder(self) -> Path:
        """The folder of the mission."""
        return self.home / self.code

    @property
    def database(self) -> str:
        """The register's address in SQLAlchemy's form: a file of the mission unless told otherwise."""
        return self.register_url or f"sqlite:///{self.folder / 'register.db'}"

    @property
    def archive_place(self) -> str:
        """Where the archive lies: in the mission's folder unless told otherwise."""
        return self.archive or str(self.folder / "archive")

    @property
    def archive_key_file(self) -> Path:
        """Where the archive's key is kept: in the mission's folder unless told otherwise."""
        return self.archive_key or self.folder / "archive.key"

    @property
    def store_key_file(self) -> Path:
        """Where the key of the detail store is kept: in the mission's folder unless told otherwise."""
        return self.store_key or self.folder / "store.key"

    def environment(self) -> dict[str, str]:
        """The environment in which a child process loads these very settings."""
        told = ((variable, getattr(self, name)) for name, variable in _VARIABLES.items())
        return bare_environment() | {variable: str(value) for variable, value in told if value is not None}


_VARIABLES = {
    "home": "FURLOUGH_HOME",
    "mission": "FURLOUGH_MISSION",
    "post": "FURLOUGH_POST",
    "base": "FURLOUGH_BASE",
    "register_url": "FURLOUGH_DATABASE",
    "rules": "FURLOUGH_RULES",
    "archive": "FURLOUGH_ARCHIVE",
    "archive_key": "FURLOUGH_ARCHIVE_KEY",
    "store_key": "FURLOUGH_STORE_KEY",
    "smtp": "FURLOUGH_SMTP",
    "log": "FURLOUGH_LOG",
    "traceback": "FURLOUGH_TRACEBACK",
    "copy_minutes": "FURLOUGH_COPY_MINUTES",
    "health": "FURLOUGH_HEALTH",
    "metrics": "FURLOUGH_METRICS",
}
"""Settings and the variables that tell them. A person is named by a profile or a flag, never by a variable."""


def bare_environment() -> dict[str, str]:
    """This process's environment without what would turn a child to another server or another home."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "FURLOUGH_"))}


def strangers_environment() -> dict[str, str]:
    """What another's code needs of this process's environment: no address of a server or store, and no key to one."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}


def server_environment() -> dict[str, str]:
    """What this process's environment says of the server, in Temporal's own words."""
    return {name: value for name, value in os.environ.items() if name.startswith("TEMPORAL_") and value}


def _environment() -> dict[str, str]:
    return {name: os.environ[key] for name, key in _VARIABLES.items() if os.environ.get(key, "").strip()}


def _reason(error: Exception) -> str:
    if isinstance(error, tomllib.TOMLDecodeError):
        return f"expected TOML, got something else at {place_in_toml(error)}"
    if not isinstance(error, ValidationError):
        return plainly(error) if isinstance(error, OSError) else f"expected UTF-8, got other bytes: {error}"
    said = []
    for wrong in error.errors():
        key = str(wrong["loc"][0]) if wrong["loc"] else "?"
        where = f"{key} ({_VARIABLES[key]})" if key in _VARIABLES else key
        told = expected(wrong, PATTERNS)
        said.append(f"{where}: expected {told}" + ("" if ", got " in told else f", got {str(wrong['input'])[:80]!r}"))
    return "; ".join(said)
