"""Every act: who says it, to whom, in which fields.

From this one list come update names, commands, schemas and documentation.

A *decision* may be refused. An *observation* tells what happened and, from an entitled post, is always recorded.
Three more kinds of act come from no person: what time says, what a base answers, and the wishes of a leave.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.acts.head import Act, Day, Medium, Reason, Remark, Said, Sealed, To, references
from domain.acts.of_absence import About, Contact, EndMember, EndOfTime, Recall, Via, WasTold
from domain.acts.of_account import (
    AdjustAccount,
    Carry,
    CloseYear,
    CorrectAccount,
    CreditWorked,
    Ground,
    Kept,
    OpenAccount,
    RaiseCeiling,
    ReconcileAccount,
    TakenBefore,
    WithholdAccrual,
)
from domain.acts.of_ends import EndAccount, HandOver, Label, Observation, Relabel, See, Seen, Why
from domain.acts.of_entities import (
    ChangeFlight,
    Enter,
    Exempt,
    Import,
    IssueOrder,
    LayPaper,
    LookAgain,
    Override,
    RescindOrder,
    SetAside,
    SetDays,
    SetPlace,
    SignAccount,
    SignChange,
    SignEntry,
    Told,
    VoidNumbers,
)
from domain.acts.of_leave import (
    Approve,
    Ask,
    Attach,
    Attest,
    Cancel,
    CheckOff,
    Clear,
    ConfirmTravel,
    Correct,
    Countersign,
    Deny,
    Extend,
    Find,
    FlightChanged,
    Granting,
    Half,
    Lapse,
    PassGateway,
    Report,
    Review,
    Ruled,
    SignIn,
    SignOut,
    Then,
    Unbook,
    Withdraw,
)

LeaveAct = Annotated[
    Ask
    | Attest
    | Approve
    | Deny
    | Withdraw
    | Cancel
    | Correct
    | Clear
    | ConfirmTravel
    | CheckOff
    | SignOut
    | SignIn
    | PassGateway
    | Extend
    | Report
    | Find
    | Recall
    | WasTold
    | Contact
    | EndMember
    | Countersign
    | Review
    | Unbook
    | FlightChanged
    | Attach
    | Lapse
    | Ruled,
    Field(discriminator="kind"),
]
BaseAct = Annotated[
    Enter
    | SetPlace
    | IssueOrder
    | RescindOrder
    | Exempt
    | Override
    | SetAside
    | SignEntry
    | LayPaper
    | VoidNumbers
    | Told
    | LookAgain,
    Field(discriminator="kind"),
]
MemberAct = Annotated[
    SetDays
    | OpenAccount
    | CorrectAccount
    | AdjustAccount
    | WithholdAccrual
    | RaiseCeiling
    | CreditWorked
    | CloseYear
    | ReconcileAccount
    | EndAccount
    | HandOver
    | See
    | Relabel
    | SignAccount,
    Field(discriminator="kind"),
]
RegisterAct = Annotated[Import | ChangeFlight | SignChange, Field(discriminator="kind")]
AnyAct = Annotated[LeaveAct | BaseAct | MemberAct | RegisterAct, Field(discriminator="kind")]

__all__ = [
    "About",
    "Act",
    "AdjustAccount",
    "AnyAct",
    "Approve",
    "Ask",
    "Attach",
    "Attest",
    "BaseAct",
    "Cancel",
    "Carry",
    "ChangeFlight",
    "CheckOff",
    "Clear",
    "CloseYear",
    "ConfirmTravel",
    "Contact",
    "Correct",
    "CorrectAccount",
    "Countersign",
    "CreditWorked",
    "Day",
    "Deny",
    "EndAccount",
    "EndMember",
    "EndOfTime",
    "Enter",
    "Exempt",
    "Extend",
    "Find",
    "FlightChanged",
    "Granting",
    "Ground",
    "Half",
    "HandOver",
    "Import",
    "IssueOrder",
    "Kept",
    "Label",
    "Lapse",
    "LayPaper",
    "LeaveAct",
    "LookAgain",
    "Medium",
    "MemberAct",
    "Observation",
    "OpenAccount",
    "Override",
    "PassGateway",
    "RaiseCeiling",
    "Reason",
    "Recall",
    "ReconcileAccount",
    "RegisterAct",
    "Relabel",
    "Remark",
    "Report",
    "RescindOrder",
    "Review",
    "Ruled",
    "Said",
    "Sealed",
    "See",
    "Seen",
    "SetAside",
    "SetDays",
    "SetPlace",
    "SignAccount",
    "SignChange",
    "SignEntry",
    "SignIn",
    "SignOut",
    "TakenBefore",
    "Then",
    "To",
    "Told",
    "Unbook",
    "Via",
    "VoidNumbers",
    "WasTold",
    "Why",
    "Withdraw",
    "WithholdAccrual",
    "references",
]
