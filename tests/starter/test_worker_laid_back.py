"""A worker and a spool service of their own, left running while their mission is laid back to a backup."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from starter import exchanging
from tests.starter.site import Site, emptied
from wiring.laying_back import Place
from wiring.trouble import NotStarted


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "home")
    made.begin()
    return made


def laid_back(site: Site) -> None:
    """Another folder lies in the mission's place, from one instant to the next."""
    new = site.settings.home / "new"
    new.mkdir()
    shutil.copy(site.settings.folder / "register.db", new)
    exchanging.begin(site.settings)
    exchanging.exchange(site.settings, new)
    exchanging.done(site.settings)


def test_what_is_open_is_of_the_folder_that_was_found_first_and_no_other(site: Site) -> None:
    place, elsewhere = Place(site.settings.folder), Place(site.settings.home / "UNIFIL")
    place.stands()
    elsewhere.stands()
    exchanging.begin(site.settings)
    exchanging.undone(site.settings)
    place.stands()
    laid_back(site)
    with pytest.raises(NotStarted, match="UNEX was laid back to a backup meanwhile"):
        place.stands()
    (site.settings.home / "UNIFIL").mkdir()
    elsewhere.stands()
    Place(site.settings.folder).stands()


@pytest.mark.timeout(180)
async def test_they_end_and_tell_why_and_do_nothing_more_with_the_register_of_before(site: Site) -> None:
    async with site.server():
        parts = [await site.start(*words) for words in (("worker",), ("spool", "run"))]
        try:
            ran = await site.says(*site.request("GHA-1008", 30))
            assert ran.code in {0, 3}, ran
            await emptied(site.spool)  # both are at work
            laid_back(site)
            async with asyncio.timeout(60):
                told = [await part.communicate() for part in parts]
        finally:
            for part in parts:
                if part.returncode is None:
                    part.kill()
    for part, (_, err) in zip(parts, told, strict=True):
        assert part.returncode == NotStarted.code, err.decode()
        assert "laid back" in err.decode()
