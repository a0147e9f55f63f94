"""The desk asks about a passage, readers answer beside it, and it stays where it belongs."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from masthead.discussion import passages
from masthead.discussion.jobs import forget_unconfirmed
from masthead.discussion.models import Comment, Commenter, Discussion, Passage
from masthead.discussion.moderation import Verdict, decide
from masthead.discussion.passages import Marked
from masthead.readers.actions import export
from masthead.readers.models import Address
from tests.discussion.conftest import Browser
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory
from tests.stories.test_budget import Checker

pytestmark = pytest.mark.django_db
FERRY = (
    "<p>The night ferry now leaves when the sea says so.</p>"
    '<p>The Trust says that <b>the trial cost</b> <a href="https://a.example">3,420 crowns</a>, '
    "and that it will go on.</p>"
)
COST, QUESTION = "the trial cost 3,420 crowns", "What would you have paid for?"


def body(html=FERRY, block="5b1a3c0e-0000-4000-8000-000000000001"):
    return json.dumps([{"type": "text", "value": html, "id": block}])


@pytest.fixture
def story():
    return open_to_all(StoryFactory(title="Night ferry", body=body()))


@pytest.fixture
def publisher():
    return UserFactory(role="Publisher")


@pytest.fixture
def desk(publisher):
    desk = Browser()
    desk.force_login(publisher)
    return desk


@pytest.fixture
def asked(story, publisher):
    return passages.ask(story=story, marked=Marked(COST), question=QUESTION, by=publisher)


def publish(story, html):
    story.body = body(html)
    story.save_revision().publish()


def answer(reader, passage, text="For the bus.", name="Ana", **more):
    fields = {"text": text, "name": name, "email": "ana@example.org", **more}
    return reader.send(f"/discussion/passage/{passage.name}/", **fields)


def page(reader, story, rest=""):
    text = reader.get(f"{story.address}{rest}").text
    checker = Checker(rest)
    checker.feed(text)
    checker.close()
    assert len(checker.ids) == len(set(checker.ids))
    return text


def test_a_question_stands_beside_its_passage_and_is_answered_without_a_script(
    reader, story, asked
):
    text = page(reader, story)
    assert '<b><span class="passage">the trial cost</span></b>' in text
    assert f'href="#q-{asked.name}"' in text
    form = re.search(rf'id="q-{asked.name}".+?action="([^"]+)"', text, re.DOTALL)[1]

    sent = reader.send(form, text="For the bus.", name="Ana", email="ana@example.org")

    assert sent.status_code == 303
    text = page(reader, story)
    assert text.count("For the bus.") == 2  # beside the question, and in the threads
    assert text.count(COST) >= 2
    assert re.search(r'class="passage-sign"[^>]*\(1 comment\)">1</a>', text)


def test_answers_have_an_order_and_a_page_of_their_own(reader, story, asked):
    comment_on(story, "About the whole.")
    answer(reader, asked)

    together = page(reader, story, "comments/inline/")
    alone = page(reader, story, f"comments/inline/{asked.name}/")

    for text in (together, alone):
        assert QUESTION in text
        assert COST in text
        assert "For the bus." in text
        assert "About the whole." not in text
    assert f"{story.address}comments/inline/" in page(reader, story)


@pytest.mark.parametrize("rest", ["x/", "2/", "{name}/2/", "{name}/0/", "{name}/1/1/"])
def test_nothing_stands_at_other_addresses_of_passages(reader, story, asked, rest):
    address = f"{story.address}comments/inline/{rest.format(name=asked.name)}"

    assert reader.get(address).status_code == 404


def test_many_answers_have_pages_that_do_not_shift(reader, story, asked, publisher, monkeypatch):
    monkeypatch.setattr("masthead.discussion.inline.ON_PAGE", 2)
    comments = [comment_on(story, f"Answer {number}.", passage=asked) for number in range(3)]

    decide(comment=comments[0].pk, version=0, verdict=Verdict.REMOVE, by=publisher)

    first = page(reader, story, f"comments/inline/{asked.name}/")
    second = page(reader, story, f"comments/inline/{asked.name}/2/")
    assert ("Answer 0." in first, "Answer 1." in first, "Answer 2." in first) == (
        False,
        True,
        False,
    )
    assert "Answer 2." in second


def test_a_passage_follows_its_story_through_edits(reader, story, asked):
    publish(story, FERRY.replace("<p>The Trust says", "<p>One more line.</p><p>The Trust told us"))

    assert '<span class="passage">the trial cost</span>' in page(reader, story)


def test_an_answer_to_words_that_were_changed_says_so(reader, story, asked):
    answer(reader, asked)
    publish(story, FERRY.replace("3,420", "3,240"))

    text = page(reader, story)

    assert '<span class="passage">3,240 crowns</span>' in text
    assert "on an earlier version" in text
    assert COST in text


def test_an_answer_to_words_that_are_gone_keeps_them(reader, story, asked):
    answer(reader, asked)
    publish(story, "<p>The night ferry now leaves when the sea says so.</p>")

    text = page(reader, story)

    assert 'class="passage"' not in text
    assert COST in text
    assert "on an earlier version" in text
    assert "For the bus." in text


def test_a_question_that_nobody_answered_goes_with_its_words_and_comes_back(reader, story, asked):
    publish(story, "<p>Nothing of it.</p>")
    assert QUESTION not in page(reader, story)

    publish(story, FERRY)

    assert QUESTION in page(reader, story)


def test_nothing_is_marked_where_the_text_is_not_what_it_was(reader, story, asked):
    Passage.objects.update(start=1)

    assert 'class="passage"' not in page(reader, story)


def test_a_question_about_a_draft_waits_for_its_publication(reader, desk, publisher):
    story = open_to_all(StoryFactory(body=body(), live=False))
    story.save_revision()
    passages.ask(story=story, marked=Marked(COST), question=QUESTION, by=publisher)
    assert not Passage.objects.get().is_found

    story.get_latest_revision().publish()

    story.refresh_from_db()
    assert QUESTION in page(reader, story)


def test_the_desk_asks_in_a_form_with_the_text_beside_it(desk, reader, story):
    address = f"/desk/discussion/questions/{story.pk}/"
    assert "The night ferry now leaves" in desk.get(address).text

    done = desk.post(address, {"exact": COST, "question": QUESTION}, follow=True)

    assert QUESTION in done.text
    assert "Readers see it beside these words." in done.text
    assert QUESTION in page(reader, story)


@pytest.mark.parametrize(
    ("exact", "told"),
    [("never written", "do not stand in the text"), ("the", "do not stand"), ("", "required")],
)
def test_the_desk_is_told_when_words_cannot_be_found(desk, story, exact, told):
    address = f"/desk/discussion/questions/{story.pk}/"

    done = desk.post(address, {"exact": exact, "question": QUESTION})

    assert done.status_code == 422
    assert told in done.text
    assert not Passage.objects.exists()


def test_the_desk_rewords_closes_moves_and_withdraws_a_question(desk, reader, story, asked):
    answer(reader, asked)
    address = f"/desk/discussion/questions/{asked.pk}/change/"

    desk.post(address, {"what": "stop", "question": "Was it worth it?"})
    text = page(reader, story)
    assert "Was it worth it?" in text
    assert f"/discussion/passage/{asked.name}/" not in text
    assert answer(reader, asked, "Too late.").status_code == 422

    publish(story, FERRY.replace("3,420", "3,240"))
    desk.post(address, {"what": "mark", "exact": "when the sea says so"})
    assert '<span class="passage">when the sea says so</span>' in page(reader, story)

    desk.post(address, {"what": "withdraw", "question": "x"})
    text = page(reader, story)
    assert 'class="passage"' not in text
    assert "For the bus." in text


@pytest.mark.parametrize(("role", "status"), [("Publisher", 200), ("Reporter", 302)])
def test_those_who_publish_a_story_ask_about_it(role, status, story):
    desk = Browser()
    desk.force_login(UserFactory(role=role))

    assert desk.get(f"/desk/discussion/questions/{story.pk}/").status_code == status


def test_the_queue_shows_the_passage_and_the_question(desk, story, asked):
    comment_on(story, "See my shop.", passage=asked, is_trapped=True)

    text = desk.get("/desk/discussion/").text

    assert COST in text
    assert QUESTION in text


def test_readers_remark_on_any_words_where_the_story_lets_them(reader, story):
    remark = {"exact": "when the sea\n says so", "text": "It never says.", "name": "Ana"}
    address = f"/discussion/story/{story.public_id}/remark/"
    assert reader.get(address).status_code == 404
    assert address not in page(reader, story)

    Discussion.objects.update(may_remark=True)
    assert address in page(reader, story)
    assert "Words of the story" in reader.get(address).text
    sent = reader.send(address, email="ana@example.org", **remark)
    for text in ("Or does it?", "Or does it?"):
        reader.send(address, email="ana@example.org", **{**remark, "text": text})

    assert sent.status_code == 303
    text = page(reader, story)
    assert '<span class="passage">when the sea says so</span>' in text
    assert "It never says." in text
    assert Passage.objects.count() == 1
    assert Comment.objects.count() == 2


def test_a_remark_on_other_words_is_refused_beside_them(reader, story):
    Discussion.objects.update(may_remark=True)
    fields = {"exact": "not there", "text": "Well.", "name": "Ana", "email": "ana@example.org"}

    sent = reader.send(f"/discussion/story/{story.public_id}/remark/", **fields)

    assert sent.status_code == 422
    assert 'id="comment-exact-error"' in sent.text
    assert not Comment.objects.exists()


def test_a_passage_of_which_nothing_is_said_any_more_is_forgotten(story):
    Discussion.objects.update(may_remark=True)
    comment_on(story, marked=Marked("when the sea says so")).delete()

    Passage.objects.update(asked_at=timezone.now() - timedelta(days=8))
    forget_unconfirmed()

    assert not Passage.objects.exists()


def test_words_of_readers_and_questions_are_text(reader, story, publisher):
    script = "<script>alert(1)</script>"
    passages.ask(story=story, marked=Marked(COST), question=script, by=publisher)

    text = page(reader, story)

    assert script not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.django_db(transaction=True)
def test_an_answer_bakes_what_shows_it_and_nothing_else(kitchen, story, asked):
    comment_on(story, "About the whole.", passage=None)
    comment_on(story, "An answer.", passage=asked)
    kitchen.settle()

    comment_on(story, "Another answer.", passage=asked)
    baked = {place.removeprefix(f"localhost:8000{story.address}") for place in kitchen.settle()}

    inline = {"comments/inline/", f"comments/inline/{asked.name}/"}
    assert baked == {"", "comments.json", "comments/newest/", "comments/1/", *inline}
    assert "Another answer." in kitchen.text(f"{story.address}comments/inline/")


def test_whoever_takes_their_data_along_gets_the_words_that_they_answered(reader, story, asked):
    answer(reader, asked)
    Commenter.objects.update(confirmed_at=timezone.now())

    comment = export(address=Address.objects.get())["comments"]["comments"][0]

    assert comment["about"][1] == {
        "type": "TextQuoteSelector",
        "exact": COST,
        "prefix": "the sea says so.\nThe Trust says that "[-32:],
        "suffix": ", and that it will go on.",
    }
