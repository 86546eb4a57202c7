"""Units for systemd: what is written, what systemd itself says of it, and that nothing of others is touched."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from starter import app, service
from wiring.running import Running
from wiring.settings import Settings

INSTALL = ("service", "install", "--no-start", "--folder")


@pytest.fixture
def units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for units; the home has a space and a percent sign in its name."""
    monkeypatch.setenv("FURLOUGH_HOME", str(tmp_path / "a home 100%"))
    monkeypatch.setenv("FURLOUGH_MISSION", "UNEX")
    monkeypatch.setenv("FURLOUGH_DATABASE", 'postgresql://furlough:se"cret@db/furlough')
    monkeypatch.setenv("TEMPORAL_ADDRESS", "hq.example:7233")
    return tmp_path / "units"


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_server_and_spool_are_installed_again_and_removed(units: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run([*INSTALL, str(units)]) == 0
    assert names(units) == ["furlough-unex-spool.service", "furlough-unex-up.service"]
    first = (units / "furlough-unex-spool.service").read_text()
    assert app.run([*INSTALL, str(units)]) == 0
    assert (units / "furlough-unex-spool.service").read_text() == first
    assert app.run(["service", "status", "--folder", str(units)]) == 7, "they are there, and do not run"
    assert "as written now" in capsys.readouterr().out
    assert app.run(["service", "remove", "--no-stop", "--folder", str(units)]) == 0
    assert names(units) == []
    assert app.run(["service", "status", "--folder", str(units)]) == 0
    assert app.run(["service", "remove", "--no-stop", "--folder", str(units)]) == 0
    assert "no unit of UNEX" in capsys.readouterr().out


def line(units: Path) -> str:
    """What the unit of `up` runs, without the program."""
    said = (units / "furlough-unex-up.service").read_text()
    return said.partition("\nExecStart=")[2].partition("\n")[0].rpartition('" ')[2]


def test_the_unit_of_a_mission_keeps_the_port_which_it_was_told(
    units: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run([*INSTALL, str(units)]) == 0
    assert line(units) == "up"
    assert app.run(["service", "install", "up", "--port", "29433", "--folder", str(units)]) == 0
    assert line(units) == "up --port 29433"
    assert app.run([*INSTALL, str(units), "--ui-port", "0"]) == 0
    assert line(units) == "up --port 29433 --ui-port 0", "renewed, it listens where it did"
    capsys.readouterr()
    assert app.run(["service", "status", "--folder", str(units)]) == 7
    assert "DIFFERS" not in capsys.readouterr().out
    assert app.run(["service", "install", "spool", "--port", "29433", "--dry-run"]) == 2
    assert "Only the unit `up` listens" in capsys.readouterr().err


def test_the_unit_of_a_mission_that_runs_takes_the_port_on_which_it_runs(units: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a home 100%" / "UNEX"
    folder.mkdir(parents=True)
    Running(owner=1, address="127.0.0.1:29433", ui="http://127.0.0.1:30433").write(folder)
    assert app.run([*INSTALL, str(units)]) == 0
    assert line(units) == "up --port 29433"
    assert app.run([*INSTALL, str(units), "--port", "7233"]) == 0
    assert line(units) == "up --port 7233"


def test_of_units_in_another_folder_systemd_is_not_told(
    units: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wherever it is not systemd's own: nothing would be found there by name."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert app.run(["service", "install", "--folder", str(units)]) == 0
    assert "started" not in capsys.readouterr().out
    assert app.run(["service", "remove", "--folder", str(units)]) == 0
    assert names(units) == []


def test_passwords_stand_in_no_unit_and_in_a_file_of_the_owner(units: Path, tmp_path: Path) -> None:
    assert app.run([*INSTALL[:2], "worker", *INSTALL[2:], str(units)]) == 0
    text = (units / "furlough-unex-worker.service").read_text()
    variables = tmp_path / "a home 100%" / "UNEX.service.env"
    assert "cret" not in text
    assert f"EnvironmentFile={str(variables).replace('%', '%%')}" in text
    assert variables.stat().st_mode & 0o777 == 0o600
    said = variables.read_text()
    assert 'FURLOUGH_DATABASE="postgresql://furlough:se\\"cret@db/furlough"' in said
    assert 'TEMPORAL_ADDRESS="hq.example:7233"' in said


def test_after_a_backup_was_laid_into_another_database_the_units_use_that(
    units: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else they would start with the register of before, or, where it lay in the mission's folder, not at all."""
    assert app.run([*INSTALL, str(units)]) == 0
    variables = tmp_path / "a home 100%" / "UNEX.service.env"
    others = [line for line in variables.read_text().splitlines() if not line.startswith("FURLOUGH_DATABASE=")]

    def told() -> str:
        capsys.readouterr()
        assert app.run(["service", "status", "--folder", str(units)]) == 7, "they do not run"
        return capsys.readouterr().out

    for now, line in (("postgresql://db/furlough_2", ['FURLOUGH_DATABASE="postgresql://db/furlough_2"']), (None, [])):
        monkeypatch.delenv("FURLOUGH_DATABASE")
        if now:
            monkeypatch.setenv("FURLOUGH_DATABASE", now)
        assert "HAS ANOTHER FURLOUGH_DATABASE: furlough service install renews it" in told()
        service.use_register(Settings.load())
        assert "as written now" in told()
        assert sorted(variables.read_text().splitlines()) == sorted([*others, *line])
    variables.unlink()
    assert "LACKS " in told()
    service.use_register(Settings.load())
    assert not variables.exists(), "there are no units which it would tell anything"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_finds_nothing_wrong_with_them(units: Path) -> None:
    assert app.run([*INSTALL[:2], "up", "worker", "spool", *INSTALL[2:], str(units)]) == 0
    files = [str(units / name) for name in names(units)]
    assert len(files) == 3
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    told = [line for line in checked.stderr.splitlines() if "furlough-unex" in line]
    assert told == [], checked.stderr


def test_what_somebody_else_wrote_is_neither_overwritten_nor_removed(
    units: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units.mkdir()
    other = units / "furlough-unex-up.service"
    other.write_text("[Service]\nExecStart=/bin/true\n")
    for words in ([*INSTALL, str(units)], ["service", "remove", "--no-stop", "--folder", str(units)]):
        assert app.run(words) == 2
        assert "is not one of ours" in capsys.readouterr().err
    assert names(units) == [other.name]
    assert "bin/true" in other.read_text()


def test_a_unit_of_an_older_build_is_told(units: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run([*INSTALL, str(units)]) == 0
    file = units / "furlough-unex-up.service"
    file.write_text(file.read_text() + "# of before\n")
    assert app.run(["service", "status", "--folder", str(units)]) == 7
    assert "DIFFERS" in capsys.readouterr().out


def test_a_dry_run_writes_nothing_and_a_folder_that_cannot_be_written_is_told(
    units: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["service", "install", "--dry-run", "--folder", str(units)]) == 0
    assert "Restart=always" in capsys.readouterr().out
    assert not units.exists()
    assert app.run([*INSTALL, "/proc/nowhere"]) == 2
    assert app.run(["service", "install", "gate", "--dry-run"]) == 2
    assert "cannot be written" in capsys.readouterr().err
