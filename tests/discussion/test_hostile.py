"""What strangers try: refused clearly, or harmless."""

import re

import pytest
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from masthead.discussion.models import Comment, Commenter, Like, Tally
from masthead.discussion.queries import OF_THREAD
from masthead.discussion.text import clean_name, clean_text, html_of
from masthead.mail.models import OutgoingMail
from tests.discussion.conftest import OURS
from tests.discussion.newsroom_discussed import store
from tests.factories.discussion import comment_on, open_to_all
from tests.proof import IS_FULL, effort

pytestmark = pytest.mark.django_db
SCRIPTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "<a href='java\tscript:alert(1)'>x</a>",
    "![x](http://evil.example/pixel.png)",
    "<style>*{display:none}</style>",
    "`</code><script>alert(1)</script>`",
    "{{ 777 * 777 }}{% raw %}",
    "<svg/onload=alert(1)>",
    '<http://a.example/"onmouseover="alert(1)>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
TAG = re.compile(
    r"<(?!/?(?:p|br|em|strong|blockquote|ul|ol|li|code|pre)>|/a>|"
    r"a href=\"https?://[^\"<>]*\" rel=\"nofollow ugc noopener\">)"
)


@pytest.mark.parametrize("script", SCRIPTS)
def test_nothing_that_runs_gets_onto_a_page(reader, story, script):
    open_to_all(story)

    reader.comment(story, f"Look: {script}", name=f"Ana {script}"[:60])

    page = reader.get(story.address).text
    area = page[page.index('class="threads"') : page.index("</section>", page.index("threads"))]
    for bad in (
        "<script",
        "<img",
        "<svg",
        "<style",
        "onerror=alert(1)>",
        'href="java',
        'href="data',
    ):
        assert bad not in area
    assert "603729" not in area


@given(st.text(st.characters(), max_size=400))
@effort(200)
def test_whatever_is_typed_becomes_nothing_but_text(text):
    html = html_of(clean_text(text))

    assert not TAG.search(html), html


@given(
    st.lists(
        st.sampled_from(
            [
                *SCRIPTS,
                "> ",
                "- ",
                "*",
                "**",
                "`",
                "```\n",
                "\n",
                "[",
                "](",
                ")",
                "<",
                "http://a.b/",
                "x",
            ]
        ),
        max_size=30,
    )
)
@effort(200)
def test_no_mixture_of_marks_becomes_anything_else(parts):
    html = html_of(clean_text("".join(parts)))

    assert not TAG.search(html), html


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("abc\u202edef", "abcdef"),
        ("a\u200bb\ufeffc", "abc"),
        ("\u2067\u2066x", "x"),
        ("e" + "\u0301" * 50, "\u00e9" + "\u0301" * 4),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("a\r\nb\x00c\x1b", "a\nbc"),
        ("one\n\n\n\n\ntwo", "one\n\ntwo"),
    ],
)
def test_what_nobody_sees_or_what_turns_text_around_is_left_out(written, shown):
    assert clean_text(written) == shown


def test_a_name_is_one_line():
    assert clean_name(" Ana\n\t Quist\u202e ") == "Ana Quist"
    assert clean_name("\u3164\u200b") == ""


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://e.com"}])
def test_a_forged_form_of_another_site_does_nothing(reader, story, headers):
    open_to_all(story)
    comment = comment_on(story)
    fields = {"text": "x", "name": "A", "email": "a@b.org", "reason": "spam"}

    for address in (
        f"/discussion/story/{story.public_id}/",
        *(f"/discussion/{comment.name}/{what}/" for what in ("reply", "like", "report")),
    ):
        assert reader.send(address, headers=headers, **fields).status_code == 403

    assert Comment.objects.count() == 1
    assert not Like.objects.exists()
    assert not comment.reported.exists()


@pytest.mark.parametrize("what", ["edit", "delete", "answer"])
def test_nobody_changes_what_somebody_else_wrote(reader, new_browser, story, what):
    open_to_all(story)
    address = reader.comment(story)["Location"]

    answer = new_browser().send(f"{address}{what}/", text="Mine now", answer="Mine now")

    assert answer.status_code == 404
    assert Comment.objects.get().text == "I saw it too."


def test_a_cookie_that_somebody_made_names_nobody(reader, new_browser, story):
    open_to_all(story)
    address = reader.comment(story)["Location"]
    thief = new_browser()
    thief.cookies["commenter"] = Commenter.objects.get().public_id

    assert thief.send(f"{address}edit/", text="Mine now").status_code == 404


def test_one_browser_likes_once_and_takes_it_back(reader, story):
    open_to_all(story)
    comment = comment_on(story)

    for likes in (1, 0, 1):
        reader.send(f"/discussion/{comment.name}/like/")
        comment.refresh_from_db()
        assert comment.likes == likes


def test_a_network_without_names_cannot_stuff_the_box(new_browser, story):
    open_to_all(story)
    comment = comment_on(story)
    network = new_browser().defaults["REMOTE_ADDR"]

    answers = [
        new_browser()
        .post(f"/discussion/{comment.name}/like/", headers=OURS, REMOTE_ADDR=network)
        .status_code
        for _each in range(12)
    ]

    assert answers == [303] * 10 + [429] * 2
    comment.refresh_from_db()
    assert comment.likes == 10


def test_writing_without_end_is_slowed_down(reader, story):
    open_to_all(story)

    answers = [reader.comment(story, f"Number {number}").status_code for number in range(7)]

    assert answers == [303] * 5 + [422] * 2
    assert "Wait a minute" in reader.comment(story, "Number 9").text


def test_mass_mail_to_one_address_is_three_mails(new_browser, story):
    for number in range(8):
        new_browser().comment(story, f"Text {number}", email="victim@example.org")

    assert OutgoingMail.objects.filter(recipient="victim@example.org").count() == 3


def test_no_answer_tells_whether_an_address_is_known(reader, new_browser, story, mailed_link):
    reader.comment(story, email="known@example.org")
    reader.send(mailed_link())

    known = new_browser().comment(story, "One", email="known@example.org")
    unknown = new_browser().comment(story, "Two", email="unknown@example.org")

    assert known.status_code == unknown.status_code
    assert known.cookies.keys() == unknown.cookies.keys()


def test_a_mail_carries_no_word_of_a_stranger(reader, story):
    reader.comment(story, "Call 0900 now, http://spam.example", name="Win money")

    message = bytes(OutgoingMail.objects.get().message)
    assert b"spam.example" not in message
    assert b"0900" not in message
    assert b"Win money" not in message


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, ">" * 5_000, "*" * 5_000, "[" * 5_000, "- " * 2_500, "`" * 4_999]
)
def test_a_monstrous_comment_is_refused_or_harmless(reader, story, text):
    open_to_all(story)

    assert reader.comment(story, text).status_code in {303, 422}
    assert reader.get(story.address).status_code == 200


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1e400", "x", "1" * 400])
def test_a_time_that_is_none_does_no_harm(reader, story, seconds):
    assert reader.comment(story, seconds=seconds).status_code in {303, 422}


@pytest.mark.parametrize("name", ["a" * 10, "..", "%00", "-" * 300])
def test_comments_that_are_none_are_not_found(reader, name):
    for what in ("", "reply/", "edit/", "report/"):
        assert reader.get(f"/discussion/{name}/{what}").status_code == 404


def test_a_confirmation_that_was_made_up_is_not_found(reader):
    assert reader.get("/discussion/confirm/x:y:z/").status_code == 404
    assert reader.send("/discussion/confirm/x:y:z/").status_code == 404


def test_an_answer_to_what_is_gone_is_refused(reader, story):
    open_to_all(story)
    held = comment_on(story, is_trapped=True)

    sent = reader.send(f"/discussion/{held.name}/reply/", text="Hm", name="Bo", email="b@c.org")

    assert sent.status_code == 404


def test_answers_without_end_to_answers_stay_readable(reader, story):
    first = comment_on(open_to_all(story), "The first word.")
    tail = comment_on(story, parent=comment_on(story, parent=comment_on(story, parent=first)))
    deep = 10_000 if IS_FULL else 200
    # As each post would have placed them: beside each other on the deepest level.
    above, tail.once = tail.path, ""
    places = [{"path": f"{above}{number:04}", "root": first.pk} for number in range(1, deep)]
    store(tail, places)
    Tally.objects.update(comments=F("comments") + len(places))

    last = comment_on(story, "The last word.", parent=Comment.objects.latest("pk"))

    assert last.depth == 4
    assert len(reader.get(story.address).content) < 100_000
    parts = -(-(deep + 3) // OF_THREAD)
    page = reader.get(f"{story.address}comments/1/1/{parts}/")
    assert "The last word." in page.text
    assert len(page.content) < 100_000
