"""What others wrote, as a terminal may show it: a terminal obeys certain characters, instead of showing them.

With them a remark, or a record that somebody forged, could clear the screen, hide what follows, or turn words around.
"""

from __future__ import annotations

import re
from typing import Final

_OBEYED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tabs and line ends, those that turn the direction of writing, and halves of characters."""


def shown(text: str) -> str:
    r"""Text with each such character written out by its number, `\u001b`: as JSON writes it too."""
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
