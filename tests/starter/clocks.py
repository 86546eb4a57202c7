"""The clock of one leave, moved: nobody at a desk has seen what is still to come."""

from datetime import UTC, datetime

from temporalio.testing import TimeSkipper

from tests.conftest import Mission


async def mission_clock(mission: Mission, leave_id: str, at: str) -> None:
    """Move the clock of a leave to the time told, read as UTC: a little later than the base's clock showed it."""
    skipper, handle = TimeSkipper(mission.client), mission.client.get_workflow_handle(leave_id)
    lapse = datetime.fromisoformat(at).replace(tzinfo=UTC) - await skipper.get_current_time(handle)
    await skipper.fast_forward(handle, lapse)
