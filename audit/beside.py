"""What is sealed beside the histories: evidence, imports, rule packs, order texts, and the code of each build.

Imports and orders are found in the histories of the register and the bases, which say what was imported and ordered;
the rest lies in folders of the mission.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel
from temporalio.api.history.v1 import History
from temporalio.converter import DataConverter

from activities.register.database import RegisterUnavailable
from activities.store import NoKey, NotKept, Store, Tampered
from audit.identities import IDS, listed
from audit.results import results
from domain.decider import Decision
from domain.garrison import GarrisonAnswers
from domain.garrison.events import OrderIssued
from domain.ids import base_workflow
from domain.register import RegisterAnswers
from domain.register.events import Imported
from wiring.settings import Settings


class Beside(NamedTuple):
    """A file that is to be sealed; its content is read when that is known to be so."""

    what: str
    name: str
    digest: str
    """The SHA-256 of the content, where the name or a record tells it already."""
    read: Callable[[], bytes]
    """Raises Unkept where it cannot be had as it was."""


def in_folders(settings: Settings, store: Store) -> Iterator[Beside]:
    """Evidence, rule packs, the wheels of builds that worked here, and whose the register's ids are."""
    for path in sorted((store.folder / "files").glob("*/*")):
        if not path.name.startswith("."):
            yield Beside("evidence", path.name, path.name, partial(_stored, store, path.name))
    for path in sorted(settings.rules.glob("*.toml")):
        yield Beside("pack", path.name, "", partial(_laid, path))
    for path in sorted((settings.folder / "builds").glob("*/*.whl")):
        yield Beside("wheel", path.parent.name, "", partial(_laid, path))
    yield from _identities(settings)


def _identities(settings: Settings) -> Iterator[Beside]:
    try:
        version, content = listed(settings)
    except RegisterUnavailable as error:
        yield Beside("import", IDS, "", partial(_unhad, f"the register did not answer: {error}"))
    except Exception as fault:  # noqa: BLE001  (a line that was edited there must not keep all else from being sealed)
        yield Beside("import", IDS, "", partial(_unhad, f"the register cannot be read ({type(fault).__name__})"))
    else:
        if version:
            yield Beside("import", f"{version}/{IDS}", "", partial(bytes, content))


def _unhad(why: str) -> bytes:
    raise Unkept(why)


def _laid(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unkept(f"it cannot be read: {error.strerror}") from error


async def in_history(
    type_: str, workflow_id: str, history: History, converter: DataConverter, store: Store
) -> AsyncIterator[Beside]:
    """What the history of a base or of the register cites.

    What nobody can read of it (whoever edits the server's file may write what they like) is one such thing too, which
    cannot be had: what the rest cites is told all the same.
    """
    name, answers = {
        "BaseWorkflow": ("decide-base", GarrisonAnswers),
        "RegisterWorkflow": ("decide-register", RegisterAnswers),
    }.get(type_, ("", None))
    try:
        decided = [result for result in results(history.events) if result.name == name] if name else []
    except Exception as fault:  # noqa: BLE001  (an edited history may break anything on the way to being read)
        yield _unread("results", fault)
        return
    for result in decided:
        kind: Any = answers
        try:
            (made,) = await converter.decode(list(result.payloads), [kind])
        except Exception as fault:  # noqa: BLE001  (the same)
            yield _unread(f"result of event {result.event_id}", fault)
            continue
        for event in (event for each in made if isinstance(each, Decision) for event in each.events):
            match event:
                case OrderIssued():
                    base = workflow_id.removeprefix(base_workflow(""))
                    yield Beside("order", f"{base}/{event.order.name}", "", partial(_text, event.order))
                case Imported():
                    for file, digest in sorted(event.files.items()):
                        yield Beside("import", f"{event.version}/{file}", digest, partial(_stored, store, digest))


def _unread(what: str, fault: Exception) -> Beside:
    """Only the kind of the fault is told: its words would have what the record holds."""
    why = f"what it cites is not known, since it cannot be read ({type(fault).__name__})"
    return Beside("the", what, "", partial(_unhad, why))


class Unkept(Exception):
    """A file that is to be sealed cannot be had: it is gone, changed, or not to be read."""


def _stored(store: Store, digest: str) -> bytes:
    try:
        return store.get(digest)
    except (NotKept, Tampered, NoKey) as error:
        raise Unkept(str(error)) from error


def _text(order: BaseModel) -> bytes:
    """An order as it was recorded: JSON, keys sorted."""
    return json.dumps(order.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, indent=1).encode() + b"\n"
