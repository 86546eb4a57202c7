"""Orders at the desk for one base or several: whose clock their times are on, and what is issued at none."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Furlough, ahead
from tests.starter.at_jub import FORCE, ISSUER, fine, stop


def paper_of(tmp_path: Path, number: str, scope: str, since: str) -> Path:
    file = tmp_path / f"{number}.toml"
    file.write_text(f"""
        number = "{number}"
        version = 1
        issuer = "FC"
        title = "Road closed"
        since = "{since}"
        etp = "FC"
        grounds = ["humanitarian"]
        scope = {{ bases = {scope} }}
        [[restrictions]]
        rule = "curfew"
        from = "22:00"
        until = "05:00"
    """)
    return file


async def test_the_times_of_an_order_are_on_the_clock_of_its_base_and_not_of_the_desk(
    furlough: Furlough, tmp_path: Path
) -> None:
    file = paper_of(tmp_path, "LO-931", '["SKT"]', f"{ahead(20)} 06:00")
    said = fine(await furlough("order", "issue", str(file), "--dry-run", *FORCE[:4], "--base", "SKT"))
    profile = fine(await furlough("order", "issue", str(file), "--dry-run", *FORCE[:4]))
    assert f"from {ahead(20)} 06:00 until rescinded" in said
    assert f"from {ahead(20)} 06:00 until rescinded" in profile


async def test_an_order_of_years_ago_is_on_the_clock_of_that_winter(furlough: Furlough, tmp_path: Path) -> None:
    paper = paper_of(tmp_path, "LO-937", '["NAQ"]', "2023-12-20 05:00")
    assert "from 2023-12-20 05:00 until" in fine(
        await furlough("order", "issue", str(paper), "--what-if", *FORCE[:4], "--base", "NAQ")
    )


async def test_an_order_for_bases_of_different_clocks_is_refused_unless_its_times_have_an_offset(
    furlough: Furlough, tmp_path: Path
) -> None:
    both = paper_of(tmp_path, "LO-932", '["NAQ", "SKT"]', f"{ahead(20)} 06:00")
    ran = await furlough("order", "issue", str(both), "--dry-run", *FORCE[:4])
    assert ran.code == 2, ran
    assert "keep different times" in ran.err
    clear = paper_of(tmp_path, "LO-933", '["NAQ", "SKT"]', f"{ahead(20)}T06:00:00+00:00").read_text()
    paper = tmp_path / "clear.toml"
    paper.write_text(clear.replace(f'"{ahead(20)}T06:00:00+00:00"', f"{ahead(20)}T06:00:00+00:00"))
    fine(await furlough("order", "issue", str(paper), "--dry-run", *FORCE[:4]))


async def test_an_amendment_keeps_a_first_minute_that_is_to_come_and_tells_what_it_ends(furlough: Furlough) -> None:
    fine(await furlough(*stop("LO-934")))
    told = fine(await furlough("order", "amend", "LO-934", "--until", f"{ahead(31)} 05:00", *ISSUER))
    assert f"it holds from {ahead(28)} 00:00 until {ahead(31)} 05:00" in told
    assert "LO-934.1 never begins by it" in told
    fine(await furlough("order", "rescind", "LO-934", "--reason", "a test", *ISSUER))


async def test_a_dry_run_tries_the_versions_of_a_number_one_after_the_other(furlough: Furlough, tmp_path: Path) -> None:
    one = paper_of(tmp_path, "LO-935", '["JUB"]', f"{ahead(20)} 06:00")
    two = tmp_path / "two.toml"
    two.write_text(one.read_text().replace("version = 1", "version = 2").replace("06:00", "07:00"))
    told = fine(await furlough("order", "issue", str(one), str(two), "--dry-run", *FORCE))
    assert "LO-935.1 ends" in told


async def test_an_order_which_one_of_its_bases_would_refuse_is_issued_at_none(
    furlough: Furlough, tmp_path: Path
) -> None:
    paper = tmp_path / "two-bases.toml"
    text = paper_of(tmp_path, "LO-936", '["JUB", "NAQ"]', "x").read_text()
    paper.write_text(text.replace('"x"', f"{ahead(20)}T06:00:00+00:00").replace('issuer = "FC"', 'issuer = "SC-SOUTH"'))
    ran = await furlough("order", "issue", str(paper), *ISSUER[:4])
    assert ran.code == 5, ran
    assert "issued at none of its bases" in ran.err
    assert "LO-936" not in fine(await furlough("order", "list", "JUB"))
