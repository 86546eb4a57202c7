"""The law of a script in a loop, for every act: it fills no leave, and silences nobody but who runs it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from domain import leave
from domain.decider import Refused
from domain.leave import hearing
from tests.domain.leave.life import POSTS, person
from tests.laws.dice import Dice
from tests.laws.played import PlayedLeave
from tests.laws.test_laws import Laws

REFUSED, TAKEN = 4, 12
"""The bounds with which it is played: a life is short."""


class TestLoops(Laws):
    played = PlayedLeave

    @pytest.fixture(autouse=True)
    def _soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hearing, "MOST_REFUSALS", REFUSED)
        monkeypatch.setattr(hearing, "MOST_ACTS", TAKEN)

    def test_a_script_in_a_loop_fills_no_leave_and_shuts_nobody_else_out(self):
        """Any act, by anybody, again and again: at last it leaves no trace, and all others are heard as before."""
        played: set[str] = set()

        def looped(life: PlayedLeave) -> None:
            if life.state.ask is None or life.jobs or leave.over(life.state) or len(life.journal) % 5:
                return
            dice = life.dice
            life.dice = Dice(sha256(f"{life.state}".encode()).digest() * 3)
            words = life.words()
            kind, who = life.dice.one_of(*words), life.dice.one_of("cook", "mover", "member", "co")
            life.dice = dice
            before, lines = heard(life, words, who), len(life.journal)
            act = life.act(kind, **words[kind])
            for i in range(3 * TAKEN):
                act = act.model_copy(update={"act_id": f"loop-{lines}-{i}", "decided_by": f"m-{who}"})
                if leave.possible(act, life.state):
                    break
                life.effects = 0
                life.take(act, person(who))
                life.finish_all()
            else:
                raise AssertionError(f"{kind} by {who} is taken for ever")
            played.add(kind)
            if all(isinstance(entry.event, Refused) for entry in life.journal[lines:]):
                assert len(life.journal) - lines <= REFUSED
                assert heard(life, words, who) == before

        self.every(looped, lives=100)
        assert len(played) > 15, played


def heard(life: PlayedLeave, words: dict[str, dict[str, Any]], but: str) -> set[tuple[str, str]]:
    """What all but one may say now: any observation, and any decision of the member and of those at its desks."""
    found = set()
    for who in {"co", "gate", "sector", "member", "mover"} - {but}:
        for kind, said in words.items():
            head = {"decided_by": f"m-{who}", "post": POSTS[who][0] if who in POSTS else None}
            act = life.act(kind, **said).model_copy(update=head)
            if (who != "gate" or act.said == "observation") and leave.possible(act, life.state) is None:
                found.add((kind, who))
    return found
