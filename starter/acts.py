"""One command for each act on a leave, made from the list of acts: its words are the help, its fields the flags."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from datetime import date
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from cyclopts import Parameter

from domain import acts
from domain.acts import Act, Sealed
from domain.model import Instant
from starter import receipts, speaking
from starter.desk import Desk, at_desk
from starter.flags import HERE, How
from starter.saying import AT_ONCE, Saying, own_fields
from starter.silence import GONE, Silence
from starter.speaking import OWN, For
from wiring import console, sheets
from wiring.trouble import Misset, NotReached

Command = Callable[..., Coroutine[Any, Any, int]]

_WORDS: Final = {
    "leaves": "Leave ids, control numbers, their last digits (412 415-420), service numbers; - reads standard input.",
    "sheet": "A CSV file with a column leave, and any of: at, and the flags of this act.",
    "at": 'When it was said or seen, on the base\'s clock: "2026-12-20 08:00", or 08:00 of today; else now.',
    "dry_run": "Show what would be said, and say nothing.",
}


def command(kind: type[Act], name: str) -> Command:
    """The command which says this act."""
    columns = ("at", *own_fields(kind))

    async def act(
        *leaves: str,
        sheet: Path | None = None,
        dry_run: bool = False,
        whose: For = OWN,
        how: How = HERE,
        **said: Any,
    ) -> int:
        work = [
            *sheets.named(leaves, partial(_meant, name, kind)),
            *(sheets.read(sheet, "leave", columns) if sheet else ()),
        ]
        if not work:
            helps = f"furlough {name} 412 413 415-420, or - for standard input, or --sheet FILE.csv"
            raise Misset("No leave is named.", why="expected at least one", helps=helps)
        flags = {column: value for column, value in said.items() if value is not None}

        def saying_at(desk: Desk) -> Saying:
            who, papers = speaking.speaker(desk, whose), speaking.kept(desk, whose.evidence, dry_run=dry_run)
            return Saying(desk, name, kind, who, papers, flags, dry_run=dry_run)

        alone = None if dry_run or len(work) > 1 else lambda desk: saying_at(desk).unasked(work[0])
        async with at_desk(acting=not dry_run, many=len(work) > 1, said=alone, **how.settings) as desk:
            saying = saying_at(desk)
            speaking.introduce(desk, saying.who)
            told: list[receipts.Answer] = []
            silence = Silence(desk)
            try:
                async with aclosing(sheets.answers(work, saying.answer, AT_ONCE)) as answers:
                    async for bare in answers:
                        answer = bare.model_copy(update={"line": work[len(told)].number})
                        receipts.show(answer, desk, json=how.json)
                        told.append(answer)
                        if silence.lasts(answer) and dry_run:
                            console.warn(receipts.broken_off(name, told, len(work), "the same command again", GONE))
                            return NotReached.code
            except asyncio.CancelledError:
                console.warn(receipts.broken_off(name, told, len(work), "the same command again"))
                raise
            return sheets.exit_code(answer.code for answer in told)

    act.__name__, act.__doc__ = name.replace("-", "_"), inspect.getdoc(kind)
    signature = _signature(kind)
    act.__signature__ = signature  # type: ignore[attr-defined]  # cyclopts reads it
    act.__annotations__ = {name: each.annotation for name, each in signature.parameters.items()}
    return act


def _meant(name: str, kind: type[Act], word: str) -> str:
    """Which flag was perhaps meant: one of another spelling, or the one of which the word is a value."""
    said, shapes = word.lstrip("-").partition("=")[0], own_fields(kind)
    of = next((flag for flag, shape in shapes.items() if said in get_args(shape)), None)
    flags = [field.replace("_", "-") for field in ("sheet", "at", "dry_run", *shapes)]
    near = [of.replace("_", "-") + f" {said}"] if of else get_close_matches(said, flags, n=1)
    return f"furlough {name} .. --{near[0]}?" if near else f"furlough {name} --help tells its flags"


def _signature(kind: type[Act]) -> inspect.Signature:
    """Leaves first, then what the act says, then who speaks. No flag is required, since a sheet may say it."""
    flags: dict[str, tuple[Any, Any]] = {
        "sheet": (Annotated[Path | None, Parameter(help=_WORDS["sheet"])], None),
        "at": (Annotated[str | None, Parameter(help=_WORDS["at"])], None),
        **{name: (_flag(kind, name, shape), None) for name, shape in own_fields(kind).items()},
        "dry_run": (Annotated[bool, Parameter(help=_WORDS["dry_run"], negative="")], False),
        "whose": (For, OWN),
        "how": (How, HERE),
    }
    leaves = Annotated[str, Parameter(help=_WORDS["leaves"], allow_leading_hyphen=True)]
    return inspect.Signature(
        [
            inspect.Parameter("leaves", inspect.Parameter.VAR_POSITIONAL, annotation=leaves),
            *(
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=shape, default=default)
                for name, (shape, default) in flags.items()
            ),
        ],
        return_annotation=int,
    )


def _flag(kind: type[Act], name: str, shape: Any) -> Any:
    """What the command line takes for a field. Days and times stay words: they are read as the cells of a sheet are."""
    needed = "required" if kind.model_fields[name].is_required() and name != "of" else ""
    words = {date: "A day: 2026-12-20", Instant: "On the base's clock", Sealed: "Sealed into the detail store"}
    taken = shape | None if shape is bool else shape | None if get_origin(shape) is Literal else str | None
    return Annotated[taken, Parameter(help="; ".join(filter(None, (words.get(shape, ""), needed))))]


attest = command(acts.Attest, "attest")
approve = command(acts.Approve, "approve")
deny = command(acts.Deny, "deny")
clear = command(acts.Clear, "clear")
confirm_travel = command(acts.ConfirmTravel, "confirm-travel")
check_off = command(acts.CheckOff, "check-off")
sign_out = command(acts.SignOut, "sign-out")
sign_in = command(acts.SignIn, "sign-in")
gateway = command(acts.PassGateway, "gateway")
report = command(acts.Report, "report")
extend = command(acts.Extend, "extend")
finding = command(acts.Find, "finding")
contact = command(acts.Contact, "contact")
told = command(acts.WasTold, "told")
withdraw = command(acts.Withdraw, "withdraw")
cancel = command(acts.Cancel, "cancel")
correct = command(acts.Correct, "correct")
countersign = command(acts.Countersign, "countersign")
unbook = command(acts.Unbook, "unbook")
review = command(acts.Review, "review")
