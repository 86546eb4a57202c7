"""The command `furlough`: the entry point of an installation."""

from __future__ import annotations

from typing import NoReturn


def main() -> NoReturn:
    """Run the command line (`starter/app.py`)."""
    from starter.app import main as run

    run()


if __name__ == "__main__":
    main()
