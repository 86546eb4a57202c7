"""What this machine remembers of an archive only ever goes on."""

from __future__ import annotations

from pathlib import Path

from audit.archive.opening import archive
from audit.tlog.checkpoints import Checkpoint
from tests.audit.archive.small import end, file
from wiring.settings import Settings


def test_of_two_sealers_the_late_one_does_not_lay_an_older_head_over_a_newer_one(tmp_path: Path):
    """Else what came between could be taken away unseen."""
    settings = Settings.load(home=tmp_path, mission="UNEX")
    late = archive(settings)
    late.log.append([file(late.vault, b"a letter"), end()], late.known)
    other = archive(settings)
    other.log.append([file(other.vault, b"another letter"), end()], other.known)
    for sealer in (late, other, late):
        sealer.remember()
    assert Checkpoint.open(other.seen.read_bytes(), [other.key.public]).size == 4
