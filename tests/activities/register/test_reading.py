"""Files are read, or every bad line in them is told: file, line, column, and expected against got."""

import csv
import io
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.register.importing import Bundle, parse, read
from activities.register.reading import LARGEST, MOST_ZEROS
from activities.register.sheets import SHEETS
from tests.activities.register.mission import FILES, bad, edited, files, good


def line_of(sheet: str, text: str) -> int:
    """The number of the line in which a text stands."""
    lines = FILES[f"{sheet}.csv"].lstrip().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_the_small_mission_is_good():
    bundle = good(files())
    assert {name: len(lines) for name, lines in bundle.sheets.items()} == {
        name: FILES[f"{name}.csv"].strip().count("\n") for name in SHEETS
    }


def test_a_byte_order_mark_other_line_ends_quotes_blank_lines_and_another_order_of_columns_are_read_alike():
    table = list(csv.reader(io.StringIO(FILES["members.csv"].lstrip())))
    turned = io.StringIO()
    csv.writer(turned, quoting=csv.QUOTE_ALL).writerows(row[::-1] for row in table)
    text = "\ufeff" + turned.getvalue().replace("\r\n", "\r\n\r\n")
    lines = good(files(members=text)).sheets["members"]
    plain = good(files()).sheets["members"]
    assert {key: line.values for key, line in lines.items()} == {key: line.values for key, line in plain.items()}


@pytest.mark.parametrize(
    ("sheet", "old", "new", "column", "reason"),
    [
        ("bases", "Asia/Beirut", "Asia/Naqal", "zone", "expected an IANA zone such as Asia/Beirut, got 'Asia/Naqal'"),
        (
            "bases",
            "Naqal,Asia/Beirut,orders",
            "Naqal,Asia/Beirut,chief",
            "clearance",
            "one of orders, officer, got 'chief'",
        ),
        ("bases", "SKT,Sektar", "skt,Sektar", "base", "a base's code of 2 to 10 capital letters"),
        ("units", "A-COY,NAQ,GHA,contingent", "A-COY,NAQ,Ghana,contingent", "nation", "three letters"),
        (
            "units",
            "HQ,NAQ,IRL,observer",
            "HQ,NAQ,IRL,staff",
            "component",
            "one of contingent, observer, police, civilian",
        ),
        ("posts", "COS,commander", "COS,chief", "role", "expected one of commander, national-contingent-commander"),
        (
            "posts",
            "COS,commander,NAQ,HQ,FC,",
            "COS,commander,NAQ,HQ,FC,COS",
            "deputy",
            "expected another post, got COS itself",
        ),
        ("members", "FC-1,E. Birch", "FC 1,E. Birch", "service_number", "a service number of letters"),
        ("members", "FC-1,E. Birch", "m-abcdefghij,E. Birch", "service_number", "is a register id"),
        ("members", "FC-1,E. Birch", "FC-1," + "x" * 201, "name", "expected at most 200 characters, got 201"),
        ("members", "FC-1,E. Birch", "FC-1,E.\x07Birch", "name", "expected plain text on one line"),
        ("members", "FC-1,E. Birch", "FC-1,", "name", "expected a value, got nothing"),
        ("members", "aspen@unex.example", "aspen", "email", "an address such as"),
        (
            "members",
            "2026-01-01,2027-01-10",
            "2026-02-30,2027-01-10",
            "arrived",
            "a day such as 2026-03-04, got '2026-02-30'",
        ),
        ("members", "2026-01-01,2027-01-10", "1/1/26,2027-01-10", "arrived", "a day such as 2026-03-04, got '1/1/26'"),
        ("members", "2026-01-01,2027-01-10", "20260101,2027-01-10", "arrived", "got '20260101'"),
        (
            "members",
            "2026-01-01,2027-01-10",
            "2026-01-01,2025-01-10",
            "departs",
            "on or after arrived (2026-01-01), got 2025-01-10",
        ),
        (
            "appointments",
            "CO-A,GHA-1,2026-01-01,2026-12-31",
            "CO-A,GHA-1,2026-01-01,2025-12-31",
            "until",
            "on or after from",
        ),
        ("delegations", "2026-12-20,DEL 1", ",DEL 1", "until", "expected a value, got nothing"),
        ("delegations", "2026-12-20,DEL 1", "2026-12-20,", "document", "expected a value, got nothing"),
        ("balances", "GHA-3,rr,5", "GHA-3,home,5", "purse", "expected one of annual, rr, cto, got 'home'"),
        ("balances", "GHA-3,rr,5", 'GHA-3,rr,"5,5"', "days", "expected days such as 24 or 12.5"),
        ("balances", "GHA-3,rr,5", "GHA-3,rr,NaN", "days", "got 'NaN'"),
        ("absences", "2026-12-05,2026-12-08", "2026-12-05,2026-12-04", "last", "on or after first (2026-12-05)"),
        ("flights", "OUT-11,NAQ,BEY", "OUT-11,NAQ,NAQ", "destination", "expected another place than NAQ"),
        ("flights", "2026-12-11T08:00+02:00", "2026-12-11T08:00", "departs", "without an offset"),
        ("flights", "2026-12-11T08:00+02:00", "2026-12-11T08:00:30+02:00", "departs", "with seconds"),
        ("flights", "2026-12-11T08:00+02:00", "0001-01-01T00:00+14:00", "departs", "expected an instant"),
        ("flights", "2026-12-11T08:40+02:00", "2026-12-11T07:40+02:00", "arrives", "expected an instant after departs"),
        ("flights", "2,2026-12-10T12:00+02:00", "2,2026-12-11T12:00+02:00", "manifest_closes", "not after departs"),
        ("flights", "2,2026-12-10T12:00+02:00", "-2,2026-12-10T12:00+02:00", "seats", "a whole number from 0"),
        ("settings", "force-commander-leave,HOM", "colour,red", "setting", "expected one of mission, notices"),
        ("settings", "mission,UNEX", "mission,unex", "value", "a mission's code"),
    ],
)
def test_a_bad_cell_is_told_with_its_place(sheet: str, old: str, new: str, column: str, reason: str):
    told = [line for line in bad(files(**{sheet: edited(sheet, old, new)})) if line.file == f"{sheet}.csv"]
    assert [(line.file, line.line, line.column) for line in told] == [(f"{sheet}.csv", line_of(sheet, old), column)]
    assert reason in told[0].reason


@pytest.mark.parametrize(
    ("sheet", "old", "new", "column", "got"),
    [
        ("units", "SITE,SKT,IDN", "SITE,ABC,IDN", "base", "one of bases.csv, got 'ABC'"),
        ("units", "observer,COS", "observer,COZ", "commander", "one of posts.csv, got 'COZ'"),
        ("units", "observer,COS", "observer,MOV", "commander", "expected a post with the role commander or"),
        ("posts", "COS,commander,NAQ,HQ,FC", "COS,commander,NAQ,HQ,FCX", "reports_to", "one of posts.csv, got 'FCX'"),
        ("posts", "FC,DCO-A", "FC,XO-A", "deputy", "one of posts.csv, got 'XO-A'"),
        ("members", "observer,,SITE,SKT", "observer,,SIDE,SKT", "unit", "one of units.csv, got 'SIDE'"),
        ("appointments", "SITE,IDN-1", "SITE,IDN-2", "service_number", "one of members.csv, got 'IDN-2'"),
        ("flights", "OUT-11,NAQ,BEY", "OUT-11,AAA,BEY", "origin", "a base in origin or destination, got AAA and BEY"),
        (
            "settings",
            "force-commander-leave,HOM",
            "force-commander-leave,SRSG",
            "value",
            "one of posts.csv, got 'SRSG'",
        ),
        (
            "balances",
            "GHA-3,rr,5,2026-10-31",
            "GHA-3,rr,5,2026-11-30",
            "as_of",
            "expected 2026-10-31 as in the member's other",
        ),
        (
            "delegations",
            "CO-A,GHA-3,2026-12-10",
            "CO-A,GHA-1,2026-12-10",
            "service_number",
            "expected somebody else than who",
        ),
        (
            "delegations",
            "CO-A,GHA-3,2026-12-10",
            "CO-A,GHA-3,2025-12-10",
            "from",
            "who delegates it, got nobody on 2025-12-10",
        ),
    ],
)
def test_a_line_that_does_not_go_with_the_others_is_told(sheet: str, old: str, new: str, column: str, got: str):
    told = bad(files(**{sheet: edited(sheet, old, new)}))
    assert [(line.file, line.line, line.column) for line in told] == [(f"{sheet}.csv", line_of(sheet, old), column)]
    assert got in told[0].reason


def test_a_ring_of_posts_is_told_at_each_of_its_posts():
    told = bad(files(posts=edited("posts", "HOM,commander,,,,", "HOM,commander,,,COS,")))
    assert [line.line for line in told] == [2, 3, 5]
    assert told[0].reason == "expected a chain that ends, got the ring HOM -> COS -> FC -> HOM"


def test_a_delegation_may_run_over_from_one_holder_to_the_next():
    """CO-A changes hands on 1 January: somebody is appointed on each day, and no day is without one who delegates."""
    good(files(delegations=edited("delegations", "2026-12-20,DEL 1", "2027-01-05,DEL 1")))


def test_a_line_said_twice_is_told_with_the_first_one():
    told = bad(files(bases=FILES["bases.csv"] + "NAQ,Naqal,Asia/Beirut,orders\n"))
    assert [str(line) for line in told] == ["bases.csv line 4, base: expected each once, got NAQ again (line 2)"]


def test_every_bad_line_is_told_and_who_refers_to_a_bad_one_is_not_blamed():
    text = edited("members", "aspen@unex.example,2026-01-01", "aspen,never").replace("linden@", "linden@@")
    assert [(line.line, line.column) for line in bad(files(members=text))] == [
        (7, "email"),
        (9, "email"),
        (9, "arrived"),
    ]


def test_cells_and_links_of_a_line_are_told_in_one_go():
    """Whatever can be read of a bad line is looked at: also to what it refers, and that beside all other bad lines."""
    text = edited("members", "A-COY,NAQ,aspen@unex.example,2026-01-01", "B-COY,NAQ,aspen,never")
    other = edited("posts", "SITE,commander,SKT,SITE,FC", "SITE,chief,SKT,SITE,FD")
    assert [(line.file, line.line, line.column) for line in bad(files(members=text, posts=other))] == [
        ("members.csv", 9, "email"),
        ("members.csv", 9, "arrived"),
        ("members.csv", 9, "unit"),
        ("posts.csv", 8, "role"),
        ("posts.csv", 8, "reports_to"),
    ]


@pytest.mark.parametrize(
    ("sheet", "old", "new", "other", "told"),
    [
        ("posts", "HOM,commander,,,,", "HOM,commander,,,COS,", "MOV,movement-control", [2, 3, 5]),
        ("balances", "GHA-3,rr,5,2026-10-31", "GHA-3,rr,5,2026-11-30", "GHA-4,annual,-1.5", [3]),
        ("delegations", "CO-A,GHA-3,2026-12-10", "CO-A,GHA-1,2026-12-10", "USA-1,2026-12-15", [2]),
    ],
)
def test_a_rule_over_many_lines_does_not_wait_for_a_bad_one_of_which_it_does_not_speak(
    sheet: str, old: str, new: str, other: str, told: list[int]
):
    text = edited(sheet, old, new).replace(other, other.replace(",", ",?", 1))
    broken = line_of(sheet, other)
    found = [line.line for line in bad(files(**{sheet: text})) if line.file == f"{sheet}.csv"]
    assert found == sorted([*told, broken])


def test_who_refers_to_a_line_of_another_length_is_not_blamed():
    told = bad(files(members=edited("members", "2027-06-30,\nUSA-1", "2027-06-30,,\nUSA-1")))
    assert [(line.file, line.line) for line in told] == [("members.csv", 10)]


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"", 1, "expected the header base,name,zone,clearance, got no column base, no column name"),
        (b"base;name;zone;clearance\n", 1, "an unknown column 'base;name;zone;clearance'"),
        (b"base,name,zone\nNAQ,Naqal,Asia/Beirut\n", 1, "got no column clearance"),
        (b"base,name,zone,clearance,colour\n", 1, "got an unknown column 'colour'"),
        (b"base,name,zone,clearance,base\n", 1, "got the column base twice"),
        (b"base,name,zone,clearance\nNAQ,Naqal,Asia/Beirut\n", 2, "expected 4 columns, got 3"),
        (
            b"base,name,zone,clearance\nNAQ,Naqal,Asia/Beirut,orders\nSKT,S\xe9ktar,Asia/Kathmandu,orders\n",
            3,
            "the byte 0xe9",
        ),
        ("base,name,zone,clearance\n".encode("utf-16"), 1, "expected UTF-8, got UTF-16"),
        (b"base,name,zone,clearance\nNAQ,N\0,Asia/Beirut,orders\n", 2, "got a zero byte: a binary file?"),
        (b'base,name,zone,clearance\nNAQ,"Naq"al,Asia/Beirut,orders\n', 2, "quoted whole or not at all"),
        (b'base,name,zone,clearance\nNAQ,"Naqal,Asia/Beirut,orders\n', 2, "quoted whole or not at all"),
        (b"base,name,zone,clearance\nNAQ," + b"x" * 200_000 + b",Asia/Beirut,orders\n", 2, "field larger than"),
        (b"x" * (LARGEST + 1), 0, "expected at most 26,214,400 bytes, got 26,214,401"),
    ],
)
def test_a_file_that_is_no_such_table_is_told(content: bytes, line: int, reason: str):
    (told,) = bad({"bases.csv": content})
    assert (told.file, told.line) == ("bases.csv", line)
    assert reason in told.reason


def test_a_zero_byte_hides_no_other_bad_line():
    text = b"base,name,zone,clearance\nNAQ,N\0,Asia/Beirut,orders\nSKT,Sektar,Asia/Nowhere,orders\nBGU,Bangui\n"
    assert [(line.line, line.column) for line in bad({"bases.csv": text})] == [(2, ""), (3, "zone"), (4, "")]


def test_a_file_full_of_zero_bytes_is_told_once():
    (told,) = bad({"bases.csv": b"base,name,zone,clearance\n" + b"\0\n" * (MOST_ZEROS + 1)})
    assert (told.line, "a binary file?" in told.reason) == (2, True)


def test_a_text_over_two_lines_is_told_at_its_first_and_the_next_keeps_its_number():
    text = 'base,name,zone,clearance\nNAQ,"Naq\nal",Asia/Beirut,orders\nSKT,Sektar,Asia/Nowhere,orders\n'
    assert [(line.line, line.column) for line in bad({"bases.csv": text.encode()})] == [(2, "name"), (4, "zone")]


def test_a_file_of_another_name_is_told_with_the_names_that_are_known():
    (told,) = bad({"people.csv": b""})
    assert told.reason == f"expected one of {', '.join(f'{name}.csv' for name in SHEETS)}, got a file of another name"


def test_a_folder_gives_its_csv_files_and_leaves_the_others_alone(tmp_path: Path):
    (tmp_path / "bases.csv").write_bytes(files()["bases.csv"])
    (tmp_path / "README.md").write_text("not ours")
    for path in (tmp_path, tmp_path / "bases.csv"):
        found = read(path)
        assert isinstance(found, Bundle)
        assert set(found.files) == {"bases.csv"}


def test_a_folder_without_files_and_a_path_without_anything_are_told(tmp_path: Path):
    for path, got in ((tmp_path, "got no CSV file"), (tmp_path / "nothing", "got: there is no such file or folder")):
        found = read(path)
        assert isinstance(found, tuple)
        assert [line.reason.endswith(got) for line in found] == [True]


@given(st.binary() | st.text(alphabet=string.printable + "\0é\u2028").map(str.encode))
def test_whatever_a_file_holds_it_is_read_or_told_and_nothing_is_raised(content: bytes):
    header = ",".join(SHEETS["members"].header).encode() + b"\n"
    for tried in (content, header + content):
        found = parse({"members.csv": tried})
        assert isinstance(found, Bundle) or (found and all(line.reason for line in found))


@given(st.data())
def test_what_is_written_by_the_rules_is_read_as_it_was_written(data: st.DataObject):
    """A name may hold whatever can be printed: commas, quotes, all alphabets."""
    printable = st.characters(exclude_categories=("C", "Z"), include_characters=" ,\"';")
    names = data.draw(st.lists(st.text(printable, min_size=1, max_size=200).filter(lambda name: name == name.strip())))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("base", "name", "zone", "clearance"))
    writer.writerows((f"B{number}", name, "Asia/Beirut", "orders") for number, name in enumerate(names))
    lines = good({"bases.csv": out.getvalue().encode()}).sheets["bases"]
    assert [line.values[1] for line in lines.values()] == names
