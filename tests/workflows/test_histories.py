"""Kept histories give the same commands today. To keep new ones: `pytest tests/workflows --record-histories`."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from tests.workflows.mission import SMALL
from tests.workflows.play import Mission, running, working
from tests.workflows.scripts import SCRIPTS, Script, denied
from wiring.plugin import FurloughPlugin

KEPT = Path(__file__).parents[1] / "histories"
PRINTS = KEPT / "fingerprints.json"
NAMES = sorted(path.stem for path in KEPT.glob("*.json") if path != PRINTS)

COMMANDS = (
    "ACTIVITY_TASK_SCHEDULED",
    "MARKER_RECORDED",
    "TIMER_STARTED",
    "TIMER_CANCELED",
    "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
    "WORKFLOW_EXECUTION_UPDATE_ACCEPTED",
    "WORKFLOW_EXECUTION_UPDATE_COMPLETED",
    "WORKFLOW_EXECUTION_COMPLETED",
    "WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
)
"""Events which a workflow's own commands leave behind."""

SHARED = {"base", "register", "order"}
"""To which others speak too, and which decide together what comes in together; or which go to all bases there are."""

REMEDY = """The commands of {name} are others than those kept in tests/histories.
Open leaves of the mission run on such histories, and their replay would fail.
  If they must go on unharmed: guard the change with workflow.patched("...").
  If no open leave can have this history: record it anew on purpose, pytest tests/workflows --record-histories"""


@pytest.fixture(scope="module")
async def mission(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mission]:
    """A mission of their own: what other tests did to a course or a register speaks to the bases of these, too."""
    async with running(tmp_path_factory.mktemp("histories")) as mission, working(mission):
        yield mission


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
async def test_what_happens_now_leaves_the_commands_that_were_kept(
    script: Script, mission: Mission, base: str, request: pytest.FixtureRequest
):
    recording = request.config.getoption("--record-histories", default=False)
    prints = json.loads(PRINTS.read_text()) if PRINTS.exists() else {}
    for name, where in (await script(mission, base)).items():
        workflow_id, _, run = where.partition(" ")
        history = await mission.client.get_workflow_handle(workflow_id, run_id=run or None).fetch_history()
        if recording:
            KEPT.mkdir(exist_ok=True)
            (KEPT / f"{name}.json").write_text(history.to_json() + "\n")
            prints[name] = commands(history)
            PRINTS.write_text(json.dumps(dict(sorted(prints.items())), indent=1) + "\n")
        else:
            now, then = kinds(commands(history)), kinds(prints[name])
            assert now == then, f"{REMEDY.format(name=name)}\n\nnew: {now - then}\ngone: {then - now}"
            if name not in SHARED:
                assert_same_play(history, kept(name), REMEDY.format(name=name))


@pytest.mark.parametrize("name", NAMES)
async def test_the_kept_history_is_the_one_of_its_fingerprint(name: str):
    assert commands(kept(name)) == json.loads(PRINTS.read_text())[name]


@pytest.mark.parametrize("name", NAMES)
async def test_a_kept_history_is_replayed_without_a_difference(name: str):
    replayer = Replayer(workflows=[], plugins=[FurloughPlugin()])
    result = await replayer.replay_workflow(kept(name), raise_on_replay_failure=False)
    assert result.replay_failure is None, f"{REMEDY.format(name=name)}\n\n{result.replay_failure}"


async def test_a_replayer_notices_a_history_whose_commands_are_others():
    history = kept("leave-denied")
    effect = next(
        e
        for e in history.events
        if b'"days"' in e.SerializeToString() and e.HasField("marker_recorded_event_attributes")
    )
    data = effect.marker_recorded_event_attributes.details["data"].payloads[0]
    data.data = data.data.replace(b'"days"', b'"seat"')
    result = await Replayer(workflows=[], plugins=[FurloughPlugin()]).replay_workflow(
        history, raise_on_replay_failure=False
    )
    assert result.replay_failure is not None


@pytest.mark.parametrize(("what", "told"), [("doubled", "oftener"), ("swapped", "after")])
def test_a_play_whose_effects_are_doubled_or_swapped_is_not_the_same(what: str, told: str):
    then = kept("leave-denied")
    events = [*then.events]
    decided, *_, given_back = (i for i, e in enumerate(events) if e.HasField("marker_recorded_event_attributes"))
    if what == "doubled":
        events.append(events[given_back])
    else:
        events[decided], events[given_back] = events[given_back], events[decided]
    with pytest.raises(AssertionError, match=told):
        assert_same_play(WorkflowHistory(then.workflow_id, events), then, "")


@pytest.mark.slow  # without a cache leaves and entities wait for each other's tasks: each effect takes two seconds
async def test_a_worker_which_remembers_nothing_comes_to_the_same_end(tmp_path: Path):
    """Without a cache each task replays the whole history, on a real server."""
    async with running(tmp_path) as mission, working(mission, max_cached_workflows=0):
        (workflow_id,) = (await denied(mission, SMALL[0])).values()
        history = await mission.client.get_workflow_handle(workflow_id).fetch_history()
    replayer = Replayer(workflows=[], plugins=[FurloughPlugin()])
    assert (await replayer.replay_workflow(history, raise_on_replay_failure=False)).replay_failure is None


def kept(name: str) -> WorkflowHistory:
    return WorkflowHistory.from_json(name, (KEPT / f"{name}.json").read_text())


def commands(history: WorkflowHistory) -> list[str]:
    """The sequence of commands, with the activity, marker or deadline which each is about."""
    return [_told(event) for event in history.events if EventType.Name(event.event_type)[11:] in COMMANDS]


def kinds(told: list[str]) -> set[str]:
    """What of the commands does not depend on who is faster: which there are, whether tried at once or kept."""
    return {line.replace("ACTIVITY_TASK_SCHEDULED", "MARKER_RECORDED") for line in told} - {"TIMER_CANCELED"}


def play(history: WorkflowHistory) -> list[Counter[str]]:
    """What was said to it and what it then did, act by act; a try beside the workflow that failed did nothing.

    Effects under way at the same time end in any order.
    """
    acts: list[Counter[str]] = [Counter()]
    done = [event for event in history.events if not _failed(event)]
    for told in (_told(event).replace("ACTIVITY_TASK_SCHEDULED", "MARKER_RECORDED") for event in done):
        if told.startswith("MARKER_RECORDED decide-"):
            acts.append(Counter())
        if told.startswith(("MARKER_RECORDED", "WORKFLOW_EXECUTION_UPDATE_ACCEPTED", "WORKFLOW_EXECUTION_COMPLETED")):
            acts[-1][told] += 1
    return acts


def assert_same_play(now: WorkflowHistory, then: WorkflowHistory, remedy: str) -> None:
    """The same commands as often; and act by act, unless one was so slow that the server kept it and time went on."""
    mine, before = play(now), play(then)
    whole, whole_before = sum(mine, Counter()), sum(before, Counter())
    assert whole == whole_before, f"{remedy}\n\noftener: {whole - whole_before}\nless often: {whole_before - whole}"
    if not any(told.startswith("ACTIVITY_TASK_SCHEDULED") for told in (*commands(now), *commands(then))):
        for i, (after, after_then) in enumerate(zip(mine, before, strict=True)):
            assert after == after_then, f"{remedy}\n\nafter {i} decisions: {after}\nkept: {after_then}"


def _failed(event: HistoryEvent) -> bool:
    marker = event.marker_recorded_event_attributes
    return event.HasField("marker_recorded_event_attributes") and marker.HasField("failure")


def _told(event: HistoryEvent) -> str:
    name = EventType.Name(event.event_type)[11:]
    if name == "ACTIVITY_TASK_SCHEDULED":
        return f"{name} {event.activity_task_scheduled_event_attributes.activity_type.name}"
    if name == "WORKFLOW_EXECUTION_UPDATE_ACCEPTED":
        return f"{name} {event.workflow_execution_update_accepted_event_attributes.accepted_request.input.name}"
    if name == "MARKER_RECORDED":
        details = event.marker_recorded_event_attributes.details
        if "patch-data" in details:
            return f"{name} {json.loads(details['patch-data'].payloads[0].data)['id']}"
        data = details["data"].payloads[0].data
        return f"{name} {json.loads(data)['activity_type']}"
    return name
