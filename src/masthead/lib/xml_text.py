"""Text that XML 1.0 can hold."""

import re

#: Everything outside the production Char (XML 1.0, 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """Return a text without the characters that no XML document may hold, escaped or not."""
    return _FORBIDDEN.sub("", text)
