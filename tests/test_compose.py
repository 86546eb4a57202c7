"""The deployment for one mission server: what can be known of it without an engine."""

import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
ENV_EXAMPLE = (ROOT / ".env.example").read_text()
VARIABLES = re.findall(r"^(\w+)=", ENV_EXAMPLE, re.MULTILINE)
FILLED = {name: f"{name.lower().replace('_', '-')}-1" for name in VARIABLES} | {"MISSION": "UNEX", "RETENTION": "90d"}


def compose(folder: Path, values: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the real Compose on our file with `.env.example` filled in, and with nothing else of this environment."""
    env = folder / "env"
    env.write_text(re.sub(r"^(\w+)=.*$", lambda m: f"{m[1]}={values[m[1]]}", ENV_EXAMPLE, flags=re.MULTILINE))
    command: list[str | Path] = [
        BIN / "docker-compose",
        "--project-directory",
        ROOT,
        "--env-file",
        env,
        "config",
        "--format",
        "json",
    ]
    bare = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, env=bare, timeout=60, check=False)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    answer = compose(tmp_path_factory.mktemp("compose"), FILLED)
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    found: dict[str, dict[str, Any]] = json.loads(answer.stdout)["services"]
    return found


def jobs(services: dict[str, dict[str, Any]]) -> set[str]:
    """Those which others wait for to end."""
    waits = (wait for service in services.values() for wait in service.get("depends_on", {}).items())
    return {name for name, wait in waits if wait["condition"] == "service_completed_successfully"}


def test_a_mission_server_has_its_six_services(services):
    assert set(services) == {"postgres", "temporal-schema", "temporal", "temporal-namespace", "temporal-ui", "worker"}


@pytest.mark.parametrize("name", VARIABLES)
def test_nothing_starts_while_a_setting_is_missing(name, tmp_path):
    answer = compose(tmp_path, FILLED | {name: ""})
    assert answer.returncode != 0
    assert f"required variable {name} is missing" in answer.stderr
    assert ".env.example" in answer.stderr


def test_no_password_has_a_default(services):
    assert re.findall(r"^(\w*PASSWORD)=(.+)$", ENV_EXAMPLE, re.MULTILINE) == []
    given = {
        value
        for service in services.values()
        for name, value in service.get("environment", {}).items()
        if re.search("PASSWORD|PWD", name)
    }
    assert given == {value for name, value in FILLED.items() if name.endswith("PASSWORD")}


def test_the_three_passwords_go_to_those_who_need_them_and_to_nobody_else(services):
    holders = {
        name: {service for service, what in services.items() if FILLED[name] in json.dumps(what)}
        for name in VARIABLES
        if name.endswith("PASSWORD")
    }
    assert holders == {
        "POSTGRES_PASSWORD": {"postgres"},
        "TEMPORAL_DB_PASSWORD": {"postgres", "temporal-schema", "temporal"},
        "FURLOUGH_DB_PASSWORD": {"postgres", "worker"},
    }


def test_every_service_says_whether_it_is_well_or_ends(services):
    well = {name for name, service in services.items() if service.get("healthcheck", {}).get("test")}
    assert well | jobs(services) == set(services)
    assert well & jobs(services) == set()


def test_everything_comes_back_after_a_power_cut_and_a_job_that_is_done_stays_done(services):
    assert {name for name, service in services.items() if service["restart"] != "unless-stopped"} == jobs(services)
    assert {services[name]["restart"] for name in jobs(services)} == {"on-failure:10"}


def test_every_image_is_pinned_to_a_full_version(services):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert services["worker"]["image"] == f"furlough:{version}"
    assert services["worker"]["build"]["context"] == str(ROOT)
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    images = bases + [service["image"] for service in services.values()]
    assert [image for image in images if not re.fullmatch(r"[\w/-]+:\d+\.\d+(\.\d+)?(-[\w-]+)?", image)] == []


def test_schema_server_and_embedded_server_are_of_one_minor_version(services):
    assert services["temporal-schema"]["image"].split(":")[1] == services["temporal"]["image"].split(":")[1]
    embedded = subprocess.run([BIN / "temporal", "--version"], capture_output=True, text=True, timeout=30, check=True)
    minor = re.search(r"Server (\d+\.\d+)\.", embedded.stdout)
    assert minor
    assert services["temporal"]["image"].startswith(f"temporalio/server:{minor[1]}.")


def test_no_port_is_reached_from_another_machine(services):
    ports = {name: service.get("ports", []) for name, service in services.items()}
    assert {port["host_ip"] for published in ports.values() for port in published} == {"127.0.0.1"}
    assert ports["postgres"] == []


def test_no_service_takes_more_than_its_share_of_the_machine(services):
    limits = {name: service["deploy"]["resources"]["limits"] for name, service in services.items()}
    assert all(float(limit["cpus"]) and int(limit["memory"]) for limit in limits.values())
    running = [int(limits[name]["memory"]) for name in set(services) - jobs(services)]
    assert sum(running) < 3 * 2**30  # of the 4 GiB of a small server


def test_no_service_keeps_a_power_it_does_not_need(services):
    for service in services.values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert [name for name, service in services.items() if service.get("cap_add")] == ["postgres"]


def test_data_lie_in_named_volumes_and_what_is_mounted_from_here_is_here_and_not_written(services):
    mounts = [(name, mount) for name, service in services.items() for mount in service.get("volumes", [])]
    kept = {(name, mount["source"], mount["target"]) for name, mount in mounts if mount["type"] == "volume"}
    assert kept == {
        ("postgres", "postgres", "/var/lib/postgresql/data"),
        ("worker", "furlough", "/var/lib/furlough"),
    }
    bound = [mount for _, mount in mounts if mount["type"] == "bind"]
    assert bound
    assert all(Path(mount["source"]).is_dir() and mount["read_only"] for mount in bound)


def test_the_server_finds_the_settings_it_will_not_start_without(services):
    server = services["temporal"]
    path = Path(server["environment"]["DYNAMIC_CONFIG_FILE_PATH"])
    (mount,) = server["volumes"]
    assert str(path.parent) == mount["target"]
    text = (Path(mount["source"]) / path.name).read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[a-z]\w*(\.\w+)+: \[\{value: \w+\}\]", line)] == []


def test_the_worker_joins_the_namespace_that_is_made_for_its_mission(services):
    worker = services["worker"]
    assert worker["command"] == ["worker", "--mission", "UNEX"]
    assert worker["environment"]["TEMPORAL_NAMESPACE"] == "UNEX"
    assert services["temporal-namespace"]["environment"]["MISSION"] == "UNEX"
    assert (
        worker["environment"]["TEMPORAL_ADDRESS"] == services["temporal-namespace"]["environment"]["TEMPORAL_ADDRESS"]
    )
    database = f"postgresql+psycopg://furlough:{FILLED['FURLOUGH_DB_PASSWORD']}@postgres:5432/furlough"
    assert worker["environment"]["FURLOUGH_DATABASE"] == database


def test_the_image_installs_only_what_is_pinned_and_does_not_run_as_root():
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r requirements.txt" in text
    users = re.findall(r"^USER (\S+)", text, re.MULTILINE)
    assert users == ["furlough"]


def test_the_worker_of_the_image_keeps_listens_and_answers_where_the_deployment_looks(services, monkeypatch):
    from wiring.settings import Settings

    text = (ROOT / "Dockerfile").read_text()
    for name, value in re.findall(r"(FURLOUGH_\w+)=(\S+)", text):
        monkeypatch.setenv(name, value)
    for name, value in services["worker"]["environment"].items():
        monkeypatch.setenv(name, value)
    settings = Settings.load()  # as a command does that is typed in the container

    assert settings.code == "UNEX"
    (volume,) = services["worker"]["volumes"]
    assert str(settings.home) == volume["target"]
    assert settings.database == services["worker"]["environment"]["FURLOUGH_DATABASE"]
    (port,) = services["worker"]["ports"]
    assert str(settings.metrics) == f"0.0.0.0:{port['target']}"
    check = re.search(r"^HEALTHCHECK .*?CMD (\[.*?\])$", text, re.MULTILINE | re.DOTALL)
    assert check
    assert f"http://{settings.health}/health" in check[1]
    assert services["worker"]["healthcheck"]["test"] == ["CMD", *json.loads(check[1])]


def test_the_image_holds_all_that_is_installed_and_nothing_that_is_secret():
    first, *allowed = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert first == "*"
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    wanted = [*setup["packages"], *(f"{module}.py" for module in setup["py-modules"])]
    wanted += ["pyproject.toml", "requirements.in", "requirements.txt", "rules"]
    assert [name for name in wanted if f"!{name}" not in allowed] == []
    assert [line for line in allowed if re.search(r"env|var|git|tests", line)] == []


def listed() -> dict[str, str]:
    """The search attributes which the namespace gets, by name."""
    text = (ROOT / "deploy/temporal/search-attributes").read_text()
    return dict(re.findall(r"^(\w+) (\w+)$", text, re.MULTILINE))


SPELLED = {"KEYWORD": "Keyword", "DATETIME": "Datetime", "KEYWORD_LIST": "KeywordList"}
"""A type of search attribute, as the server calls it and as its command line does."""


def test_the_namespace_gets_the_search_attributes_that_the_processes_set():
    from workflows.board import KEYS

    assert listed() == {name: SPELLED[key.indexed_value_type.name] for name, key in KEYS.items()}


def test_the_namespace_stays_within_what_a_database_can_index():
    kinds = list(listed().values())
    assert kinds.count("Keyword") <= 10
    assert kinds.count("Datetime") <= 3
    assert kinds.count("KeywordList") <= 3


@contextmanager
def embedded_server(folder: Path) -> Iterator[str]:
    """Run the embedded server without any namespace of ours, and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "server.log").open("w") as log:
        command: list[str | Path] = [
            BIN / "temporal",
            "server",
            "start-dev",
            "--headless",
            "--ip",
            "127.0.0.1",
            "--port",
            str(port),
        ]
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield f"127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def test_a_namespace_is_made_with_its_search_attributes_and_made_again_without_harm(tmp_path):
    with embedded_server(tmp_path) as address:
        env = {
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "TEMPORAL_ADDRESS": address,
            "MISSION": "UNEX",
        }

        def run(*command: str, **more: str) -> str:
            done = subprocess.run(command, capture_output=True, text=True, env=env | more, timeout=90, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        script = str(ROOT / "deploy/temporal/namespace.sh")
        run("sh", script, RETENTION="30d")
        run("sh", script, RETENTION="90d")

        ask = ("temporal", "operator", "--namespace", "UNEX", "--output", "json")
        known = json.loads(run(*ask, "search-attribute", "list"))["customAttributes"]
        spelled = {name: SPELLED[kind.removeprefix("INDEXED_VALUE_TYPE_")] for name, kind in known.items()}
        assert spelled == listed()
        described = json.loads(run(*ask, "namespace", "describe"))
        assert described["config"]["workflowExecutionRetentionTtl"] == f"{90 * 24 * 3600}s"
