"""Receipts and refusals: what people read, and the exit code that says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from starter import receipts
from starter.receipts import Answer
from tests.conftest import Furlough, ahead

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
ASK = ("--first", ahead(18), "--last", ahead(20), "--destination", "BEY")


@pytest.mark.parametrize(("codes", "code"), [((), 0), ((0, 0), 0), ((5, 5), 5), ((0, 5), 6), ((2, 5), 6), ((4,), 4)])
def test_results_that_differ_end_with_6(codes: tuple[int, ...], code: int) -> None:
    assert receipts.exit_code([Answer(said="x", result="r", code=each) for each in codes]) == code


async def test_a_receipt_tells_when_what_and_whom_it_waits_for_on_the_base_s_clock(furlough: Furlough) -> None:
    ran = await furlough("request", "ITA-1010", *ASK, *CLERK)
    assert ran.code == 0, ran.err
    assert ran.err.startswith("as G1-NAQ\n")
    when, now = r"\d{4}-\d\d-\d\d \d\d:\d\d NAQ", r"NAQ-\d{4}-\d{6} now WAITING FOR APPROVAL"
    assert re.fullmatch(rf"recorded {when} · {now} · waits for: CO-ITAENG until .*\n", ran.out)


async def test_a_refusal_has_one_form_and_names_people_on_the_screen_only(furlough: Furlough) -> None:
    ran = await furlough("request", "NPL-1002", *ASK[:3], ahead(90), *ASK[4:], *CLERK)
    assert ran.code == 5
    head, *rest = ran.err.splitlines()[1:]
    assert head.startswith("NOT ACCEPTED  request NPL-1002")
    assert head.endswith("nothing was changed")
    assert [line.split()[0] for line in rest] == ["why", "known", "next"]
    assert "(rule kind/longest-days)" in rest[0]


async def test_a_request_which_the_account_does_not_carry_is_a_refusal(furlough: Furlough) -> None:
    asked = ("request", "FJI-1003", *ASK, *CLERK)
    assert (await furlough(*asked)).code == 0
    overlapping = await furlough(*asked, "--json")
    assert overlapping.code == 5
    assert overlapping.documents[0]["state"] == "not opened"
    assert "overlap" in overlapping.documents[0]["refusal"]["rule"]


async def test_a_file_of_requests_sent_again_asks_for_nothing_twice(furlough: Furlough, tmp_path: Path) -> None:
    file = tmp_path / "batch.csv"
    days = f"{ahead(49)},{ahead(51)},BEY"
    lines = [f"{number},{days}" for number in ("URY-1002", "IRL-1005", "XXX-1")]
    file.write_text("\n".join(["service_number,first,last,destination", *lines]))
    first = await furlough("request", "--from", file, "--json", *CLERK)
    again = await furlough("request", "--from", file, "--json", *CLERK)
    assert [each["result"] for each in first.documents] == ["recorded", "recorded", "failed"], first.err
    assert [each["result"] for each in again.documents] == ["already", "already", "failed"]
    assert first.code == again.code == 6
