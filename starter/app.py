"""The command line: what there is, in the order in which a clerk needs it, and how each command ends.

Commands are mounted by name and imported when they run, so that `furlough --help` answers in a blink.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from traceback import format_exception
from typing import Final, NoReturn

from cyclopts import App, CycloptsError, Group

from wiring import console
from wiring.trouble import Trouble

DAILY: Final = Group("Daily", sort_key=1)
RULES: Final = Group("Orders, accounts, register", sort_key=2)
SERVER: Final = Group("Server", sort_key=3)

COMMANDS: Final = {
    DAILY: (
        ("today", "starter.board:today", "A base today: away, leaving, due, overdue, waiting for you."),
        ("inbox", "starter.inbox:inbox", "What waits for your post."),
        ("find", "starter.find:find", "Find leaves by state, unit, member or date."),
        ("show", "starter.show:show", "Where a leave stands, why, and who must act by when."),
        ("watch", "starter.watch:watch", "Follow a leave until it ends."),
        ("me", "starter.profile:me", "Say who sits at this desk, once for all commands."),
        ("request", "starter.request:request", "Ask for leave: for one member, or for thousands from a CSV file."),
        ("attach", "starter.attach:attach", "Lay papers to a leave."),
        ("attest", "starter.acts:attest", "Say how a family emergency was checked, and whether it holds."),
        ("approve", "starter.acts:approve", "Consent to a leave, or to the extension asked for."),
        ("deny", "starter.acts:deny", "Say no, with the reason."),
        ("clear", "starter.acts:clear", "Let a leave go to the base's ledger (clearance officer)."),
        ("confirm-travel", "starter.acts:confirm_travel", "Confirm the journey (movement control)."),
        ("check-off", "starter.acts:check_off", "Record that what an order wants before departure is done."),
        ("unbook", "starter.acts:unbook", "Take a passenger off a flight's manifest (movement control)."),
        ("sign-out", "starter.acts:sign_out", "Record who left the base, and when."),
        ("sign-in", "starter.acts:sign_in", "Record who is back, and when."),
        ("gateway", "starter.acts:gateway", "Record who reached the gateway of a journey, or came back to it."),
        ("report", "starter.acts:report", "Tell that a member is held up, or in hospital."),
        ("extend", "starter.acts:extend", "Ask to stay away longer."),
        ("finding", "starter.acts:finding", "Find of days after the last day: excused, charged, absent."),
        ("recall", "starter.recall:app", "Call a member back from leave; whom to call back first: plan."),
        ("roll-call", "starter.roll_call:roll_call", "Who is away, who was reached, and whom still to call."),
        ("contact", "starter.acts:contact", "Tell that a member who is away was called, and reached or not."),
        ("told", "starter.acts:told", "Tell who was told of a decision, by whom, how and when."),
        ("withdraw", "starter.acts:withdraw", "Take a request back (the member)."),
        ("cancel", "starter.acts:cancel", "Revoke an approved leave (an authority)."),
        ("correct", "starter.acts:correct", "Put a typing mistake right."),
        ("countersign", "starter.acts:countersign", "Confirm what a clerk recorded for you, or another for your post."),
        ("review", "starter.acts:review", "Look at what one person decided in two capacities."),
    ),
    RULES: (
        (
            "order",
            "starter.orders:order",
            "Base and mission orders: issue, amend, rescind, countersign, attach, list, show, explain.",
        ),
        ("etp", "starter.exemptions:etp", "Exempt a leave from an order (exception to policy)."),
        ("flight", "starter.flights:app", "Flights: list, manifest, move, cancel (movement control)."),
        ("strength", "starter.strength:strength", "Strength of units: show, set, let one more go."),
        ("account", "starter.account:app", "A member's leave account."),
        ("member", "starter.members:app", "The end of a member's time: leaves end, the account is handed over."),
        ("mission", "starter.members:mission", "The end of the mission: every open leave gets its end."),
        ("export", "starter.export:app", "What the pay or personnel system is to take over."),
        ("register", "starter.register:app", "Members, posts, flights: import and look up."),
        ("rules", "starter.rules:app", "Rule packs: list, show, check."),
    ),
    SERVER: (
        ("up", "starter.up:up", "Run a mission on this machine: server, UI, register, worker."),
        ("worker", "worker:main", "Run a worker for a mission's server."),
        ("fairness", "audit.fairness:fairness", "How the mission's authorities decide, by group."),
        ("audit", "audit.commands:app", "Proofs over what was recorded."),
        ("demo", "starter.demo:demo", "The whole story of one leave, in a minute."),
        ("spool", "starter.spool:app", "Acts that wait for an outcome: list, show, send, set aside."),
        ("drill", "drills.command:drill", "Break things while leaves go on, and prove that nothing was lost."),
        ("server", "starter.backup:app", "The mission's files: back them up while it runs, lay them back."),
        ("service", "starter.service:app", "Start by itself: systemd units for server, worker and spool."),
        ("copy", "starter.copying:copy", "Keep a copy of what this base may read, for when the link is down."),
        ("forms", "starter.forms:forms", "Print the forms for a base without power: request, decisions, gate."),
        ("reconcile", "starter.reconcile:reconcile", "Give back what belongs to leaves that are gone."),
        ("schemas", "starter.schemas:schemas", "JSON Schemas of all acts and results."),
        ("chart", "starter.chart:chart", "The way of a leave as a Mermaid state chart."),
    ),
}

KNOWN: Final = tuple(name for mounted in COMMANDS.values() for name, _, _ in mounted)

_ENDED: Final = "\nended on your word; what was recorded is kept"


def commands() -> App:
    """The tree of all commands."""
    app = App(
        name="furlough",
        help="Durable leave for peacekeeping missions, from the request to the return.",
        version_flags=["--version"],
        help_flags=["--help", "-h"],
        suppress_keyboard_interrupt=False,
        console=console.pages,
    )
    place = 0
    for group, mounted in COMMANDS.items():
        for name, where, what in mounted:
            place += 1
            app.command(where, name=name, help=what, group=group, sort_key=place)
    return app


def run(words: Sequence[str]) -> int:
    """Run one command line. Returns the exit code; whatever goes wrong has been told on standard error."""
    if torn := [word for word in words if not _is_text(word)]:
        return _tell(_not_text(torn[0]), 2)
    if words and not words[0].startswith("-") and words[0] not in KNOWN:
        return _tell(_unknown(words[0]), 2)
    try:
        code = commands()(words, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        from starter.usage import wrong

        return _tell(wrong(error), 2)
    except Trouble as trouble:
        return _tell(str(trouble), trouble.code)
    except (KeyboardInterrupt, EOFError):
        return _tell(_ENDED, 130)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  # the last line of defence: told as what it is, a bug
        return _tell(*_unforeseen(error))
    return code if isinstance(code, int) else 0


def main() -> NoReturn:
    """The command `furlough`.

    Ends without the interpreter's own shutdown, in which the SDK's threads may crash after all has been said.
    """
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)


def _is_text(word: str) -> bool:
    """Whether an argument came in UTF-8: Python keeps other bytes as half characters, which nothing can write."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _not_text(word: str) -> str:
    seen = word.encode("utf-8", "replace").decode()[:60]
    return (
        f"The argument {seen!r} cannot be read.\n"
        "why    expected text in UTF-8, got other bytes\n"
        "known  nothing was changed\n"
        "next   type it again, or set the terminal to UTF-8"
    )


def _tell(message: str, code: int) -> int:
    from wiring.console import warn

    warn(message)
    return code


def _unknown(word: str) -> str:
    near = get_close_matches(word, KNOWN, n=3)
    return f"There is no command {word[:40]!r}.\nnext   " + (
        f"furlough {' or '.join(near)}?" if near else "furlough --help"
    )


def _unforeseen(error: Exception) -> tuple[str, int]:
    """What is no Trouble: an answer that the register owes us, an impossible value, or a bug."""
    from pydantic import ValidationError

    from starter.wrong import misread

    kind = type(error).__name__
    if isinstance(error, ValidationError):
        return str(misread(error)), 2
    if kind == "PackError":
        return (
            f"{error}\nnext   mend the file in the rules folder; furlough rules check FILE tells all that is wrong",
            2,
        )
    if kind == "RegisterUnavailable":
        helps = "again when it is back: does its database run, is its disk full, is FURLOUGH_DATABASE another?"
        return f"{error}\nknown  nothing was changed, and nothing is kept\nnext   {helps}", 4
    return _bug(error), 1


def _bug(error: Exception) -> str:
    """Type and place are told; texts are not, since they may quote what a person wrote."""
    from wiring.disk import private
    from wiring.logs import place_of_errors
    from wiring.settings import Settings

    told = place_of_errors(None, "", {"event": "bug", "exc_info": error})["error"]
    try:
        settings = Settings.load()
        file = settings.home / "bugs.log"
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "a", encoding="utf-8", opener=private) as lines:
            lines.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {' <- '.join(told)}\n")
        log, whole = f"kept in {file}", settings.traceback
    except (OSError, Trouble):
        log, whole = "it could not be kept in a log", False
    if whole:
        return "".join(format_exception(error))
    return (
        f"This is a bug of furlough: {told[0]}.\n"
        f"known  {log}; an act that was under way may have been recorded: furlough show tells\n"
        "next   report that line; FURLOUGH_TRACEBACK=1 shows all of it"
    )
