"""What crawlers are asked to leave alone (RFC 9309), those of AI companies by their names."""

import re
from collections.abc import Iterator
from enum import StrEnum

from django.utils.translation import gettext as _

#: Crawlers whose operators say that they gather what models are trained on; or, for the two
#: “-Extended”, the names under which training can be refused to a search engine. Summer 2026.
TRAINING = (
    "AI2Bot",
    "Amazonbot",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "Diffbot",
    "FacebookBot",
    "GPTBot",
    "Google-Extended",
    "PanguBot",
    "Timpibot",
    "Webzio-Extended",
    "anthropic-ai",
    "cohere-training-data-crawler",
    "meta-externalagent",
)
#: Crawlers that look for answers, or fetch a page because somebody asks an assistant about it.
ANSWERING = (
    "Amzn-SearchBot",
    "Amzn-User",
    "ChatGPT-User",
    "Claude-SearchBot",
    "Claude-User",
    "DuckAssistBot",
    "MistralAI-User",
    "OAI-SearchBot",
    "Perplexity-User",
    "PerplexityBot",
    "YouBot",
    "meta-externalfetcher",
)
#: What no crawler needs: what is personal, and results without end.
CLOSED = ("/account/", "/desk/", "/search/?")
KNOWN = frozenset({"allow", "crawl-delay", "disallow", "sitemap", "user-agent"})
_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^\x00-\x1f\x7f]*)")


class Crawlers(StrEnum):
    """How much the crawlers of AI companies may read."""

    ALL = "all"
    NO_TRAINING = "no_training"
    NONE = "none"


REFUSED = {
    Crawlers.ALL: (),
    Crawlers.NO_TRAINING: TRAINING,
    Crawlers.NONE: (*TRAINING, *ANSWERING),
}


def robots_txt(*, crawlers: Crawlers, rules: str, sitemaps: list[str]) -> str:
    """Return a robots.txt; ``rules`` are the newsroom's own, ``sitemaps`` whole addresses."""
    groups = [["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]]
    if refused := REFUSED[crawlers]:
        groups.append([*(f"User-agent: {name}" for name in refused), "Disallow: /"])
    if rules.strip():
        groups.append(rules.strip().splitlines())
    groups.append([f"Sitemap: {address}" for address in sitemaps])
    return "\n\n".join("\n".join(group) for group in groups) + "\n"


def check_rules(text: str) -> None:
    """Raise ValueError, with a sentence that names the line, unless crawlers can read rules."""
    is_open = False
    for number, name in _names(text):
        if name not in KNOWN:
            message = _("Line %(number)d is no rule: write it as “Disallow: /path/”.")
            raise ValueError(message % {"number": number})
        is_open = is_open or name == "user-agent"
        if name in {"allow", "disallow", "crawl-delay"} and not is_open:
            message = _("Line %(number)d: say above it whom it is for, as “User-agent: SomeBot”.")
            raise ValueError(message % {"number": number})


def _names(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number and the name of each rule; "" for a line that is none."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            found = _LINE.fullmatch(line)
            yield number, found[1].lower() if found else ""
