"""Random edits of a small newsroom: everything that changes what readers see, and what does not."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site

from masthead.discussion import passages
from masthead.discussion.actions import delete, like
from masthead.discussion.applause import show_likes
from masthead.discussion.errors import Closed
from masthead.discussion.models import (
    Comment,
    CommentState,
    Discussion,
    DiscussionSettings,
    Mode,
    Passage,
)
from masthead.discussion.moderation import Verdict, decide
from masthead.media.models import Image
from masthead.readers.models import User
from masthead.stories.models import (
    Archive,
    Byline,
    Correction,
    FrontPage,
    Newsroom,
    Person,
    RelatedStory,
    Section,
    StandingPage,
    Story,
    Topic,
    TopicIndex,
)
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.stories import PersonFactory, SectionFactory, StoryFactory, below_front_page

BEGIN = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
MOST, LEAST = 28, 6
LINES = ["The ferry leaves late.", "Nobody was told of it.", "It cost 97 crowns.", "The sea rose."]


class Life:
    """One edit after another, chosen by a random generator that a seed decides."""

    def __init__(self, random):
        self.random = random
        self.number = 0

    def found(self):
        """Make the newsroom in which everything happens."""
        for _each in range(2):
            SectionFactory()
            PersonFactory()
            below_front_page(TopicIndex).add_child(instance=Topic(title=f"Topic {self.next()}"))
        # As the desk does: what is published for the first time wakes every list.
        for page in (*Section.objects.all(), *Person.objects.all(), *Topic.objects.all()):
            self.publish(page)
        for _each in range(LEAST):
            self.write()
        comment_on(open_to_all(Story.objects.live().first()), "The first to say something.")

    @property
    def moderator(self):
        return User.objects.filter(is_superuser=True).first() or User.objects.create_superuser(
            email="moderator@example.org"
        )

    def live(self):
        """Do one thing, in a transaction of its own; return what it was."""
        name = self.random.choice(EDITS)
        with transaction.atomic():
            getattr(self, name)()
        return name

    def next(self):
        self.number += 1
        return self.number

    def one(self, model, **conditions):
        keys = list(model.objects.filter(**conditions).order_by("pk").values_list("pk", flat=True))
        return model.objects.get(pk=self.random.choice(keys)) if keys else None

    def version(self, model=Story):
        page = self.one(model)
        return page.get_latest_revision_as_object() if page else None

    def publish(self, page):
        page.save_revision().publish()

    def write(self):
        if Story.objects.count() >= MOST:
            return
        at = BEGIN + timedelta(days=self.random.randrange(60), hours=self.number)
        live = self.random.random() < 0.8
        section = self.one(Section)
        StoryFactory(title=f"Story {self.next()}", section=section, published_at=at, live=live)

    def headline(self):
        page = self.version()
        page.title = f"Headline {self.next()}"
        self.publish(page)

    def draft(self):
        page = self.version()
        page.title = f"Draft {self.next()}"
        page.save_revision()

    def text(self):
        page = self.version()
        said = "".join(f"<p>{line}</p>" for line in self.random.sample(LINES, 3))
        page.body = json.dumps([{"type": "text", "value": said, "id": f"block-of-{page.pk}"}])
        self.publish(page)
        return page

    def slug(self):
        page = self.version()
        page.slug = f"slug-{self.next() % 12}"
        self.publish(page)

    def section_of_story(self):
        page = self.version()
        page.section = self.one(Section)
        self.publish(page)

    def topics_of_story(self):
        page = self.version()
        page.topics = list(Topic.objects.all()[: self.random.randrange(3)])
        self.publish(page)

    def names_over_story(self):
        page = self.version()
        page.bylines = [Byline(person=self.one(Person))][: self.random.randrange(2)]
        self.publish(page)

    def unpublish(self):
        self.one(Story).unpublish()

    def delete(self):
        story = self.one(Story, corrections=None)
        if story and Story.objects.count() > LEAST:
            story.delete()

    def restrict(self):
        page = self.random.choice([self.one(Story), self.one(Section), self.one(Person)])
        PageViewRestriction.objects.get_or_create(page_id=page.pk, restriction_type="login")

    def restrict_many(self):
        if self.random.random() < 0.2:
            archive = Archive.objects.order_by("pk").first()
            PageViewRestriction.objects.get_or_create(page_id=archive.pk, restriction_type="login")

    def open(self):
        PageViewRestriction.objects.all().delete()

    def rename_section(self):
        page = self.version(Section)
        page.title = f"Section {self.next()}"
        self.publish(page)

    def slug_of_section(self):
        page = self.version(Section)
        page.slug = f"section-{self.next() % 7}-{page.pk}"
        self.publish(page)

    def unpublish_section(self):
        self.one(Section).unpublish()

    def publish_section(self):
        self.publish(self.version(Section))

    def rename_person(self):
        page = self.version(Person)
        page.title = f"Person {self.next()}"
        self.publish(page)

    def order_of_sections(self):
        page = self.one(Section)
        page.move(self.one(Section), pos="right")

    def new_section(self):
        if Section.objects.count() < 5:
            SectionFactory(title=f"Section {self.next()}")

    def settings(self):
        newsroom = Newsroom.for_site(Site.objects.get(is_default_site=True))
        newsroom.publisher = f"Owner {self.next()}"
        newsroom.save()

    def settings_in_bulk(self):
        colour = f"#{self.random.randrange(16**6):06x}"
        Newsroom.objects.update(accent=colour)

    def child_table_alone(self):
        Story.objects.filter(pk=self.one(Story).pk).update(kicker=f"Kicker {self.next()}")

    def in_bulk(self):
        Story.objects.filter(section=self.one(Section)).update(standfirst=f"What {self.next()}")

    def raw(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE wagtailcore_page SET title = %s WHERE id = %s",
                [f"Raw {self.next()}", self.one(Story).pk],
            )

    def time_of_publication(self):
        at = BEGIN + timedelta(days=self.random.randrange(90))
        Story.objects.filter(pk=self.one(Story).pk).update(published_at=at)

    def embargo(self):
        until = BEGIN if self.random.random() < 0.5 else None
        Story.objects.filter(pk=self.one(Story).pk).update(embargo_until=until)

    def correct(self):
        story = self.one(Story, live=True)
        if story:
            kind = self.random.choice(["clarification", "retraction"])
            Correction.objects.create(story=story, kind=kind, is_right=f"So it is {self.next()}.")
            if kind == "retraction":
                story.unpublish()

    def withdraw_correction(self):
        Correction.objects.all().delete()

    def relate(self):
        one, other = self.one(Story), self.one(Story)
        if one != other:
            RelatedStory.objects.get_or_create(story=one, other=other)

    def redirect(self):
        name = f"/old-{self.next() % 6}"
        Redirect.objects.filter(old_path=name).delete()
        Redirect.objects.create(old_path=name, redirect_page_id=self.one(Story).pk)

    def redirect_with_query(self):
        name = f"/old-{self.next() % 6}?a=1"
        Redirect.objects.create(old_path=name, redirect_link="https://example.org/")

    def no_redirect(self):
        Redirect.objects.all()[:1].get().delete() if Redirect.objects.exists() else None

    def lead(self):
        FrontPage.objects.filter(pk=self.one(FrontPage).pk).update(lead=self.one(Story))

    def standing_page(self):
        page = self.version(StandingPage)
        page.title = f"About {self.next()}"
        self.publish(page)

    def front_page(self):
        page = self.version(FrontPage)
        page.tagline = f"Tagline {self.next()}"
        self.publish(page)

    def picture(self):
        Image.objects.update(credit=f"Photo: {self.next()}")

    def lock(self):
        Page.objects.filter(pk=self.one(Story).pk).update(locked=self.random.random() < 0.5)

    def comment(self):
        story = self.one(Story)
        if Comment.objects.count() < 3 * MOST:
            parent = self.one(Comment, story=story, state=CommentState.PUBLISHED)
            said = f"What I think, number {self.next()}"
            self.say(story, said, parent=self.random.choice([None, parent]))

    def say(self, story, said, **about):
        """Comment on a story; a moderator may have closed the thread."""
        with suppress(Closed):
            comment_on(open_to_all(story), said, **about)

    def many_comments(self):
        self.comment()
        self.comment()

    def ask(self):
        story = Story.objects.get(pk=self.text().pk)
        if Passage.objects.count() < MOST:
            line = passages.StoryText(story).text.paragraphs[0]
            question = f"Why, number {self.next()}?"
            marked = passages.Marked(line)
            passages.ask(story=story, marked=marked, question=question, by=self.moderator)

    def answer(self):
        passage = self.one(Passage, is_open=True)
        if passage and Comment.objects.count() < 3 * MOST:
            self.say(passage.story, f"As for {self.next()}", passage=passage)

    def questions_in_bulk(self):
        passage = self.one(Passage)
        if passage:
            again = {"question": f"Raw {self.next()}?", "is_open": self.random.random() < 0.7}
            Passage.objects.filter(pk=passage.pk).update(**again)

    def withdraw(self):
        passage = self.one(Passage)
        if passage and self.random.random() < 0.3:
            passage.delete()

    def decide(self):
        comment = self.one(Comment, state__in={*CommentState} - {CommentState.DELETED})
        if comment:
            verdict = self.random.choice(list(Verdict))
            decide(comment=comment.pk, version=comment.version, verdict=verdict, by=self.moderator)

    def delete_comment(self):
        comment = self.one(Comment, state=CommentState.PUBLISHED)
        if comment:
            delete(comment=comment)

    def reply(self):
        found = self.one(Comment, state=CommentState.PUBLISHED, story__live=True)
        if found and Comment.objects.count() < 3 * MOST:
            self.say(found.story, f"An answer {self.next()}", parent=found)

    def comment_in_bulk(self):
        found = self.one(Comment, state=CommentState.PUBLISHED)
        if found:
            Comment.objects.filter(pk=found.pk).update(html=f"<p>Raw {self.next()}</p>")

    def likes(self):
        Comment.objects.filter(state=CommentState.PUBLISHED).update(likes=self.random.randrange(3))
        show_likes()

    def like(self):
        found = self.one(Comment, state=CommentState.PUBLISHED)
        if found:
            visitor = f"browser {self.next()}"
            like(comment=found, visitor=visitor, network=visitor, is_known=True)

    def settings_of_discussions(self):
        site = Site.objects.get(is_default_site=True)
        mode = self.random.choice([Mode.OPEN, Mode.CLOSED])
        DiscussionSettings.objects.update_or_create(site=site, defaults={"mode": mode})

    def close_discussion(self):
        mode = self.random.choice(list(Mode))
        Discussion.objects.filter(pk=self.one(Story).pk).update(mode=mode)


EDITS = sorted(
    {name for name in vars(Life) if not name.startswith("_")}
    - {"found", "live", "next", "one", "version", "publish", "moderator", "say"}
)
