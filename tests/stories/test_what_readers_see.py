"""Whatever the desk does, and in whatever order, readers see what is public and nothing else."""

from dataclasses import dataclass, field

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from masthead.stories.models import Story
from tests.factories.stories import SectionFactory, StoryFactory
from tests.proof import effort

pytestmark = [pytest.mark.django_db, pytest.mark.proof]
ACTIONS = ("draft", "publish", "publish slug", "unpublish", "restrict", "open", "section")
SLUGS = ("vote", "count", "result")


@dataclass
class Model:
    """What should be so: of one story, kept beside the real one."""

    story: Story
    live: bool = False
    restricted: bool = False
    headline: str = ""
    drafted: str = ""
    given: list[str] = field(default_factory=list)

    @property
    def seen(self):
        return self.live and not self.restricted


def act(model, action, step, sections):
    """Do one thing at the desk, and note what readers should see of it."""
    page = Story.objects.get(pk=model.story.pk).get_latest_revision_as_object()
    if action in {"draft", "publish", "publish slug"}:
        page.title = model.drafted = f"Headline {model.story.pk}-{step}."
        page.slug = SLUGS[step % 3] if action == "publish slug" else page.slug
        revision = page.save_revision()
        if action != "draft":
            revision.publish()
            model.live, model.headline, model.drafted = True, page.title, ""
            address = Story.objects.get(pk=model.story.pk).address
            model.given = [*(each for each in model.given if each != address), address]
    elif action == "unpublish" and model.live:
        Story.objects.get(pk=model.story.pk).unpublish()
        model.live = False
    elif action == "restrict":
        PageViewRestriction.objects.get_or_create(page=model.story, restriction_type="login")
        model.restricted = True
    elif action == "open":
        PageViewRestriction.objects.filter(page=model.story).delete()
        model.restricted = False
    elif action == "section" and model.live:
        page.section = sections[step % 2]
        page.save_revision().publish()
        model.headline, model.drafted = page.title, ""


def check(models, sections):
    client = Client(headers={"host": "localhost:8000"})
    lists = "".join(client.get(path).text for path in ("/", *(each.url for each in sections)))
    for model in models:
        assert not model.headline or (f">{model.headline}<" in lists) == model.seen
        assert not model.drafted or model.drafted not in lists
        for address in model.given[:-1]:
            answer = client.get(address)
            assert answer.status_code == 301
            assert answer["Location"].endswith(model.given[-1])
        if model.given:
            answer = client.get(model.given[-1])
            assert answer.status_code == (200 if model.seen else 404)
            assert not model.drafted or model.drafted not in answer.text
    addresses = [address for model in models for address in model.given]
    assert len(addresses) == len(set(addresses))


@effort(5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from(ACTIONS)),
        min_size=1,
        max_size=12,
    )
)
def test_readers_see_what_is_public_and_nothing_else(steps):
    with transaction.atomic():
        sections = [SectionFactory(), SectionFactory()]
        made = [StoryFactory(live=False, section=sections[0], slug="vote") for _each in range(2)]
        models = [Model(story) for story in made]
        for step, (which, action) in enumerate(steps):
            act(models[which], action, step, sections)
        check(models, sections)
        transaction.set_rollback(True)
    cache.clear()
