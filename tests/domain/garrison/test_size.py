"""A base carries its state with every decision, so it stays small."""

from datetime import timedelta
from typing import Any

from domain import garrison
from domain.garrison.events import Examined
from domain.garrison.state import Garrison
from domain.orders import Order, Scope
from domain.restrictions import Curfew, MinimumStrength, MovementWindow
from tests.domain.garrison.mission import NOW, Naq, local, order, place

LIMIT = 256 * 1024
UNITS = [f"IRISHBATT-COY-{i}" for i in range(10)]


def crowded() -> Naq:
    """2,000 members in ten units; 500 open leaves, a third of them away and many waiting; orders as they accumulate."""
    naq = Naq(**dict.fromkeys(UNITS, 200))
    hours: list[Any] = [Curfew.model_validate({"from": "01:00", "until": "05:00"})]
    naq.issue(
        order("LO-CURFEW", since=local(1), restrictions=hours, words="from 0100 until 0500 daily, until further notice")
    )
    hours = [MovementWindow.model_validate({"from": "06:00", "until": "22:00"})]
    naq.issue(order("LO-WINDOW", since=local(1), restrictions=hours))
    for i in range(30):
        text = f"Minimum strength of company {i} during the rotation of its platoons"
        kept = [MinimumStrength(percent=70 + i)]
        naq.issue(
            order(f"LO-{i:03d}", since=local(1), restrictions=kept, scope=Scope(units=(UNITS[i % 10],)), title=text)
        )
    for i in range(500):
        leave = f"UNIFIL-01KB5M2Q3XSGTV0B6W3E2{i:05d}"
        naq.enter(leave)
        wish = place(leave, 10 + i % 7, 20 + i % 10, unit=UNITS[i % 10], member=f"m-abcde{i:05d}", route="ROUTE-COAST")
        verdict = naq.wish(leave, wish)
        if verdict.granted and i % 3 == 0:
            naq.out(leave, local(10 + i % 7, 9))
    return naq


def test_a_base_of_2000_members_and_500_open_leaves_stays_within_its_bound():
    naq = crowded()
    for i in range(500):  # and the leaves that closed within the last weeks
        leave = f"UNIFIL-01KB5M2Q3XSGTV0B6W3F2{i:05d}"
        naq.enter(leave)
        naq.back(leave)
    naq.issue(order("FO-1", since=local(2), title="All leave is stopped until further notice"))
    state = naq.state.model_dump_json()
    waiting = sum(not line.granted for line in naq.state.asking().values())
    assert len(naq.state.asking()) == 500
    assert waiting > 100
    assert len(state) < LIMIT, f"{len(state)} bytes"
    assert Garrison.model_validate_json(state) == naq.state


def test_a_stop_of_a_thousand_leaves_is_a_word_and_not_a_thousand():
    naq = Naq(**{"A-COY": 10_000})
    for i in range(1000):
        naq.ask(f"UNIFIL-01KB5M2Q3XSGTV0B6W3E2{i:05d}")
    naq.issue(order("LO-014", title="All leave is stopped"))
    (examined,) = [e for e in naq.said if isinstance(e, Examined)]
    assert len(examined.verdicts) == 1000
    assert len(examined.model_dump_json()) < LIMIT
    assert Examined.model_validate_json(examined.model_dump_json()) == examined
    (tell,) = garrison.wants(naq.state, NOW)
    assert len(tell.model_dump_json()) < LIMIT
    assert garrison.Tell.model_validate_json(tell.model_dump_json()) == tell


def test_what_ended_leaves_the_state_and_what_runs_stays():
    naq = Naq()
    for week in range(30):
        naq.now = NOW + timedelta(weeks=week)
        since = naq.now.replace(minute=0)
        naq.issue(Order.model_validate(order(f"LO-{week}", since=since, until=since + timedelta(days=5))))
        naq.enter(f"L{week}")
        naq.ask(f"L{week}")
        naq.back(f"L{week}")
    assert len(naq.state.book) <= 10
    assert len(naq.state.leaves) <= 10
    assert naq.state.serials == {2026: 30}
