"""What a clerk typed waits in the inbox of who decided it until it is countersigned: by the real commands."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from activities.register import tables as t
from activities.register.database import writing
from tests.conftest import Furlough, Mission, Ran, ahead
from tests.starter.at_jub import once

CLERK = ("--as", "IDN-1004", "--post", "G1-JUB", "--base", "JUB")
ISSUER = ("--as", "NPL-1001", "--base", "JUB")


async def test_an_order_recorded_by_a_clerk_is_countersigned_by_its_issuer(furlough: Furlough) -> None:
    words = ("--number", "LO-61", "--title", "Curfew", "--curfew", "22:00-05:00", "--from", f"{ahead(40)} 00:00")
    ran = await furlough("order", "issue", *words, "--for", "NPL-1001", "--for-post", "SC-SOUTH", *CLERK)
    assert ran.code == 0, ran
    inbox = await furlough("inbox", *ISSUER)
    assert "your countersignature by" in inbox.out
    assert "LO-61.1 (JUB): furlough order countersign" in inbox.out
    (task,) = [t for t in (await furlough("inbox", "--json", *ISSUER)).documents if t.get("of") == "LO-61.1"]
    assert (await furlough("order", "countersign", task["act"], *CLERK)).code == 5
    tried = await furlough("order", "countersign", "--dry-run", *ISSUER)
    assert (tried.code, "nothing was changed" in tried.out) == (0, True)
    signed = await furlough("order", "countersign", *ISSUER)
    assert signed.code == 0, signed
    assert "countersigned: LO-61.1" in signed.out
    assert "LO-61.1" not in (await furlough("inbox", *ISSUER)).out
    again = await furlough("order", "countersign", *ISSUER)
    assert again.code == 2
    assert "Nothing waits for your countersignature" in again.err


async def test_an_order_recorded_without_its_paper_is_marked_until_it_is_laid(
    furlough: Furlough, tmp_path: Path
) -> None:
    words = ("--number", "LO-62", "--title", "Curfew", "--curfew", "22:00-05:00", "--from", f"{ahead(40)} 00:00")
    ran = await furlough("order", "issue", *words, "--for", "NPL-1001", "--for-post", "SC-SOUTH", *CLERK)
    assert (ran.code, "without its evidence" in ran.out) == (0, True), ran
    page = tmp_path / "log.txt"
    page.write_text("page 7 of the radio log")
    nothing = await furlough("order", "attach", str(page), "--of", "another", *CLERK)
    (act,) = re.findall(r"(\w+) \(LO-62\.1, JUB\)", " ".join(nothing.err.split()))
    assert nothing.code == 2
    of = ("order", "attach", str(page), "--of", act)
    tried = await furlough(*of, "--dry-run", *CLERK)
    laid = await furlough(*of, *CLERK)
    for each, last in ((tried, "nothing was changed"), (laid, "recorded")):
        assert (each.code, "1 paper laid to LO-62.1" in each.out, last in each.out) == (0, True, True), each
    shown = await furlough("order", "show", "LO-62", *CLERK)
    assert (shown.code, "record/evidence" in shown.out, "record/countersign" in shown.out) == (0, False, True), shown
    assert (await furlough(*of, *CLERK)).code == 2


async def test_what_a_clerk_entered_into_an_account_is_countersigned_by_who_decided_it(furlough: Furlough) -> None:
    words = ("account", "adjust", "IND-1009", "--days", "2", "--on", ahead(-1), "--reason", "misread")
    typed = await furlough(*words, "--for", "NPL-1001", "--for-post", "SC-SOUTH", *CLERK)
    assert typed.code == 0, typed
    assert "the decider has not countersigned it (record/countersign)" in typed.out

    async def inbox() -> Ran:
        return await furlough("inbox", *ISSUER)

    told = await once(inbox, lambda ran: "furlough account countersign" in ran.out)  # by the index, a moment behind
    assert "annual account adjusted by +2 days" in told.out
    shown = await furlough("account", "show", "IND-1009", *ISSUER)
    assert "waits for a countersignature until" in shown.out
    signed = await furlough("account", "countersign", *ISSUER)
    assert (signed.code, "countersigned: annual account adjusted" in signed.out) == (0, True), signed
    await once(inbox, lambda ran: "account countersign" not in ran.out)
    assert (await furlough("account", "countersign", *ISSUER)).code == 2


async def test_a_change_of_a_flight_which_a_clerk_typed_is_countersigned_by_movement_control(
    furlough: Furlough, mission: Mission
) -> None:
    departs = datetime.now(UTC) + timedelta(days=90)
    with writing(mission.source) as session:
        ends = {"origin": "JUB", "destination": "KGL", "seats": 9}
        closes = departs - timedelta(days=1)
        session.merge(
            t.Flight(
                flight="S-1", departs=departs, arrives=departs + timedelta(hours=2), manifest_closes=closes, **ends
            )
        )
    whose = ("--for", "IND-1006", "--for-post", "MOV-JUB", "--medium", "radio", *CLERK)
    typed = await furlough("flight", "cancel", "S-1", "--reason", "weather", *whose)
    assert (typed.code, "(record/countersign)" in typed.out) == (0, True), typed
    mov = ("--as", "IND-1006", "--base", "JUB")
    assert "flight S-1 cancelled (register): furlough flight countersign" in (await furlough("inbox", *mov)).out
    signed = await furlough("flight", "countersign", *mov)
    assert (signed.code, "countersigned: flight S-1 cancelled" in signed.out) == (0, True), signed
    assert "flight countersign" not in (await furlough("inbox", *mov)).out
