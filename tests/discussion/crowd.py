"""A crowd that comments over HTTP: each from a network of their own, behind a trusted proxy."""

from urllib.parse import urlencode

HOST = "localhost:8000"
HEADERS = {
    "Host": HOST,
    "Sec-Fetch-Site": "same-origin",
    "Content-Type": "application/x-www-form-urlencoded",
}


def address_of(number):
    """Return the mail address of a guest, at a domain of their own: mails to one are limited."""
    return f"guest@host{number}.example"


def comment(story, number):
    """Return the path, headers and body with which the guest of a number comments on a story."""
    fields = {
        "text": f"What guest {number} thinks of it, in a sentence of the usual length.",
        "name": f"Guest {number}",
        "email": address_of(number),
    }
    # A /24 for each.
    network = f"{11 + number // 62_500}.{number // 250 % 250}.{number % 250}.7"
    headers = HEADERS | {"X-Forwarded-For": network}
    return f"/discussion/story/{story}/", headers, urlencode(fields)


def name_in(location):
    """Return the comment's name in the address to which its author is led."""
    return location.rstrip("/").rpartition("/")[2]


def trust_proxies(newsroom):
    """Let a newsroom believe what this machine says of where requests come from."""
    settings = newsroom.home / "masthead.toml"
    text = settings.read_text()
    settings.write_text(text.replace("trusted_proxies = []", 'trusted_proxies = ["127.0.0.1"]'))
