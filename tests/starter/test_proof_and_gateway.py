"""Approved now and proved later, and the gateway of a journey, by the commands of those who say so."""

from __future__ import annotations

from tests.conftest import Furlough, ahead
from tests.starter.at_jub import COMMANDER, GATE, asked

VERIFIER = ("--as", "IRL-1003", "--post", "VO", "--base", "JUB")
MOVER = ("--as", "IND-1006", "--post", "MOV-JUB", "--base", "JUB")


async def test_an_emergency_is_approved_before_its_proof_and_the_verifier_is_told_what_is_missing(
    furlough: Furlough,
) -> None:
    number = await asked(
        furlough, "IND-1010", ahead(1), ahead(3), "--kind", "emergency", "--relation", "parent", "--reason", "ill"
    )
    refused = await furlough("approve", number, *COMMANDER)
    assert refused.code == 5
    assert "--prove-by DAY" in refused.err
    past = await furlough("approve", number, "--prove-by", ahead(-1), *COMMANDER)
    assert past.code == 5
    assert "emergency/prove-later" in past.err
    tried = await furlough("approve", number, "--prove-by", ahead(20), "--dry-run", *COMMANDER)
    assert tried.code == 0, tried
    done = await furlough("approve", number, "--prove-by", ahead(20), *COMMANDER)
    assert done.code == 0, done
    assert (await furlough("sign-out", number, *GATE)).code == 0
    early = await furlough("gateway", number, "--way", "out", *MOVER, "--at", f"{ahead(-2)} 08:00")
    assert "IRREGULAR: by its time it cannot have happened in this order (return/order-of-times)" in early.out
    assert f"gateway told for {ahead(-2)} 08:00, outside the absence" in early.out, (
        "on the base's clock, as it was said"
    )
    passed = await furlough("gateway", number, "--way", "out", "--json", *MOVER)
    assert passed.code == 0, passed
    assert (await furlough("gateway", number, "--way", "home", *MOVER)).code == 2
    assert (await furlough("gateway", number, "--way", "back", *COMMANDER)).code == 0
    timeline = (await furlough("show", number, *COMMANDER)).out
    assert "gateway reached" in timeline
    assert f"gateway told for {ahead(-2)} 08:00, outside the absence: by its time" in " ".join(timeline.split())
    assert "back at the gateway" in timeline
    assert "to be shown" not in timeline, "that a check is waited for tells the kind of leave"
    assert (await furlough("sign-in", number, *GATE)).code == 0
    inbox = await furlough("inbox", *VERIFIER)
    assert "attest" in inbox.out
    proof = await furlough("attest", number, "--method", "document", *VERIFIER)
    assert proof.code == 0, proof
    again = await furlough("attest", number, "--method", "document", *VERIFIER)
    assert again.code == 0
    assert "already so" in again.out
