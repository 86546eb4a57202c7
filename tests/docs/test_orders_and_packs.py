"""What the page about orders and rule packs shows can be used as it stands."""

import re
import tomllib
from datetime import UTC, date, datetime

from activities import packs
from activities.register import lookups
from domain.garrison.order_text import order_of
from domain.packs import read, together
from domain.packs.vocabulary import TERMS
from tests.docs.blocks import ROOT, blocks

PAGE = ROOT / "docs" / "orders-and-packs.md"
ORDER, PACK, MISSION = blocks(PAGE, "toml")


def test_the_order_can_be_issued():
    today = date(2026, 12, 20)
    order = order_of(ORDER, lookups.calendar("Asia/Beirut", today, today, ""))
    assert order.until == datetime(2026, 12, 22, 3, 0, tzinfo=UTC)


def test_the_pack_goes_with_those_that_come_along():
    name = tomllib.loads(PACK)["pack"]
    pack = read(packs.texts() | {name: PACK}, name)
    assert (pack.terms.kinds["ordinary"].longest_days, pack.terms.clearing.ceiling_percent) == (25, 12)


def test_the_pack_of_the_mission_holds_beside_it():
    names = [tomllib.loads(text)["pack"] for text in (PACK, MISSION)]
    texts = packs.texts() | dict(zip(names, (PACK, MISSION), strict=True))
    both = together(*(read(texts, name) for name in names))
    assert both.name.startswith("fra-army@1+unex@1#")
    assert (both.terms.kinds["ordinary"].gap_days, both.terms.clearing.ceiling_percent) == (30, 12)


def test_the_table_of_terms_is_whole_and_current():
    rows = dict(re.findall(r"^\| `([\w.*]+)` \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE))
    for path, term in TERMS.items():
        assert rows[re.sub(r"^kinds\.[\w-]+\.", "kinds.*.", path)] == term.expected
