"""`furlough account days`: one absence day by day, what pays for each of its days, and what was corrected since."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, get_args

from rich.table import Table

from domain.account import Account, Line, Split, allowance, balance, inside, split, without
from domain.holdings import Purse
from domain.leave.ladders import lacking
from domain.leave.segments import Has, Segment, Share, total
from domain.leave.segments import split as day_by_day
from domain.words import plain
from starter import readers, receipts
from starter.accounts import known
from starter.desk import Desk, at_desk
from starter.flags import HERE, How
from starter.foretold import OFFER, instead
from starter.show import Whole, told, untold
from starter.show import days as days_of
from starter.show import entitled as told_the_kind
from wiring import console
from wiring.trouble import Misset

WITHDRAWN: Final = f"{OFFER}furlough withdraw, and furlough request --kind emergency-absence"


async def days(leave: str, *, how: How = HERE) -> int:
    """The days of one leave: what pays for each of them, or why none does, and what was corrected since.

    By the balance of the first day which a purse pays for, all other leaves begun by then taken off. Kind and reasons
    are told to the member, and to posts of the base or the mission.

    Args:
        leave: A leave id, a control number or its last digits, or the service number of a member.
    """
    async with at_desk(**how.settings) as desk:
        whole = await told(desk, leave)
        if whole.state.ask is None:
            raise Misset("The leave is not open yet.", why="nothing of it was counted", helps="furlough show")
        if no := readers.of_account(desk, whole.state.whose):
            return receipts.not_accepted(desk, f"account days {leave}", no, json=how.json)
        state, leave_id = await known(desk, whole.state.whose), whole.face.leave_id
        line, main = state.lines.get(leave_id), whole.state.kind.purse
        has = _has(state, whole, line)
        entitled = told_the_kind(desk, whole)
        counted = days_of(whole) if entitled else tuple(untold(day) for day in days_of(whole))
        segments = day_by_day(counted, has, main)
        paid = split(state, whole.state.rules, whole.state.whose, leave_id) if line else None
        if how.json:
            console.document(_document(whole, has, segments, line, paid) | (_words(whole) if entitled else {}))
            return 0
        console.say(f"{whole.face.number or leave_id} · {whole.state.rules.pack}", "bold")
        for purse, mine in has.items():
            console.say(f"{purse}: {plain(mine.balance)} days before; it may go {plain(mine.below)} below zero")
        if whole.state.word and entitled:
            console.say(_word(whole))
        console.say(_drawn(segments))
        _corrections(line, paid)
        console.say(f"together: {_together(segments)}", "bold")
        if entitled and _absence_instead(whole, segments):
            console.note(WITHDRAWN)
    return 0


async def offer(desk: Desk, leave_id: str) -> str:
    """What who has just asked is told besides: who decides where the post named by the pack lacks, and what is offered.

    Offered is something for an emergency which the balance does not cover; empty where there is nothing to be told.

    Raises:
        NotReached: the server or its worker does not answer.
    """
    whole = await told(desk, leave_id)
    if whole.state.ask is None:
        return ""
    state = await known(desk, whole.state.whose)
    has = _has(state, whole, state.lines.get(leave_id))
    instead_ = _absence_instead(whole, day_by_day(days_of(whole), has, whole.state.kind.purse))
    return "\n".join(filter(None, (lacking(whole.state), WITHDRAWN if instead_ else "")))


def _has(state: Account, whole: Whole, line: Line | None) -> dict[Purse, Has]:
    """What each purse which pays had on the first day for which it pays."""
    terms, member, main = whole.state.rules, whole.state.whose, whole.state.kind.purse
    firsts = {taking.purse: (taking.first, inside(state, taking)) for taking in line.takings} if line else {}
    if not firsts and main != "none":
        firsts = {main: (whole.state.first_day, Decimal(0))}
    others = without(state, whole.face.leave_id)
    return {
        purse: Has(balance(others, terms, member, on, purse) + taken, allowance(state, terms, member, on, purse))
        for purse, (on, taken) in firsts.items()
    }


def _word(whole: Whole) -> str:
    """What the account said when it was first asked; by this the days were split."""
    word, died = whole.state.word, whole.state.asked.died_on
    assert word is not None  # noqa: S101  (asked where it is there)
    had = [f"balance on {died}: {word.had} days"] if word.had is not None else []
    left = [f"working days left in {year}: {days}" for year, days in word.left.items()]
    return "the account said: " + "; ".join([*had, *left])


def _corrections(line: Line | None, paid: Split | None) -> None:
    for correction in line.corrections if line else ():
        console.say(f"corrected on {correction.on}: {plain(correction.days, '+')} days to the member")
    if line and line.corrections and paid:
        balanced, advance, excess = map(plain, (paid.balance, paid.advance, paid.excess))
        console.say(f"after that: {balanced} from the balance, {advance} in advance, {excess} excess")


def _together(segments: tuple[Segment, ...]) -> str:
    """The days of each share; those always that say what is charged to earned days."""
    shares: tuple[Share, ...] = get_args(Share)
    sums = {share: total(segments, share) for share in shares}
    return ", ".join(f"{plain(days)} {share}" for share, days in sums.items() if days or share in ALWAYS)


ALWAYS: Final = ("charged", "advance", "excess")


def _absence_instead(whole: Whole, segments: tuple[Segment, ...]) -> bool:
    """Whether leave of absence is to be offered: not gone yet, and an emergency would take days in advance."""
    return instead(whole.state, total(segments, "advance") + total(segments, "excess"))


def _document(
    whole: Whole, has: dict[Purse, Has], segments: tuple[Segment, ...], line: Line | None, paid: Split | None
) -> dict[str, Any]:
    main = whole.state.kind.purse
    mine = has.get(main, Has(Decimal(0)))
    return {
        "leave_id": whole.face.leave_id,
        "purse": main,
        "balance_before": mine.balance,
        "advance_allowed": mine.below,
        "purses": {purse: one._asdict() for purse, one in has.items()},
        "pack": whole.state.rules.pack,
        "segments": [s.model_dump() for s in segments],
        "corrections": [c.model_dump() for c in line.corrections] if line else [],
        "paid": paid._asdict() if paid else None,
    }


def _words(whole: Whole) -> dict[str, Any]:
    return {"word": whole.state.word.model_dump() if whole.state.word else None}


def _drawn(segments: tuple[Segment, ...]) -> Table:
    table = console.table("from", "until", "kind", "share", "each", "balance", "rule", "why", right=("each", "balance"))
    for s in segments:
        kind = s.leave_kind or ""
        table.add_row(str(s.day), str(s.until), kind, s.share, plain(s.days), plain(s.left), s.rule, s.why)
    return table
