"""The processes that decide, by the names which the server knows: their deciders, and how their records are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from domain import account, garrison, leave, register
from domain.decider import Decider

LEAVE: Final = "LeaveWorkflow"
BASE: Final = "BaseWorkflow"
MEMBER: Final = "MemberWorkflow"
REGISTER: Final = "RegisterWorkflow"


class Kind(NamedTuple):
    """`decision` is the type of a recorded result of deciding, `effects` that of what an effect answered.

    `outcome` is the type of what the sayer of an act was answered.
    """

    decider: Decider
    decision: Any
    effects: Any
    outcome: Any

    @property
    def decides(self) -> str:
        """The name under which its decisions are recorded."""
        return f"decide-{self.decider.name}"


KINDS: Final[Mapping[str, Kind]] = {
    LEAVE: Kind(leave, leave.LeaveDecision, tuple[leave.LeaveEvent, ...], leave.LeaveOutcome),
    BASE: Kind(garrison, garrison.GarrisonAnswers, tuple[garrison.GarrisonEvent, ...], garrison.GarrisonOutcome),
    MEMBER: Kind(account, account.AccountAnswers, tuple[account.AccountEvent, ...], account.AccountOutcome),
    REGISTER: Kind(register, register.RegisterAnswers, tuple[register.RegisterEvent, ...], register.RegisterOutcome),
}
