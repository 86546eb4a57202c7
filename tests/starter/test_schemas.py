"""The schemas which programs of others rely on are made from the models, and are not left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.acts import Approve
from starter.app import run
from starter.schemas import FOLDER, stale_in, texts


def test_the_schemas_in_docs_are_what_the_models_say() -> None:
    stale = stale_in(FOLDER, dict(texts()))
    assert stale == [], f"furlough schemas writes them anew: {stale}"


def test_every_act_has_a_schema_of_its_own_which_names_its_fields() -> None:
    made = dict(texts())
    assert set(json.loads(made["act-approve.json"])["properties"]) == set(Approve.model_fields)


def test_check_tells_a_schema_that_is_missing_one_that_differs_and_one_too_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["schemas", "--folder", str(tmp_path)]) == 0
    assert run(["schemas", "--check", "--folder", str(tmp_path)]) == 0
    (tmp_path / "order.json").write_text("{}")
    (tmp_path / "act-approve.json").unlink()
    (tmp_path / "act-dance.json").write_text("{}")
    assert run(["schemas", "--check", "--folder", str(tmp_path)]) == 7
    told = capsys.readouterr().err
    assert all(name in told for name in ("order.json", "act-approve.json", "act-dance.json"))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert run(["schemas", "--folder", str(tmp_path / "file")]) == 2
    assert "cannot be written" in capsys.readouterr().err
