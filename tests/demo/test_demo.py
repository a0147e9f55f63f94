"""The demo newsroom as ``make demo`` runs it, and every address that is printed or documented."""

import re
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

ROOT = Path(__file__).resolve().parent.parent.parent


def status(address):
    try:
        return urlopen(address).status
    except HTTPError as error:
        return error.code


def test_every_address_of_the_tour_answers(demo):
    addresses = re.findall(r"http://\S+", demo.tour)

    assert len(addresses) <= 9
    assert {address: status(address) for address in addresses} == dict.fromkeys(addresses, 200)


def test_every_address_in_the_readme_answers(demo):
    documented = re.findall(
        r"<http://localhost:8000(\S*)>", (ROOT / "README.md").read_text("utf-8")
    )

    answers = {path: status(demo.address + path) for path in documented}

    assert len(documented) > 8
    assert answers == dict.fromkeys(documented, 200)


def test_the_lead_story_shows_what_the_readme_names(demo):
    html = urlopen(f"{demo.address}/lead/").read().decode()

    for part in ("Night ferry", "<h1", "<h2", "Hamo Trevick", "<video", "VIDEO", "Nell Arkwright"):
        assert part in html


def test_whoever_was_printed_signs_in_and_a_second_start_keeps_everything(demo):
    before = demo.tour
    assert demo.stop() == 0
    demo.start()

    editor = re.search(r"Sign in as\s+(\S+)", demo.tour)[1]
    password = re.search(r"password\s+(\S+)", demo.tour)[1]
    browser = build_opener(HTTPCookieProcessor())
    form = browser.open(f"{demo.address}/account/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    fields = {"csrfmiddlewaretoken": token, "login": editor, "password": password}
    desk = browser.open(f"{demo.address}/account/login/", urlencode(fields).encode())

    assert demo.tour == before
    assert desk.url == f"{demo.address}/desk/"
