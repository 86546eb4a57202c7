"""Whether an order for the whole mission, or its end, is published: never what the bases' own rules would refuse.

A base that opens later takes over unasked what was published. What such a decision rests on is kept with its answer.
"""

from __future__ import annotations

from domain.acts import IssueOrder, RescindOrder
from domain.authority import unfounded
from domain.facts import Facts
from domain.garrison import orders
from domain.garrison.ordering import may_issue, rewritten
from domain.garrison.rescinding import may_rescind
from domain.garrison.wording import meaningless
from domain.model import Code, Instant, Model
from domain.orders import Order, ends_with
from domain.refusal import Refusal


class Grounds(Model):
    """On what it was decided, and when: who spoke, which orders of the mission it concerns, by the code of `rules`.

    `book` has the numbers which the act names, with all versions; `numbers` are those of all orders of the mission.
    """

    now: Instant
    facts: Facts
    book: orders.Book = {}
    numbers: tuple[Code, ...] = ()
    rules: str = ""


def grounds(act: IssueOrder | RescindOrder, book: orders.Book, facts: Facts, now: Instant, rules: str = "") -> Grounds:
    """What is kept of the mission's whole book for a decision on this act."""
    concerned = {act.number} if isinstance(act, RescindOrder) else {act.order.number, *map(_number, act.order.rescinds)}
    kept = {number: versions for number, versions in book.items() if number in concerned}
    return Grounds(now=now, facts=facts, book=kept, numbers=tuple(sorted(book)), rules=rules)


def unpublishable(act: IssueOrder | RescindOrder, on: Grounds) -> Refusal | None:
    """Why it is not published; None where it is, or is already."""
    if refusal := unfounded(act, on.facts, on.now, None):
        return refusal
    if isinstance(act, IssueOrder):
        if edition := orders.find(on.book, act.order.name):
            return rewritten(act.order, edition.order)
        return may_issue(act, on.book, on.facts) or meaningless(act.order, on.now) or _known(act.order, on)
    return may_rescind(act, on.book[act.number][-1], on.facts) if ends(act, on.book) else None


def ends(act: RescindOrder, book: orders.Book) -> bool:
    """Whether there is something to end: a number which was never published is for the bases to tell of."""
    versions = book.get(act.number, ())
    return bool(versions) and versions[-1].end != ends_with(act.at or act.acted_at)


def _known(order: Order, on: Grounds) -> Refusal | None:
    """What the mission rescinds was published: a base takes its word for it."""
    missing = [name for name in order.rescinds if orders.find(on.book, name) is None]
    if not missing:
        return None
    return Refusal(
        rule="order/unknown",
        why=f"{order.name} rescinds what the mission has not issued",
        facts={"expected": ", ".join(on.numbers) or "no order", "got": ", ".join(missing)},
        helps="name the last version of an order of the mission",
    )


def _number(name: Code) -> Code:
    return name.rpartition(".")[0]
