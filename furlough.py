"""The command line of furlough."""

import sys


def main() -> None:
    """Say that there is no command yet."""
    sys.exit("furlough: no commands are installed yet")
