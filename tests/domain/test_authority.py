"""What no act of a person may be, whoever it is said to: of the future, by somebody unknown, recorded by anybody."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import account, register
from domain.acts import CorrectAccount, Exempt, Extend, Find, Import, IssueOrder, Override, RescindOrder, Sealed
from domain.authority import AHEAD, overriders
from domain.decider import Refused
from domain.facts import Facts, Person, Rung
from tests.domain import accounts
from tests.domain.garrison.mission import CLERK, COMMANDER, FORCE, NOW, SEALED, Naq, holder, order

ELSEWHERE = holder("CLERK-JUB", "clerk", base="JUB", who="m-clerk")
OF_THE_MISSION = holder("DUTY", "duty-officer", base=None, who="m-clerk")


def at_base(kind: type[Any], by: Person = COMMANDER, **words: Any) -> Callable[..., str]:
    """Says an act to a base where a leave waits under an order; answers the rule which refused it."""

    def say(clerk: Person | None = None, now: datetime = NOW, **head: Any) -> str:
        naq = Naq()
        naq.issue(order())
        naq.ask("L1", leave_kind="emergency")
        entered = {"entered_by": clerk.id} if clerk else {}
        naq.act(kind(**naq.head(by=by.id) | entered | head | words), by, now, clerk)
        return naq.refused

    return say


BASE_ACTS = {
    "issue-order": at_base(IssueOrder, order=order("LO-2")),
    "rescind-order": at_base(RescindOrder, number="LO-1", reason="over"),
    "exempt": at_base(Exempt, leave_id="L1", order="LO-1.1", ground="humanitarian", reason=SEALED),
    "override": at_base(Override, FORCE, leave_id="L1", reason=SEALED),
}


def to_account(now: datetime = accounts.NOW, **head: Any) -> str:
    """A correction of a closed leave; answers the rule which refused it."""
    book = accounts.Book(accounts.terms())
    book.settle("L1", "2026-01-01", "2026-01-03", charged=3, n=1)
    book.set_days("L1", 2, None)
    words = {"act_id": "c", "decided_by": accounts.COMMANDER.id, "member": accounts.MEMBER.id}
    act = CorrectAccount.model_validate(words | head | {"leave_id": "L1", "days": 1, "reason": "paper found"})
    return refused(account.decide(act, book.state, book.facts, now))


def to_register(now: datetime = NOW, **head: Any) -> str:
    """The first import of all, by anybody; answers the rule which refused it."""
    words = {"act_id": "i", "decided_by": "m-x", "files": {"members.csv": "0" * 64}, "base_version": 0}
    return refused(register.decide(Import.model_validate(words | head), register.initial, Facts(), now))


def refused(events: tuple[Any, ...]) -> str:
    return next((e.refusal.rule for e in events if isinstance(e, Refused)), "")


SAID: dict[str, tuple[Callable[..., str], datetime]] = {
    **{kind: (say, NOW) for kind, say in BASE_ACTS.items()},
    "correct-account": (to_account, accounts.NOW),
    "import": (to_register, NOW),
}


@pytest.mark.parametrize("kind", [Exempt, Override, Find, Extend])
def test_a_reason_that_may_be_the_family_s_is_said_sealed_or_not_at_all(kind: type[Any]):
    """Its words never enter a record: only a reference to them does."""
    assert kind.model_fields["reason"].annotation is Sealed


@pytest.mark.parametrize("kind", SAID)
@given(ahead=st.timedeltas(timedelta(0), timedelta(days=400)))
def test_what_has_not_happened_yet_is_recorded_nowhere(kind: str, ahead: timedelta):
    say, now = SAID[kind]
    assert (say(acted_at=now + ahead) == "record/future") == (ahead > AHEAD)


@pytest.mark.parametrize("kind", SAID)
def test_what_was_said_long_ago_is_not_of_the_future(kind: str):
    say, now = SAID[kind]
    assert say(acted_at=now - timedelta(minutes=10), now=now) != "record/future"


@pytest.mark.parametrize("kind", BASE_ACTS)
@pytest.mark.parametrize(
    ("clerk", "rule"),
    [
        (CLERK, ""),
        (OF_THE_MISSION, ""),
        (ELSEWHERE, "authority/recorder"),
        (holder("COOK-NAQ", "auditor", who="m-clerk"), "authority/recorder"),
    ],
)
def test_at_a_base_its_own_recorders_record_and_those_of_the_mission(kind: str, clerk: Person, rule: str):
    assert BASE_ACTS[kind](clerk) == rule


def test_an_order_of_the_mission_is_recorded_at_any_base_and_so_is_its_end():
    naq, mine = Naq(), order(mission_wide=True, issuer="FC", etp="FC")
    naq.act(IssueOrder(**naq.head(by=FORCE.id, entered_by="m-clerk"), order=mine), FORCE, clerk=ELSEWHERE)
    assert naq.refused == ""
    ended = RescindOrder(**naq.head(by=FORCE.id, entered_by="m-clerk"), number="LO-1", reason="over")
    naq.act(ended, FORCE, clerk=ELSEWHERE)
    assert naq.refused == ""


@pytest.mark.parametrize("post", ["CO-NAQ", "FC"])
def test_at_a_base_nobody_speaks_as_a_post_which_is_not_theirs(post: str):
    rule = BASE_ACTS["rescind-order"](post=post)
    assert rule == ("" if post == "CO-NAQ" else "authority/post")


@pytest.mark.parametrize(
    ("decided", "posts"),
    [
        ((), ("NCC-GHA",)),
        (("m-ncc",), ("NCC-GHA", "FC")),
        (("m-other",), ("NCC-GHA",)),
        (("m-ncc", "m-other"), ("NCC-GHA", "FC")),
    ],
)
def test_who_stands_above_overrides_where_each_who_could_has_decided_before(decided, posts):
    """A contingent whose commander is its national commander has nobody else; never a lower post."""
    chain = (Rung(post="CO-A", holders=("m-co",)), Rung(post="NCC-GHA", holders=("m-ncc",)), Rung(post="FC"))
    assert overriders({"override": (chain[1],), "approve": chain}, decided) == posts
