"""Numbers of the code which pages tell to people: they are the same there."""

import re

import pytest

from starter.asking import PATIENT
from starter.silence import UNANSWERED
from tests.docs.blocks import ROOT
from wiring.deliver import ANSWER
from wiring.spool import stuck
from wiring.spool.item import LARGEST_ACT
from workflows.process import MOST_TRIES

WORDS = {"five": 5, "eight": 8}


@pytest.mark.parametrize(
    ("page", "sentence", "value"),
    [
        ("runbooks.md", r"an effect was carried out (\w+) times", MOST_TRIES),
        ("outages.md", r"no outcome comes within (\w+) seconds", ANSWER.total_seconds()),
        ("outages.md", r"for (\w+) seconds after the first try in vain", stuck.FIRST),
        ("outages.md", r"for (\w+) minutes at most", stuck.LONGEST / 60),
        ("outages.md", r"larger than (\w+) KiB", LARGEST_ACT / 2**10),
        ("outages.md", r"waits up to (\w+) seconds for its answer", PATIENT.total_seconds()),
        ("outages.md", r"after (\w+) lines in a row", UNANSWERED),
    ],
)
def test_a_page_tells_the_number_by_which_the_code_goes(page: str, sentence: str, value: float) -> None:
    told = re.findall(sentence, re.sub(r"\s+", " ", (ROOT / "docs" / page).read_text("utf-8")))
    assert [WORDS.get(number) or int(number) for number in told] == [value]
