"""Acts that were set aside at a spool: the base keeps the word of it, once, and for a while in its state."""

from __future__ import annotations

import pytest

from domain.garrison.events import ActSetAside
from domain.garrison.orders import MEMORY
from tests.domain.garrison.mission import Naq, holder


@pytest.mark.rule("spool/set-aside")
def test_a_file_is_set_aside_once_and_changes_no_leave() -> None:
    """The entry names act, addressee and reason; said again it is known, and no verdict moves."""
    naq = Naq()
    naq.ask("L1")
    before = naq.state.leaves
    (told,) = naq.set_aside("a")
    assert isinstance(told, ActSetAside)
    assert told.says() == "set aside, to be sent no more: approve for L1 (said twice)"
    naq.set_aside("a")
    assert (naq.kinds, naq.state.leaves) == (["already-so"], before)
    naq.set_aside("b", act="", of="", addressed="")
    last = naq.said[-1]
    assert isinstance(last, ActSetAside)
    assert last.says() == "set aside, to be sent no more: a file in which no act could be read (said twice)"


@pytest.mark.rule("spool/set-aside")
def test_whoever_sits_at_the_desk_sets_aside() -> None:
    """What lies aside lies aside, whoever did it: the entry says who."""
    naq = Naq()
    naq.set_aside("a", holder("GATE-NAQ", "gate", who="m-gate"))
    assert (naq.kinds[-1], naq.refused) == ("act-set-aside", "")


@pytest.mark.rule("base/memory")
def test_a_file_set_aside_long_ago_leaves_the_state_and_stays_in_the_journal() -> None:
    """The state carries what rules need: the file cannot come again once it is older than a base remembers."""
    naq = Naq()
    naq.set_aside("a")
    naq.now += MEMORY
    naq.ask("L1", 10, 12)
    assert naq.state.aside
    naq.now += MEMORY
    naq.back("L1")
    assert naq.state.aside == {}
    assert "act-set-aside" in [entry.event.kind for entry in naq.entries]
