"""Commands say at once that a server is not reached, and why; workers wait for it."""

import asyncio
from pathlib import Path

import pytest

from starter.ports import chosen
from starter.server import EmbeddedServer
from wiring.connect import connect, connect_in_time, listens, target
from wiring.settings import Settings
from wiring.trouble import Misset, NotReached


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("ADDRESS", "NAMESPACE", "PROFILE", "API_KEY", "TLS"):
        monkeypatch.delenv(f"TEMPORAL_{name}", raising=False)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "none.toml"))
    return Settings.load(home=tmp_path, mission="UNIFIL")


def test_connection_profile_beats_the_desks_beats_the_default(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert target(settings) == {"target_host": "127.0.0.1:7233", "namespace": "UNIFIL"}
    desk = settings.model_copy(update={"address": "hq:7233"})
    assert target(desk)["target_host"] == "hq:7233"
    (tmp_path / "mine.toml").write_text(
        '[profile.unifil]\naddress = "cloud:7233"\nnamespace = "unifil.a1b2c"\napi_key = "k"\n'
    )
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "mine.toml"))
    monkeypatch.setenv("TEMPORAL_PROFILE", "unifil")
    told = target(desk)
    assert (told["target_host"], told["namespace"], told["api_key"]) == ("cloud:7233", "unifil.a1b2c", "k")


def test_namespace_of_another_mission_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "UNTSO")
    with pytest.raises(Misset, match="another mission"):
        target(settings)


def test_connection_profile_that_cannot_be_read_is_told(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "torn.toml").write_text("[profile.")
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "torn.toml"))
    with pytest.raises(Misset, match="connection profile"):
        target(settings)


async def test_no_server_is_told_with_address_and_remedy(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    address = f"127.0.0.1:{chosen(0, '--port')}"
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    with pytest.raises(NotReached) as told:
        await connect(settings)
    assert address in told.value.what
    assert "refused" in told.value.why
    assert "furlough up --mission UNIFIL" in told.value.helps
    assert told.value.code == 4


async def test_server_that_says_nothing_is_given_up_in_time(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as hole:
        monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{hole.sockets[0].getsockname()[1]}")
        async with asyncio.timeout(8):
            with pytest.raises(NotReached, match="No server answers"):
                await connect(settings)


async def test_worker_waits_until_its_server_and_its_mission_are_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("wiring.connect.PAUSES", (0.05,))
    port, in_vain = chosen(0, "--port"), asyncio.Event()
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{port}")
    waiting = asyncio.create_task(connect_in_time(settings, waiting=lambda _: in_vain.set()))
    await in_vain.wait()
    async with EmbeddedServer(settings.home, "UNIFIL", port, 0) as server:
        client = await waiting
        assert client.namespace == "UNIFIL"
        with pytest.raises(NotReached, match="does not know the mission UNTSO"):
            await connect(settings.model_copy(update={"mission": "UNTSO"}))
        assert server.address.endswith(str(port))


@pytest.mark.parametrize("address", ["temporal.example", "127.0.0.1:web", "127.0.0.1:70000"])
async def test_where_no_port_is_named_nobody_listens(settings: Settings, address: str):
    """A spool that asks again and again goes on, and tells why nobody answers."""
    assert not await listens(settings.model_copy(update={"address": address}))
