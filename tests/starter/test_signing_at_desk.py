"""An order that a clerk typed waits in the inbox of its issuer until it is countersigned: by the real command."""

from __future__ import annotations

from tests.conftest import Furlough, ahead

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
