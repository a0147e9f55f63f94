"""Puts the demo's texts, pictures and clips into an empty installation."""

import logging
import secrets
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files import File
from django.core.files.images import ImageFile
from django.core.management import call_command
from django.utils import timezone, translation
from django.utils.translation import get_language_info
from tqdm import tqdm
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from demo.comments import make_comments
from demo.files import HERE, TOUR_FILE, Table, read, stories
from demo.letters import Letters, make_letters
from masthead.conf.readiness import collect_static_files
from masthead.desk.roles import Role, give_role
from masthead.discussion.most_discussed import rank_discussions
from masthead.lib.address import SiteAddress
from masthead.media.actions import make_renditions
from masthead.media.models import Clip, Image
from masthead.media.preparation import prepare_clip
from masthead.readers.actions import create_editor, trust_address
from masthead.readers.models import User
from masthead.stories.actions import correct_story
from masthead.stories.founding import add_edition, found_newsroom
from masthead.stories.models import (
    Archive,
    Byline,
    FrontPage,
    Newsroom,
    Person,
    PersonIndex,
    Section,
    StandingPage,
    Story,
    Topic,
    TopicIndex,
)

EDITOR = "editor@quillhaven.example"
REPORTER = "reporter@quillhaven.example"
TOUR = """
  {name} is at {{address}}

  The lead story     {{address}}/lead/
  In Spanish         {{address}}/es/
  In Arabic          {{address}}/ar/
  A gallery          {{address}}/gallery/
  A letter           {{address}}/letters/
  The desk           {{address}}/desk/
  The comments       {{address}}/desk/discussion/
  The outbox         {{address}}/desk/outbox/

  Sign in as         {editor}
  or, to submit,     {reporter}
  with the password  {password}
"""


def language_names(codes: list[str], language: str) -> list[str]:
    """Return the names of some languages, in one of them."""
    with translation.override(language):
        return [str(get_language_info(code)["name_translated"]) for code in codes]


class Demo:
    """The demo newsroom while it is being made: what was made, by its name in the files."""

    def __init__(self, *, site: Table, address: SiteAddress) -> None:
        self.site = site
        self.address = address
        self.zone = ZoneInfo(site["time_zone"])
        self.today = timezone.now().astimezone(self.zone).date()
        self.fronts: dict[str, FrontPage] = {}
        self.places: dict[tuple[type[Page], str, str], Any] = {}
        self.pictures: dict[str, Image] = {}
        self.clips: dict[str, Clip] = {}
        self.stories: dict[str, Story] = {}

    def load(self) -> None:
        """Make everything, saying what is being made."""
        logging.disable(logging.INFO)
        steps = (
            ("database", self.make_database),
            ("editions", self.make_editions),
            ("letters to ask for", lambda: make_letters(self.site, self.fronts)),
            ("accounts", self.make_accounts),
            ("pictures", self.make_pictures),
            ("clips", self.make_clips),
            ("sections, topics, people", self.make_places),
            ("stories", self.make_stories),
            ("comments", self.make_comments),
            ("letters", self.make_letters),
            ("short addresses", self.add_short_addresses),
            ("static files", self.make_static),
            ("tour", self.write_tour),
        )
        for name, step in steps:
            print(f"Making the demo newsroom: {name}", flush=True)
            step()

    def make_database(self) -> None:
        # For its owner alone, as ``masthead init`` has it.
        (settings.HOME / "masthead.sqlite3").touch(0o600)
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)

    def make_static(self) -> None:
        collect_static_files()

    def make_editions(self) -> None:
        site, language = self.site, self.site["language"]
        row = found_newsroom(
            name=site["name"],
            language=language,
            address=self.address,
            time_zone=site["time_zone"],
        )
        self.fronts[language] = row.root_page.specific
        FrontPage.objects.filter(pk=row.root_page_id).update(
            tagline=site["tagline"], footer_text=f"<p>{site['footer']['line']}</p>"
        )
        Newsroom.objects.filter(site=row).update(
            accent=site["accent"],
            postal_address=site["postal_address"].strip(),
            contact_email=site["contact_email"],
            publisher=site["publisher"],
            profiles=[("profile", profile) for profile in site["profile"]],
        )
        for code, edition in site["editions"].items():
            self.fronts[code] = add_edition(
                name=edition["name"],
                tagline=edition["tagline"],
                language=code,
                slug=f"front-{code}",
                translation_of=self.fronts[language],
            )
            FrontPage.objects.filter(pk=self.fronts[code].pk).update(
                footer_text=f"<p>{edition['footer_line']}</p>"
            )
        about = StandingPage.objects.child_of(self.fronts[language]).get(kind="about")
        about.body = [("text", f"<p>{site['about'].strip()}</p>")]
        about.save_revision().publish()
        StandingPage.objects.update(is_confirmed=True)

    def make_accounts(self) -> None:
        self.password = secrets.token_urlsafe(9)
        self.editor = create_editor(email=EDITOR, name="Edda Quill", password=self.password)
        give_role(user=self.editor, role=Role.PUBLISHER)
        self.reporter = User.objects.create_user(
            REPORTER, self.password, first_name="Tomás", last_name="Ibarrola"
        )
        trust_address(user=self.reporter)
        give_role(user=self.reporter, role=Role.REPORTER)

    def make_pictures(self) -> None:
        for name, facts in tqdm(read("pictures.toml").items(), unit="picture"):
            with (HERE / "pictures" / name).open("rb") as file:
                picture = Image(
                    title=facts["title"],
                    description=facts["alt"],
                    caption=facts["caption"],
                    credit=facts["credit"],
                    file=ImageFile(file, name=name),
                )
                self.focus(picture, facts.get("focal_point"))
                picture.save()
            make_renditions(image=picture)
            self.pictures[name] = picture

    def focus(self, picture: Image, point: list[float] | None) -> None:
        if point:
            width, height = picture.file.width, picture.file.height
            picture.focal_point_x = round(point[0] * width)
            picture.focal_point_y = round(point[1] * height)
            picture.focal_point_width = picture.focal_point_height = width // 8

    def make_clips(self) -> None:
        for name, facts in read("clips.toml").items():
            clip = Clip(
                title=facts["title"],
                description=facts["description"],
                credit=facts["credit"],
                poster=self.pictures[facts["poster"]],
                captions_language=facts["captions_language"],
                transcript=facts["transcript"],
                **facts["provenance"],
            )
            with (
                (HERE / "clips" / name).open("rb") as film,
                (HERE / "clips" / facts["captions"]).open("rb") as captions,
            ):
                clip.file = File(film, name=name)
                clip.captions = File(captions, name=facts["captions"])
                clip.full_clean()
                clip.save()
            prepare_clip(clip=clip)  # the worker makes its versions while readers see it already
            self.clips[name] = clip

    def make_places(self) -> None:
        for code, front in self.fronts.items():
            topics = TopicIndex.objects.child_of(front).get()
            people = PersonIndex.objects.child_of(front).get()
            for facts in read("sections.toml")["section"]:
                words = facts | facts["names"].get(code, {})
                section = Section(hue=facts["hue"], description=words["description"])
                self.place(code, facts["slug"], front, section, words["name"], words["slug"])
            for facts in read("topics.toml")["topic"] if code == self.site["language"] else ():
                topic = Topic(description=facts["description"])
                self.place(code, facts["slug"], topics, topic, facts["name"], facts["slug"])
            for facts in read("people.toml")["person"]:
                if code == self.site["language"] or f"role_{code}" in facts:
                    person = self.person(facts, code)
                    self.place(code, facts["slug"], people, person, facts["name"], facts["slug"])

    def person(self, facts: Table, code: str) -> Person:
        return Person(
            user=self.reporter if facts["name"] == str(self.reporter) else None,
            role=facts.get(f"role_{code}", facts["role"]),
            languages=", ".join(language_names(facts["languages"], code)),
            expertise=facts["expertise"] if code == self.site["language"] else "",
            contact=facts["email"],
            biography=f"<p>{facts['bio']}</p>" if code == self.site["language"] else "",
            portrait=self.pictures[facts["portrait"]],
        )

    def place(self, code: str, key: str, parent: Page, page: Any, title: str, slug: str) -> None:
        page.title, page.slug, page.locale = title, slug, parent.locale
        original = self.places.get((type(page), key, self.site["language"]))
        if original:
            page.translation_key = original.translation_key
        parent.add_child(instance=page)
        self.places[type(page), key, code] = page

    def make_stories(self) -> None:
        facts_by_slug = {facts["slug"]: facts for facts in stories()}
        for slug, facts in tqdm(facts_by_slug.items(), unit="story"):
            self.stories[slug] = self.publish(facts)
        for slug, facts in facts_by_slug.items():
            self.relate(self.stories[slug], facts)
        front = self.fronts[self.site["language"]]
        first = min(stories(), key=lambda facts: (facts["days_ago"], "lead_clip" not in facts))
        front.refresh_from_db()
        front.lead = self.stories[first["slug"]]
        front.save_revision(user=self.editor).publish()

    def make_comments(self) -> None:
        questions = {facts["slug"]: facts.get("question") for facts in stories()}
        for slug, story in self.stories.items():
            make_comments(story=story, question=questions[slug], moderator=self.editor)
        rank_discussions()

    def make_letters(self) -> None:
        Letters(self.stories, self.pictures, self.editor).make(self.moment)

    def add_short_addresses(self) -> None:
        lead = self.fronts[self.site["language"]].lead
        gallery = next(
            story for story in self.stories.values() if story.body.first_block_by_name("gallery")
        )
        for path, story in (("/lead", lead), ("/gallery", gallery)):
            Redirect.add_redirect(path, story, is_permanent=False)

    def write_tour(self) -> None:
        path = settings.HOME / TOUR_FILE
        path.touch(mode=0o600)
        text = TOUR.format(
            name=self.site["name"],
            editor=EDITOR,
            reporter=REPORTER,
            password=self.password,
        )
        path.write_text(text, "utf-8")

    def publish(self, facts: Table) -> Story:
        code = facts["language"]
        story = Story(
            title=facts["headline"],
            slug=facts["slug"],
            locale=self.fronts[code].locale,
            section=self.places[Section, facts["section"], code],
            seo_title=facts.get("search_headline", ""),
            published_at=self.moment(facts["days_ago"], facts["time"]),
            staff_reason=facts.get("byline_staff_reason", ""),
            owner=self.editor,
            live=False,
            **{name: facts[name] for name in ("kicker", "standfirst", "kind", "dateline_place")},
        )
        if "reported_days_ago" in facts:
            story.reported_at = self.moment(facts["reported_days_ago"], "16:00")
        if "translation_of" in facts:
            story.translation_key = self.stories[facts["translation_of"]].translation_key
        self.give_lead(story, facts)
        story.bylines = list(self.bylines(facts, code))
        story.body = [block for each in facts["body"] for block in self.block(each)]
        Archive.objects.child_of(self.fronts[code]).get().add_child(instance=story)
        topics = [self.places.get((Topic, slug, code)) for slug in facts["topics"]]
        story.topics = [topic for topic in topics if topic]
        story.save_revision(user=self.editor).publish(user=self.editor)
        story.refresh_from_db()
        self.correct(story, facts)
        return story

    def give_lead(self, story: Story, facts: Table) -> None:
        if "lead_picture" in facts:
            story.lead_picture = self.pictures[facts["lead_picture"]]
        if "lead_clip" in facts:
            story.lead_clip = self.clips[facts["lead_clip"]]

    def bylines(self, facts: Table, code: str) -> Any:
        for slug in facts.get("bylines", ()):
            main = self.places[Person, slug, self.site["language"]]
            yield Byline(person=self.places.get((Person, slug, code), main))
        if sponsor := facts.get("sponsor"):
            yield Byline(organisation=sponsor)
        if agency := facts.get("agency"):
            yield Byline(
                organisation=agency["name"],
                original_url=agency.get("url", ""),
                licence=agency.get("licence", ""),
            )

    def block(self, facts: Table) -> Any:
        """Yield the story block that a table in a demo file describes, if it can stand yet."""
        kind = facts["type"]
        if kind == "text":
            yield "text", facts["html"]
        elif kind == "picture":
            image, caption = self.pictures[facts["file"]], facts["caption"]
            yield "picture", {"image": image, "caption": caption, "width": facts["width"]}
        elif kind == "gallery":
            pictures = [
                {"image": self.pictures[each["file"]], "caption": each["caption"]}
                for each in facts["pictures"]
            ]
            yield "gallery", {"title": facts.get("title", ""), "pictures": pictures}
        elif kind == "clip":
            yield "clip", {"clip": self.clips[facts["file"]], "caption": facts.get("caption", "")}
        elif kind == "fact_box":
            yield "fact_box", {"title": facts["title"], "text": facts["html"]}
        elif kind == "table":
            table = {"data": facts["rows"], "first_row_is_table_header": True}
            table |= {"table_header_choice": "row", "first_col_is_header": False}
            yield "table", {"caption": facts["caption"], "table": table, "source": ""}
        elif kind in {"quote", "pull_quote"}:
            yield kind, {name: text for name, text in facts.items() if name != "type"}

    def relate(self, story: Story, facts: Table) -> None:
        slugs = [s for each in facts["body"] if each["type"] == "related" for s in each["slugs"]]
        if slugs:
            others = [self.stories[slug].page_ptr for slug in slugs]
            story.body.append(("related", {"stories": others}))
            story.save_revision(user=self.editor).publish(user=self.editor)

    def correct(self, story: Story, facts: Table) -> None:
        for each in facts.get("correction", ()):
            made = correct_story(
                story=story,
                kind=each["kind"],
                was_wrong=each.get("wrong", ""),
                is_right=each["right"],
                by=self.editor,
            )
            made_at = story.published_at + timedelta(hours=each["hours_after"])
            type(made).objects.filter(pk=made.pk).update(made_at=made_at)
        if hours := facts.get("significant_update_hours_after"):
            updated_at = min(story.published_at + timedelta(hours=hours), timezone.now())
            Story.objects.filter(pk=story.pk).update(updated_at=updated_at)

    def moment(self, days_ago: int, clock: str) -> datetime:
        day = self.today - timedelta(days=days_ago)
        moment = datetime.combine(day, time.fromisoformat(clock), self.zone)
        return min(moment, timezone.now())
