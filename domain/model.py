"""What every model of the domain is made of: frozen, closed to unknown keys, aware of time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints


class Model(BaseModel):
    """A value: it is never changed, and a key which it does not know is an error and not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_timedelta="iso8601")


def _printable(text: str) -> str:
    if any(ord(c) < 32 and c not in "\n\t" for c in text):
        raise ValueError("expected plain text, got control characters (a binary file?)")
    return text


Text = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_printable)]
"""What a person writes: at most 2,000 characters, no control characters."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/#@+-]{0,99}$")]
"""A name which a register gives: a post, a base, a unit, a flight, an order."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

Instant = AwareDatetime
"""A moment, stored in UTC; always with a zone."""

Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC))]
"""A moment which a person may mean; a typing mistake in the year is noticed at the door."""

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

__all__ = [
    "DAY",
    "HOUR",
    "Code",
    "Decimal",
    "Instant",
    "Model",
    "Moment",
    "Sha256",
    "Text",
    "date",
    "datetime",
    "timedelta",
]
