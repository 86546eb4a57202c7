"""`furlough schemas`: what may be said to each process and what it answers, as JSON Schemas made from the models.

They are for whoever drives a leave with another program, or with the stock command line of Temporal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import TypeAdapter

from domain import account, garrison, leave, register
from domain.acts import Act, BaseAct, LeaveAct, MemberAct, RegisterAct
from domain.decider import Entry
from domain.orders import Order
from domain.packs import schema as pack_schema
from starter.flags import Switch
from wiring import console
from wiring.plainly import plainly
from wiring.trouble import Misset

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "schemas"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
STALE: Final = 7

TOLD: Final[dict[str, tuple[str, Any]]] = {
    "acts-of-a-leave": ("What may be said to a leave", LeaveAct),
    "acts-of-a-base": ("What may be said to a base", BaseAct),
    "acts-of-a-member": ("What may be said to a member's account", MemberAct),
    "acts-of-the-register": ("What may be said to the register", RegisterAct),
    "entry-of-a-leave": ("An entry of a leave's journal", Entry[leave.LeaveEvent]),
    "entry-of-a-base": ("An entry of a base's journal", Entry[garrison.GarrisonEvent]),
    "entry-of-a-member": ("An entry of an account's journal", Entry[account.AccountEvent]),
    "entry-of-the-register": ("An entry of the register's journal", Entry[register.RegisterEvent]),
    "outcome-of-a-leave": ("What a leave answers", leave.LeaveOutcome),
    "outcome-of-a-base": ("What a base answers", garrison.GarrisonOutcome),
    "outcome-of-a-member": ("What a member's account answers", account.AccountOutcome),
    "outcome-of-the-register": ("What the register answers", register.RegisterOutcome),
    "face-of-a-leave": ("How a leave stands, by the query face", leave.Face),
    "order": ("An order, one version", Order),
}
"""By file name: title, and the type."""


def schemas(*, check: Switch = False, folder: Path = FOLDER) -> int:
    """Write the JSON Schemas of all acts, entries, outcomes, orders and rule packs.

    Args:
        check: Write nothing; exit with 7 where a file has fallen behind the models.
        folder: Where they are kept.
    """
    made = dict(texts())
    if check:
        stale = stale_in(folder, made)
        for name in stale:
            console.warn(f"{folder / name} is not what the models say")
        if stale:
            console.warn("next   furlough schemas writes them anew")
        else:
            console.say(f"{len(made)} schemas are what the models say")
        return STALE if stale else 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (folder / name).write_text(text, "utf-8")
        for name in _others(folder, made):
            (folder / name).unlink()
    except OSError as error:
        raise Misset(
            f"The schemas cannot be written to {folder}.", why=plainly(error), helps="--folder FOLDER"
        ) from error
    console.say(f"{len(made)} schemas written to {folder}")
    return 0


def texts() -> Iterator[tuple[str, str]]:
    """Each schema as file name and text: one per act, and one for each thing that is said or answered."""
    for name, (title, kind) in TOLD.items():
        yield f"{name}.json", _text(title, TypeAdapter(kind).json_schema())
    for act in _acts():
        kind = act.model_fields["kind"].default
        yield f"act-{kind}.json", _text(f"The act {kind}", act.model_json_schema())
    yield "rule-pack.json", _text("A rule pack", pack_schema())


def _acts() -> Iterator[type[Act]]:
    """Every act there is, whoever it is said to."""
    for spoken in (LeaveAct, BaseAct, MemberAct, RegisterAct):
        yield from get_args(get_args(spoken)[0])


def stale_in(folder: Path, made: dict[str, str]) -> list[str]:
    """The names of files which are missing, differ, or belong to nothing any more."""
    kept = {name: (folder / name).read_text("utf-8") if (folder / name).exists() else None for name in made}
    return sorted([*(name for name, text in made.items() if kept[name] != text), *_others(folder, made)])


def _others(folder: Path, made: dict[str, str]) -> list[str]:
    return [path.name for path in folder.glob("*.json") if path.name not in made]


def _text(title: str, schema: dict[str, Any]) -> str:
    whole = {"$schema": DIALECT, **schema, "title": title}
    return json.dumps(whole, indent=2, ensure_ascii=False, sort_keys=False) + "\n"
