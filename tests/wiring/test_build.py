"""A build id names the code that runs: the same code has the same id, and other code another."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from wiring.build import MODULES, PACKAGES, build_id

ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": os.devnull}
WHO = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(root: Path, *words: str) -> str:
    told = {"PATH": os.environ["PATH"]} | ALONE | WHO
    return subprocess.run(
        ["git", "-C", root, *words], env=told, capture_output=True, text=True, check=True, timeout=30
    ).stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An installation without a checkout, as in an image."""
    root = tmp_path / "app"
    for package in PACKAGES:
        (root / package).mkdir(parents=True)
        (root / package / "__init__.py").write_text("pass\n")
    for module in MODULES:
        (root / module).write_text("pass\n")
    return root


def committed(root: Path) -> str:
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "The code")
    return git(root, "rev-parse", "HEAD")[:12]


def test_code_that_differs_has_another_id_with_and_without_a_checkout(root: Path):
    bare = build_id(root)
    assert re.fullmatch(r"[\d.]+\+[0-9a-f]{32}", bare)
    (root / "domain" / "__pycache__").mkdir()
    (root / "domain" / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert build_id(root) == bare
    (root / "domain" / "__init__.py").write_text("pass  # worked in\n")
    changed = build_id(root)
    assert changed != bare
    commit = committed(root)
    assert build_id(root) == changed.replace("+", f"+{commit}.")
    (root / "domain" / "__init__.py").write_text("pass\n")
    assert build_id(root) == bare.replace("+", f"+{commit}."), "one that is worked in is not what its commit holds"


def test_the_commit_is_found_however_git_keeps_it(root: Path, tmp_path: Path):
    commit = committed(root)
    assert f"+{commit}." in build_id(root)
    git(root, "pack-refs", "--all")
    assert f"+{commit}." in build_id(root)
    git(root, "worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    assert build_id(tmp_path / "other") == build_id(root)
    git(root, "checkout", "-q", "--detach")
    assert f"+{commit}." in build_id(root)
