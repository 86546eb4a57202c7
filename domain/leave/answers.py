"""The entries by which the givers answer a leave's wishes: taken, given back, not to be had, judged."""

from __future__ import annotations

from typing import Literal

from domain.decider import Event
from domain.holdings import Days, Leg, Number, Place, Spec, What, Word
from domain.model import Decimal
from domain.orders import Verdict
from domain.refusal import Refusal
from domain.words import plain


class Took(Event):
    """A holding is now as wished. `ref` is what the giver calls it (control number, flights, serial of the paper).

    `word` is what the account said of itself, where the wish asked; of days so many are taken in `advance`, and in
    `excess`; `legs` are the flights of a seat.
    """

    kind: Literal["took"] = "took"
    spec: Spec
    n: int
    ref: str = ""
    word: Word | None = None
    advance: Decimal = Decimal(0)
    excess: Decimal = Decimal(0)
    legs: tuple[Leg, ...] = ()

    def says(self) -> str:
        """The sentence for people."""
        match self.spec:
            case Number():
                return f"control number {self.ref}"
            case Days(charged=charged) if charged is not None:
                return "the account has taken the days"
            case _:
                return _TAKEN[self.spec.what] + (f" ({self.ref})" if self.ref else "")

    def in_full(self) -> str:
        """The sentence for those whom the kind of leave concerns: days with their number, and what pays for them."""
        if not isinstance(self.spec, Days):
            return self.says()
        many = self.spec.expected if self.spec.charged is None else self.spec.charged
        paid = unbalanced(self.advance, self.excess)
        return f"{self.says()}: {plain(many)}" + (f", of which {paid}" if paid else "")


def unbalanced(advance: Decimal, excess: Decimal) -> str:
    """What of a leave's days the balance does not pay for, in words; empty where it pays for all."""
    told = [f"{plain(advance)} in advance of what is still to be earned"] if advance else []
    told += [f"{plain(excess)} in excess: unpaid, and nothing is earned on them"] if excess else []
    return ", ".join(told)


_TAKEN: dict[What, str] = {
    "days": "days held",
    "place": "cleared by the base",
    "seat": "seat booked",
    "paper": "leave paper issued",
    "notice": "those concerned told",
    "number": "numbered",
}


class GaveBack(Event):
    """A holding has gone back."""

    kind: Literal["gave-back"] = "gave-back"
    what: What
    n: int

    def says(self) -> str:
        """The sentence for people."""
        return "no days held any more" if self.what == "days" else f"{self.what} given back"


class Lacks(Event):
    """A wish could not be met; the leave waits for it, or falls back on what it held."""

    kind: Literal["lacks"] = "lacks"
    spec: Spec
    n: int
    refusal: Refusal

    def says(self) -> str:
        """The sentence for people."""
        return f"no {self.spec.what}: {self.refusal.why}"


class Judged(Event):
    """The base's verdict, in answer to a wish (`spec`) or of its own accord."""

    kind: Literal["judged"] = "judged"
    verdict: Verdict
    spec: Spec | None = None

    def says(self) -> str:
        """The sentence for people."""
        if isinstance(self.spec, Place) and self.spec.out_at:
            return "the base counts the member as away"
        if not self.verdict.blocks:
            return "cleared by the base" if self.verdict.granted else "no place yet"
        what = "suspended" if self.verdict.granted else "waits"
        return f"{what}: " + "; ".join(b.why for b in self.verdict.blocks)
