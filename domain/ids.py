"""How things are named. Nothing in a name tells who a person is."""

from __future__ import annotations

import re

LEAVE_ID = re.compile(r"^(?P<mission>[A-Z][A-Z0-9]{1,15})-(?P<ulid>[0-9A-HJKMNP-TV-Z]{26})$")
"""`<MISSION>-<ULID>`: given by the asker, so that asking twice is one leave."""

CONTROL_NUMBER = re.compile(r"^(?P<base>[A-Z][A-Z0-9]{1,9})-(?P<year>\d{4})-(?P<serial>\d{6})$")
"""`NAQ-2026-000412`: base, year, gapless."""

REGISTER = "register"
"""The workflow id of the mission's register; the mission is the namespace."""


def control_number(base: str, year: int, serial: int) -> str:
    """`NAQ-2026-000412`."""
    return f"{base}-{year}-{serial:06d}"


def base_workflow(base: str) -> str:
    """The workflow id of a base's entity."""
    return f"base-{base}"


def member_workflow(member: str) -> str:
    """The workflow id of a member's account; `member` is the random register id."""
    return f"member-{member}"


def member_of(workflow_id: str) -> str:
    """The register id of the member whose account has this workflow id."""
    return workflow_id.removeprefix("member-")


def order_workflow(version: str) -> str:
    """The workflow id which carries one version of a mission-wide order to the bases."""
    return f"order-{version}"
