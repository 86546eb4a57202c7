"""The nightly sealing ends, however it went: what never mends is not tried again until the next night."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from audit.nightly import Nightly
from domain.sealing import Sealing
from wiring.settings import Settings
from wiring.trouble import NotReached


async def sealed(home: Path, client: Any) -> object:
    nightly = Nightly(Settings.load(home=home, mission="UNEX"), client, "test")
    return await ActivityEnvironment().run(nightly.seal, Sealing(whole=False))


async def test_a_fault_of_sealing_is_tried_once_and_tells_nothing_of_the_record(tmp_path: Path) -> None:
    with pytest.raises(ApplicationError) as failed:
        await sealed(tmp_path, "no client, but a family's reason")
    assert (failed.value.non_retryable, failed.value.type) == (True, "AttributeError")
    assert (failed.value.__cause__, "family" in str(failed.value)) == (None, False)


async def test_an_archive_that_does_not_answer_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "UNEX").mkdir()
    (tmp_path / "UNEX" / "archive").write_text("a file, where a folder should be")
    with pytest.raises(NotReached):
        await sealed(tmp_path, "no client")
