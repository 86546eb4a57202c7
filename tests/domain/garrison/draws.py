"""What may be drawn for a base, and how often; and every branch which the draws must have reached in the end."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.orders import Scope
from domain.restrictions import (
    Checklist,
    ClosedDestination,
    CountryClearance,
    Curfew,
    ForceProtection,
    KeyPosts,
    LongestAbsence,
    MinimumStrength,
    Quarantine,
    StopLeave,
)

HOURS = st.integers(0, 24 * 12)
KINDS = st.sampled_from(
    [
        *[StopLeave(), StopLeave(bars_absence=True)] * 3,
        MinimumStrength(count=5),
        MinimumStrength(percent=90),
        Curfew.model_validate({"from": "01:00", "until": "05:00"}),
        ClosedDestination(destinations=("ACCRA",)),
        CountryClearance(days=4),
        ForceProtection(level=1, leave_up_to=0, destinations=("ACCRA",)),
        LongestAbsence(days=2),
        Checklist(items=("weapon",)),
        *[Quarantine(before=1, after=2), Quarantine(after=5)] * 2,
        KeyPosts(posts=("DOC",)),
    ]
)
SCOPES = st.sampled_from(
    [
        *(Scope(), Scope(units=("HQ",)), Scope(nations=("GHA",)), Scope(except_nations=("IRL",))),
        *(Scope(leave_kinds=("ordinary",)), Scope(destinations=("ACCRA",))),
    ]
)
WEIGHED = [
    *("time_passes", "enter", "again", "sign_out", "sign_out", "give_back", "give_back", "rescind", "tell", "tell"),
    *("ask", "ask", "ask", "ask", "ask", "ask", "issue", "issue", "issue", "exempt", "exempt", "override", "override"),
] * 3 + ["months_pass"]
EVERY_BRANCH = {
    *("numbered", "stands", "freed", "order-issued", "order-rescinded", "examined", "exempted", "overridden"),
    *("told-leaves", "already-so", "forgotten", "opened"),
    *(
        "granted",
        "suspended",
        "waits for an order",
        "waits in the queue",
        "irregular",
        "barred hours",
        "others were served",
        "served",
        "lifted",
    ),
    *("said again", "stale", "exceeded by override", "exceeded by what was seen", "late", "struck", "back", "gone"),
    *(
        "refused order/gap",
        "refused order/slip",
        "refused order/version",
        "refused order/ended",
        "refused order/unknown",
    ),
    *("foretold", "foretold to who may not issue it", "quarantined"),
    *("refused etp/authority", "refused etp/order", "refused etp/over", "refused decision/not-own"),
    *("refused strength/override", "refused exempt/departed", "refused exempt/no-place", "refused authority/order"),
}
