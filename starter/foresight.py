"""What would be answered now, by the rules of the process itself over the same facts. Nothing is sent or kept.

Of a leave, the account's and the base's answers come later in the path, and are not foretold here.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from activities.deciding import subject
from activities.facts import Library
from activities.register.database import reading
from activities.store import Store
from domain import leave
from domain.acts import Act, Ask
from domain.decider import Decider, Refused, State
from domain.facts import Facts
from domain.leave import Leave
from domain.model import Instant
from domain.refusal import Refusal
from starter.desk import Desk


def facts(desk: Desk, decider: Decider, act: Act, state: State, store: Store | None = None) -> tuple[Facts, Instant]:
    """What would be looked up for an act now, and when that is; what is sealed lies in `store`, else in the desk's."""
    library, now = Library(desk.settings.rules, store or desk.store), datetime.now(UTC)
    with reading(desk.source) as session:
        return library.look_up(session, decider.needs(act, state), act, subject(act, state), now), now


def events(desk: Desk, decider: Decider, act: Act, state: State, store: Store | None = None) -> tuple[Any, ...]:
    """To what an act would lead."""
    return decider.decide(act, state, *facts(desk, decider, act, state, store))


def refusal(desk: Desk, act: Act, state: Leave, store: Store | None = None) -> Refusal | None:
    """Why the act would be refused; None where the leave's rules have nothing against it."""
    found = events(desk, leave, act, state, store)
    return next((event.refusal for event in found if isinstance(event, Refused)), None)


def of_request(desk: Desk, ask: Ask, relation: str | None) -> Refusal | None:
    """Why a request would not be opened. The relation alone is sealed, into a store that is gone afterwards."""
    if relation is None:
        return refusal(desk, ask, leave.initial)
    with TemporaryDirectory(prefix="furlough-") as folder:
        store = Store(Path(folder) / "store")
        sealed = ask.model_copy(update={"family": store.seal(json.dumps({"relation": relation}))})
        return refusal(desk, sealed, leave.initial, store)
