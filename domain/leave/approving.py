"""The desks' consent (attestation, approval, clearance), and taking it back."""

from __future__ import annotations

from domain.acts import Act, Approve, Cancel, Clear, Deny
from domain.authority import at_desk, separate
from domain.decider import refused
from domain.facts import Facts, HeldPost
from domain.leave.asking import already
from domain.leave.backdating import judged_at
from domain.leave.capacities import granted
from domain.leave.confirming import unconfirmed
from domain.leave.deciding import Events, during, from_server, no
from domain.leave.events import Approved, Disowned, Ended, ExtensionApproved, ExtensionEnded, Noted, OfficerCleared
from domain.leave.ladders import NOBODY_ABOVE, decided, nobody_above, reached, rungs
from domain.leave.path import PATH, at, here
from domain.leave.state import Leave
from domain.model import HOUR, Instant
from domain.refusal import Refusal


def decider(act: Act, s: Leave, f: Facts, desk: str) -> HeldPost | Refusal:
    """The post by which the person decides at the desk; another person than at the other desks.

    Where the desk has decided, each post of its ladder may give a further answer, or revoke.
    """
    assert f.person
    held = at_desk(act, f.person, desk, rungs(s, desk) if decided(s, desk) else reached(s, desk), s.whose.id)
    return held if isinstance(held, Refusal) else separate(f.person, desk, s.consented) or held


@during("attest", "close")
def approve(act: Approve, s: Leave, f: Facts, now: Instant) -> Events:
    """Command consents to the leave or, once the member is away, to the extension asked for."""
    extra = granted(act, s, f, "approve", now)
    if isinstance(extra, Refusal):
        return refused(act, extra)
    cites = ("authority/approve", s.rules.pack)
    alone = (NOBODY_ABOVE,) if nobody_above(s) else ()
    if s.out_at and (s.approved or s.disowned):
        longer = s.extension
        if longer is None or longer.approved:
            return already("a further approval; no extension is waiting", s, "decision/further-answer")
        longer_by = ExtensionApproved(last=longer.last, by=act.decided_by, cites=(*cites, *alone), irregular=alone)
        return (longer_by, *extra)
    if s.approved:
        return already("a further approval; approved already", s, "decision/further-answer")
    if refusal := _unproven(act, s, judged_at(act, f, now)):
        return refused(act, refusal)
    marks = (*((RATIFIED,) if s.out_at else ()), *alone)
    return (Approved(by=act.decided_by, prove_by=act.prove_by, cites=(*cites, *marks), irregular=marks), *extra)


RATIFIED = "decision/after-sign-out"
"""The mark of a decision on a leave which the member had taken without it: it counts, and is told as late."""


def _unproven(act: Approve, s: Leave, now: Instant) -> Refusal | None:
    """What has to be checked is checked before, unless it is to be proved by a day that is named.

    Where the mission checks no family event of its own accord, a commander who doubts one asks for its proof so.
    """
    if s.attested is False:
        return _attestation_failed()
    if act.prove_by is None:
        return _unattested(s) if s.kind.attestation and s.attested is None else None
    if (
        (s.kind.attestation or s.kind.proof_days or s.kind.family)
        and s.attested is None
        and act.prove_by >= s.days.day(now)
    ):
        return None
    return Refusal(
        rule="emergency/prove-later",
        why="only what has not been checked yet is proved later, by a day that is still to come",
        facts={"expected": f"{s.days.day(now)} or later", "got": str(act.prove_by), "checked": str(s.attested)},
        helps="approve without --prove-by, or name a later day",
    )


def _unattested(s: Leave) -> Refusal:
    return Refusal(
        rule="emergency/attestation",
        why="the emergency has not been attested yet",
        facts={"waits for": ", ".join(reached(s, "attest"))},
        helps="furlough attest, by the verification officer; or furlough approve --prove-by DAY: proved later",
    )


def _attestation_failed() -> Refusal:
    return Refusal(
        rule="emergency/attestation",
        why="the attestation says that the emergency does not hold",
        helps="deny it, or let the member ask for ordinary leave for the same dates",
    )


@during("attest", "close")
def deny(act: Deny, s: Leave, f: Facts, now: Instant) -> Events:
    """The authority whose turn it is says no: to the request, at the clearance desk, or to an extension."""
    desk = PATH[here(s)].desk if at(s) == "officer" else "approve"
    held = decider(act, s, f, desk)
    if isinstance(held, Refusal):
        return refused(act, held)
    extra = unconfirmed(act, s, f, held, desk, now)
    if s.out_at:
        if s.extension and not s.extension.approved:
            return (ExtensionEnded(how="denied", reason=act.reason, cites=("authority/approve", s.rules.pack)), *extra)
        if not s.approved and not s.disowned:
            cites = ("authority/approve", RATIFIED, s.rules.pack)
            return (Disowned(by=act.decided_by, reason=act.reason, cites=cites, irregular=(RATIFIED,)), *extra)
        return _too_late("a denial while the member is away changes nothing; to call them back, recall")
    if at(s) in ("attest", "approve", "officer"):
        return (Ended(how="denied", reason=act.reason, cites=(f"authority/{desk}", s.rules.pack)), *extra)
    return _too_late("a denial after the approval changes nothing; to revoke it, cancel")


def _too_late(what: str) -> Events:
    """Another answer than the one before: it is recorded, and is no repetition of what is so already."""
    return (Noted(what=what, cites=("decision/further-answer",)),)


@during("officer", "close")
def clear(act: Clear, s: Leave, f: Facts, now: Instant) -> Events:
    """The clearance officer lets the leave go to the base's ledger, which then judges by its orders."""
    extra = granted(act, s, f, "officer", now)
    if isinstance(extra, Refusal):
        return refused(act, extra)
    late = (RATIFIED,) if s.out_at and s.officer and not s.officer_cleared else ()
    if at(s) != "officer" and not late:
        return already("a further clearance; the officer's desk is past", s, "decision/further-answer")
    return (OfficerCleared(by=act.decided_by, cites=("authority/officer", *late), irregular=late), *extra)


@during("hold", "sign-out")
def cancel(act: Cancel, s: Leave, f: Facts, now: Instant) -> Events:
    """An authority revokes an approved leave before sign-out; a cancel on the Temporal server counts as one."""
    if not from_server(act):
        held = decider(act, s, f, "approve")
        if isinstance(held, Refusal):
            return refused(act, held)
        if not s.approved:
            return refused(act, no(act, s, "it has not been approved yet; deny it"))
    refund = act.contingency and _short_before(s, judged_at(act, f, now))
    cites = ("authority/cancel", *(("return/refund", s.rules.pack) if refund else ()))
    return (Ended(how="cancelled", refund=refund, reason=act.reason, cites=cites),)


def _short_before(s: Leave, now: Instant) -> bool:
    """So shortly before the first day that travel cancelled for a contingency is flagged, where the terms say so."""
    hours = s.rules.back.refund_hours
    return hours is not None and now >= s.days.instant(s.first_day) - hours * HOUR
