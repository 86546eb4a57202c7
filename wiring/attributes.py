"""What the server lets people search open and closed leaves by. No name, no member and no kind of leave is among it.

SQL visibility allows ten keywords and three of each other type in a namespace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from temporalio.common import SearchAttributeKey

LEAVE_STATE: Final = SearchAttributeKey.for_keyword("LeaveState")
LANE: Final = SearchAttributeKey.for_keyword("Lane")
BASE: Final = SearchAttributeKey.for_keyword("Base")
UNIT: Final = SearchAttributeKey.for_keyword("Unit")
SIGN_OUT_AT: Final = SearchAttributeKey.for_datetime("SignOutAt")
DUE_BACK: Final = SearchAttributeKey.for_datetime("DueBack")
ACT_BY: Final = SearchAttributeKey.for_datetime("ActBy")
ATTENTION: Final = SearchAttributeKey.for_keyword_list("Attention")

KEYS: Final[Mapping[str, SearchAttributeKey[Any]]] = {
    key.name: key for key in (LEAVE_STATE, LANE, BASE, UNIT, SIGN_OUT_AT, DUE_BACK, ACT_BY, ATTENTION)
}
"""Every search attribute of a mission's namespace, by its name."""
