"""What a mail that came back says (RFC 3464, RFC 5965, and the many that follow neither).

Whoever it came from is a stranger: nothing in it is believed but an identity that only we can make,
and that identity's owner is all that it can speak about.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from hashlib import sha256

from masthead.mail import verp
from masthead.mail.models import FeedbackKind
from masthead.mail.verdicts import Verdict, verdict

#: Bytes that are read of a mail; what comes after them is the letter itself at best.
MOST_BYTES = 512 * 1024
#: Parts that are looked at: a report has three.
MOST_PARTS = 30
MOST_TEXT = 20_000
_IDENTITY = re.compile(rb"<letter\.([0-9a-z]{1,13}-[a-z2-7]{16})@", re.IGNORECASE)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"\b([45]\d\d)\b")
_DAEMON = re.compile(
    r"mailer-daemon|postmaster|mail delivery|no-?reply.*bounce|^<>$", re.IGNORECASE
)
_FAILED = re.compile(
    r"undeliver|not (be )?deliver|delivery (status|fail|report)|returned (mail|to sender)|failure"
    r"|unzustellbar|non remis|no entregado|could not send",
    re.IGNORECASE,
)
_STILL_TRYING = re.compile(
    r"\bdelayed\b|will (be re)?try|still (trying|being retried)|warning: (message|could)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Report:
    """What came back says, and for whom: the number of the recipient's row."""

    kind: FeedbackKind
    number: int | None
    fingerprint: str
    status: str = ""
    text: str = ""


def read(raw: bytes, *, envelope_to: Iterable[str] = ()) -> Report:
    """Return what a mail says; it never fails, whatever the mail is.

    ``envelope_to`` are the addresses that it was really sent to, if they are known.
    """
    raw = raw[:MOST_BYTES]
    purpose, number = _identity(raw, envelope_to)
    fingerprint = sha256(raw).hexdigest()
    try:
        kind, status, text = _understood(message_from_bytes(raw, policy=policy.compat32), purpose)
    except Exception:  # noqa: BLE001 - a stranger's mail can break any part of the parser
        return Report(FeedbackKind.OTHER, number, fingerprint)
    return Report(kind, number, fingerprint, status[:12], " ".join(text.split())[:2000])


def _identity(raw: bytes, envelope_to: Iterable[str]) -> tuple[str, int | None]:
    for address in envelope_to:
        if found := verp.read(address.strip(" <>\t\r\n")):
            return found
    for each in _IDENTITY.finditer(raw):
        number = verp.read_identity(each[1].decode().lower())
        if number is not None:
            return "", number
    return "", None


def _understood(message: Message, purpose: str) -> tuple[FeedbackKind, str, str]:
    parts = list(_parts(message))
    if report := _first(parts, "message/feedback-report"):
        return _complaint(_text_of(report))
    if report := _first(parts, "message/delivery-status"):
        return _delivery_status(_text_of(report))
    if _is_automatic_answer(message):
        return FeedbackKind.OTHER, "", str(message.get("Subject", ""))
    if _is_from_a_machine(message):
        return _free_text(parts)
    if purpose == verp.LEAVE:
        return FeedbackKind.LEAVE, "", str(message.get("Subject", ""))
    return FeedbackKind.OTHER, "", str(message.get("Subject", ""))


def _parts(message: Message) -> Iterator[Message]:
    for count, part in enumerate(message.walk()):
        if count >= MOST_PARTS:
            return
        yield part


def _first(parts: list[Message], kind: str) -> Message | None:
    return next((part for part in parts if part.get_content_type() == kind), None)


def _text_of(part: Message) -> str:
    """Return a part as text; reports are parsed as messages within the message."""
    payload = part.get_payload()
    if isinstance(payload, list):
        some = (each.as_string() for each in payload[:MOST_PARTS] if isinstance(each, Message))
        return "\n\n".join(some)[:MOST_TEXT]
    data = part.get_payload(decode=True)
    return data.decode("utf-8", "replace")[:MOST_TEXT] if isinstance(data, bytes) else ""


def _complaint(text: str) -> tuple[FeedbackKind, str, str]:
    kind = _field(text, "Feedback-Type").lower()
    if kind in {"abuse", "fraud", "virus"}:
        return FeedbackKind.COMPLAINT, "", kind
    if kind == "opt-out":
        return FeedbackKind.LEAVE, "", kind
    return FeedbackKind.OTHER, "", kind


def _delivery_status(text: str) -> tuple[FeedbackKind, str, str]:
    action = _field(text, "Action").lower()
    diagnostic = _field(text, "Diagnostic-Code").partition(";")[2] or _field(
        text, "Diagnostic-Code"
    )
    status = (_STATUS.findall(_field(text, "Status")) or [""])[0]
    # Many servers write 5.0.0 and say what they mean in the words.
    told = _STATUS.findall(diagnostic)
    if told and (not status or status.endswith(".0.0")):
        status = told[0]
    if action in {"delivered", "relayed", "expanded", "delayed"}:
        return FeedbackKind.OTHER, status, diagnostic or action
    return judged(status, diagnostic)


def _free_text(parts: list[Message]) -> tuple[FeedbackKind, str, str]:
    subject = str(parts[0].get("Subject", "")) if parts else ""
    texts = [_text_of(part) for part in parts if part.get_content_type() == "text/plain"]
    # What the reader's server says comes before the letter that it gives back.
    text = f"{subject}\n" + "\n".join(texts)[:3000]
    if _STILL_TRYING.search(text) or not (_FAILED.search(text) or _CODE.search(text)):
        return FeedbackKind.OTHER, "", text
    return judged("", text)


def judged(status: str, text: str) -> tuple[FeedbackKind, str, str]:
    """Return what a failure with a status (RFC 3463) and a text says, with both."""
    status = status or (_STATUS.findall(text) or [""])[0]
    codes = _CODE.findall(text)
    code = int(codes[0]) if codes else (400 if status.startswith("4") else 550)
    is_gone = verdict(code, status, text) is Verdict.NO_MAILBOX
    return (FeedbackKind.NO_MAILBOX if is_gone else FeedbackKind.BOUNCE), status, text


def _is_automatic_answer(message: Message) -> bool:
    submitted = str(message.get("Auto-Submitted", "no")).lower()
    return submitted.startswith("auto-replied") or bool(
        message.get("X-Autoreply") or message.get("X-Autorespond")
    )


def _is_from_a_machine(message: Message) -> bool:
    sender = str(message.get("From", "")) or "<>"
    return str(message.get("Return-Path", "")) == "<>" or bool(_DAEMON.search(sender))


def _field(text: str, name: str) -> str:
    found = re.search(
        rf"^{name}[ \t]*:[ \t]*(.*(?:\r?\n[ \t]+.*)*)", text, re.IGNORECASE | re.MULTILINE
    )
    return " ".join(found[1].split()) if found else ""
