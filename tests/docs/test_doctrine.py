"""The page of rules has every rule that the code can cite, and none that it cannot."""

import re

from domain import marks
from domain.packs.vocabulary import TERMS
from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs" / "doctrine.md").read_text("utf-8")
RULES = PAGE[PAGE.index("## Rules") : PAGE.index("## Whose pack")]
_ID = r"[a-z]+(?:-[a-z]+)*/[a-z]+(?:-[a-z]+)*"
NOT_RULES = {"application/json", "text/csv"}
UNUSED = {"clearing.retry_hours", "travel.retry_hours"}
"""Terms that no rule of the table rests on: how often a wish is tried again."""
RECKONED = {"movement/manifest-closes", "movement/travel-days"}
"""Rules by which something is reckoned, and that nothing is decided by: no entry cites them."""
COMPOSED = ("authority/", "counting/", "silence/", "return/", "exempt/", "override/")
"""Areas of which some ids are put together in code, and so are not found in it whole."""


def cited() -> set[str]:
    """Every id of a rule which stands in the code as a text; marks of acts and steps are told as `path/<act>`."""
    files = [*(ROOT / "domain").rglob("*.py"), *(ROOT / "activities").rglob("*.py")]
    found = {id_ for file in files for id_ in re.findall(f'"({_ID})"', file.read_text("utf-8"))}
    return found - NOT_RULES - {mark for mark in marks.SAID if mark.startswith("path/")}


def told() -> set[str]:
    """Every id which the page tells."""
    return set(re.findall(f"`({_ID})`", RULES))


def test_every_rule_that_the_code_cites_is_on_the_page():
    assert sorted(cited() - told()) == []


def test_every_rule_on_the_page_is_in_the_code():
    assert sorted(rule for rule in told() - cited() - RECKONED if not rule.startswith(COMPOSED)) == []


def test_every_file_named_on_the_page_is_there():
    named = set(re.findall(r"`((?:domain|activities)/[\w/]+(?:\.py|/))`", PAGE))
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_every_term_of_a_pack_is_on_the_page():
    generic = {re.sub(r"^kinds\.[\w-]+\.", "kinds.*.", path) for path in TERMS}
    assert sorted(path for path in generic - UNUSED if f"`{path}`" not in RULES) == []
