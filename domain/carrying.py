"""The words in which a mission-wide order is published and travels from base to base."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.acts import IssueOrder, RescindOrder
from domain.decider import Entry
from domain.garrison.events import Examined
from domain.garrison.publishing import Grounds
from domain.model import Code, Model
from domain.refusal import Refusal


class Published(Model):
    """What came of publishing: the bases there are and the versions of the number, or why it was refused.

    `on` is what that was decided on, so that it can be decided again; what was published before this was kept has none.
    """

    bases: tuple[Code, ...] = ()
    versions: tuple[Code, ...] = ()
    refusal: Refusal | None = None
    on: Grounds | None = None


class Errand(Model):
    """An order, or its end, for one base; a rescission comes `after` these versions."""

    act: IssueOrder | RescindOrder
    base: Code
    after: tuple[Code, ...] = ()


class Carried(Model):
    """What one base answered: how many leaves it now judges otherwise, or why the base refused it.

    `turned` are those leaves by how they stand now, as `Verdict.stands` says it; what was carried before this was told
    has them not.
    """

    base: Code
    touched: int = 0
    turned: dict[str, tuple[str, ...]] = {}
    refusal: Refusal | None = None


def carried(base: Code, entries: Iterable[Entry[Any]], refusal: Refusal | None = None) -> Carried:
    """What a base answered, by what it wrote down."""
    verdicts = {key: v for e in entries if isinstance(e.event, Examined) for key, v in e.event.verdicts.items()}
    turned: dict[str, tuple[str, ...]] = {}
    for key in sorted(verdicts):
        word = verdicts[key].stands
        turned[word] = (*turned.get(word, ()), key)
    return Carried(base=base, touched=len(verdicts), turned=turned, refusal=refusal)


class Spread(Model):
    """What came of a mission-wide order: what each base answered, or why it was carried to none.

    `of` is the id of the act which was carried, since others may say something else under the same number; empty in
    what was carried before this was told.
    """

    of: str = ""
    carried: tuple[Carried, ...] = ()
    refusal: Refusal | None = None

    def answers(self, act: IssueOrder | RescindOrder) -> bool:
        """Whether this is what came of this very act."""
        return self.of in (act.act_id, "")

    @property
    def refused(self) -> Refusal | None:
        """Why it was carried to none, or the refusal of the first base that refused, with its name.

        Every base decides for itself.
        """
        at = ((one.base, one.refusal) for one in self.carried if one.refusal)
        named = (said.model_copy(update={"facts": said.facts | {"base": base}}) for base, said in at)
        return self.refusal or next(named, None)
