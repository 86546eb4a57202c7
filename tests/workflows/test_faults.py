"""What goes wrong around a leave: changed rules and faults in them, a register that is down, acts twice or astray."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.worker import Replayer

from activities import telling
from activities.store import Store
from domain import leave as decider
from domain.acts import Approve, Attest, Clear, Correct, Lapse, RescindOrder, SignIn, SignOut
from domain.decider import refused
from domain.garrison.telling import owed
from domain.ids import base_workflow
from domain.model import DAY, HOUR, timedelta
from domain.refusal import Refusal
from tests.workflows.mission import SMALL, member
from tests.workflows.play import Case, Mission, running, until, working
from tests.workflows.test_ways import FIRST, midnight
from wiring.deliver import Gone, NotDelivered, Undecided, deliver
from wiring.plugin import FurloughPlugin
from wiring.queries import query
from wiring.spool import Sent, Spool, drain, why


@pytest.fixture(scope="module")
async def idle(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mission]:
    """A mission of its own, for which each test starts and stops workers."""
    async with running(tmp_path_factory.mktemp("faults")) as mission:
        yield mission


@pytest.fixture
def its(idle: Mission, base: str) -> Callable[..., Case]:
    return lambda i=1: Case(idle, base, member(base, i))


def down(mission: Mission) -> Mission:
    """The same mission for a worker whose register cannot be opened: a folder lies in its place."""
    nowhere = mission.settings.folder / "nowhere"
    nowhere.mkdir(exist_ok=True)
    return mission._replace(settings=mission.settings.model_copy(update={"register_url": f"sqlite:///{nowhere}"}))


async def replayed(case: Case) -> None:
    """Its history gives the same commands once more."""
    await Replayer(workflows=[], plugins=[FurloughPlugin()]).replay_workflow(await case.handle.fetch_history())


async def test_changed_rules_change_no_open_leave_neither_its_terms_nor_what_was_decided(
    idle, its, tmp_path, monkeypatch
):
    rules = tmp_path / "rules"
    shutil.copytree(idle.settings.rules, rules)
    pack = rules / "contingent.toml"
    text = pack.read_text()
    new = text.replace("notice_days = { value = 14", "notice_days = { value = 25").replace(
        "no_show_hours = { value = 24", "no_show_hours = { value = 96"
    )
    assert new != text
    old, young = its(1), its(2)
    async with working(idle, "before"):
        await old.approved()
        before = await old.face()
    pack.write_text(new)

    def strict(act, s, facts, now):
        if isinstance(act, Approve):
            return refused(act, Refusal(rule="new/rule", why="nobody approves any more"))
        return real(act, s, facts, now)

    real = decider.decide
    monkeypatch.setattr(decider, "decide", strict)
    changed = idle._replace(settings=idle.settings.model_copy(update={"rules": rules}))
    async with working(changed, "after"):
        assert await young.asks() == ["refused", "ended"]  # 20 days ahead is too short a notice by now
        assert await old.face() == before
        assert await old.says(Approve, old.post("CO")) == ["refused"]
        assert (await old.face()).state == "ready"
        await old.day(1)
        assert await old.says(SignOut, old.post("GATE")) == ["signed-out"]
        await replayed(old)
        assert [e["event"]["kind"] for e in await old.entries()].count("approved") == 1


async def test_a_fault_in_a_decision_stops_that_act_alone_and_it_stays_unapplied_once_mended(idle, its, monkeypatch):
    case = its()
    async with working(idle, "faulty"):
        await case.asks()
        with monkeypatch.context() as patch:
            patch.setattr(decider, "decide", _breaks_at(Approve))
            failed = case.act(Approve, case.post("CO"))
            with pytest.raises(Undecided) as told:
                await case.send(failed)
            assert told.value.code == 1
            assert "nothing was changed" in told.value.known
            assert await case.says(Correct, last=FIRST + 5 * DAY, reason="typing mistake") == ["corrected"]
        assert "approved" not in await case.journal()
    async with working(idle, "mended", max_cached_workflows=0):
        assert "approved" not in await case.journal()
        assert await case.state() == "waiting for approval"
        assert await case.says(Approve, case.post("CO")) == ["approved"]
        assert [e["act_id"] for e in await case.entries()].count(failed.act_id) == 0
        await replayed(case)


async def test_an_act_from_the_spool_that_a_fault_stopped_comes_back_and_is_sent_by_nobody_once_mended(
    leave, mission, monkeypatch, tmp_path
):
    """It would else be said twice: by who was told that nothing was changed, and by the spool."""
    case, spool = leave(), Spool(tmp_path / "spool", "UNEX")
    await case.asks()
    await case.reaches("waiting for approval")
    if held := spool.put(case.act(Approve, case.post("CO"))):
        held.release()
    if held := spool.put(case.act(Correct, last=FIRST + 5 * DAY, reason="typing mistake")):
        held.release()

    async def drained() -> list[Sent]:
        return await drain(spool, mission.client, ready=lambda act: act)

    with monkeypatch.context() as patch:
        patch.setattr(decider, "decide", _breaks_at(Approve))
        stopped, after = await drained()
        assert "The act could not be decided" in stopped.back
        assert (after.back, after.settled) == ("", True), "what was said after it goes on, and it is told as come back"
    assert await drained() == []
    assert "approved" not in await case.journal()
    (file,) = spool.shelved("returned")
    assert "a fault in the rules" in why(file)["reason"]
    spool.again(file)
    assert [(one.back, one.settled) for one in await drained()] == [("", True)]
    assert (await case.journal()).count("approved") == 1


async def test_a_fault_in_what_time_says_keeps_nobody_from_speaking(leave, monkeypatch):
    case = leave()
    await case.asks()
    with monkeypatch.context() as patch:
        patch.setattr(decider, "decide", _breaks_at(Lapse))
        await case.passes(74 * HOUR)
        assert not any(line.startswith("lapsed") for line in await case.journal())
        assert await case.says(Approve, case.post("CO")) == ["approved"]
    await case.reaches("ready")
    assert await case.ends() == "not-taken"


async def test_what_time_says_is_said_again_once_the_fault_is_mended(leave, monkeypatch):
    case = leave()
    await case.asks()
    with monkeypatch.context() as patch:
        patch.setattr(decider, "decide", _breaks_at(Lapse))
        await case.passes(74 * HOUR)
    await case.passes(2 * HOUR)

    async def said() -> bool:
        return {"lapsed remind approve", "lapsed approve rung 1"} <= set(await case.journal())

    await until(said, "both deadlines were said")


def _breaks_at(kind):
    real = decider.decide

    def broken(act, s, facts, now):
        if isinstance(act, kind):
            raise ZeroDivisionError("a fault")
        return real(act, s, facts, now)

    return broken


async def test_without_the_register_an_act_is_told_so_in_time_and_nothing_is_changed(idle, its):
    """In time: who sends it waits five seconds, and is told of the register and not of a silence."""
    case, other = its(1), its(2)
    async with working(idle):
        await case.asks()
        before = await case.journal()
    approval = case.act(Approve, case.post("CO"))
    async with working(down(idle)):
        with pytest.raises(NotDelivered, match="register"):
            await deliver(idle.client, approval)
        assert await case.journal() == before
        with pytest.raises(NotDelivered):
            await deliver(idle.client, other.wish())
    async with working(idle):
        assert [e.event.kind for e in (await case.send(approval)).entries] == ["approved"]  # the same act, sent again
        assert await case.state() == "ready"
        assert (await other.reaches("waiting for approval")).number


async def test_an_account_without_the_register_answers_later_and_the_leave_waits_for_it(idle, its, monkeypatch):
    case = its()
    from activities import deciding
    from activities.register.database import RegisterUnavailable

    def unreachable(self, decider, question):
        if decider.name == "account":
            raise RegisterUnavailable("no answer")
        return real(self, decider, question)

    real = deciding.Deciding._facts
    async with working(idle):
        with monkeypatch.context() as patch:
            patch.setattr(deciding.Deciding, "_facts", unreachable)
            await case.asks()

            async def kept() -> bool:
                return bool((await case.handle.describe()).raw_description.pending_activities)

            await until(kept, "the server keeps the wish for days")
            assert await case.state() == "requested"
        assert (await case.reaches("waiting for approval")).number


async def test_a_cancel_on_the_server_waits_for_the_register_and_then_gives_all_back(idle, its):
    case = its()
    async with working(idle):
        await case.approved()
    async with working(down(idle)):
        await case.handle.cancel()
        await case.face()
    async with working(idle):
        await case.passes(2 * HOUR)
        assert await case.ends() == "cancelled"
        assert await case.holds() == set()


async def test_a_deadline_falls_due_while_an_effect_waits_for_the_register(idle, its):
    case = its()
    async with working(idle):
        await case.approved()
        order = await case.order("LO", midnight(FIRST - 2 * DAY), None)
        await case.reaches("suspended")
        past = await query(idle.client, case.leave_id, "state", decider.Leave)
        (gone,) = [lapse.acted_at for lapse in decider.due(past) if lapse.what == "not taken"]
        await case.comes(gone - timedelta(seconds=6))
        import sqlite3

        pen = sqlite3.connect(idle.settings.database.removeprefix("sqlite:///"), isolation_level=None)
        pen.execute("BEGIN IMMEDIATE")
        try:
            rescind = case.act(RescindOrder, case.post("CO"), number=order.number, reason="calm")
            assert (await deliver(idle.client, rescind)).refusal is None

            async def lapsed() -> bool:
                return "ended not-taken" in await case.journal()

            await until(lapsed, "the deadline fell due", 15)
            assert "took paper" not in (await case.journal())[-3:]
        finally:
            pen.execute("ROLLBACK")
            pen.close()
        assert await case.ends() == "not-taken"
        assert await case.holds() == set()


async def test_an_effect_which_an_administrator_fails_on_the_server_ends_no_base_and_is_wished_again(
    leave, monkeypatch
):
    """As `temporal activity fail` does it: the leaves are told with the next wish, some seconds later."""
    case, free = leave(), asyncio.Event()
    await case.approved()

    async def held(client, act, **how):
        if act.kind == "ruled":
            await free.wait()
        return await deliver(client, act, **how)

    monkeypatch.setattr(telling, "deliver", held)
    base = case.mission.client.get_workflow_handle(base_workflow(case.base))
    await case.order("LO", midnight(FIRST - 2 * DAY), None)

    async def under_way() -> str:
        pending = (await base.describe()).raw_description.pending_activities
        return next((one.activity_id for one in pending if one.HasField("last_started_time")), "")

    told = {"workflow_id": base.id, "run_id": None, "activity_id": await until(under_way, "the base tells its leaves")}
    await case.mission.client.get_async_activity_handle(**told).fail(ApplicationError("given up", non_retryable=True))

    async def put_off() -> bool:
        history = await base.fetch_history()
        return any(e.HasField("activity_task_failed_event_attributes") for e in history.events)

    await until(put_off, "the failure stands in the history")
    free.set()

    async def told_all() -> bool:
        assert (await base.describe()).status is WorkflowExecutionStatus.RUNNING
        return not owed(await case.garrison())

    await until(told_all, "the base knows that its leaves were told")
    await case.reaches("suspended")


async def test_an_act_delivered_twice_is_one_act(leave):
    case = leave()
    await case.asks()
    approval = case.act(Approve, case.post("CO"))
    first, again = await case.send(approval), await case.send(approval)
    assert first == again
    assert (await case.journal()).count("approved") == 1


async def test_a_request_delivered_twice_is_one_leave(leave):
    case = leave()
    ask = case.wish()
    assert await case.send(ask) == await case.send(ask)
    assert (await case.journal()).count("asked") == 1


async def test_an_act_on_an_unknown_leave_is_told_so(leave):
    case = leave()
    with pytest.raises(Gone, match="knows no"):
        await case.send(case.act(Approve, case.post("CO")))


async def test_an_act_for_another_leave_is_refused_without_a_trace(leave):
    one, other = leave(1), leave(2)
    await one.asks()
    await other.asks(FIRST + 10 * DAY)
    before = (await one.handle.describe()).history_length
    with pytest.raises(WorkflowUpdateFailedError) as told:
        await one.handle.execute_update("approve", other.act(Approve, other.post("CO")))
    assert isinstance(told.value.cause, ApplicationError)
    assert told.value.cause.type == "Refusal"
    assert told.value.cause.details[0]["rule"] == "path/address"
    assert (await one.handle.describe()).history_length == before


async def test_an_act_which_the_path_does_not_allow_is_refused_without_a_trace(leave):
    case = leave()
    await case.asks()
    before = (await case.handle.describe()).history_length
    outcome = await case.send(case.act(Clear, case.post("CLR")))
    assert outcome.refusal
    assert outcome.refusal.rule == "path/clear"
    assert outcome.entries == ()
    assert (await case.handle.describe()).history_length == before


async def test_no_payload_and_no_search_attribute_names_a_person_or_tells_a_family_matter(mission):
    case = Case(mission, SMALL[-2], member(SMALL[-2]))
    secret = "Ottokar Quandt in St. Maternus"
    family = Store(mission.settings.folder / "store").seal(f'{{"relation": "sibling", "words": "{secret}"}}')
    await case.asks(FIRST, leave_kind="emergency", family=family)
    assert await case.says(Attest, case.post("VO"), method="red-cross") == ["attested"]
    await case.says(Approve, case.post("CO"))
    await case.day(1)
    await case.says(SignOut, case.post("GATE"))
    await case.day(2)
    await case.says(SignIn, case.post("GATE"))
    assert await case.ends() == "settled"
    entity = mission.client.get_workflow_handle(f"base-{case.base}")
    for handle in (case.handle, entity):
        raw = b"".join(event.SerializeToString() for event in (await handle.fetch_history()).events)
        for word in (secret, "Zephyrin", case.who.number, "P-CO-", "@unex.example", "SGT"):
            assert word.encode() not in raw, word
    entries = await case.entries()
    for entry in entries:
        entry["event"].pop("terms", None)  # the pack's own list of relations is no secret
    assert "sibling" not in str(entries)
    shown = await case.handle.describe()
    assert "emergency" not in str(shown.typed_search_attributes)
    assert not await shown.memo()
