"""The words in which a mission-wide order is published and travels from base to base."""

from __future__ import annotations

from domain.acts import IssueOrder, RescindOrder
from domain.model import Code, Model
from domain.refusal import Refusal


class Published(Model):
    """What came of publishing: the bases there are and the versions of the number, or why it was refused."""

    bases: tuple[Code, ...] = ()
    versions: tuple[Code, ...] = ()
    refusal: Refusal | None = None


class Errand(Model):
    """An order, or its end, for one base; a rescission comes `after` these versions."""

    act: IssueOrder | RescindOrder
    base: Code
    after: tuple[Code, ...] = ()


class Carried(Model):
    """What one base answered: how many leaves it now judges otherwise, or why the base refused it."""

    base: Code
    touched: int = 0
    refusal: Refusal | None = None


class Spread(Model):
    """What came of a mission-wide order: what each base answered, or why it was carried to none."""

    carried: tuple[Carried, ...] = ()
    refusal: Refusal | None = None
