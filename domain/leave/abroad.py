"""The entries about a member who is away: longer, held up, recalled, called, told, and no longer waited for."""

from __future__ import annotations

from typing import Literal

from domain.acts import Reason, Sealed
from domain.acts.of_absence import About, EndOfTime, Told, Via
from domain.decider import Event
from domain.leave.counting import CountedDay
from domain.model import Code, Decimal, Instant, date
from domain.words import counted


class ExtensionAsked(Event):
    """The member has asked to stay away longer; the old last day stands until that is decided."""

    kind: Literal["extension-asked"] = "extension-asked"
    last: date
    expected: Decimal

    def says(self) -> str:
        """The sentence for people."""
        return f"extension asked until {self.last}"


class ExtensionApproved(Event):
    """Command consents to the extension; it counts once the days are there."""

    kind: Literal["extension-approved"] = "extension-approved"
    last: date
    by: Code

    def says(self) -> str:
        """The sentence for people."""
        return f"extension until {self.last} approved"


class ExtensionEnded(Event):
    """The extension was denied, or nobody decided in time; the old last day stands."""

    kind: Literal["extension-ended"] = "extension-ended"
    how: Literal["denied", "lapsed", "recalled"]
    reason: Reason | None = None

    def says(self) -> str:
        """The sentence for people."""
        return f"extension {self.how}" if self.how != "recalled" else "extension ended by the recall"


class Reported(Event):
    """Somebody has told that the member is held up. Where it `stops` the ladder, the commander has to find."""

    kind: Literal["reported"] = "reported"
    what: Literal["delay", "hospital", "discharged", "other"]
    until: date | None = None
    detail: Sealed | None = None
    stops: bool = True

    def says(self) -> str:
        """The sentence for people."""
        told = "end of a delay reported" if self.what == "discharged" else "delay reported"
        return told + (f", expected until {self.until}" if self.until else "")


class Found(Event):
    """The commander has found of the days after the last day; after sign-in the days are counted anew.

    `first` None: of all days after the last one; `until` None: until further word. `believed` tells of a stay in
    hospital whether it stands for the days before `first`; where nothing was told of it, it was undone by any finding
    but an excuse.
    """

    kind: Literal["found"] = "found"
    finding: Literal["excused", "charged", "absent"]
    first: date | None = None
    until: date | None = None
    believed: bool | None = None
    charged: Decimal | None = None
    count: tuple[CountedDay, ...] = ()

    def says(self) -> str:
        """The sentence for people."""
        days = f"days from {self.first}" if self.first else "days after the last day"
        return f"{days}{f' to {self.until}' if self.until else ''} found: {self.finding}"


class Undone(Event):
    """The member was back by then, as was told late: what time proposed meanwhile and was found does not hold.

    `after` is the day on which they came back: what was found of days from then on is undone, and of days before
    stands; all of it is undone where no day is told. `late` is whether they came after the last day themselves.
    `to` are the posts which were asked for a finding, `provosts` those who had been told of the member, or were to be:
    all of them hear of it.
    """

    kind: Literal["undone"] = "undone"
    lapsed: tuple[str, ...] = ()
    findings: int = 0
    after: date | None = None
    late: bool = False
    to: tuple[Code, ...] = ()
    provosts: tuple[Code, ...] = ()

    def says(self) -> str:
        """The sentence for people."""
        found = f"{counted(self.findings, 'finding')}" if self.findings else ""
        back = f"back on {self.after} already" if self.late else "back in time"
        told = f"; {', '.join(self.provosts)} to be told" if self.provosts else ""
        return f"{back}: {', '.join(filter(None, (*self.lapsed, found)))} undone{told}"


class Recalled(Event):
    """The commander has called the member back; `back_by` takes the place of the last day as the day to be back.

    What is left of the leave goes back to the member once the days really taken are counted.
    """

    kind: Literal["recalled"] = "recalled"
    back_by: date
    reason: Reason

    def says(self) -> str:
        """The sentence for people."""
        return f"recalled, to be back by the end of {self.back_by}"


class Admitted(Event):
    """The member is in hospital: from the day of admission on nothing is charged, and fewer days are held."""

    kind: Literal["admitted"] = "admitted"
    at: Instant
    last: date
    expected: Decimal

    def says(self) -> str:
        """The sentence for people: what became of the days, and nothing of why."""
        return f"days are held up to {self.last} only" if self.expected else "no days are charged any more"


class Discharged(Event):
    """The member is out of hospital: due back by the end of that day, or on leave anew under another request."""

    kind: Literal["discharged"] = "discharged"
    at: Instant

    def says(self) -> str:
        """The sentence for people."""
        return "to be back, or on leave anew"


class Contacted(Event):
    """The member was called, and reached or not."""

    kind: Literal["contacted"] = "contacted"
    via: Via
    reached: bool

    def says(self) -> str:
        """The sentence for people."""
        return f"{'reached' if self.reached else 'called and not reached'} by {self.via}"


class MemberTold(Event):
    """Somebody was told of a decision."""

    kind: Literal["member-told"] = "member-told"
    about: About
    whom: Told
    via: Via

    def says(self) -> str:
        """The sentence for people."""
        return f"{self.whom} told of the {self.about} ({self.via})".replace("the other", "something else")


class MemberGone(Event):
    """Nobody waits for the member any more. Timers and notices stop, and the days up to then are settled.

    `why` is a fact of the register and no more; no sentence tells it. `task` is what a human now has to do.
    """

    kind: Literal["member-gone"] = "member-gone"
    why: EndOfTime | Literal["not-returned"]
    at: Instant
    charged: Decimal | None = None
    count: tuple[CountedDay, ...] = ()
    task: str = ""

    def says(self) -> str:
        """The sentence for people."""
        return "waited for no longer" + (f": {self.task}" if self.task else "")
