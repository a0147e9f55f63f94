"""The Nu Html Checker, which needs npm and Java, reads a page of every kind: ``make nu``."""

import re
import subprocess
from pathlib import Path

import pytest

from masthead.discussion import passages
from masthead.discussion.models import Comment
from masthead.discussion.most_discussed import rank_discussions
from masthead.readers import links
from masthead.readers.models import Address
from masthead.stories.founding import add_edition
from masthead.stories.jobs import draw_due_share_picture
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.letters import EditionFactory, reader
from tests.factories.people import UserFactory
from tests.factories.stories import front_page
from tests.stories.full_newsroom import addresses, full_newsroom

JAR = Path(__file__).resolve().parents[2] / ".tools/nu/package/build/dist/vnu.jar"
OTHERS = [
    *("/ar/", "/ar/archive/", "/about/", "/privacy/", "/harbour/2026/"),
    *("/search/", "/search/?q=bridge", "/search/?q=a&section=harbour"),
    "/search/?q=zzz&since=x&language=ar",
    *("/account/login/", "/account/login/code/", "/account/password/reset/", "/account/signup/"),
    *("/my/", "/my/subscribe/", "/my/no-such-link/"),
]


@pytest.mark.django_db
def test_the_html_checker_finds_no_error(client, tmp_path):
    add_edition(name="الفانوس", language="ar", slug="ar", translation_of=front_page())
    story = full_newsroom()
    discussed = discuss(story)
    while draw_due_share_picture():
        pass
    for address in [*addresses(), *OTHERS, *discussed]:
        page = client.get(address, HTTP_HOST="localhost:8000")
        (tmp_path / f"{re.sub(r'[^a-z0-9]+', '-', address)}.html").write_bytes(page.content)

    command = ["java", "-jar", str(JAR), "--errors-only", "--format", "text", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert len(list(tmp_path.iterdir())) > 35
    read = client.get(story.address, HTTP_HOST="localhost:8000").text
    assert all(f'class="{part}' in read for part in ("letter-box", "passage-sign", "threads"))
    assert done.returncode == 0, done.stderr


def discuss(story):
    """Let readers talk under a story, also about a passage; return what addresses that makes."""
    edition = EditionFactory()
    reader(edition.letter, "ana@example.org")
    open_to_all(story)
    first = comment_on(story, "*Twice* a day.\n\n> She leaves\n\n- one\n- two `three`")
    comment_on(story, "An answer.", parent=first)
    asked = passages.ask(
        story=story,
        marked=passages.Marked("the bridge was open"),
        question="Were you there?",
        by=UserFactory(role="Publisher"),
    )
    comment_on(story, "I was.", passage=asked)
    Comment.objects.filter(pk=first.pk).update(is_featured=True, is_staff=True, likes_shown=3)
    rank_discussions()
    lists = ("1/", "1/1/", "liked/", "picked/", "staff/", "inline/", f"inline/{asked.name}/")
    acts = ("", "reply/", "report/", "follow/", "edit/", "delete/")
    return [
        *(f"{story.address}comments/{each}" for each in lists),
        *(f"/discussion/{first.name}/{each}" for each in acts),
        *(f"/discussion/story/{story.public_id}/{each}" for each in ("follow/", "mine/")),
        links.my_page(Address.objects.get(email="ana@example.org")),
    ]
