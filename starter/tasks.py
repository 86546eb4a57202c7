"""What waits for somebody: leaves whose turn it is, exemptions, countersignatures; and what to type next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, get_args

from sqlalchemy import select

from activities.register import command
from activities.register.database import reading
from activities.register.tables import Post
from domain.acts import Find
from domain.facts import Person
from domain.leave import Leave, discreet, exempting_from, overriding
from domain.leave.face import Face, face
from domain.leave.ladders import ratifiable, rungs
from domain.leave.late import unfound
from domain.model import Instant, Model
from starter import index
from starter.desk import Desk
from wiring.trouble import Misset

FINDINGS: Final = "|".join(get_args(Find.model_fields["finding"].annotation))
"""All that may be found, in one breath: the system finds nobody absent, and suggests nothing to who does."""

TURNS: Final = {
    "waiting for a check": ("attestation", "attest {leave} --method red-cross"),
    "waiting for approval": ("approval", "approve {leave}"),
    "approved": ("clearance", "clear {leave}"),
    "cleared": ("seat, journey", "confirm-travel {leave}"),
    "booked": ("journey", "confirm-travel {leave}"),
    "settled": ("what was to be shown", "attest {leave} --method document"),
    "delayed": ("finding", f"finding {{leave}} --finding {FINDINGS} --reason ..."),
    "recalled": ("tell the member", "told {leave} --about recall --via ..."),
    "absence proposed": ("finding", f"finding {{leave}} --finding {FINDINGS} --reason ..."),
}
"""What is wanted of a post whose turn it is, by the state of the leave, and what it usually types."""

MOST: Final = 200
"""Leaves looked into for one inbox, most urgent first."""

BACK_LATE: Final = ('LeaveState = "settled"', 'Attention = "irregular"')
"""Leaves of which the days are counted, and something was not as it should be: somebody may have come back late."""

EXCEPTION: Final = "it stays as an exception for audit"
"""What follows where nobody confirms or reviews."""


class Task(Model):
    """What one leave waits for: of which post (none: of a person), by when, what follows else, and the command.

    `then` is the name of what follows, `brings` tells people of it.
    """

    leave_id: str
    number: str
    state: str
    lane: str
    base: str
    unit: str
    member: str
    first: date
    last: date
    what: str
    post: str = ""
    act_by: Instant | None = None
    then: str = ""
    brings: str = ""
    type: str

    @property
    def urgency(self) -> tuple[bool, datetime, str]:
        """Sorts emergencies first, then by the minute in which one must act, then as the leaves are numbered.

        A countersignature or a review hurries nobody's leave.
        """
        by = self.act_by or datetime.max.replace(tzinfo=UTC)
        return self.lane != "urgent" or self.brings == EXCEPTION, by.replace(second=0, microsecond=0), self.number


def discreetly(task: Task) -> Task:
    """As it is told to those whom the kind of leave does not concern: that a decision waits, not which nor until when.

    Where every leave waits for the same within the same limit, they may know it.
    """
    if discreet.limited(task.state) and task.brings != EXCEPTION:
        return task
    unsaid = {"post": "", "act_by": None, "then": "", "brings": "", "type": "", "lane": "normal"}
    return task.model_copy(update={"state": discreet.word(task.state), "what": "a decision"} | unsaid)


def my_posts(desk: Desk) -> tuple[str, Person | None, tuple[str, ...]]:
    """Who sits here, what the register says of them, and the posts as which they may speak today.

    Posts are theirs by appointment or delegation. Where only a post is known, it is that one.

    Raises:
        Misset: neither a person nor a post is known.
    """
    if desk.settings.person is None:
        if desk.settings.post is None:
            raise Misset(
                "It is not known for whom to look.",
                why="expected a person or a post in the profile, got neither",
                helps="furlough me --as SERVICE-NUMBER --post POST --base BASE, or --as or --post once",
            )
        return "", None, (desk.settings.post,)
    me = desk.me()
    person = desk.posts(me)
    return me, person, tuple(held.post for held in person.posts) if person else ()


async def waiting(
    desk: Desk, me: str, posts: tuple[str, ...], *conditions: str, most: int = MOST
) -> tuple[tuple[Task, ...], bool]:
    """All that waits for these posts or this person, most urgent first; whether there is more.

    Found by the index, then asked of each leave itself, so that what was done a moment ago is not listed any more.

    Raises:
        NotReached: the server, or a worker behind it, did not answer.
    """
    exempting = _exempting(desk, posts)
    words = [*(f"awaiting:{post}" for post in posts), *(f"etp:{post}" for post in exempting)]
    administers = _administers(desk, posts)
    words += ["unanswered"] if administers else []
    words += [*(f"review:{post}" for post in posts), *(["countersign"] if me else [])]
    if not words:
        return (), False
    wanted = f"Attention IN ({', '.join(map(index.quoted, words))})"
    rows, _ = await index.rows(desk.answers, index.RUNNING, wanted, *conditions)
    rows += (await index.rows(desk.answers, index.RUNNING, *BACK_LATE, *conditions))[0] if posts else ()
    rows = tuple({row.leave_id: row for row in rows}.values())
    chosen = sorted(rows, key=lambda row: row.urgency)[:most]
    states = await index.states(desk.answers, [row.leave_id for row in chosen])
    tasks = [task for leave_id, s in states.items() for task in _tasks(desk, leave_id, s, me, posts, exempting)]
    tasks += [task for leave_id, s in states.items() for task in _stuck(desk, leave_id, s, administers)]
    return tuple(sorted(tasks, key=lambda task: task.urgency)), len(rows) > len(chosen)


def _exempting(desk: Desk, posts: tuple[str, ...]) -> dict[str, int]:
    """For which posts these may exempt, and how many steps they stand above: none for their own.

    A deputy is told by the leave itself, once silence has reached it.
    """
    with reading(desk.source) as session:
        return command.below(session, posts) | dict.fromkeys(posts, 0)


def _tasks(
    desk: Desk, leave_id: str, s: Leave, me: str, posts: tuple[str, ...], exempting: Mapping[str, int]
) -> Iterator[Task]:
    shown = face(s)
    leave, about = called(desk, shown.base, shown.number, leave_id), _about(leave_id, s, shown)
    blocks = s.verdict.blocks if s.verdict and not s.out_at else ()
    barred = {b.cites: b.etp for b in blocks if b.etp and _reached(s, exempting.get(b.etp))}
    mine = next((post for post in (*posts, *barred.values()) if post in shown.posts), None)
    if mine and shown.member != me:  # nobody decides on their own leave
        what, typed = _turn(s, shown, tuple(barred), leave, overrides=mine in overriding(s))
        yield Task(
            **about,
            what=what,
            post=mine,
            act_by=shown.act_by,
            then=shown.then,
            brings=shown.brings,
            type=f"furlough {typed}",
        )
    yield from late_days(s, leave, about, me, posts)
    yield from _confirmations(s, leave, about, me, posts)


def late_days(s: Leave, leave: str, about: dict[str, Any], me: str, posts: tuple[str, ...]) -> Iterator[Task]:
    """The finding of days after the last day, of who is back: whoever commands the member may find until it closes."""
    shown, finds = face(s), next((post for post in posts if post in rungs(s, "approve")), None)
    if finds and shown.state == "settled" and unfound(s) and shown.member != me:
        yield Task(
            **about,
            what="finding of late days",
            post=finds,
            act_by=shown.act_by,
            then=shown.then,
            brings="it closes, and the late days stay as they were counted",
            type=f"furlough finding {leave} --finding {FINDINGS} --reason ...",
        )


def _confirmations(s: Leave, leave: str, about: dict[str, Any], me: str, posts: tuple[str, ...]) -> Iterator[Task]:
    """What was recorded for me, or said as a post of mine by who did not hold it throughout; what I am to review."""
    for act, by in s.countersigns.items():
        of, mine = s.confirmers.get(act), s.signers.get(act) == me
        if me and (mine if of is None else not mine and set(of) & set(posts)):
            typed = f"furlough countersign {leave} --of {act}"
            yield Task(
                **about, what="your countersignature", act_by=by, then="unconfirmed", brings=EXCEPTION, type=typed
            )
    for act, review in s.reviews.items():
        post = next((post for post in posts if post in review.posts), None)
        if post and review.who != me and about["member"] != me:
            typed = f"furlough review {leave} --of {act} --post {post}"
            what, then = "review of two capacities of one person", "an exception for audit"
            yield Task(**about, what=what, post=post, act_by=review.by, then=then, brings=EXCEPTION, type=typed)


def _about(leave_id: str, s: Leave, shown: Face) -> dict[str, Any]:
    return {
        "leave_id": leave_id,
        "number": shown.number or leave_id,
        "state": shown.state,
        "lane": shown.lane,
        "base": shown.base,
        "unit": shown.unit,
        "member": shown.member,
        "first": s.first_day,
        "last": s.last_day,
    }


def _administers(desk: Desk, posts: tuple[str, ...]) -> str | None:
    """The post among these which sees to leaves that nobody answers."""
    with reading(desk.source) as session:
        return session.scalar(select(Post.post).where(Post.role == "administrator", Post.post.in_(posts)))


def _stuck(desk: Desk, leave_id: str, s: Leave, administers: str | None) -> Iterator[Task]:
    """A leave whose every post has let its time pass, or that has none: the administrator has the post filled."""
    shown = face(s)
    if administers and "unanswered" in shown.attention:
        leave = called(desk, shown.base, shown.number, leave_id)
        about = _about(leave_id, s, shown) | {"act_by": shown.act_by, "then": shown.then, "brings": shown.brings}
        yield Task(**about, what=f"nobody answers: {shown.waits_for}", post=administers, type=f"furlough show {leave}")


def _reached(s: Leave, above: int | None) -> bool:
    """Whether a post may be asked to exempt which stands so many steps above the one that the order names."""
    if not above:
        return above is not None
    since = exempting_from(s, above)
    return since is not None and since <= datetime.now(UTC)


def _turn(s: Leave, shown: Face, exempts: tuple[str, ...], leave: str, *, overrides: bool) -> tuple[str, str]:
    """What is wanted of a post, which may exempt from these orders, and the command that does it."""
    if exempts:
        return (
            f"exemption from {', '.join(exempts)}",
            f"etp grant {leave} --order {exempts[0]} --ground ... --reason ...",
        )
    if overrides:
        return "override of strength", f"strength override {leave} --reason ..."
    if ratifiable(s):
        return "approval after the sign-out", f"approve {leave}"
    if s.extension and not s.extension.approved and s.out_at:
        return f"extension until {s.extension.last}", f"approve {leave}"
    what, command = TURNS.get(shown.state, (shown.state, "show {leave}"))
    return what, command.format(leave=leave)


def called(desk: Desk, base: str, number: str, leave_id: str) -> str:
    """The shortest name that a command at this desk takes: `412` at one's own base, else the whole number."""
    if number and base == desk.settings.base:
        return number.rpartition("-")[2].lstrip("0")
    return number or leave_id
