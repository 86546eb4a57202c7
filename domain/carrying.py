"""The words in which a mission-wide order travels from base to base."""

from __future__ import annotations

from domain.acts import IssueOrder, RescindOrder
from domain.model import Code, Model
from domain.refusal import Refusal


class Errand(Model):
    """An order, or its end, for one base."""

    act: IssueOrder | RescindOrder
    base: Code


class Carried(Model):
    """What one base answered: how many leaves it now judges otherwise, or why the base refused it."""

    base: Code
    touched: int = 0
    refusal: Refusal | None = None
