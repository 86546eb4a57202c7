"""How the domain says no: which rule, on which facts, and what would help."""

from __future__ import annotations

from domain.model import Model, Text


class Refusal(Model):
    """An act which a rule does not allow. Nothing was changed by it.

    `rule` is the id of the rule or the version of the order (`decision/not-own`, `LO-014.2`), `why` one sentence for
    people, `facts` what was known (expected and got), `helps` the first date, post or command that would help.
    """

    rule: str
    why: Text
    facts: dict[str, str] = {}
    helps: Text = ""
