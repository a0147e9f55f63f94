"""Programs outside that are asked what a comment looks like: Akismet, and the newsroom's own.

Whatever one answers, and however slowly, it decides nothing: it is a reason to look.
"""

import hmac
import json
import logging
import math
import time
from hashlib import sha256
from typing import Any

import requests
from django.conf import settings

from masthead.discussion.judging import Code, Reason, reason
from masthead.discussion.models import Comment, Scorer
from masthead.discussion.rules import settings_for
from masthead.discussion.text import clean_text
from masthead.readers.limits import keyed_hash
from masthead.stories.models import Story

logger = logging.getLogger(__name__)

AKISMET = "https://rest.akismet.com/1.1/comment-check"
#: Seconds to reach a scorer, and in which it has answered whole; the bytes that are read of it.
REACHED, ANSWERED, MOST = 3, 5, 10_000
LONGEST_REASON = 200


class ScorerFault(Exception):  # noqa: N818 - named for what happened
    """A scorer was not reached, or did not answer as agreed; the message says how."""


def wanted() -> list[Scorer]:
    """Return who is asked about comments, by the installation's settings."""
    asked = {Scorer.AKISMET: settings.AKISMET_KEY, Scorer.OWN: settings.SCORER_URL}
    return [scorer for scorer, is_set in asked.items() if is_set]


def ask(scorer: Scorer, comment: Comment) -> Reason | None:
    """Return why somebody should look at a comment, as one scorer sees it; None if no reason.

    Raises ScorerFault. Never call it in a transaction: it talks to somebody outside.
    """
    return _ask_akismet(comment) if scorer == Scorer.AKISMET else _ask_own(comment)


def _ask_akismet(comment: Comment) -> Reason | None:
    """Ask Akismet (its “comment check”, 1.1). It is told no network: we keep none."""
    address = comment.commenter.address
    asked = {
        "api_key": settings.AKISMET_KEY,
        "blog": _home(comment.story),
        "user_ip": "0.0.0.0",  # noqa: S104 - no address is one, and the field must be there
        "permalink": comment.story.full_url or "",
        "comment_type": "reply" if comment.parent_id else "comment",
        "comment_author": comment.author_name,
        "comment_author_email": address.email if address else "",
        "comment_content": comment.text,
        "comment_date_gmt": comment.created_at.isoformat(),
        "blog_lang": comment.story.locale.language_code,
        "blog_charset": "UTF-8",
    }
    answer = _answer(AKISMET, data=asked).strip()
    if answer not in {b"true", b"false"}:
        msg = f"Akismet answered {answer[:80]!r}"
        raise ScorerFault(msg)
    return reason(Code.AKISMET) if answer == b"true" else None


def _ask_own(comment: Comment) -> Reason | None:
    body = json.dumps(_told(comment)).encode()
    headers = {"Content-Type": "application/json", **signature(body)}
    answer = _answer(settings.SCORER_URL, data=body, headers=headers)
    score, words = _score_in(answer)
    if score < settings_for(comment.story).most_score:
        return None
    return reason(Code.SCORE, f"{score:g}/100{f': {words}' if words else ''}")


def signature(body: bytes) -> dict[str, str]:
    """Return the headers by which a scorer knows that we ask: HMAC-SHA256 of time, dot and body."""
    moment = str(int(time.time()))
    signed = hmac.new(settings.SCORER_KEY.encode(), f"{moment}.".encode() + body, sha256)
    return {"X-Masthead-Time": moment, "X-Masthead-Signature": f"sha256={signed.hexdigest()}"}


def _told(comment: Comment) -> dict[str, Any]:
    """Return what the newsroom's own scorer is told: nobody's address, nobody's network."""
    commenter, parent = comment.commenter, comment.parent
    return {
        "comment": comment.name,
        "text": comment.text,
        "name": comment.author_name,
        # The same for all that one person writes, and nothing else.
        "person": keyed_hash("scorer", str(commenter.address_id or commenter.public_id))[:22],
        "is_confirmed": bool(commenter.confirmed_at),
        "answers": parent.text if parent else None,
        "language": comment.story.locale.language_code,
        "story": comment.story.full_url or "",
        "title": comment.story.title,
        "written_at": comment.created_at.isoformat(),
    }


def _score_in(answer: bytes) -> tuple[float, str]:
    try:
        told = json.loads(answer)
        score, words = told["score"], told.get("reason", "")
        if isinstance(score, bool) or not isinstance(score, int | float):
            raise TypeError(score)  # noqa: TRY301 - one answer for all that is not as agreed
        if not math.isfinite(score) or not 0 <= score <= 100 or not isinstance(words, str):
            raise ValueError(score)  # noqa: TRY301 - as above
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        msg = f"the scorer answered {answer[:80]!r}"
        raise ScorerFault(msg) from error
    return score, " ".join(clean_text(words[:LONGEST_REASON]).split())


def _answer(url: str, **asked: Any) -> bytes:
    """Return what is answered to a POST, within five seconds and 10 kB, redirects not followed."""
    deadline = time.monotonic() + ANSWERED
    try:
        with requests.post(
            url, timeout=(REACHED, ANSWERED), stream=True, allow_redirects=False, **asked
        ) as response:
            if response.status_code != requests.codes.ok:
                msg = f"HTTP {response.status_code}"
                raise ScorerFault(msg)
            return _read(response, deadline)
    except requests.RequestException as error:
        raise ScorerFault(type(error).__name__) from error


def _read(response: requests.Response, deadline: float) -> bytes:
    whole = b""
    # Byte by byte from whoever drips them: the clock is looked at in between.
    for piece in response.iter_content(1):
        whole += piece
        if len(whole) > MOST or time.monotonic() > deadline:
            msg = "the answer was too long, or too slow"
            raise ScorerFault(msg)
    return whole


def _home(story: Story) -> str:
    return f"{story.site.root_url}/" if story.site else ""
