import pytest
from django.core.exceptions import ImproperlyConfigured

from masthead.conf.installation import Installation
from masthead.conf.mail_server import MailServer

FOUND = {"address": "https://news.example", "secret_key": "x" * 40}


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", MailServer()),
        ("smtp://mail.example", MailServer("mail.example", 25)),
        (
            "smtp+tls://desk%40news.example:p%2Fw@mail.example",
            MailServer("mail.example", 587, "desk@news.example", "p/w", has_starttls=True),
        ),
        ("smtp+ssl://a:b@mail.example", MailServer("mail.example", 465, "a", "b", has_tls=True)),
        ("smtp://[::1]:2525", MailServer("::1", 2525)),
    ],
)
def test_one_setting_names_the_mail_server(url, server):
    assert MailServer.parse(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail.example",
        "consolemail://",
        "smtp://",
        "smtp://a:hidden@mail.example:port",
        "smtp://a:hidden@mail.example:99999",
        "smtp://a:hidden@mail.example/path",
        "smtp://a:hidden@mail.example?use_tls=1",
        "smtp://a:hiddenü@mail.example",
        "smtp+tls://a:hidden@[mail.example",
    ],
)
def test_a_wrong_mail_server_is_one_line_that_names_the_setting(tmp_path, url):
    with pytest.raises(ImproperlyConfigured) as refusal:
        Installation.check(tmp_path, FOUND | {"email_url": url})

    assert "“email_url”" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "hidden" not in str(refusal.value)


def test_a_sender_that_is_no_address_is_refused(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="“email_from”"):
        Installation.check(tmp_path, FOUND | {"email_from": "The Lantern"})


def test_a_proxy_that_is_no_network_is_refused(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="“trusted_proxies”"):
        Installation.check(tmp_path, FOUND | {"trusted_proxies": ["10.0.0.1/8"]})
