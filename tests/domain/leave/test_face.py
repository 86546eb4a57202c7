"""How a leave looks from outside: its word, whom it waits for, what deserves attention, what a post may say."""

from __future__ import annotations

from typing import Any

import pytest

from domain import leave
from domain.facts import BaseFacts
from domain.holdings import Notice
from domain.leave.path import PATH, STATES
from domain.model import DAY, HOUR
from domain.orders import Block
from tests.domain.leave.life import (
    DESKS,
    FIRST,
    LAST,
    LEAVE,
    NO_SEAT,
    NOW,
    POSTS,
    SEALED,
    Life,
    World,
    block,
    emergency,
    local,
    terms,
)

WORDS = {
    "approve": "waiting for approval",
    "confirm": "booked",
    "sign-out": "ready",
    "sign-in": "away",
    "close": "settled",
}


@pytest.mark.parametrize("step", WORDS)
def test_each_step_has_its_word_and_its_next_deadline(step):
    face = Life().until(step).face
    assert face.state == WORDS[step]
    assert face.act_by
    assert face.then
    assert face.waits_for


def test_every_step_has_a_word():
    assert {step.name for step in PATH} < set(STATES)


def test_before_it_is_open_and_when_it_is_not_opened_the_face_shows_no_more_than_that():
    life = Life(member=None)
    assert life.face.state == "requested"
    life.ask()
    assert (life.face.state, life.face.leave_id, life.face.member) == ("not opened", "", "")


def test_what_is_overdue_deserves_attention_until_the_member_is_back():
    life = Life().until("sign-in")
    assert life.face.due_back == local(LAST + DAY)
    life.wait(local(LAST + DAY))
    assert (life.face.state, life.face.attention) == ("overdue", ("overdue",))
    life.sign_in(local(LAST + DAY, "01:00"))
    assert life.face.attention == ("irregular",)


def test_nobody_is_told_a_person_or_the_kind_of_leave():
    """Neither what it waits for, nor why, nor what deserves attention, nor any sentence of the journal."""
    for kind in ("ordinary", "emergency", "rr"):
        life = Life(family="listed", base=BaseFacts(code="NAQ", clearance="officer"))
        life.ask(leave_kind=kind, first=FIRST, last=FIRST + 4 * DAY)
        told = []
        for step in ("approve", "confirm", "sign-out"):
            life.until(step)
            told.append(life.face)
        life.ruled(block())
        told.append(life.face)
        life.ruled()
        life.until("sign-in")
        life.say("report", "cook", what="hospital")
        life.wait(local(LAST + 5 * DAY))
        told.append(life.face)
        life.say("sign-in", "gate", "clerk")
        told.append(life.face)
        words = [" ".join((f.waits_for, f.then, f.otherwise, f.state, *f.attention, *f.why, *f.posts)) for f in told]
        words += [entry.event.says() for entry in life.journal if hasattr(entry.event, "says")]
        for text in words:
            assert "m-" not in text
            assert not {"ordinary", "emergency", "rr", "hospital"} & set(text.replace(",", " ").split()), text


def shown(kind: str) -> tuple[set[str], set[str]]:
    """All that is told and shown of a leave, dates left out: the sentences, and the words of its faces."""
    life = Life(notices=True, family="listed", terms=terms(kind="rr", notice_days=0))
    life.ask(leave_kind=kind, first=FIRST, last=FIRST + 4 * DAY)
    words: set[str] = set()

    def look() -> None:
        face = life.face
        words.update((face.state, face.then, face.otherwise, face.waits_for, *face.attention, *face.why, *face.posts))

    look()
    if life.at == "attest":
        life.wait(NOW + HOUR)
        look()
        life.wait(NOW + 40 * HOUR)
        look()
        life.say("attest", "verifier", method="red-cross")
    life.wait_for("remind approve")
    look()
    life.say("approve", "co")
    for step in ("confirm", "sign-out", "sign-in"):
        life.until(step)
        look()
    life.sign_in(local(FIRST + 4 * DAY, "18:00"))
    look()
    return {news.says for news in life.world.told}, words


def test_what_is_told_and_shown_of_an_emergency_is_what_is_of_any_leave():
    """But for the post that checks it, whose turn must be known to it, and for that something is checked at all."""
    told, words = shown("emergency")
    told_of_any, words_of_any = shown("ordinary")
    waits = {
        f"{says}; waits for VO-NAQ" for says in ("control number NAQ-2026-000412", "reminder: a decision is waited for")
    }
    neutral = {
        "a decision is waited for; waits for CO-A",
        "no answer: another post may decide by now; waits for VO-NAQ, SC-WEST",
    }
    assert told - told_of_any <= waits | neutral
    for word in words - words_of_any:
        assert (
            "check" in word
            or word in ("unanswered", "undecided", "if nobody has decided by then, it lapses")
            or {"VO-NAQ", "SC-WEST"} & set(word.replace("awaiting:", "").split(", "))
        )
    assert not [text for text in told | words if "attest" in text or "emergency" in text or "family" in text]


@pytest.mark.parametrize(
    ("desk", "shown"), [("attest", "check"), ("approve", "approve"), ("officer", "officer"), ("confirm", "confirm")]
)
def test_a_desk_without_any_post_is_unanswered_from_the_first_hour_on(desk: str, shown: str):
    """Nobody is awaited and nobody will be: who looks after the register is to see it at once."""
    base = BaseFacts(code="NAQ", clearance="officer")
    life = Life(desks=DESKS | {desk: ()}, base=base, terms=terms(), family="listed")
    life.ask(leave_kind="emergency" if desk == "attest" else "ordinary", travel="road")
    life.until(desk)
    assert (life.face.posts, life.face.attention) == ((), ("unanswered",))
    assert life.face.waits_for == f"a post for {shown}: there is none"


def test_a_single_post_that_lets_its_time_pass_is_unanswered():
    life = Life(desks=DESKS | {"approve": DESKS["approve"][-1:]}).until("approve")
    assert "unanswered" not in life.face.attention
    life.wait_for("approve rung 1")
    assert life.face.attention == ("awaiting:FC", "unanswered")


def test_those_concerned_are_told_where_the_mission_sends_notices():
    """Each entry worth telling once, to those whose turn it is; nothing where notices are off."""
    life = Life(notices=True)
    life.ask()
    life.say("approve", "co")
    told = life.world.told
    assert [news.says for news in told][:3] == [
        "asked: 2026-03-23 to 2026-03-30",
        "control number NAQ-2026-000412; waits for CO-A",
        "approved",
    ]
    assert told[0].to == ()
    assert len({news.seq for news in told}) == len(told)
    assert life.state.news == ()
    quiet = Life().until("confirm")
    assert quiet.world.told == []


def test_notices_that_cannot_be_laid_out_hold_nothing_up():
    life = Life(notices=True)
    life.ask()
    life.slow = True
    life.say("approve", "co")
    wants = leave.wants(life.state, NOW)
    assert {want.what for want in wants} == {"place", "notice"}
    assert isinstance(wants[-1].spec, Notice)


# ---- next_acts

MAY: dict[str, dict[str, set[str]]] = {
    "approve": {"co": {"approve", "deny", "correct"}, "dco": {"correct"}, "gate": set(), "mover": set()},
    "confirm": {"co": {"cancel", "correct"}, "mover": {"confirm-travel", "unbook"}, "dmover": set()},
    "sign-out": {"co": {"cancel", "correct"}, "mover": {"confirm-travel", "unbook"}},
    "sign-in": {
        "co": {"correct", "recall"},
        "sector": {"correct", "recall"},
        "gate": set(),
        "mover": {"confirm-travel", "unbook"},
    },
    "close": {"co": {"correct"}, "gate": set()},
}
ALWAYS = {"attach", "was-told", "end-member"}
SEEN = {
    "approve": ALWAYS | {"check-off", "sign-out"},
    "confirm": ALWAYS | {"check-off", "sign-out"},
    "sign-out": ALWAYS | {"check-off", "sign-out"},
    "sign-in": ALWAYS | {"sign-in", "report", "contact"},
    "close": ALWAYS,
}


@pytest.mark.parametrize(("step", "who"), [(step, who) for step, posts in MAY.items() for who in posts])
def test_next_acts(step, who):
    """Observations that are possible, and decisions of the post whose turn it is."""
    life = Life().until(step)
    assert set(leave.next_acts(life.state, POSTS[who][0])) == MAY[step][who] | SEEN[step]


def test_next_acts_before_attestation():
    life = emergency()
    assert "attest" in leave.next_acts(life.state, "VO-NAQ")
    assert {"deny"} == {"deny", "approve"} & set(leave.next_acts(life.state, "CO-A"))


def test_next_acts_of_the_clearance_officer():
    life = Life(base=BaseFacts(code="NAQ", clearance="officer")).until("officer")
    assert {"clear", "deny"} <= set(leave.next_acts(life.state, "CLR-NAQ"))
    assert "deny" not in leave.next_acts(life.state, "CO-A")


def test_next_acts_of_an_extension():
    life = Life().until("sign-in")
    life.say("extend", "member", last=LAST + DAY, reason=SEALED)
    assert {"approve", "deny"} <= set(leave.next_acts(life.state, "CO-A"))
    assert not {"approve", "deny"} & set(leave.next_acts(life.state, "SC-WEST"))


def test_a_finding_is_offered_once_there_are_days_to_find_of():
    """Where a delay was reported, where somebody is overdue, and where the gate saw them come back late."""
    life = Life().until("sign-in")
    assert "find" not in leave.next_acts(life.state, "CO-A")
    reported = Life().until("sign-in")
    reported.say("report", "cook", what="delay")
    assert "find" in leave.next_acts(reported.state, "SC-WEST")
    life.wait(local(LAST + DAY))
    assert "find" in leave.next_acts(life.state, "CO-A")
    life.say("sign-in", "gate", acted_at=local(LAST, "23:00"))
    assert "find" not in leave.next_acts(life.state, "CO-A")


def test_next_acts_of_a_leave_that_is_not_open_or_has_ended():
    life = Life()
    assert leave.next_acts(life.state, "CO-A") == []
    life.until("approve").say("withdraw", "member")
    assert set(leave.next_acts(life.state, "CO-A")) == {"attach", "was-told"}


@pytest.mark.parametrize("step", [*MAY, "officer"])
def test_every_next_act_of_a_post_is_possible(step):
    """What is offered to a post is refused neither by the path nor by its desk."""
    words: dict[str, Any] = {
        "approve": {},
        "deny": {"reason": "x"},
        "cancel": {"reason": "x"},
        "clear": {},
        "confirm-travel": {"back_flight": "UN-9"} if step == "sign-in" else {},
        "find": {"finding": "excused", "reason": SEALED},
        "recall": {"reason": "x", "back_by": LAST - DAY},
        "attest": {"method": "phone"},
    }
    facts: dict[str, Any] = {"base": BaseFacts(code="NAQ", clearance="officer")} if step == "officer" else {}
    for who, (post, _) in POSTS.items():
        for kind in leave.next_acts(Life(**facts).until(step).state, post):
            if kind in words:
                life = Life(**facts).until(step)
                life.say(kind, who, **words[kind])
                assert not life.refused, (kind, who)


def test_a_leave_without_a_seat_waits_for_movement_control():
    world = World()
    world.seat = NO_SEAT
    life = Life(world)
    life.ask()
    life.say("approve")
    assert (life.face.state, life.face.waits_for, life.face.leave_id) == ("cleared", "MC-NAQ", LEAVE)


# ---- who may help a leave which the base does not let go


def short(rule: str = "strength/ceiling") -> Block:
    return block("strength", etp=None).model_copy(update={"rule": rule})


@pytest.mark.parametrize(
    ("kind", "blocks", "posts"),
    [
        ("emergency", (short(),), ("NCC-GHA",)),
        ("emergency", (short("strength/unknown"),), ("NCC-GHA",)),
        ("emergency", (block(), short()), ("FC", "NCC-GHA")),
        ("emergency", (short("minimum-strength"),), ()),
        ("emergency", (block(),), ("FC",)),
        ("ordinary", (short(),), ()),
        ("ordinary", (block(), short()), ("FC",)),
    ],
)
def test_a_leave_that_may_not_go_names_who_may_exempt_it_and_an_emergency_who_may_override_strength(
    kind: str, blocks: tuple[Block, ...], posts: tuple[str, ...]
):
    """A minimum strength that an order asks for is no matter of an override."""
    life = Life(family="listed")
    life.world.granted, life.world.blocks = False, blocks
    life.ask(leave_kind=kind, first=FIRST, last=FIRST + 4 * DAY)
    life.until("approve")
    life.say("approve", "co")
    assert (life.at, life.face.posts) == ("clear", posts)
    assert [w for w in life.face.attention if w.startswith("awaiting:")] == [f"awaiting:{p}" for p in posts]
    assert ("etp:FC" in life.face.attention) == ("FC" in posts)
    for post in ("FC", "NCC-GHA", "CO-A"):
        expected = [kind for kind, at in (("exempt", "FC"), ("override", "NCC-GHA")) if post == at and post in posts]
        assert [kind for kind in leave.next_acts(life.state, post) if kind in ("exempt", "override")] == expected
    life.sign_out()
    assert not set(posts) & set(life.face.posts)
    assert "override" not in leave.next_acts(life.state, "NCC-GHA")


def test_how_full_the_days_of_an_absence_are_is_shown_until_the_member_has_left():
    life = Life().until("sign-out")
    assert (life.face.warnings, "nearly-full" in life.face.attention) == ((), False)
    life.world.warns = ("3 of 20 are absent",)
    life.ruled()
    assert (life.face.warnings, life.face.attention) == (("3 of 20 are absent",), ("nearly-full",))
    life.sign_out()
    assert (life.face.warnings, life.face.attention) == ((), ())


def test_silence_on_an_exemption_reaches_those_above_one_after_the_other():
    """At twice the limit of a clearance, then daily; sooner where the kind is to be answered sooner."""
    life = Life().until("sign-out")
    assert leave.exempting_from(life.state, 1) is None
    life.ruled(block())
    limit, began = life.state.rules.clearing.answer_hours * HOUR, life.now
    assert [leave.exempting_from(life.state, n) for n in (1, 2, 3)] == [began + 2 * limit + n * DAY for n in range(3)]
    urgent = emergency()
    urgent.until("sign-out")
    urgent.ruled(block())
    assert leave.exempting_from(urgent.state, 1) == urgent.now + 2 * urgent.state.kind.answer_hours * HOUR
    life.ruled()
    assert leave.exempting_from(life.state, 1) is None


@pytest.mark.parametrize("step", ["confirm", "lift"])
def test_a_cleared_leave_that_an_order_bars_is_suspended_whatever_else_it_waits_for(step):
    life = Life().until("confirm")
    life.ruled(block("LO-7.1"))
    if step == "lift":
        life.say("confirm-travel", "mover")
    seen = leave.face(life.state)
    assert (life.at, seen.state, seen.waits_for) == (step, "suspended", "LO-7.1")


def test_a_suspension_is_told_since_the_order_came_and_not_since_the_wait_before_it():
    life = Life().until("confirm")
    life.wait(life.now + 5 * HOUR)
    life.ruled(block("LO-7.1"))
    came = life.now
    life.wait(life.now + HOUR)
    life.ruled(block("LO-7.1"), block("LO-8.1"))
    assert leave.face(life.state).since == came
    life.ruled()
    seen = leave.face(life.state)
    assert (seen.state, life.state.barred_at) == ("booked", None)
    assert seen.since == life.state.since


def test_a_countersignature_to_come_is_no_deadline_of_the_leave():
    life = Life().until("approve")
    life.say("approve", "co", "clerk")
    assert life.state.countersigns
    assert not leave.face(life.state).then.startswith("countersign")


def test_what_the_account_and_the_base_answer_after_the_departure_is_told_as_what_it_is():
    """Nobody is cleared who has gone, and no days are held which were taken."""
    life = Life().until("sign-in")
    assert [e.event.says() for e in life.journal if e.event.kind == "judged"][
        -1
    ] == "the base counts the member as away"
    life.until("close")
    assert "the account has taken the days" in [e.event.says() for e in life.journal if e.event.kind == "took"]
