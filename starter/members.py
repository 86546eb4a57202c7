"""`furlough member`: the end of somebody's time in the mission, for each of their leaves and for their account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from cyclopts import App

from domain import account
from domain.account import Account
from domain.acts import EndAccount, EndMember, EndOfTime, HandOver, See, Seen
from domain.decider import Refused
from domain.ends import RULE
from domain.facts import Member
from domain.refusal import Refusal
from domain.words import counted
from starter import account_beside, accounts, bases, foresight, receipts, speaking
from starter.accounts import known, member_of
from starter.desk import Desk, Speaker, at_desk
from starter.flags import HERE, How, Switch
from starter.saying import Saying, to_seal
from starter.speaking import OWN, For
from wiring import console, sheets
from wiring.handles import ended
from wiring.queries import face_of
from wiring.sheets import Line

app = App(name="member", help="The end of a member's time: their leaves end, the account is handed over or settled.")


@app.command
async def end(
    service_number: str,
    *,
    why: EndOfTime,
    at: str | None = None,
    lift: Switch = False,
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Record that somebody's time in the mission has ended: each open leave ends, and the account makes its statement.

    No reminder, ladder or notice goes on. What a human still has to do is told.

    Args:
        service_number: Whose time.
        why: Why it ended. It stands in the record and in no sentence.
        at: When, on the base's clock: "2026-12-20 08:00"; else now. Nothing is recorded of the future.
        lift: It had not ended: a slip, or they are back. Leaves that ended stay ended.
        dry_run: Show what would be recorded; change nothing.
    """
    async with at_desk(**how.settings) as desk:
        member = member_of(desk, service_number)
        who = speaking.speaker(desk, whose)
        speaking.introduce(desk, who, member.id)
        papers = speaking.kept(desk, whose.evidence, dry_run=dry_run)
        ending = Ending(desk, who, papers, why, at, how, dry_run=dry_run, lift=lift)
        code = await ending.of(service_number, member)
        if not (code or lift or how.json):
            _still_to_do(desk, member, service_number)
        return code


@dataclass(frozen=True)
class Ending:
    """The end of somebody's time, as one speaker tells it at one desk; `lift` takes it back."""

    desk: Desk
    who: Speaker
    papers: tuple[str, ...]
    why: EndOfTime
    at: str | None
    how: How
    dry_run: bool = False
    lift: bool = False

    async def of(self, number: str, member: Member) -> int:
        """End each open leave of a member, then the account, whose statement wants them settled. The exit code."""
        said = {"why": self.why} | ({"at": self.at} if self.at else {})
        saying = Saying(self.desk, "member end", EndMember, self.who, self.papers, said, dry_run=self.dry_run)
        codes = []
        for leave in [] if self.lift else await _open_leaves(self.desk, member):
            answer = await saying.answer(Line(leave, {}))
            receipts.show(answer, self.desk, json=self.how.json)
            codes.append(answer.code)
        if any(codes):
            console.warn(f"next   the account of {number} ends once its leaves have: say it again")
            return sheets.exit_code(codes)
        act = self._account(member)
        return await accounts.say(self.desk, act, member, f"member {number}", self.how, dry_run=self.dry_run)

    def refused(self, member: Member, state: Account) -> Refusal | None:
        """Why the speaker has no say in it, as the member's account would answer; not that they speak of themself."""
        events = foresight.events(self.desk, account, self._account(member), state)
        refusals = (event.refusal for event in events if isinstance(event, Refused))
        return next((refusal for refusal in refusals if refusal.rule == RULE), None)

    def _account(self, member: Member) -> EndAccount:
        moment = self.desk.moment(self.at, member.base)
        on = moment.astimezone(self.desk.zone(member.base)).date()
        head = speaking.head(self.who, self.papers, moment)
        return EndAccount(**head, member=member.id, on=on, why=self.why, lift=self.lift)


@app.command
async def seen(
    service_number: str,
    *,
    what: Seen,
    leave: str = "",
    at: str | None = None,
    detail: str | None = None,
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Record what was seen or heard of somebody whose leave, or whose time here, has ended.

    It changes no days and takes no end back: who was missing and is back wants `member end --lift` besides.

    Args:
        service_number: Of whom.
        what: Left the base, is back on it, was reached by a call or not, those concerned were told, or something else.
        leave: The leave which it is about, as every command takes it.
        at: When it was seen, on the base's clock: "2026-12-20 08:00"; else now.
        detail: What else there is to say. Sealed into the detail store.
        dry_run: Show what would be recorded; change nothing.
    """
    async with at_desk(**how.settings) as desk:
        member = member_of(desk, service_number)
        which = (await desk.leaves().find(leave)).leave_id if leave else ""
        head = speaking.heading(desk, whose, dry_run=dry_run) | {"acted_at": desk.moment(at, member.base)}
        later = None if detail is None else to_seal(detail, "detail")
        act = See(**head, member=member.id, what=what, leave_id=which, detail=later)
        if detail is not None and not dry_run:
            act = act.model_copy(update={"detail": desk.seal(detail)})
        return await accounts.say(desk, act, member, f"member {service_number}", how, dry_run=dry_run)


@app.command(name="hand-over")
async def hand_over(
    service_number: str,
    *,
    done: Literal["handed-over", "settled"],
    whom: str,
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Record who has seen to what the account had at the end.

    Args:
        service_number: Whose account.
        done: Handed over to another mission or contingent, or settled.
        whom: To whom, or by whom: an office, a document.
        dry_run: Show what would be recorded; change nothing.
    """
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        member = member_of(desk, service_number)
        words, said = {"done": done, "whom": whom}, f"member {service_number}"
        return await accounts.enter(desk, HandOver, member, words, said, whose, how, dry_run=dry_run)


@app.command(name="open")
async def open_(base: str | None = None, /, *, how: How = HERE) -> int:
    """Whose time has ended, and what of their accounts nobody has handed over or settled yet, or not as it is by now.

    An entry after the end changes what is left: here it is told as the account has it, until somebody sees to that.

    Args:
        base: The base; else this desk's.
    """
    async with at_desk(**how.settings) as desk:
        code, many = bases.at_base(desk, base or how.base), 0
        async for number, member, state in accounts.accounts_at(desk, code):
            if state.ended is None or state.ended.lifted:
                continue
            now = datetime.now(UTC)
            terms = accounts.terms_of(desk, member.id, now.astimezone(desk.zone(member.base)).date())
            left = account.rest(state, terms, member, now)
            if left is None or not left.to_do:
                continue
            many += 1
            if how.json:
                document = account_beside.left_document(left, state.ended.handed)
                console.document({"service_number": number, "on": state.ended.on, **document})
                continue
            told = account_beside.left(left, state.ended.handed)
            typed = f"furlough member hand-over {number} --done settled --whom ..."
            since = f"; seen since: {state.seen.what}" if state.seen and state.seen.at > state.ended.recorded_at else ""
            console.say(f"{number}  ended {state.ended.on}, {told}{since}  {typed}")
        if not many and not how.json:
            console.say(f"{code}: no account of a member who has left waits for anybody")
    return 0


async def _open_leaves(desk: Desk, member: Member) -> list[str]:
    """The leaves of a member which have not ended, by id: those of which the account holds or has settled days."""
    lines = (await known(desk, member)).lines
    wanted = [leave for leave, line in lines.items() if line.days and not line.closed]
    faces = [await face_of(desk.client, leave) for leave in wanted]
    return [leave for leave, face in zip(wanted, faces, strict=True) if face and not ended(face)]


def _still_to_do(desk: Desk, member: Member, number: str) -> None:
    """What no machine does: the account, the posts they held, the register."""
    console.say(f"next   furlough member hand-over {number} --done handed-over|settled --whom ...")
    posts = desk.posts(member.id)
    if posts and posts.posts:
        held = ", ".join(post.post for post in posts.posts)
        console.say(f"next   have {held} filled by another: furlough register import")
    console.say("next   leave them out of members.csv with the next import")


mission = App(name="mission", help="The mission as a whole: its end.")


@mission.command
async def close(
    base: str | None = None, /, *, at: str | None = None, dry_run: Switch = False, whose: For = OWN, how: How = HERE
) -> int:
    """Close the mission: every open leave gets its end, and every member's account makes its statement.

    Said again it goes on where it was broken off: what has ended stays so.

    Args:
        base: Only the members of this base.
        at: When the mission ended, on each base's clock: "2026-12-31 18:00"; else now.
        dry_run: Show what would be recorded; change nothing.
    """
    async with at_desk(**how.settings) as desk:
        who = speaking.speaker(desk, whose)
        speaking.introduce(desk, who)
        papers = speaking.kept(desk, whose.evidence, dry_run=dry_run)
        ending = Ending(desk, who, papers, "mission-closed", at, how, dry_run=dry_run)
        told, own = list[int](), ""
        for code in [bases.at_base(desk, base)] if base else bases.all_of(desk):
            async for number, member, state in accounts.members_at(desk, code):
                if state and state.ended and not state.ended.lifted:
                    continue
                if not told and (no := ending.refused(member, state or Account())):
                    # before anybody's leave ends: the next member would be refused for the same reason
                    return receipts.not_accepted(desk, "mission close", no, json=how.json)
                told.append(await ending.of(number, member))
                if told[-1] and member.id == who.person:
                    own = number
        if not how.json:
            good = sum(not code for code in told)
            lacks = f", {len(told) - good} not{'' if dry_run else ' yet'}: why is told above" * (good < len(told))
            console.say(f"{counted(good, 'account')} {'would be ended' if dry_run else 'ended'}{lacks}", "bold")
            if own:
                others = "somebody else whose matter it is says furlough mission close once more"
                console.say(f"next   nobody ends their own time: your own account, {own}, stays open until {others}")
        return sheets.exit_code(told)
