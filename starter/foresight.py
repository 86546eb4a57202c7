"""What a leave would answer now, by its own rules over the same facts. Nothing is sent and nothing is kept.

The account's and the base's answers come later in the path, and are not foretold here.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from activities.deciding import subject
from activities.facts import Library
from activities.register.database import reading
from activities.store import Store
from domain import leave
from domain.acts import Act, Ask
from domain.decider import Refused
from domain.leave import Leave
from domain.refusal import Refusal
from starter.desk import Desk


def refusal(desk: Desk, act: Act, state: Leave, store: Store | None = None) -> Refusal | None:
    """Why the act would be refused; None where the leave's rules have nothing against it."""
    library, now = Library(desk.settings.rules, store or desk.store), datetime.now(UTC)
    with reading(desk.source) as session:
        facts = library.look_up(session, leave.needs(act, state), act, subject(act, state), now)
    events = leave.decide(act, state, facts, now)
    return next((event.refusal for event in events if isinstance(event, Refused)), None)


def of_request(desk: Desk, ask: Ask, relation: str | None) -> Refusal | None:
    """Why a request would not be opened. The relation alone is sealed, into a store that is gone afterwards."""
    if relation is None:
        return refusal(desk, ask, leave.initial)
    with TemporaryDirectory(prefix="furlough-") as folder:
        store = Store(Path(folder))
        sealed = ask.model_copy(update={"family": store.seal(json.dumps({"relation": relation}))})
        return refusal(desk, sealed, leave.initial, store)
