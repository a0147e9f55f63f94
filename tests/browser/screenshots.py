"""Make pictures of every kind of page: ``python -m tests.browser.screenshots ADDRESS FOLDER``.

The kinds are found by following the site's own links from its front pages. Each is taken at three
widths, in light and dark; pages written from right to left are among them when the site has any.
``index.html`` shows all of them beside each other, a row for each page.
"""

import sys
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")
#: No link of the site leads to these.
UNLINKED = {
    "not-found-ltr-1": "/no-such-page/",
    "search-ltr-9": "/search/?q=bridge",
    "account-ltr-9": "/account/login/",
    "account-ltr-8": "/my/",
}
#: So many pages of one kind and direction are looked at.
PER_KIND = 2
MOST_PAGES = 150
#: Pictures further down are loaded only when they come into view.
ALL_PICTURES = """Promise.all([...document.images].map((image) => {
  image.loading = "eager";
  return image.decode().catch(() => {});
}))"""
STYLE = """<style>body{font:14px sans-serif;background:#888}p{margin:0}
a{display:inline-block;vertical-align:top;margin:4px;max-height:90vh;overflow:hidden}
img{width:15vw;min-width:9rem}</style>"""
LAUNCH = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-gpu"]}


def main(address: str, folder: Path) -> None:
    """Write ``<kind>-<direction>-<number>-<width>-<scheme>.png`` for all that is found."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        pages = kinds(browser, address)
        for width in WIDTHS:
            for scheme in SCHEMES:
                take(browser, pages, width, scheme, folder)
        browser.close()
    (folder / "index.html").write_text(sheet(pages), "utf-8")
    print(f"{len(pages)} pages: {folder / 'index.html'}")


def kinds(browser: Browser, address: str) -> dict[str, str]:
    """Return a name and an address for each kind of page: its class and its direction."""
    page = browser.new_page(java_script_enabled=True)
    todo, seen, found = [address], set(), {}
    while todo and len(seen) < MOST_PAGES:
        here = todo.pop(0)
        if here in seen:
            continue
        seen.add(here)
        page.goto(here)
        if not is_ours(page):
            continue
        remember(found, page, here)
        todo += [link for link in links(page, address) if link not in seen]
    return found | {name: urljoin(address, path) for name, path in UNLINKED.items()}


def is_ours(page: Page) -> bool:
    return page.locator("main#content").count() > 0


def remember(found: dict[str, str], page: Page, here: str) -> None:
    kind = page.evaluate("document.body.className || 'page'").replace(" ", "-")
    direction = page.evaluate("document.documentElement.dir")
    for number in range(1, PER_KIND + 1):
        if f"{kind}-{direction}-{number}" not in found:
            found[f"{kind}-{direction}-{number}"] = here
            return


def links(page: Page, address: str) -> list[str]:
    every = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)")
    host = urlsplit(address).netloc
    plain = (link.split("#")[0] for link in every)
    return [link for link in plain if urlsplit(link).netloc == host and "/account/" not in link]


def take(browser: Browser, pages: dict[str, str], width: int, scheme: str, folder: Path) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for name, address in pages.items():
        page.goto(address)
        page.evaluate(ALL_PICTURES)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            print(f"{name} at {width} px is {wide} px wide: {address}")
        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
    page.close()


def sheet(pages: dict[str, str]) -> str:
    """Return a page with all pictures, each as high as the screen at most and linked whole."""
    rows = "".join(
        f"<h2>{name}</h2><p>{address}</p>{_row(name)}" for name, address in pages.items()
    )
    return f"<!doctype html><meta charset=utf-8><title>Every kind of page</title>{STYLE}{rows}"


def _row(name: str) -> str:
    files = [f"{name}-{width}-{scheme}.png" for scheme in SCHEMES for width in WIDTHS]
    return "".join(f'<a href="{file}"><img src="{file}" alt="{file}"></a>' for file in files)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
