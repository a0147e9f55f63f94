import pytest

from masthead.lib.network import network_hash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("203.0.113.9", "203.0.113.250"),
        ("::ffff:203.0.113.9", "203.0.113.1"),
        ("2001:db8:1:2::3", "2001:db8:1:ffff::9"),
        ("fe80::1%eth0", "fe80::2"),
    ],
)
def test_neighbours_share_a_hash(one, other):
    assert network_hash(one) == network_hash(other)


@pytest.mark.parametrize(
    ("one", "other"), [("203.0.113.9", "203.0.114.9"), ("2001:db8:1::1", "2001:db8:2::1")]
)
def test_strangers_do_not(one, other):
    assert network_hash(one) != network_hash(other)


def test_nothing_of_an_address_stands_in_it():
    found = network_hash("203.0.113.9")

    assert len(found) == 22
    assert "203" not in found or "113" not in found


def test_another_installation_knows_the_same_network_by_another_hash(settings):
    before = network_hash("203.0.113.9")
    settings.SECRET_KEY = "another secret"

    assert network_hash("203.0.113.9") != before


def test_what_is_no_address_is_hashed_all_the_same():
    assert network_hash("") == network_hash("unix:")
