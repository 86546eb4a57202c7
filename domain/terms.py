"""The terms of one member's leave: the numbers of a rule pack as they stood when the leave was asked for.

They are recorded whole in the leave's first entry; later decisions cite `pack` (`us-army@3#5f1c09ab`). A changed pack
therefore changes no open leave. Where a number comes from, and how far it is to be trusted, stands in the pack
(`domain/packs.py`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.model import Code, Decimal, Model, date
from domain.orders import EMERGENCIES, LeaveKind, Role

Relation = Literal[
    "spouse", "child", "parent", "sibling", "grandparent", "parent-in-law", "guardian", "in-loco-parentis"
]


class KindTerms(Model):
    """What holds for one kind of leave. Days are calendar days of the base, hours are hours of server time.

    `like` is the kind whose terms hold where this one has none of its own. Limits which are None do not bind.

    More than `commander_up_to_days` are granted by the next higher post, or by one of `above_role`; `above_else` says
    who grants them where the base and the mission have no such post, and that the request tells so. Of a bereavement
    `uncharged_days` in a row are not charged, once the balance of the day of the death is below `uncharged_below`, and
    up to `uncharged_window_days` after the last service. `yearly_working_days` of a calendar year are given, what is
    beyond is `unpaid` and earns nothing, as is the whole of a kind which is. `proof_days` after the return the proof is
    due; a `paper` comes with the request. R&R is `taken_within_months` after the qualifying service, which an absence
    of more than `broken_by_working_days` breaks off. A pass of the longest length holds `non_duty_days`.
    Who travels may be away for so many `travel_days` more. Who serves at a base of `uncharged_at` is not charged.
    What nobody knows ahead, such as sickness, may still be asked for up to `after_days` after its first day. A kind is
    qualified for by so many `qualifying_months` of service in the mission. What is `urgent` may exceed the strength of
    a unit by an override, travels in the lane where rules of time warn and do not bar, and may be decided by one person
    in two capacities at a small site (`Terms.urgent`).
    """

    like: Literal["ordinary", "emergency"] | None = None
    purse: Literal["annual", "rr", "cto", "none"]
    longest_days: int = Field(ge=1)
    notice_days: int = Field(default=0, ge=0)
    attestation: bool = False
    family: tuple[Relation, ...] = ()
    answer_hours: int = Field(ge=1)
    answer_before_first_days: int = Field(default=0, ge=0)
    commander_up_to_days: int | None = None
    undecided_ends: Literal["first-day", "last-day"] = "first-day"
    no_show_hours: int = Field(ge=1)
    first_after_days: int = Field(default=0, ge=0)
    gap_days: int = Field(default=0, ge=0)
    not_in_last_days: int = Field(default=0, ge=0)
    eligible_after_days: int = Field(default=0, ge=0)
    ahead_days: int | None = Field(default=None, ge=0)
    last_month_days: int | None = Field(default=None, ge=0)
    apart_days: int | None = Field(default=None, ge=1)
    cycle_months: int | None = Field(default=None, ge=1)
    career_times: int | None = Field(default=None, ge=1)
    above_role: Role | None = None
    above_else: Literal["next-higher"] | None = None
    uncharged_days: int | None = Field(default=None, ge=1)
    uncharged_below: Decimal | None = None
    uncharged_window_days: int | None = Field(default=None, ge=1)
    yearly_working_days: int | None = Field(default=None, ge=1)
    unpaid: bool | None = None
    proof_days: int | None = Field(default=None, ge=1)
    paper: bool | None = None
    half_days: bool | None = None
    gateway_days: Literal["travel"] | None = None
    taken_within_months: int | None = Field(default=None, ge=1)
    broken_by_working_days: int | None = Field(default=None, ge=1)
    non_duty_days: int | None = Field(default=None, ge=1)
    travel_days: int | None = Field(default=None, ge=1)
    uncharged_at: tuple[Code, ...] | None = None
    after_days: int | None = Field(default=None, ge=1)
    qualifying_months: int | None = Field(default=None, ge=1)
    urgent: bool | None = None


PartMonth = tuple[Annotated[int, Field(ge=1, le=31)], Decimal]
"""Up to so many days served in a month, so many days are credited."""


class Accrual(Model):
    """Days credited to the annual account on the last day of each month, and how far below zero it may go.

    A month served in part is credited by the table `part_month`; without one, by its share, rounded to half days.

    So many `cto_worked_days` earn one day of compensatory time off, in an account of its own; None: there is none.
    """

    days_per_month: Decimal
    part_month: tuple[PartMonth, ...] | None = None
    overdraft_days: Decimal = Decimal(0)
    cto_worked_days: Annotated[int | None, Field(ge=1)] = None


class CarryOver(Model):
    """What of the annual account may be carried over the end of a fiscal year; all of it, where the pack is silent.

    The fiscal year ends with the last day of `year_ends_month`. `raised_days` are allowed by `raised_role` to whoever
    has served `raised_after_days` under hostile fire. Who had more than `kept_above_days` on `kept_on` keeps up to
    `kept_days` until `kept_until`.
    """

    year_ends_month: Annotated[int | None, Field(ge=1, le=12)] = None
    days: Decimal | None = None
    raised_days: Decimal | None = None
    raised_after_days: int | None = None
    raised_role: Role | None = None
    kept_days: Decimal | None = None
    kept_above_days: Decimal | None = None
    kept_on: date | None = None
    kept_until: date | None = None


class Counting(Model):
    """Which days of an absence are charged (doctrine: counting days). Times are of the base's clock.

    `week` is the duty roster: each weekday with its hours (`mon 07:30-16:30`), one that is not named has no duty; where
    there is none, every day has duty from `duty_from` to `duty_until`. Who travels by car has served the day of
    departure from `car_from` on, and is back in time until `car_until`.
    """

    departure_day: Literal["charged", "free-after-duty", "free-if-duty-worked"]
    return_day: Literal["charged", "free-before-duty", "free-if-duty-worked"]
    ends_on_holiday: Literal["charged", "free"] = "charged"
    duty_from: str = "07:30"
    duty_until: str = "16:30"
    week: tuple[str, ...] | None = None
    car_from: str | None = None
    car_until: str | None = None


class Clearing(Model):
    """How long the clearance officer may take, the ceiling of absences of a unit, and who may let one more go.

    After `retry_hours` the base is asked again of what may have ended without a word; at most once a day while the
    first day is more than two weeks away.
    """

    answer_hours: int
    ceiling_percent: int = Field(ge=1, le=100)
    warn_percent: int = Field(ge=1, le=100)
    override_role: Role
    retry_hours: int = Field(default=4, ge=1)


class Travel(Model):
    """Movement: request before departure, and how often a wish for a seat is tried again, as in `Clearing`.

    Where a security clearance is wanted, who travels asks for leave at least `security_days` before the first day.
    """

    request_hours: int
    answer_hours: int
    retry_hours: int = Field(default=4, ge=1)
    security_days: Annotated[int | None, Field(ge=1)] = None


class Return(Model):
    """The ladder after the last day, in hours from 00:00 after it, and what follows.

    The provost is told within `provost_hours` of the finding of an absence, or of its proposal (`provost_from`). Travel
    that is cancelled for a contingency at most `refund_hours` before the first day is flagged for a refund.
    """

    alert_hours: int
    absence_hours: int
    provost_hours: int
    provost_from: Literal["proposal", "finding"] = "proposal"
    deserter_days: int
    close_days: int
    extension_answer_hours: int
    settle_hours: int
    refund_hours: Annotated[int | None, Field(ge=0)] = None


class Records(Model):
    """How long an entry waits for its countersignature, and a typing mistake is its writer's to correct.

    A settled charge which the pay or personnel system has not confirmed after `unconfirmed_days` is marked so. What one
    person has decided in two capacities is reviewed by the next higher post within `review_hours`. What arrives after a
    leave's end is looked at within `look_days`; None: no time is set.
    """

    countersign_days: int
    correct_hours: int
    unconfirmed_days: int | None = None
    review_hours: Annotated[int | None, Field(ge=1)] = None
    look_days: Annotated[int | None, Field(ge=1)] = None


class Late(Model):
    """A deadline that was noticed more than `after_minutes` late harms nobody for another `grace_hours`.

    Both are minutes and hours of server time. Without them there is no grace: so in leaves asked for before there was.
    """

    after_minutes: Annotated[int | None, Field(ge=1)] = None
    grace_hours: Annotated[int | None, Field(ge=1)] = None


class OwnTerms(Model):
    """What a leave tells its member's account of its own terms: those of the kinds it is of, and of which pack."""

    pack: str
    kinds: dict[LeaveKind, KindTerms]


class Terms(Model):
    """All numbers that bind one member; `pack` names where they come from: name@version#hash."""

    pack: str
    kinds: dict[LeaveKind, KindTerms]
    accrual: Accrual
    carry_over: CarryOver = CarryOver()
    counting: Counting
    clearing: Clearing
    travel: Travel
    back: Return
    records: Records
    late: Late = Late()

    def urgent(self, kind: LeaveKind) -> bool:
        """Whether leave of a kind is an emergency to all who keep it waiting; terms of before the packs said so do not.

        Raises:
            KeyError: the terms have no such kind.
        """
        said = self.kinds[kind].urgent
        return kind in EMERGENCIES if said is None else said
