"""The report of a replay is XML, whatever a forged record calls itself or breaks with."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from audit.checks import Check
from audit.junit import Report
from audit.replaying import Proved


@pytest.mark.parametrize("odd", ["\x01", "\x1b[2J", "\uffff", "\ud800", "<&\"'>", "]]>", "\u0085"])
def test_a_report_can_be_read_whatever_was_found(odd: str, tmp_path: Path) -> None:
    report = tmp_path / "replay.xml"
    with Report(report) as made:
        made.add(Proved(f"UNEX-{odd}", "r", (Check("fold", "1 entry", (f"found {odd}",), f"0.1{odd}"),), wrong=odd))
        made.add(Proved("UNEX-good", "r", (Check("fold", "1 entry", ()),)))
    suite = ET.parse(report).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    first, wrong, good = suite
    assert str(first.get("classname")).startswith("UNEX-")
    assert str(first[0].text).startswith("found ")
    assert wrong[0].tag == "error"
    assert good.get("classname") == "UNEX-good"
