"""Every command line in the pages can be typed: the command and its flags are there, and its words can be read."""

import re
import shlex
from pathlib import Path

import pytest

from activities.register.sheets import SETTINGS
from starter.app import KNOWN, commands
from tests.docs.blocks import PAGES, ROOT, blocks

_INLINE = re.compile(r"`furlough ([^`]+)`")
_SCHEMATIC = re.compile(r"\b[A-Z]{4,}\b(?!-)|\.\.")
"""`furlough COMMAND --help` and the like name the form of a line, and are none."""


def lines(page: Path) -> list[str]:
    """What a page tells to type after `furlough`: whole lines of its blocks, and what stands between backquotes."""
    shell = "\n".join(blocks(page, "sh") + blocks(page, "")).replace("\\\n", " ")
    whole = [line.strip() for line in shell.splitlines()]
    typed = [line.removeprefix("furlough ") for line in whole if line.startswith("furlough ")]
    return typed + [said for said in _INLINE.findall(page.read_text("utf-8")) if not _SCHEMATIC.search(said)]


CASES = [pytest.param(line, id=f"{page.name}: {line[:60]}") for page in PAGES for line in dict.fromkeys(lines(page))]


@pytest.mark.parametrize("line", CASES)
def test_a_line_of_the_pages_parses(line: str):
    app, words = commands(), shlex.split(line, comments=True)
    _, _, said = app.parse_commands(words)
    if said:  # else a sentence speaks of the command by its name
        app.parse_args(words, exit_on_error=False, print_error=False)


def test_every_command_stands_on_the_page_of_the_desk():
    page = (ROOT / "docs" / "desk.md").read_text("utf-8")
    table = page[page.index("## All commands") :]
    assert [name for name in KNOWN if f"`{name}`" not in table] == []


@pytest.mark.parametrize("name", KNOWN)
def test_the_row_of_a_group_of_commands_names_each_of_them(name: str):
    page = (ROOT / "docs" / "desk.md").read_text("utf-8")
    table = page[page.index("## All commands") :]
    row = next(line for line in table.splitlines() if f"`{name}`" in line.partition("| ")[2].partition(" |")[0])
    group = commands()[name]
    below = [word for word in group if not word.startswith("-")]
    assert [word for word in below if f"`{word}`" not in row] == []


def test_every_setting_of_the_register_stands_on_the_page_of_the_server():
    page = (ROOT / "docs" / "mission-server.md").read_text("utf-8")
    row = next(line for line in page.splitlines() if line.startswith("| `settings.csv`"))
    assert [name for name in SETTINGS if f"`{name}`" not in row] == []


def test_every_link_between_pages_leads_somewhere():
    broken = []
    for page in PAGES:
        for target, _, anchor in (
            link.partition("#") for link in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8"))
        ):
            if target.startswith("http"):
                continue
            file = (page.parent / target).resolve() if target else page
            titles = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE) if file.is_file() else []
            anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
            if not file.exists() or (anchor and anchor not in anchors):
                broken.append(f"{page.name}: {target}#{anchor}")
    assert broken == []
