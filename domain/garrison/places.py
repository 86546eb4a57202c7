"""What leaves say to a base: they ask for a control number and set their place; what they are told has reached them."""

from __future__ import annotations

from typing import Literal

from domain.acts import Enter, LookAgain, SetPlace, Told
from domain.garrison import restrictions
from domain.garrison.barring import apart, binding
from domain.garrison.events import Freed, LookedAgain, Numbered, Quarantined, Stands, ToldLeaves
from domain.garrison.flights import FLIGHTS, held_days
from domain.garrison.judging import Asker, irregular, seen
from domain.garrison.sitting import Sitting
from domain.garrison.state import Line
from domain.garrison.strength import STRENGTH
from domain.holdings import Place
from domain.ids import CONTROL_NUMBER, control_number
from domain.model import DAY, Instant
from domain.orders import Verdict

GIVEN_BACK = ("strength/given-back",)


def enter(act: Enter, sitting: Sitting) -> None:
    """One number per leave, gapless per base and year, kept also when denied or lapsed. Asked twice it is the same."""
    line = sitting.state.leaves.get(act.leave_id)
    year, serial = act.year, sitting.state.serials.get(act.year, 0) + 1
    if line and (known := CONTROL_NUMBER.match(line.number)):
        year, serial = int(known["year"]), int(known["serial"])
    number = control_number(act.base, year, serial)
    sitting.say(Numbered(leave_id=act.leave_id, number=number, year=year, serial=serial, cites=("number/gapless",)))


def set_place(act: SetPlace, sitting: Sitting) -> None:
    """A leave sets its place: an `n` that is not new is answered with the present verdict, and changes nothing.

    A wish whose `out_at` is set tells what the gate saw, and is never refused.
    """
    line = sitting.state.leaves.get(act.leave_id)
    if line and act.n <= line.n:
        held = line.verdict or _nothing(sitting.next, line.n)
        sitting.say(Stands(leave_id=act.leave_id, verdict=held, cites=held.cites))
    elif act.place is None:
        _give_back(act, line, sitting)
    elif act.place.out_at is not None:
        _observe(act, act.place, act.place.out_at, sitting)
    else:
        _ask(act, act.place, line, sitting)


def _ask(act: SetPlace, place: Place, line: Line | None, sitting: Sitting) -> None:
    asker, before = Asker(act.leave_id, sitting.as_of), line.place if line else None
    # A sign-out taken back as a typing mistake gives back a place that it had taken without leave.
    if line and before and line.granted and line.verdict and STRENGTH not in line.verdict.irregular:
        asker = asker._replace(had=True, keeps=_within(place, before), held=held_days(before, place.unit))
    sitting.answer(asker, place, act.n)
    if before and before.unit != place.unit:
        sitting.examine([before.unit])


def _give_back(act: SetPlace, line: Line | None, sitting: Sitting) -> None:
    held = line.place if line else None
    how: Literal["back", "struck"] = "back" if held and held.out_at else "struck"
    sitting.say(Freed(leave_id=act.leave_id, n=act.n, how=how, cites=GIVEN_BACK))
    if line and held and held.out_at:
        _keep_apart(act, line, held, sitting)
    sitting.say(Stands(leave_id=act.leave_id, verdict=_nothing(sitting.next, act.n), cites=GIVEN_BACK))
    if held:
        sitting.examine([held.unit])


def _keep_apart(act: SetPlace, line: Line, held: Place, sitting: Sitting) -> None:
    """Quarantine after the return: the day of return and so many days after it, by the strictest order in force."""
    back = act.back_at or act.acted_at
    _, days = apart(sitting.state, line, sitting.clock, back)
    if days:
        day = sitting.clock.day(back)
        names = tuple(
            e.name
            for e, span in binding(sitting.state, line, sitting.clock)
            if span.holds(back) and any(restrictions.quarantine(rule, held)[1] for rule in e.order.restrictions)
        )
        until, whose = day + days * DAY, held.member
        sitting.say(
            Quarantined(leave_id=act.leave_id, unit=held.unit, member=whose, first=day, last=until, cites=names)
        )


def _observe(act: SetPlace, place: Place, out_at: Instant, sitting: Sitting) -> None:
    """What the gate saw stands. What barred it is named when first told: later orders do not touch who has left."""
    line = sitting.state.leaves.get(act.leave_id) or Line(seen=sitting.now.date())
    if line.verdict and line.place and line.place.out_at == out_at:
        names = line.verdict.irregular
    else:
        told = line.model_copy(update={"place": place})
        names = irregular(sitting.bench(place.unit), act.leave_id, told, out_at)
    cites, exempt = (*names, "strength/as-seen"), tuple(sorted(line.exempt))
    verdict = Verdict(seq=sitting.next, n=act.n, granted=True, cites=cites, exempt=exempt, irregular=names)
    held = held_days(line.place, place.unit)
    if FLIGHTS not in names and set(place.travels) - held:
        verdict = seen(sitting.bench(place.unit), act.leave_id, line.model_copy(update={"place": place}), verdict, held)
    marks = verdict.irregular
    sitting.say(Stands(leave_id=act.leave_id, place=place, verdict=verdict, cites=verdict.cites, irregular=marks))
    sitting.examine({place.unit, line.place.unit} if line.place else {place.unit})


def told(act: Told, sitting: Sitting) -> None:
    """Verdicts have reached their leaves; what was held by leaves that had ended is free for the queue."""
    held = sitting.state.asking()
    units = {held[key].wish.unit for key in act.gone if key in held}
    sitting.say(ToldLeaves(reached=act.reached, gone=act.gone, cites=("base/newest-word",)))
    sitting.examine(units)


def look_again(_: LookAgain, sitting: Sitting) -> None:
    """A place may have come free, or be lacking, by what only the register knows: courses, transfers, new members."""
    sitting.say(LookedAgain(cites=(STRENGTH,)))
    sitting.examine(sitting.state.units)


def _within(new: Place, old: Place) -> bool:
    """Whether a wish needs no place that is not its own already."""
    return new.unit == old.unit and old.first <= new.first and new.last <= old.last


def _nothing(seq: int, n: int) -> Verdict:
    return Verdict(seq=seq, n=n, granted=False, cites=GIVEN_BACK)
