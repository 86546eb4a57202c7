"""The recorded step: look the facts up, decide, try the fold.

Its result is kept in the history and never made again.
"""

from __future__ import annotations

from time import monotonic
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Engine
from temporalio import activity

from activities.facts import Library, Subject
from activities.register.database import RegisterUnavailable, reading
from domain import account, garrison, leave, register
from domain.acts import Act, Ask, BaseAct, Lapse
from domain.decider import Decider, Decision, Question, Questions, Undecided, entries_of, fold
from domain.facts import Facts
from domain.garrison import Garrison
from domain.leave import Leave

D = TypeVar("D", bound=Decision[Any, Any])


A_ROUND: Final = 0.5
"""Seconds for acts which are decided together: far less than the process waits for them."""


class Deciding:
    """One activity for each decider. `build` names the code that decides, and stands in every decision."""

    def __init__(self, engine: Engine, library: Library, build: str) -> None:
        self.engine, self.library, self.build = engine, library, build

    @activity.defn(name="decide-leave", no_thread_cancel_exception=True)
    def leave(self, question: leave.LeaveQuestion) -> leave.LeaveDecision:
        """What an act leads to on a leave."""
        return self._decide(leave, question, leave.LeaveDecision)

    @activity.defn(name="decide-base", no_thread_cancel_exception=True)
    def base(self, questions: garrison.GarrisonQuestions) -> garrison.GarrisonAnswers:
        """What acts lead to at a base."""
        return self._together(garrison, questions, garrison.GarrisonDecision)

    @activity.defn(name="decide-account", no_thread_cancel_exception=True)
    def account(self, questions: account.AccountQuestions) -> account.AccountAnswers:
        """What acts lead to on a member's account."""
        return self._together(account, questions, account.AccountDecision)

    @activity.defn(name="decide-register", no_thread_cancel_exception=True)
    def register(self, questions: register.RegisterQuestions) -> register.RegisterAnswers:
        """What acts lead to in the register."""
        return self._together(register, questions, register.RegisterDecision)

    def _together(self, decider: Decider, q: Questions[Any, Any], kind: type[D]) -> tuple[D | Undecided, ...]:
        """One act after the other, each on the state to which those before it led. What breaks fails its act alone.

        Acts for which the time is too short are left without an answer, and asked again; the first has one always.
        """
        answers: list[D | Undecided] = []
        state, end = q.state, monotonic() + A_ROUND
        for act in q.acts:
            if answers and monotonic() > end:
                break
            try:
                decision = self._decide(decider, Question(act=act, state=state, now=q.now), kind)
            except RegisterUnavailable:
                raise
            except Exception as fault:  # noqa: BLE001  (told, logged, and this act fails alone)
                activity.logger.exception("a decision broke", extra={"act": act.act_id})
                answers.append(Undecided(act_id=act.act_id, fault=type(fault).__name__))
            else:
                answers.append(decision)
                state = fold(decider, state, entries_of(act, decision.events, state.seq, q.now))
        return tuple(answers)

    def _decide(self, decider: Decider, q: Question[Any, Any], kind: type[D]) -> D:
        facts = self._facts(decider, q)
        events = decider.decide(q.act, q.state, facts, q.now)
        after = fold(decider, q.state, entries_of(q.act, events, q.state.seq, q.now))
        (
            decider.wants(after, q.now),
            decider.due(after),
            decider.over(after),
        )  # what breaks, breaks here and fails this act alone
        return kind(act=q.act, now=q.now, facts=facts, events=events, rules=self.build)

    def _facts(self, decider: Decider, q: Question[Any, Any]) -> Facts:
        needs = decider.needs(q.act, q.state)
        if not needs:
            return Facts()
        with reading(self.engine) as session:
            return self.library.look_up(session, needs, q.act, subject(q.act, q.state), q.now)


NOBODY: Final = Subject()


def subject(act: Act, state: Any) -> Subject:
    """Whom and what an act is about."""
    match act, state:
        case Ask() as ask, Leave():
            return Subject(member=ask.member, first=ask.first, last=ask.last)
        case Lapse(), Leave() if state.member and (post := leave.lapses.about(act.what)):
            return Subject(state.member.id, state.member.base, etp=post)
        case _, Leave() if state.member:
            return Subject(state.member.id, state.member.base, state.first, state.last)
        case _, Garrison():
            about = garrison.about(cast("BaseAct", act), state)
            return Subject(base=getattr(act, "base", None), **about.model_dump())
        case _:
            member = getattr(act, "member", None)
            return Subject(member=member) if member else NOBODY
