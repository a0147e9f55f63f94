"""What a refusal says: that there is no such mailbox, that we go too fast, or something else."""

import re
from enum import Enum


class Verdict(Enum):
    """What follows from a refusal."""

    NO_MAILBOX = "no mailbox"
    TOO_FAST = "too fast"
    OTHER = "other"


#: Enhanced status codes that say that mail will never be taken there (RFC 3463, RFC 7505). Not
#: among them: 5.2.2 (full), 5.7.x (policy), which living readers have too.
GONE = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"}
_GONE_WORDS = re.compile(
    r"(user|recipient|mailbox|address|account|addressee)[^.;]{0,40}"
    r"(unknown|not found|does ?n.t exist|not exist|no longer|invalid|disabled|unavailable here)"
    r"|(unknown|no such|invalid|nonexist\w+|disabled|inactive)[^.;]{0,20}"
    r"(user|recipient|mailbox|address|account|person)"
    r"|not our customer|host (or domain name )?not found|domain .{0,60}(does not exist|not found)",
    re.IGNORECASE,
)
#: What is said of a living reader's mailbox, or of us.
_NOT_GONE_WORDS = re.compile(
    r"quota|full|over ?limit|too large|spam|spf|dkim|dmarc|block|blacklist|reputation|policy|polic"
    r"|relay|denied|authenticat|greylist|temporar|try again|content|virus|rejected for",
    re.IGNORECASE,
)
_TOO_FAST_WORDS = re.compile(
    r"throttl|rate limit|rate exceed|too many|too fast|slow down|unusual rate", re.IGNORECASE
)


def verdict(code: int, status: str, text: str) -> Verdict:
    """Return what a refusal with this code (RFC 5321), status (RFC 3463) and text says."""
    if code < 500:
        is_too_fast = code == 421 or status.startswith("4.7.") or _TOO_FAST_WORDS.search(text)
        return Verdict.TOO_FAST if is_too_fast else Verdict.OTHER
    if status in GONE:
        return Verdict.NO_MAILBOX
    has_vague_status = not status or status in {"5.0.0", "5.1.0", "5.2.0", "5.3.0", "5.5.0"}
    if has_vague_status and _GONE_WORDS.search(text) and not _NOT_GONE_WORDS.search(text):
        return Verdict.NO_MAILBOX
    return Verdict.OTHER
