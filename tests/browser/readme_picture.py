"""Make the README picture of the running demo: ``python -m tests.browser.readme_picture ADDRESS``.

The front page, the lead story, and what readers say under it, as they look today.
"""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.screenshots import ALL_PICTURES, LAUNCH

FILE = Path(__file__).parents[2] / "docs/pictures/front.jpg"
#: Pixels of the screens, the gap between them, and the picture's bytes.
WIDTH, HEIGHT, GAP, MOST = 900, 1200, 24, 300_000
#: What is looked at, and the first thing that is in sight.
VIEWS = (("/", ".masthead"), ("/lead/", ".masthead"), ("/lead/", ".letter-box"))


def main(address: str) -> None:
    """Write the picture into the documentation. Raises AssertionError if it is too heavy."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        screens = [screen(page, address + path, first) for path, first in VIEWS]
        browser.close()
    whole = Image.new("RGB", (len(VIEWS) * (WIDTH + GAP) - GAP, HEIGHT), "#8a857c")
    for number, each in enumerate(screens):
        whole.paste(each, (number * (WIDTH + GAP), 0))
    whole.thumbnail((1800, 1800))
    whole.save(FILE, quality=80, optimize=True, progressive=True)
    assert FILE.stat().st_size < MOST, FILE.stat().st_size


def screen(page: Page, address: str, first: str) -> Image.Image:
    page.goto(address)
    page.evaluate(ALL_PICTURES)
    page.locator(first).first.evaluate("part => part.scrollIntoView()")
    return Image.open(BytesIO(page.screenshot()))


if __name__ == "__main__":
    main(sys.argv[1])
