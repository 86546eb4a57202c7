"""`furlough demo`: a mission in `var/demo`, and one emergency leave from the request to its end, by the real commands.

Three weeks of the leave's life pass in seconds on the leave's own clock; nothing else is played.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from typing import Final
from zoneinfo import ZoneInfo

from domain.garrison import Garrison
from domain.ids import base_workflow
from domain.model import DAY, HOUR, date
from starter.demo_dates import EXAMPLES, examples, shift
from starter.flags import Switch
from starter.lock import only_one
from starter.mission import running
from starter.stage import ROOT, Stage, number_in
from starter.up import cancel_on_signal
from wiring import console
from wiring.connect import connect
from wiring.disk import own
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings
from wiring.trouble import Misset

MISSION: Final = "UNEX"
BASE: Final = "NAQ"
ZONE: Final = ZoneInfo("Asia/Beirut")

MEMBER: Final = ("--as", "GHA-1015")
VERIFIER: Final = ("--as", "IRL-1003", "--post", "VO")
COMMANDER: Final = ("--as", "GHA-1004", "--post", "CO-GHABATT-A")
DEPUTY: Final = ("--as", "GHA-1005", "--post", "DCO-GHABATT-A")
SECTOR: Final = ("--as", "GHA-1001", "--post", "SC-NORTH")
FORCE: Final = ("--as", "IRL-1001", "--post", "FC")
MOVCON: Final = ("--as", "USA-1005", "--post", "MOV-NAQ")
GATE: Final = ("--as", "GHA-1006", "--post", "GATE-NAQ")
CLERK: Final = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", BASE)


def demo(*, keep: Switch = False) -> int:
    """Run the example mission and one emergency leave through every step, in var/demo, anew each time.

    Args:
        keep: Leave server, worker and Temporal UI running afterwards, until Ctrl-C.
    """
    home = Settings.load().home / "demo"
    try:
        return asyncio.run(_demo(Settings(home=home, mission=MISSION, base=BASE), keep=keep))
    except asyncio.CancelledError:  # a signal: all has ended in order by now
        console.say(f"ended on your word; FURLOUGH_HOME={home} furlough up --mission {MISSION} goes on where it stood")
        return 130


async def _demo(settings: Settings, *, keep: bool) -> int:
    began = time.monotonic()
    cancel_on_signal()
    await _fresh(settings)
    today = datetime.now(ZONE).date()
    if shift(today):
        console.say(
            f"Today is {today}: the days of the example mission are moved by {shift(today).days} days to lie around it."
        )
    source = await asyncio.to_thread(examples, today, settings.home / "examples")
    shown = str(source.relative_to(ROOT)) if source.is_relative_to(ROOT) else str(source)
    async with running(settings, 0, 0, time_skipping=True) as mission:
        ui = f"{mission.server.ui}/namespaces/{MISSION}/workflows"
        console.say(f"{MISSION} is up in {settings.folder}: server {mission.server.address}, Temporal UI {ui}")
        stage = Stage(settings, await connect(settings, [FurloughPlugin()]), ZONE)
        await _mission(stage, shown)
        leave = await _leave(stage, today)
        await _afterwards(stage, leave)
        console.say("")
        console.say(f"The demo took {time.monotonic() - began:.0f} s.")
        console.say(f"Temporal UI: {ui}" + ("" if keep else ", as long as the mission is up"))
        if keep:
            console.say("Ctrl-C ends all in order.")
            with suppress(asyncio.CancelledError):
                raise await mission.broken()
    console.say(f"To look around in it: FURLOUGH_HOME={settings.home} furlough up --mission {MISSION}")
    return 0


async def _fresh(settings: Settings) -> None:
    """An empty folder; not while a demo still runs in it."""
    if settings.home.exists():
        own(settings.folder)
        async with only_one(settings.folder):
            pass
        await asyncio.to_thread(shutil.rmtree, settings.home)
    await asyncio.to_thread(own, settings.folder)


async def _mission(stage: Stage, examples: str) -> None:
    """The register, the orders of two authorities, and what members have handed in on paper."""
    stage.scene("The mission: register, orders, requests")
    await stage.run("register", "import", f"{examples}/mission")
    names = {"MO": FORCE, "LO": SECTOR}
    files = {key: sorted(str(f) for f in (EXAMPLES / "orders").glob(f"{key}-*.toml")) for key in names}
    issued = [
        stage.hear("order", "issue", *(f"{examples}/orders/{f.rsplit('/', 1)[1]}" for f in files[key]), *who)
        for key, who in names.items()
    ]
    for said in await asyncio.gather(*issued):
        stage.echo(said)
    # Some are refused, as the example means it: that is exit code 6.
    await stage.run("request", "--from", f"{examples}/requests.csv", *CLERK, may=(6,))


async def _leave(stage: Stage, today: date) -> str:
    """One emergency leave, step by step."""
    first, last, longer = today + 3 * DAY, today + 19 * DAY, today + 23 * DAY

    def at(day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, clock_time(hour, minute), ZONE).astimezone(UTC)

    def local(moment: datetime) -> str:
        return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"

    now = datetime.now(UTC)
    stage.scene("The member asks, and the emergency is attested", now)
    asked = await stage.run(
        *("request", *MEMBER, "--kind", "emergency", "--first", str(first), "--last", str(last)),
        *("--destination", "BEY", "--relation", "parent"),
    )
    number = number_in(asked)
    leave = await _id_of(stage, number)
    await stage.run("attest", number, "--method", "red-cross", *VERIFIER)

    face = await stage.face(leave)
    stage.scene(f"Nobody answers for {face.posts[0]}: a reminder, then the deputy's turn", face.since)
    console.say(
        "(Only the leave's own clock is moved. The base and the account have none; what is said to them is of today.)"
    )
    await stage.pass_until(leave, (face.since or now) + 2 * HOUR + timedelta(minutes=1))

    stage.scene("Leave is stopped at the base; the deputy approves all the same", await stage.clock(leave))
    await stage.run(
        *("order", "issue", "--number", "LO-040", "--base", BASE, "--title", "Leave stopped", "--stop-leave"),
        *("--until", local(at(longer, 5)), "--etp", "SC-NORTH", "--ground", "humanitarian", *SECTOR),
    )
    await stage.run("approve", number, "--at", local(await stage.clock(leave)), *DEPUTY)
    await stage.face(leave)
    await stage.run("order", "explain", number)

    stage.scene("The sector commander exempts it: cleared, seat booked, journey confirmed", await stage.clock(leave))
    await stage.run(
        *("etp", "grant", number, "--order", "LO-040.1", "--ground", "humanitarian", "--reason", "As sealed"),
        *SECTOR,
    )
    await stage.face(leave)
    await stage.run("confirm-travel", number, "--at", local(await stage.clock(leave)), *MOVCON)

    out = at(first, 6, 40)
    await stage.pass_until(leave, out)
    stage.scene("Signed out at the gate", await stage.clock(leave))
    await stage.run("sign-out", number, "--at", local(out), *GATE)

    asks = at(last - 4 * DAY, 9)
    await stage.pass_until(leave, asks)
    stage.scene("Two weeks later: the funeral is delayed, the member asks to stay longer", await stage.clock(leave))
    await stage.run(
        "extend", number, "--last", str(longer), "--reason", "The funeral is delayed", "--at", local(asks), *MEMBER
    )
    await stage.run("approve", number, "--at", local(asks), *COMMANDER)

    back = at(longer, 17, 10)
    await stage.pass_until(leave, back)
    stage.scene("Back on the base, settled by the days really taken", await stage.clock(leave))
    await stage.run("sign-in", number, "--at", local(back), *GATE)
    await stage.face(leave)
    await stage.pass_until(leave, back + 60 * DAY)
    stage.scene("The whole story")
    await stage.run("show", number, *CLERK)
    return leave


async def _id_of(stage: Stage, number: str) -> str:
    """The leave which has a control number, as its base knows it."""
    state: Garrison = await stage.client.get_workflow_handle(base_workflow(BASE)).query("state", result_type=Garrison)
    found = next((leave for leave, line in state.leaves.items() if line.number == number), None)
    if found is None:
        raise Misset(f"The base knows no {number}.")
    return found


async def _afterwards(stage: Stage, leave: str) -> None:
    """The base's day, and the proofs over the story."""
    today, checks = await asyncio.gather(
        stage.hear("today", *COMMANDER, "--base", BASE), stage.hear("audit", "check", leave)
    )
    stage.scene("The base today")
    stage.echo(today)
    stage.scene("Three checks on the history of that leave")
    stage.echo(checks)
