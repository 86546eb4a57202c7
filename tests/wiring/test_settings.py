"""Flags, then the environment, then the profile, then defaults; what cannot be meant is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiring.settings import Address, Profile, Settings, profile_file
from wiring.trouble import Misset


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for name in ("HOME", "MISSION", "POST", "BASE", "DATABASE", "RULES", "SMTP", "LOG", "HEALTH", "METRICS"):
        monkeypatch.delenv(f"FURLOUGH_{name}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults_name_a_home_here_and_no_mail(tmp_path: Path):
    settings = Settings.load()
    assert settings.home == tmp_path / "var"
    assert settings.smtp is None
    assert settings.rules.name == "rules"
    assert settings.log == "json"


def test_flag_beats_environment_beats_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    Profile(mission="UNTSO", post="CO-NAQ", base="NAQ", person="m-abcdefghij").write(tmp_path)
    assert Settings.load(home=tmp_path).mission == "UNTSO"
    monkeypatch.setenv("FURLOUGH_MISSION", "UNDOF")
    assert Settings.load(home=tmp_path).mission == "UNDOF"
    settings = Settings.load(home=tmp_path, mission="UNIFIL", post=None)
    assert (settings.mission, settings.post, settings.base, settings.person) == (
        "UNIFIL",
        "CO-NAQ",
        "NAQ",
        "m-abcdefghij",
    )


def test_empty_variable_says_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FURLOUGH_SMTP", "  ")
    monkeypatch.setenv("FURLOUGH_MISSION", "")
    assert Settings.load().smtp is None
    assert Settings.load().mission is None


def test_register_is_a_file_of_the_mission_unless_told_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert Settings.load(home=tmp_path, mission="UNIFIL").database == f"sqlite:///{tmp_path}/UNIFIL/register.db"
    monkeypatch.setenv("FURLOUGH_DATABASE", "postgresql://furlough@db/furlough")
    assert Settings.load(mission="UNIFIL").database == "postgresql://furlough@db/furlough"


def test_no_mission_is_told_with_the_remedy():
    with pytest.raises(Misset, match="No mission") as told:
        _ = Settings.load().code
    assert "furlough me --mission" in told.value.helps
    assert told.value.code == 2


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FURLOUGH_MISSION", "uni fil"),
        ("FURLOUGH_SMTP", "mailhost"),
        ("FURLOUGH_HEALTH", "127.0.0.1:99999"),
        ("FURLOUGH_LOG", "loud"),
        ("FURLOUGH_POST", "no blanks"),
    ],
)
def test_value_that_cannot_be_meant_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
):
    monkeypatch.setenv(variable, value)
    with pytest.raises(Misset) as told:
        Settings.load()
    assert variable in str(told.value)
    assert repr(value) in str(told.value)


@pytest.mark.parametrize("content", [b"mission = ", b"\xff\xfe", b'colour = "red"', b'mission = "no"'])
def test_profile_that_cannot_be_used_is_named(tmp_path: Path, content: bytes):
    profile_file(tmp_path).write_bytes(content)
    with pytest.raises(Misset, match="profile") as told:
        Settings.load(home=tmp_path)
    assert "furlough me" in told.value.helps


def test_profile_that_cannot_be_kept_is_told(tmp_path: Path):
    (tmp_path / "home").write_text("a file, no folder")
    with pytest.raises(Misset, match="cannot be kept") as told:
        Profile(mission="UNIFIL").write(tmp_path / "home")
    assert "FURLOUGH_HOME" in told.value.helps


hosts = st.from_regex(r"\A[A-Za-z0-9.-]{1,30}:[0-9]{1,5}\Z")
codes = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._:/#@+-]{0,30}\Z")


@given(post=codes, person=codes, address=hosts)
def test_profile_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, post: str, person: str, address: str
):
    home = tmp_path_factory.mktemp("home")
    profile = Profile(mission="UNIFIL", post=post, person=person, address=address)
    assert profile.write(home).is_file()
    assert Profile.read(home) == profile


def test_child_process_loads_the_very_same_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TEMPORAL_ADDRESS", "elsewhere:7233")
    parent = Settings.load(home=tmp_path, mission="UNIFIL", smtp="mail:25", health="0.0.0.0:81", post="CO-NAQ")
    environment = parent.environment()
    assert "TEMPORAL_ADDRESS" not in environment
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings.load() == parent
    assert parent.smtp == Address("mail", 25)
