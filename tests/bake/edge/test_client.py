"""Who asks."""

import pytest

from masthead.bake.edge.client import Client, Proxies, household

PROXY, STRANGER = "10.0.0.7", "203.0.113.9"
TRUSTED = ("10.0.0.0/8", "fd00::/8")


def ask(peer, trusted=TRUSTED, **claims):
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in claims.items()]
    return Proxies(trusted).client(peer, headers)


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("198.51.100.4", "198.51.100.4"),
        ("1.1.1.1, 198.51.100.4", "198.51.100.4"),
        ("1.1.1.1, 198.51.100.4, 10.0.0.8", "198.51.100.4"),
        ("1.1.1.1, nonsense, 10.0.0.8", PROXY),
        ("2001:db8::1", "2001:db8::1"),
        ("<script>", PROXY),
        ("", PROXY),
        ("10.0.0.9", PROXY),
    ],
)
@pytest.mark.parametrize("peer", [PROXY, f"::ffff:{PROXY}"])
def test_behind_a_trusted_proxy_the_last_stranger_is_the_client(peer, chain, client):
    assert ask(peer, x_forwarded_for=chain).address == client


def test_several_headers_are_one_chain():
    headers = [(b"x-forwarded-for", b"1.1.1.1"), (b"x-forwarded-for", b"198.51.100.4")]

    assert Proxies(TRUSTED).client(PROXY, headers).address == "198.51.100.4"


@pytest.mark.parametrize(("said", "scheme"), [("https", "https"), ("gopher", "http"), ("", "http")])
def test_a_trusted_proxy_tells_the_scheme(said, scheme):
    assert ask(PROXY, x_forwarded_proto=said).scheme == scheme


@pytest.mark.parametrize("trusted", [(), TRUSTED])
def test_nobody_else_is_believed(trusted):
    found = ask(STRANGER, trusted, x_forwarded_for="1.1.1.1", x_forwarded_proto="https")

    assert found == Client(STRANGER, "http")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "::ffff:203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_a_subscriber_is_counted_once(address, counted):
    assert household(address) == counted
