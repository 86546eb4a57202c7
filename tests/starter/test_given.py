"""Which control numbers were given, where a part of the mission that knows them is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from starter import given
from tests.starter.site import Site
from wiring import copies


async def test_what_is_left_of_a_mission_tells_its_numbers_and_what_is_damaged_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = Site(tmp_path / "home")
    site.begin()
    (site.settings.folder / "temporal.db").write_bytes(b"no database " * 400)
    for base, numbers in (("NAQ", ("NAQ-2026-000412", "NAQ-2026-000409", "NAQ-2025-000900", "")), ("JUB", ())):
        rows = tuple({"leave_id": f"UNEX-{number}", "number": number} for number in numbers)
        copies.keep(site.settings.folder, copies.Copy(mission="UNEX", base=base, at=datetime.now(UTC), rows=rows))
    copies.file_of(site.settings.folder, "JUB").write_bytes(b"cut")
    found = await given.in_place(site.settings, tmp_path / "aside", ["NAQ", "JUB"])
    assert found == {("NAQ", 2026): 412, ("NAQ", 2025): 900}
    told = capsys.readouterr().err
    assert "The present index tells no numbers" in told
    assert "The present copy of JUB tells no numbers" in told
    assert "The present register" not in told
    assert (site.settings.folder / "temporal.db").read_bytes() == b"no database " * 400, "it is left as it was"
