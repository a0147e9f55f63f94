"""The Nu Html Checker, which needs npm and Java, reads a page of every kind: ``make nu``."""

import re
import subprocess
from pathlib import Path

import pytest

from masthead.stories.founding import add_edition
from masthead.stories.jobs import draw_due_share_picture
from tests.factories.stories import front_page
from tests.stories.full_newsroom import addresses, full_newsroom

JAR = Path(__file__).resolve().parents[2] / ".tools/nu/package/build/dist/vnu.jar"
OTHERS = [
    *("/ar/", "/ar/archive/", "/about/", "/privacy/", "/harbour/2026/"),
    *("/search/", "/search/?q=bridge", "/search/?q=a&section=harbour"),
    "/search/?q=zzz&since=x&language=ar",
    *("/account/login/", "/account/signup/"),
]


@pytest.mark.django_db
def test_the_html_checker_finds_no_error(client, tmp_path):
    add_edition(name="الفانوس", language="ar", slug="ar", translation_of=front_page())
    full_newsroom()
    while draw_due_share_picture():
        pass
    for address in [*addresses(), *OTHERS]:
        page = client.get(address, HTTP_HOST="localhost:8000")
        (tmp_path / f"{re.sub(r'[^a-z0-9]+', '-', address)}.html").write_bytes(page.content)

    command = ["java", "-jar", str(JAR), "--errors-only", "--format", "text", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert len(list(tmp_path.iterdir())) > 25
    assert done.returncode == 0, done.stderr
