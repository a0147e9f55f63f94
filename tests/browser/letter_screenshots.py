"""Make pictures of letters: ``python -m tests.browser.letter_screenshots ADDRESS EMAIL PASSWORD FOLDER``.

Each letter of a newsroom's desk as a mail program shows it, light, dark and with its pictures
blocked, and its text, each at the width of a window and of a phone.
"""  # noqa: E501 - a command is one line

import re
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.screenshots import ALL_PICTURES, LAUNCH

WIDTHS = (600, 375)
MODES = ("letter", "dark", "blocked", "text")


def main(address: str, email: str, password: str, folder: Path) -> None:
    """Write ``<number of the letter>-<mode>-<width>.png`` for each letter."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        page = browser.new_page()
        sign_in(page, address, email, password)
        for number in letters(page, address):
            take(page, f"{address}/desk/pages/{number}/view_draft/", folder / number)
        browser.close()


def sign_in(page: Page, address: str, email: str, password: str) -> None:
    page.goto(f"{address}/desk/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{address}/desk/")


def letters(page: Page, address: str) -> list[str]:
    page.goto(f"{address}/desk/letters_to_send/")
    links = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)")
    found = (re.search(r"/pages/(\d+)/edit/", link) for link in links)
    return sorted({each[1] for each in found if each})


def take(page: Page, draft: str, to: Path) -> None:
    for mode in MODES:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{draft}?mode={mode}")
            page.evaluate(ALL_PICTURES)
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                print(f"{to.name} ({mode}) at {width} px is {wide} px wide")
            page.screenshot(path=f"{to}-{mode}-{width}.png", full_page=True)


if __name__ == "__main__":
    main(*sys.argv[1:4], Path(sys.argv[4]))
