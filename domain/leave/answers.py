"""The entries by which the givers answer a leave's wishes: taken, given back, not to be had, judged."""

from __future__ import annotations

from typing import Literal

from domain.decider import Event
from domain.holdings import Days, Leg, Number, Place, Spec, What, Word
from domain.orders import Verdict
from domain.refusal import Refusal


class Took(Event):
    """A holding is now as wished. `ref` is what the giver calls it (control number, flights, serial of the paper).

    `word` is what the account said of itself, where the wish asked; `legs` are the flights of a seat.
    """

    kind: Literal["took"] = "took"
    spec: Spec
    n: int
    ref: str = ""
    word: Word | None = None
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
