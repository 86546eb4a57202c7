"""Orders, exemptions and strength at the desk, on a real mission."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from activities.register.database import migrate
from activities.store import Store
from domain.acts import RescindOrder
from domain.garrison.explaining import Explained
from domain.leave import Face, Leave
from domain.orders import CEILING, Block, Verdict
from starter import issuing, show
from starter.desk import at_desk
from starter.flags import HERE
from starter.order_flags import OrderFlags
from starter.order_papers import explained
from starter.server import EmbeddedServer
from tests.begun import started_before
from tests.conftest import Furlough, Mission, ahead
from tests.domain.garrison.mission import place
from tests.starter.at_jub import CLERK, COMMANDER, FORCE, ISSUER, fine, stop
from wiring.settings import Settings
from wiring.trouble import Misset


@pytest.fixture(scope="module")
def cleared() -> dict[str, str]:
    """The leave which these tests order about, once it has been cleared."""
    return {}


async def a_cleared_leave(furlough: Furlough, cleared: dict[str, str]) -> str:
    if not cleared:
        days = ("--first", ahead(30), "--last", ahead(35), "--destination", "NBO", "--travel", "road")
        asked = await furlough("request", "IND-1010", *days, "--json", *CLERK)
        assert asked.code == 0, str(asked)
        cleared["number"] = asked.documents[0]["number"]
        approved = await furlough("approve", cleared["number"], *COMMANDER)
        assert approved.code == 0, approved
    return cleared["number"]


async def test_an_order_tells_whom_it_suspends_explains_itself_and_lifts_by_exemption(
    furlough: Furlough, mission: Mission, cleared: dict[str, str]
) -> None:
    number = await a_cleared_leave(furlough, cleared)
    foreseen = fine(await furlough(*stop("LO-911", "--dry-run")))
    assert f"1 suspended: {number}" in foreseen
    assert "nothing was changed" in foreseen
    assert "LO-911" not in fine(await furlough("order", "list", "JUB"))

    assert f"1 suspended: {number}" in fine(await furlough(*stop("LO-911")))
    explained = fine(await furlough("order", "explain", number, *CLERK))
    assert "barred by LO-911.1" in explained
    assert "SC-SOUTH may exempt" in explained
    assert f"first date that would pass: {ahead(33)}" in explained
    assert f"{number}  barred by LO-911.1, SC-SOUTH may exempt" in fine(await furlough("etp", "list", "JUB"))

    grant = ("etp", "grant", number, "--order", "LO-911.1", "--ground", "humanitarian", "--reason", "Hardship")
    by_clerk = await furlough(*grant, *CLERK)
    assert by_clerk.code == 5
    assert "etp/authority" in by_clerk.err
    kept = sorted((mission.settings.folder / "store").rglob("*"))
    nothing = await furlough(*grant[:-1], " ", *ISSUER)
    assert (nothing.code, "The reason says nothing." in nothing.err) == (2, True)
    assert (await furlough(*grant, "--until", "some day", *ISSUER)).code == 2
    assert (await furlough(*grant, *CLERK)).code == 5
    assert sorted((mission.settings.folder / "store").rglob("*")) == kept, "what is not said leaves no reason behind"
    granted = await furlough(*grant, "--json", *ISSUER)
    (exempted,) = [event for event in granted.documents[0]["events"] if event["kind"] == "exempted"]
    assert set(exempted["reason"]) == {"ref", "digest"}, "why stands in the detail store alone"
    assert f"{number}  exempt from LO-911.1" in fine(await furlough("etp", "list", "JUB"))
    assert "exemption from LO-911.1: Hardship" in fine(await furlough("show", number, *COMMANDER))


async def test_what_if_tells_each_leave_also_to_who_may_not_issue_the_order(
    furlough: Furlough, cleared: dict[str, str]
) -> None:
    number = await a_cleared_leave(furlough, cleared)
    asked = await furlough(*stop("LO-915", "--issuer", "SC-SOUTH", "--what-if")[:-6], *CLERK)
    assert asked.code == 0, asked
    assert "JUB: would be refused" in asked.out
    assert "authority/order" in asked.out
    assert f"{number}: free to go -> suspended: LO-915.1 stops leave, until {ahead(33)} 05:00" in asked.out
    (told,) = (await furlough(*stop("LO-915", "--what-if", "--json"))).documents
    (base,) = told["bases"]
    assert [turn["number"] for turn in base["turns"]] == [number]
    assert (base["base"], base["refusal"], base["entered"]) == ("JUB", None, True)
    assert "LO-915" not in fine(await furlough("order", "list", "JUB"))
    backwards = await furlough("order", "issue", "--number", "LO-916", "--minimum-strength", "0", "--what-if", *ISSUER)
    assert (backwards.code, "restricts nothing" in backwards.out) == (7, True)
    hours = ("order", "issue", "--number", "LO-916", "--title", "Hours", "--curfew", "01:00-05:00", "--what-if")
    stays = fine(await furlough(*hours, *ISSUER))
    assert "would turn 0 leaves; 1 leave would stand as before, under other terms" in stays
    assert f"{number}: still free to go: no movement each day 01:00 to 05:00 (LO-916.1)" in stays
    nobody = await furlough(*hours[:6], "--key-post", "G1-XXX", *ISSUER)
    assert (nobody.code, "the register knows no key post G1-XXX" in nobody.err) == (5, True), nobody


async def test_an_order_of_the_mission_names_the_leaves_of_each_base_which_it_suspends_and_lets_go(
    furlough: Furlough, cleared: dict[str, str]
) -> None:
    number = await a_cleared_leave(furlough, cleared)
    wide = (*stop("MO-93")[:-6], "--mission-wide", *FORCE)
    told = fine(await furlough(*wide))
    assert f"JUB: 1 suspended: {number}" in told
    assert "NAQ: no leave changes by it" in told
    assert f"JUB: 1 free to go: {number}" in fine(await furlough("order", "rescind", "MO-93", "--reason", "x", *FORCE))


async def test_every_restriction_is_said_in_flags_told_in_words_and_asked_of_leaves(
    furlough: Furlough, cleared: dict[str, str]
) -> None:
    number = await a_cleared_leave(furlough, cleared)
    said = ("--key-post", "CO-INDBATT-C", "--clearance-days", "21", "--clearance-days", "45:NBO")
    more = ("--force-protection", "3/3", "--quarantine-after", "4", "--longest-absence", "30")
    listed = ("--check-off", "weapon", "--check-off", "contact")
    words = ("--number", "LO-917", "--title", "Journeys", "--unit", "INDBATT-C")
    fine(await furlough("order", "issue", *words, *said, *more, *listed, *ISSUER))
    shown = fine(await furlough("order", "list", "JUB", "--json"))
    assert "LO-917" in shown
    explained = fine(await furlough("order", "explain", number, *CLERK))
    assert f"wants 45 days for the country clearance of NBO: not before {ahead(45)}" in explained
    assert f"first date that would pass: {ahead(45)}" in explained
    assert "asked: LO-917.1 wants checked off before departure: weapon, contact" in explained
    assert "asked: LO-917.1 wants quarantine, 4 days after return" in explained
    gate = ("--as", "IND-1007", "--post", "GATE-JUB", "--base", "JUB")
    assert "not checked off yet: weapon, contact" in fine(await furlough("show", number, *CLERK))
    fine(await furlough("check-off", number, "--item", "weapon", *gate))
    assert "not checked off yet: contact" in fine(await furlough("show", number, *CLERK))
    own = await furlough("check-off", number, "--item", "all", "--as", "IND-1010", "--base", "JUB")
    assert (own.code, "authority/gate" in own.err) == (5, True)
    fine(await furlough("order", "rescind", "LO-917", "--reason", "Over", *ISSUER))
    for wrong in (("--clearance-days", "soon"), ("--force-protection", "high")):
        ran = await furlough("order", "issue", "--number", "LO-918", *wrong, *ISSUER)
        assert (ran.code, "for example" in ran.err) == (2, True)


async def test_a_verbal_order_entered_later_shows_both_times_and_what_fell_between(
    furlough: Furlough, cleared: dict[str, str]
) -> None:
    number = await a_cleared_leave(furlough, cleared)
    said = datetime.now(UTC).astimezone(ZoneInfo("Africa/Juba")) - timedelta(hours=3)
    words = ("--number", "LO-920", "--title", "Said on the radio", "--window", "00:00-23:59")
    issued = fine(await furlough("order", "issue", *words, "--from", f"{said:%Y-%m-%d %H:%M}", *ISSUER))
    assert "fell before it was entered" in issued
    shown = fine(await furlough("order", "show", "LO-920", "--base", "JUB"))
    assert f"from {said:%Y-%m-%d %H:%M} until rescinded" in shown
    assert "said before it was entered" in shown
    assert f"fell    cleared {number}" in shown
    (listed,) = (await furlough("order", "list", "JUB", "--json")).documents
    (told,) = (one for one in listed["orders"] if one["order"]["number"] == "LO-920")
    assert told["recorded_at"] > told["order"]["since"]
    end = ("--number", "LO-921", "--title", "In its place", "--curfew", "01:00-02:00", "--rescinds", "LO-920.1")
    fine(await furlough("order", "issue", *end, *ISSUER))
    assert "by LO-921.1" in fine(await furlough("order", "show", "LO-920", "--base", "JUB"))
    fine(await furlough("order", "rescind", "LO-921", "--reason", "Over", *ISSUER))
    none = await furlough("order", "show", "LO-000", "--base", "JUB")
    assert (none.code, "knows no order LO-000" in none.err) == (2, True)


async def test_an_order_of_a_base_that_allows_what_the_mission_forbids_is_refused_with_rule_and_remedy(
    furlough: Furlough,
) -> None:
    span = ("--from", f"{ahead(200)} 00:00", "--until", f"{ahead(220)} 00:00")
    wide = ("order", "issue", "--number", "MO-95", "--title", "Stop", "--mission-wide", "--stop-leave")
    fine(await furlough(*wide, *span, *FORCE))
    allows = ("order", "issue", "--number", "LO-922", "--title", "But us", "--stop-leave", "--except-nation", "IND")
    ran = await furlough(*allows, *span, *ISSUER)
    assert (ran.code, "order/mission-forbids" in ran.err, "furlough etp grant" in ran.err) == (5, True, True)
    weak = ("order", "issue", "--number", "LO-923", "--title", "As well", "--stop-leave", "--unit", "INDBATT-C")
    assert "has no effect while MO-95.1 holds" in fine(await furlough(*weak, *span, *ISSUER))
    for number, who in (("LO-923", ISSUER), ("MO-95", FORCE)):
        fine(await furlough("order", "rescind", number, "--reason", "Over", *who))


async def test_an_amended_order_says_what_it_said_but_for_what_is_said_anew_and_a_rescinded_one_is_over(
    furlough: Furlough, cleared: dict[str, str]
) -> None:
    number = await a_cleared_leave(furlough, cleared)
    fine(await furlough(*stop("LO-902")))
    amended = await furlough("order", "amend", "LO-902", "--unit", "NPLMED", "--from", f"{ahead(28)} 00:00", *ISSUER)
    assert f"1 free to go: {number}" in fine(amended)
    (listed,) = (await furlough("order", "list", "JUB", "--json")).documents
    (order,) = (one["order"] for one in listed["orders"] if one["order"]["number"] == "LO-902")
    assert (order["version"], order["scope"]["units"], order["restrictions"][0]["rule"]) == (
        2,
        ["NPLMED"],
        "stop-leave",
    )
    assert order["title"] == "Leave stopped"
    over = fine(await furlough("order", "rescind", "LO-902", "--reason", "No longer needed", *ISSUER))
    assert "T" not in over.partition("rescinded at ")[2].partition(":")[0], "told on the clock of the base"
    assert "LO-902" not in fine(await furlough("order", "list", "JUB"))


async def test_an_order_that_says_nothing_or_names_nobody_is_refused_before_and_when_it_is_issued(
    furlough: Furlough,
) -> None:
    for said, why in (
        (("--minimum-strength", "0"), "restricts nothing"),
        (("--minimum-strength", "0%"), "restricts nothing"),
        (("--stop-leave", "--unit", "NPLMEDD"), "no unit NPLMEDD"),
        (("--stop-leave", "--nation", "XXX"), "no nation XXX"),
        (("--stop-leave", "--etp", "NOPOST"), "no post NOPOST"),
        (("--stop-leave", "--etp", "NOPOST"), "and 55 more (furlough register list posts)"),
    ):
        for dry_run, code in (("--dry-run", 7), ("", 5)):
            words = ("--number", "LO-940", "--title", "A slip", *said, *filter(None, [dry_run]))
            ran = await furlough("order", "issue", *words, *ISSUER)
            assert (ran.code, why in ran.err) == (code, True), ran
    assert "LO-940" not in fine(await furlough("order", "list", "JUB"))


@pytest.mark.parametrize(
    ("rule", "queue", "told"),
    [
        (CEILING, 1, "its turn in the queue for a place"),
        ("stop-leave", None, "its wish for a place, in no queue while LO-943.1 stands against it"),
    ],
)
def test_a_leave_is_told_to_stand_in_a_queue_only_where_it_does(rule: str, queue: int | None, told: str) -> None:
    block = Block(cites="LO-943.1", rule=rule, why="a reason")
    held = place("L")
    verdict = Verdict(seq=1, n=1, granted=False, blocks=(block,), place_in_queue=queue)
    assert show._holding(held, show.Whole(Face(state="approved"), Leave(verdict=verdict), []), ZoneInfo("UTC")) == told
    found = Explained(leave_id="L", granted=False, away=False, blocks=(block,), bars=(), exempt=())
    face = Face(leave_id="L", state="waiting")
    lines = "\n".join(explained(face, found, ZoneInfo("UTC")))
    assert ("stands in the queue" in lines, "stands in no queue" in lines) == (queue is not None, queue is None)


async def test_a_mission_s_order_reaches_every_base_and_one_without_authority_none(
    furlough: Furlough, tmp_path: Path
) -> None:
    text = f"""
number = "MO-90"
version = 1
issuer = "FC"
title = "Leave of police stopped"
since = "{ahead(100)} 00:00"
etp = "FC"
mission_wide = true
scope = {{ components = ["police"] }}
restrictions = [{{ rule = "stop-leave" }}]
"""
    file = tmp_path / "MO-90.toml"
    file.write_text(text)
    refused = await furlough("order", "issue", file, *ISSUER)
    assert refused.code == 5
    assert "authority/order" in refused.err
    assert "MO-90" not in fine(await furlough("order", "list", "NAQ"))
    assert "at 4 of 4 bases" in fine(await furlough("order", "issue", file, *FORCE))
    assert fine(await furlough("order", "issue", file, *FORCE)).startswith("already so · MO-90.1 is at 4 of 4 bases")
    for base in ("NAQ", "BGU", "JUB", "SKT"):
        assert "MO-90.1" in fine(await furlough("order", "list", base))
    assert "at 4 of 4 bases" in fine(await furlough("order", "rescind", "MO-90", "--reason", "Over", *FORCE))
    assert "MO-90" not in fine(await furlough("order", "list", "SKT"))


async def test_an_order_which_no_worker_carries_waits_in_the_spool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    order = RescindOrder(act_id="a", decided_by="m-x", acted_at=now, base="JUB", number="MO-91", reason="Over")
    monkeypatch.setattr(issuing, "_CARRIED", timedelta(seconds=1))
    monkeypatch.setenv("FURLOUGH_HOME", str(tmp_path))
    await started_before(tmp_path, "UNEX")
    async with EmbeddedServer(tmp_path, "UNEX", 0, 0):
        migrate(Settings.load(home=tmp_path, mission="UNEX").database)
        async with at_desk(mission="UNEX") as desk:
            assert await issuing.carry(desk, order, "rescission of MO-91", HERE) == 3
            assert len(desk.spool.waiting()) == 1
    told = capsys.readouterr().out
    assert told.startswith("spooled ")
    assert "Not every base has answered yet" in told


async def test_an_order_that_cannot_be_read_is_told_with_every_finding(furlough: Furlough, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text('number = "LO-903"\nversion = 1\nsince = "tomorrow"\ntitel = "x"\n')
    ran = await furlough("order", "issue", file, *ISSUER)
    assert ran.code == 2
    assert all(
        word in ran.err for word in ("since: expected YYYY-MM-DD HH:MM", "titel", "restrictions", "nothing was changed")
    )
    backwards = ("--from", f"{ahead(30)} 12:00", "--until", f"{ahead(30)} 11:00", "--stop-leave")
    ran = await furlough("order", "issue", "--number", "LO-906", *backwards, *ISSUER)
    assert f"({ahead(30)} 12:00), got {ahead(30)} 11:00" in ran.err
    gone = await furlough("order", "issue", tmp_path / "none.toml", *ISSUER)
    assert (gone.code, "cannot be read" in gone.err) == (2, True)


async def test_an_order_is_refused_by_another_s_post_and_a_dry_run_finds_that(furlough: Furlough) -> None:
    said = ("order", "issue", "--number", "LO-904", "--issuer", "SC-SOUTH", "--curfew", "01:00-05:00", *CLERK)
    dry, wet = await furlough(*said, "--dry-run"), await furlough(*said)
    assert (dry.code, wet.code) == (7, 5)
    assert ("WOULD NOT BE ACCEPTED" in dry.err, "WOULD NOT BE ACCEPTED" in wet.err) == (True, False)
    assert "authority/order" in wet.err


async def test_papers_of_what_is_only_tried_are_not_kept(furlough: Furlough, mission: Mission, tmp_path: Path) -> None:
    paper = tmp_path / "signed.txt"
    paper.write_text("signed")
    store = Store(mission.settings.folder / "store")
    for only in ("--dry-run", "--what-if"):
        fine(await furlough(*stop("LO-919", only, "--evidence", str(paper))))
        assert not store.has(sha256(b"signed").hexdigest())
    fine(await furlough(*stop("LO-919", "--evidence", str(paper))))
    assert store.has(sha256(b"signed").hexdigest())
    fine(await furlough("order", "rescind", "LO-919", "--reason", "Over", *ISSUER))


async def test_who_records_an_order_for_another_holds_a_post_that_records(furlough: Furlough) -> None:
    said = ("order", "issue", "--number", "LO-905", "--issuer", "SC-SOUTH", "--curfew", "01:00-05:00", "--base", "JUB")
    whose = ("--for", "NPL-1001", "--for-post", "SC-SOUTH")
    by_anybody = await furlough(*said, *whose, "--as", "IND-1010")
    assert (by_anybody.code, "authority/recorder" in by_anybody.err) == (5, True)
    assert "recording for SC-SOUTH" in (await furlough(*said, *whose, "--as", "IDN-1004", "--post", "G1-JUB")).err
    assert "LO-905.1" in fine(await furlough("order", "list", "JUB"))


async def test_strength_is_shown_by_day_and_only_an_emergency_may_exceed_it(
    furlough: Furlough, cleared: dict[str, str]
) -> None:
    number = await a_cleared_leave(furlough, cleared)
    (shown,) = (await furlough("strength", "show", "JUB", "--days", "40", "--json")).documents
    away = {day["day"]: day["absent"] for day in shown["days"] if day["unit"] == "INDBATT-C"}
    assert [away[ahead(day)] for day in (29, 30, 35, 36)] == [0, 1, 1, 0]
    ran = await furlough("strength", "override", number, "--reason", "Needed", *COMMANDER)
    assert (ran.code, "strength/override" in ran.err) == (5, True)


async def test_strength_and_the_board_of_the_day_tell_the_same_of_each_unit(furlough: Furlough) -> None:
    (shown,) = (await furlough("strength", "show", "NAQ", "--days", "3", "--json")).documents
    (today,) = (await furlough("today", "NAQ", "--json")).documents
    told = {(day["unit"], day["day"]): day["ceiling"] for day in today["strength"]}
    assert shown["days"]
    assert all(told[day["unit"], day["day"]] == day["ceiling"] for day in shown["days"])
    assert len({day["ceiling"] for day in shown["days"]}) > 1
    fine(await furlough("strength", "show", "NAQ"))


@pytest.mark.parametrize(
    "wrong", [OrderFlags(curfew="1-5"), OrderFlags(curfew="01:00"), OrderFlags(minimum_strength=("most",))]
)
def test_hours_and_strengths_that_cannot_be_meant_are_told(wrong: OrderFlags) -> None:
    now = datetime.now(UTC).astimezone(ZoneInfo("Africa/Juba"))
    with pytest.raises(Misset, match=r"is no strength|are no hours"):
        wrong.text("LO-1", 1, now, "FC")


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ((), ("nothing is ordered: expected one or more of --stop-leave, --curfew",)),
        (("--minimum-strength", "140%"), ("--minimum-strength: expected 100 at most, got 140",)),
        (("--stop-leave", "--from", "20261201"), ("--from: expected YYYY-MM-DD HH:MM", 'write --from "')),
        (("--stop-leave", "--last-minute", "soon"), ("--last-minute: expected", 'write --last-minute "')),
        (("--stop-leave", "--kind", "cto", "--unit", "A COY"), ("--unit: expected at most 100 letters",)),
        (("--longest-absence", "0"), ("--longest-absence: expected 1 or more, got 0",)),
        (
            ("--stop-leave", "--from", f"{ahead(9)} 05:00", "--until", f"{ahead(8)} 05:00"),
            ("expected --until (or --last-minute) after --from",),
        ),
        (("--degraded-communications",), ("an order of the whole mission: --mission-wide",)),
    ],
)
async def test_what_is_wrong_with_an_order_said_in_flags_is_told_by_its_flags(
    furlough: Furlough, flags: tuple[str, ...], told: tuple[str, ...]
) -> None:
    ran = await furlough("order", "issue", "--number", "LO-950", *flags, "--dry-run", *ISSUER)
    assert ran.code == 2, ran
    assert all(each in ran.err for each in told), ran.err
    assert not any(word in ran.err for word in ("restrictions", "since", "scope", "last_minute", " = "))


async def test_what_is_wrong_with_an_order_in_a_file_is_told_by_its_keys_and_file(
    furlough: Furlough, tmp_path: Path
) -> None:
    file = tmp_path / "order-950.toml"
    file.write_text('number = "LO-950"\nversion = 1\ntitle = "x"\nsince = "soon"\n', "utf-8")
    ran = await furlough("order", "issue", file, "--dry-run", *ISSUER)
    assert (ran.code, "order-950.toml: since: expected YYYY-MM-DD HH:MM" in ran.err) == (2, True), ran
    file.write_text("number = = 3\n", "utf-8")
    ran = await furlough("order", "issue", file, "--dry-run", *ISSUER)
    assert "order-950.toml: text: expected TOML, got something else at line 1, column 10" in ran.err
