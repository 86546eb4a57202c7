"""The deadlines of a leave: what they are called in the record, and in words for people.

The names (`approve rung 1`) are for the record and for scripts. Of each deadline people read what it brings if nothing
happens before, and what is told once it fell due. No sentence names a kind of leave.
"""

from __future__ import annotations

from typing import Final, NamedTuple

CHECK_DUE = "check due"
"""When a proof that was to follow is waited for no longer."""
BASE_AGAIN, BASE_ONCE_MORE, SEAT_AGAIN = "ask the base again", "ask the base once more", "look for a seat again"
TRIES = (BASE_ONCE_MORE, SEAT_AGAIN)
"""Deadlines that come round every few hours, and are worth telling nobody."""
ASK_AFTER, UNTOLD, FINDING_DUE = "ask after the member", "recall untold", "finding due"
NOT_RETURNED, UNSETTLED = "not returned", "unsettled"
OVERDUE, ABSENCE, PROVOST, DESERTER = "overdue", "absence", "provost", "deserter report"
LADDER = (OVERDUE, ABSENCE, PROVOST, DESERTER)
"""The rungs of the ladder after the last day. Each is told once, and anew after days that were found to be no fault."""
UNDONE = (*LADDER, NOT_RETURNED)
"""What time says of one who is not back, and takes back where it is told too late that they were."""
EXEMPTION = "exemption "
REMIND, RUNG = "remind", " rung "


class Words(NamedTuple):
    """If `unless` by then, `brings`; `fell` once it fell due. `{posts}` are those who decide.

    `task`: whether somebody now has to do what `fell` says, or to know it, so that the record says it too.
    """

    unless: str
    brings: str
    fell: str
    task: bool = True


WORDS: Final = {
    "no days": Words("", "it ends: the account has no days for it", "the account has no days for it", task=False),
    "undecided": Words("nobody has decided", "it lapses", "nobody decided in time"),
    "not taken": Words("nobody has signed out", "it ends as not taken", "nobody signed out in time"),
    "uncharged": Words(
        "the account has not taken the charge",
        "it ends without it: the charge is corrected at the account",
        "the account did not take the charge: it is corrected there",
    ),
    UNSETTLED: Words(
        "the account has not answered",
        "it stands among those that nobody answers, and the account is asked on",
        "the account has not answered: an administrator looks for why",
    ),
    "close": Words("nothing is put right", "it closes", "the time for corrections is over"),
    CHECK_DUE: Words(
        "what was to follow has not come",
        "the days are counted anew",
        "what was to follow did not come: the days are counted anew",
    ),
    OVERDUE: Words(
        "the member is not back",
        "it is overdue, and it is for {posts} to find out where the member is",
        "overdue: find out where the member is",
    ),
    ABSENCE: Words("the member is not back", "absence is proposed to {posts}", "absence proposed: the commander finds"),
    PROVOST: Words("the member is not back", "the provost is to be told", "provost to be told"),
    DESERTER: Words(
        "the member is not back",
        "a deserter report is proposed, on which a human authority decides",
        "deserter report proposed: a human authority decides",
    ),
    "finding": Words(
        "nothing is found of the delay", "a reminder goes to {posts}", "a delay was reported: the commander finds"
    ),
    "ask after": Words(
        "the member is not back",
        "a reminder goes to {posts} to ask until when, and to find anew",
        "held up without fault as found: ask until when, and the commander finds anew",
    ),
    UNTOLD: Words(
        "nobody has told the member of the recall",
        "a reminder goes to {posts}",
        "recalled, and not told yet: tell the member, and record it",
    ),
    NOT_RETURNED: Words(
        "the member is not back",
        "it ends: what becomes of the member is decided elsewhere",
        "never returned: what becomes of the member is decided outside this leave",
    ),
    "countersign": Words(
        "it is not countersigned",
        "it stays as an exception for audit",
        "countersignature missing: an exception for audit",
    ),
    "review": Words(
        "it is not reviewed",
        "it stays as an exception for audit",
        "not reviewed by the next higher post: an exception for audit",
    ),
    "extension": Words(
        "nobody has decided on the extension", "it lapses", "nobody decided on the extension in time", task=False
    ),
    BASE_AGAIN: Words("", "the base is asked again", "what bars it ends or begins: the base is asked", task=False),
    BASE_ONCE_MORE: Words("", "the base is asked once more", "the base is asked once more", task=False),
    SEAT_AGAIN: Words("", "a seat is looked for again", "a seat is looked for again", task=False),
}
"""By the beginning of a deadline's name. The system itself finds nothing and reports nobody."""

OWN_RULE: Final = frozenset(name for name, words in WORDS.items() if words.task) | {"no days"}
"""Deadlines that have a rule of their own, `silence/<deadline>`; the others go by the limit of who is asked."""


def key(what: str) -> str:
    """Which of the deadlines in `WORDS` this is; empty for those of ladders."""
    if REMIND in what or RUNG in what or about(what):
        return ""
    return next((begins for begins in WORDS if what.startswith(begins)), "")


def about(what: str) -> str:
    """The post of which a deadline of an exemption's ladder speaks; empty for any other deadline."""
    return what.removeprefix(EXEMPTION).partition(": ")[0] if what.startswith(EXEMPTION) else ""


def fell(what: str) -> str:
    """What is told once a deadline fell due."""
    if words := WORDS.get(key(what)):
        return words.fell
    asked, done = ("an exemption", "exempt") if about(what) else ("a decision", "decide")
    return f"reminder: {asked} is waited for" if REMIND in what else f"no answer: another post may {done} by now"


def unless(what: str) -> str:
    """What had not happened when a deadline fell due that may harm somebody."""
    words = WORDS.get(key(what))
    return words.unless if words and words.unless else fell(what)


def brings(what: str, posts: str = "the commander") -> str:
    """What a deadline brings that may harm somebody, in words."""
    words = WORDS.get(key(what))
    return words.brings.format(posts=posts) if words else fell(what)


def rule(what: str) -> str:
    """The id of the rule by which a deadline fell due."""
    begins = key(what)
    return f"silence/{begins.replace(' ', '-') if begins in OWN_RULE else 'limit'}"


def task(what: str) -> str:
    """What somebody now has to do, as the record says it; empty where it is nothing."""
    words = WORDS.get(key(what))
    return fell(what) if words is None or words.task else ""
