"""Calls to members who are away, and who was told what, by whom, how and when (doctrine: return). All observations."""

from __future__ import annotations

from domain.acts import Contact, WasTold
from domain.authority import observed_by_post
from domain.facts import Facts
from domain.leave.abroad import Contacted, MemberTold
from domain.leave.deciding import Events, during
from domain.leave.state import Leave
from domain.model import Instant


@during("sign-in")
def contact(act: Contact, s: Leave, f: Facts, _: Instant) -> Events:
    """The member was called while away; each call of a roll is one such entry."""
    before = ("return/order-of-times",) if s.out_at and act.acted_at < s.out_at else ()
    marks = (*before, *observed_by_post(act, f, "return/contact"))
    return (Contacted(via=act.via, reached=act.reached, irregular=marks, cites=("return/contact",)),)


@during("hold", "end")
def was_told(act: WasTold, _: Leave, f: Facts, __: Instant) -> Events:
    """Who says it has told them; of a recall the member is waited for to be told."""
    marks = observed_by_post(act, f, "return/told")
    return (MemberTold(about=act.about, whom=act.whom, via=act.via, irregular=marks, cites=("return/told",)),)
