"""Beside the histories lies what they cite: order texts, imports, evidence, packs, code."""

from __future__ import annotations

import json

from audit import nightly
from audit.archive.index import leaves_of
from audit.archive.leaves import File, read
from audit.archive.sealed import object_name, opened
from audit.archive.vault import Folder
from tests.conftest import EXAMPLES, Furlough, Mission

ISSUER = ("--as", "GHA-1001", "--post", "SC-NORTH", "--base", "NAQ")


def files(mission: Mission) -> dict[tuple[str, str], bytes]:
    """What is sealed beside histories, by what it is and its name."""
    place = Folder(mission.settings.folder / "archive")
    size = int(place.read("checkpoint").decode().splitlines()[1])
    found = [leaf for leaf in map(read, leaves_of(place, size)) if isinstance(leaf, File)]
    assert len({(leaf.what, leaf.name, leaf.content) for leaf in found}) == len(found)
    return {(leaf.what, leaf.name): opened(place.read(object_name(leaf.sha256))) for leaf in found}


async def test_an_order_is_sealed_with_its_text_from_the_history_of_its_base(
    mission: Mission, furlough: Furlough
) -> None:
    ran = await furlough("order", "issue", EXAMPLES / "orders" / "LO-021-1.toml", "--json", *ISSUER)
    assert ran.code == 0, ran
    assert (await furlough("audit", "seal")).code == 0
    text = json.loads(files(mission)["order", "NAQ/LO-021.1"])
    assert (text["number"], text["words"][:6], text["scope"]["bases"]) == ("LO-021", "Curfew", ["NAQ"])


async def test_the_code_of_each_build_and_the_rules_are_sealed(mission: Mission, furlough: Furlough) -> None:
    nightly.keep_build(mission.settings, "test")
    assert (await furlough("audit", "seal")).code == 0
    sealed = files(mission)
    assert ("wheel", "test") in sealed
    for path in mission.settings.rules.glob("*.toml"):
        assert sealed["pack", path.name] == path.read_bytes()
    ran = await furlough("audit", "verify", "--json")
    assert (ran.code, ran.documents[0]["notes"]) == (0, [])


async def test_code_that_cannot_be_read_is_named_and_keeps_nothing_else_from_being_sealed(
    mission: Mission, furlough: Furlough
) -> None:
    torn = mission.settings.folder / "builds" / "torn" / "furlough.whl"
    torn.mkdir(parents=True)  # whoever may read all files cannot be refused one: but a folder is no file
    nightly.keep_build(mission.settings, "whole")
    ran = await furlough("audit", "seal")
    assert (ran.code, "NOT SEALED  wheel torn: it cannot be read: Is a directory" in ran.err) == (6, True), ran
    assert ("wheel", "whole") in files(mission)
    torn.rmdir()
    assert (await furlough("audit", "seal")).code == 0
