"""The ladder of an exemption: reminded, the deputy, the next higher, daily to the top, and on the stuck list."""

from __future__ import annotations

from datetime import date

import pytest

from domain.facts import HeldPost
from domain.leave.events import Lapsed
from domain.model import DAY, HOUR
from domain.orders import Block
from tests.domain.leave.life import FIRST, LAST, Life, block

FAR = {"first": FIRST + 20 * DAY, "last": LAST + 20 * DAY}


def held(*posts: str) -> tuple[HeldPost, ...]:
    return tuple(HeldPost(post=post, role="commander", since=date(2026, 1, 1)) for post in posts)


def barred(*posts: str, blocks: tuple[Block, ...] = (block(etp="SC-WEST"),)) -> Life:
    """An order stands against a cleared leave; these posts could be reached, the one named first."""
    life = Life(etp_posts=held(*posts))
    life.ask(**FAR)
    life.until("sign-out")
    life.ruled(*blocks)
    return life


def fell(life: Life, upto: int) -> list[tuple[float, tuple[str, ...]]]:
    since, told = life.now, []
    for _ in range(upto):
        if not (due := [x for x in life.due() if x.startswith("exemption")]):
            break
        event: Lapsed = life.wait_for(due[0])
        told.append(((life.now - since) / HOUR, event.to))
    return told


@pytest.mark.rule("silence/<deadline>")
def test_silence_reaches_the_deputy_at_the_limit_of_a_clearance_and_those_above_after_it():
    """4 h as a clearance: remind at 2 h, deputy at 4 h, next higher at 8 h, then daily; then stuck."""
    life = barred("SC-WEST", "DSC-WEST", "FC", "HOM")
    assert fell(life, 9) == [
        (2, ("SC-WEST",)),
        (4, ("DSC-WEST",)),
        (8, ("FC",)),
        (32, ("HOM",)),
        (56, ()),
    ]
    assert life.face.posts == ("SC-WEST", "DSC-WEST", "FC", "HOM")
    assert {"unanswered", "etp:FC", "awaiting:HOM"} <= set(life.face.attention)


def test_a_post_that_nobody_holds_is_passed_over_and_never_a_lower_one_asked():
    life = barred("DSC-WEST", "HOM")
    assert [to for _, to in fell(life, 9)] == [("SC-WEST",), ("DSC-WEST",), ("HOM",), ()]


def test_where_the_order_ends_nobody_is_asked_any_more():
    life = barred("SC-WEST", "DSC-WEST")
    fell(life, 2)
    life.ruled()
    assert [x for x in life.due() if x.startswith("exemption")] == []
    assert "etp:SC-WEST" not in life.face.attention


def test_each_authority_has_a_ladder_of_its_own_and_keeps_it_while_others_come():
    life = barred("SC-WEST", "DSC-WEST")
    fell(life, 1)
    since = life.state.barred["SC-WEST"].since
    life.ruled(block(etp="SC-WEST"), block("LO-2.1", etp="FC"))
    assert life.state.barred["SC-WEST"].since == since
    assert life.state.barred["SC-WEST"].reminded
    assert not life.state.barred["FC"].reminded


def test_a_leave_from_before_the_ladder_goes_on_without_it():
    life = barred("SC-WEST")
    life.state = life.state.model_copy(update={"exemptions": False})
    assert [x for x in life.due() if x.startswith("exemption")] == []


def test_what_nobody_exempts_ends_as_any_other_leave():
    life = barred("SC-WEST", "DSC-WEST")
    life.wait(life.now + 200 * DAY)
    assert life.ends == ["not-taken"]
