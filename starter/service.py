"""`furlough service`: systemd units, so that a mission starts again by itself after a power cut or a crash."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, Literal

from cyclopts import App

from starter.flags import HERE, How, Switch
from starter.server import PORT
from starter.up import Port
from wiring import console
from wiring.disk import keep
from wiring.plainly import plainly
from wiring.running import running_address
from wiring.settings import Settings, server_environment
from wiring.trouble import Misset, NotReached

app = App(name="service", help="Start by itself: systemd units for a mission's server, worker and spool.")

Part = Literal["up", "worker", "spool"]
PARTS: Final[dict[Part, tuple[str, tuple[str, ...]]]] = {
    "up": ("server, register and worker", ("up",)),
    "worker": ("worker", ("worker",)),
    "spool": ("spool", ("spool", "run")),
}
"""What each unit runs. `up` has a worker of its own; `worker` is for a server that runs elsewhere."""

Listens = dict[str, str]
"""The flags by which `up` is told where to listen, each with its port."""
USUAL: Final[tuple[Part, ...]] = ("up", "spool")
REGISTER: Final = "FURLOUGH_DATABASE"
MARK: Final = "# Written by furlough service install, and taken away by furlough service remove."
SYSTEM: Final = Path("/etc/systemd/system")
UNIT: Final = """{mark}
[Unit]
Description=furlough {mission}: {what}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
EnvironmentFile={environment}
ExecStart={command}
{whose}KillMode=mixed
Restart=always
RestartSec=5
TimeoutStopSec=90
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy={target}
"""
"""It is started again for ever, and ended in order: what is under way has 90 s, of which a worker takes 25. Only the
first process is asked to end: were they all, the server would be gone before its worker handed in what it holds."""


@app.command
def install(
    *parts: Part,
    port: Port | None = None,
    ui_port: Port | None = None,
    folder: Path | None = None,
    start: bool = True,
    dry_run: Switch = False,
    how: How = HERE,
) -> int:
    """Write the units, and have systemd start them now and whenever the machine does. Said again, it renews them.

    Args:
        parts: up (server, register and worker), worker (of a server elsewhere), spool; else up and spool.
        port: Where the server of `up` listens; else as its unit says already, or as the mission's server runs here now.
        ui_port: Where the Temporal UI of `up` listens; else as its unit says already.
        folder: Where the units lie; else systemd's own folder, of the user or, for root, of the system. What lies in
            another one is only written: whoever takes it from there has systemd start it.
        start: Have systemd start them, now and at each start of the machine.
        dry_run: Print them; write nothing.
    """
    settings, at = Settings.load(**how.settings), folder or _place()
    if (port, ui_port) != (None, None) and "up" not in (parts or USUAL):
        raise Misset(
            "Only the unit `up` listens.",
            why=f"expected --port and --ui-port with it, got {', '.join(parts)}",
            helps="TEMPORAL_ADDRESS names the server which the others reach, as it is set when they are installed",
        )
    listens = _listens(settings, at / _name(settings, "up"), port, ui_port)
    units = {name: _unit(settings, part, listens) for part in parts or USUAL for name in [_name(settings, part)]}
    if dry_run:
        for name, text in units.items():
            console.say(f"# {name}\n{text}")
        return 0
    for name in units:
        _ours(at / name)
    try:
        at.mkdir(parents=True, exist_ok=True)
        settings.home.mkdir(parents=True, exist_ok=True)
        told = "".join(f"{name}={_quoted(value)}\n" for name, value in sorted(_told(settings).items()))
        keep(settings.home, Path(_environment(settings).name), told.encode())
        (settings.folder / "service.env").unlink(missing_ok=True)  # where an older build kept them
        for name, text in units.items():
            keep(at, Path(name), text.encode(), mode=0o644)
    except OSError as error:
        raise Misset(
            f"The units cannot be written in {at}.",
            why=plainly(error),
            known="furlough service status tells what is there",
            helps="--folder FOLDER, or as root for the whole machine",
        ) from error
    for name in units:
        console.say(f"written: {at / name}")
    if start and at == _place():
        _systemctl("daemon-reload")
        _systemctl("enable", "--now", *units)
        console.say(f"started, and at each start of the machine: {', '.join(units)}")
        if os.geteuid():
            console.note("a user's units run while the user is logged in: loginctl enable-linger keeps them running")
    return 0


@app.command
def remove(*parts: Part, folder: Path | None = None, stop: bool = True, how: How = HERE) -> int:
    """End the units in order and take them away; nothing of the mission is touched.

    Args:
        parts: Which; else all that were installed.
        folder: Where the units lie. In another than systemd's own they are only taken away.
        stop: Have systemd end them first.
    """
    settings, at = Settings.load(**how.settings), folder or _place()
    stop = stop and at == _place()
    there = [at / _name(settings, part) for part in parts or PARTS if (at / _name(settings, part)).exists()]
    for file in there:
        _ours(file)
    if not there:
        console.say(f"no unit of {settings.code} in {at}")
        return 0
    if stop:
        _systemctl("disable", "--now", *(file.name for file in there))
    for file in there:
        file.unlink()
        console.say(f"removed: {file}")
    if stop:
        _systemctl("daemon-reload")
    if not any((at / _name(settings, part)).exists() for part in PARTS):
        _environment(settings).unlink(missing_ok=True)
    return 0


@app.command
def status(*, folder: Path | None = None, how: How = HERE) -> int:
    """Which units are there, whether they are as this build would write them, and whether they run.

    Ends with 7 where one is there that does not run, or is of another build.

    Args:
        folder: Where the units lie.
    """
    settings, at = Settings.load(**how.settings), folder or _place()
    rows = [_status(settings, part, at) for part in PARTS]
    for row in rows:
        if how.json:
            console.document(row)
        elif row["unit"] == "none":
            console.say(f"{row['part']:<7} no unit")
        else:
            console.say(f"{row['part']:<7} {row['unit']}; {row['runs']}; {row['file']}")
    there = [row for row in rows if row["unit"] != "none"]
    return 0 if all(row["unit"] == "as written now" and row["runs"] == "active" for row in there) else 7


def _status(settings: Settings, part: Part, at: Path) -> dict[str, Any]:
    file = at / _name(settings, part)
    if not file.exists():
        return {"part": part, "unit": "none", "runs": "", "file": str(file)}
    wrong = _wrong(settings, part, file)
    return {
        "part": part,
        "unit": f"{wrong}: furlough service install renews it" if wrong else "as written now",
        "runs": _asked("is-active", file.name) or "systemd does not answer",
        "file": str(file),
    }


def _wrong(settings: Settings, part: Part, file: Path) -> str:
    """How a unit is another than would be written now, or would start with what is not so any more."""
    told = _environment(settings)
    if file.read_text("utf-8", "replace") != _unit(settings, part, _told_in(file)):
        return "DIFFERS"
    if not told.exists():
        return f"LACKS {told}"
    register = [line for line in told.read_text("utf-8").splitlines(True) if line.startswith(f"{REGISTER}=")]
    return "" if register == _register(settings) else f"HAS ANOTHER {REGISTER}"


def _name(settings: Settings, part: Part) -> str:
    return f"furlough-{settings.code.lower()}-{part}.service"


def _place() -> Path:
    return Path.home() / ".config/systemd/user" if os.geteuid() else SYSTEM


def _environment(settings: Settings) -> Path:
    """The file of the variables: passwords and keys may stand in it, and units are read by all.

    It lies beside the mission's folder: it is of this machine, and goes into no backup.
    """
    return settings.home / f"{settings.code}.service.env"


def use_register(settings: Settings) -> None:
    """Have the units, where there are any, use the register that is set now: a backup was laid into it."""
    file = _environment(settings)
    if not file.exists():
        return
    others = [line for line in file.read_text("utf-8").splitlines(True) if not line.startswith(f"{REGISTER}=")]
    keep(settings.home, Path(file.name), "".join(sorted([*others, *_register(settings)])).encode())


def _register(settings: Settings) -> list[str]:
    """How the units are told of the register; they need not be told of the mission's own file."""
    return [f"{REGISTER}={_quoted(settings.register_url)}\n"] if settings.register_url else []


def _told(settings: Settings) -> dict[str, str]:
    """What the service is told: this mission's settings, and how its server is reached, as it is told here now."""
    kept = {name: value for name, value in settings.environment().items() if name.startswith("FURLOUGH_")}
    kept.pop("FURLOUGH_LOG", None)
    return kept | server_environment()


def _listens(settings: Settings, unit: Path, port: int | None, ui_port: int | None) -> Listens:
    """How `up` is told where to listen: as told now; else as its unit says already, or as the server runs here now."""
    running = (running_address(settings.folder) or "").rpartition(":")[2]
    known = ({"--port": running} if running not in ("", str(PORT)) else {}) | _told_in(unit)
    told = {"--port": port, "--ui-port": ui_port}
    return known | {flag: str(number) for flag, number in told.items() if number is not None}


def _told_in(unit: Path) -> Listens:
    """Where a unit tells its server to listen; nothing where it tells nothing, or is not there."""
    text = unit.read_text("utf-8", "replace") if unit.exists() else ""
    said = next((line for line in text.splitlines() if line.startswith("ExecStart=")), "")
    return dict(re.findall(r" (--port|--ui-port) (\d+)", said))


def _unit(settings: Settings, part: Part, listens: Listens) -> str:
    what, words = PARTS[part]
    if part == "up":
        words += tuple(word for told in sorted(listens.items()) for word in told)
    program = Path(sys.executable).parent / "furlough"
    root = not os.geteuid()
    whose = f"User={_owner(settings.home)}\n" if root else ""
    return UNIT.format(
        mark=MARK,
        mission=settings.code,
        what=what,
        environment=str(_environment(settings)).replace("%", "%%"),
        command=" ".join([_quoted(str(program).replace("%", "%%")), *words]),
        whose=whose,
        target="multi-user.target" if root else "default.target",
    )


def _owner(home: Path) -> str:
    """Whose the mission's files are: the service runs as them."""
    place = next(path for path in (home, *home.parents) if path.exists())
    return pwd.getpwuid(place.stat().st_uid).pw_name


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _ours(file: Path) -> None:
    """Raises Misset where a unit of this name was written by somebody else: it is neither overwritten nor removed."""
    if file.exists() and not file.read_text("utf-8", "replace").startswith(MARK):
        raise Misset(
            f"{file} is not one of ours.",
            why="expected a unit that furlough service install wrote, got another one",
            known="nothing was changed",
            helps="move it away, or name another folder: --folder FOLDER",
        )


def _manager() -> list[str]:
    found = shutil.which("systemctl")
    if found is None:
        raise NotReached(
            "There is no systemd here.", why="expected the command systemctl, got none", helps="--no-start"
        )
    return [found, "--no-ask-password", *(["--user"] if os.geteuid() else [])]


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [*_manager(), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (systemd's own, our words)


def _systemctl(*words: str) -> None:
    """Raises NotReached where systemd does not do it; the units are written."""
    done = _run(*words)
    if done.returncode:
        raise NotReached(
            f"systemctl {words[0]} failed.",
            why=" ".join((done.stderr or done.stdout).split())[:300] or f"it ended with {done.returncode}",
            known="the units are as furlough service status tells",
            helps="does systemd run here? --no-start or --no-stop leaves it out",
        )


def _asked(*words: str) -> str:
    try:
        return _run(*words).stdout.strip()
    except NotReached:
        return ""
