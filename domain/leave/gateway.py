"""The gateway of a journey: where days of travel end and charged days begin, where the pack counts so."""

from __future__ import annotations

from domain.acts import PassGateway
from domain.authority import doubtful
from domain.facts import Facts
from domain.leave.deciding import Events, during
from domain.leave.events import Noted, PassedGateway
from domain.leave.returning import recounted
from domain.leave.seeing import ALSO
from domain.leave.state import Leave
from domain.model import Instant


@during("sign-in", "close")
def pass_gateway(act: PassGateway, s: Leave, f: Facts, _: Instant) -> Events:
    """The member reached the gateway, or came back to it; told after the return, the days are counted anew.

    Movement control knows it, or who else sees people come and go; a clerk, from the travel papers.
    """
    assert s.out_at
    if act.acted_at < s.out_at or (s.in_at and act.acted_at > s.in_at):
        what, rule = f"gateway told for {act.acted_at:%Y-%m-%d %H:%M}Z, outside the absence", ("return/order-of-times",)
        return (Noted(what=what, cites=rule, irregular=rule),)
    cites = ("counting/gateway", s.rules.pack)
    passed = s.model_copy(update={f"gateway_{act.way}": act.acted_at})
    against = doubtful(act, f, s.whose, *ALSO[PassGateway])
    return (PassedGateway(way=act.way, at=act.acted_at, irregular=against, cites=cites), *recounted(passed, cites))
