"""A newsroom with a page of every kind and a story with a block of every kind."""

from datetime import UTC, datetime

from masthead.media.sizes import ALL
from masthead.stories.models import (
    Byline,
    Correction,
    CorrectionKind,
    Newsroom,
    Story,
    Topic,
    TopicIndex,
    WorkKind,
)
from masthead.stories.queries import main_site
from tests.factories.media import ClipFactory, ImageFactory
from tests.factories.stories import PersonFactory, SectionFactory, StoryFactory

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def picture(**fields):
    image = ImageFactory(description="A bridge", **fields)
    for spec in ALL:
        image.get_rendition(spec)
    return image


def body(image, clip, *, others=()):
    shown = {"image": image, "decorative": False, "alt_text": "A bridge at night"}
    figures = {"data": [["Day", "Height"], ["1", "6.0"]], "first_row_is_table_header": True}
    quote = {"text": "She opens at nine.", "speaker": "Hamo Trevick", "role": "Bridge master"}
    return [
        ("text", "<h2>A river</h2><p>It was late, and the <b>bridge</b> was open.</p>"),
        ("quote", quote),
        ("pull_quote", {"text": "She needs 2.4 metres."}),
        ("picture", {"image": image_value(shown), "caption": "The bridge.", "width": "bleed"}),
        (
            "gallery",
            {
                "title": "Two windows",
                "pictures": [
                    {"image": image_value(shown), "caption": "One."},
                    {"image": image_value(shown), "caption": "Two."},
                ],
            },
        ),
        ("clip", {"clip": clip, "caption": "At the bridge."}),
        ("embed", {"url": "https://vimeo.com/123", "title": "The race", "poster": None}),
        ("fact_box", {"title": "How to cross", "text": "<p>On foot.</p>"}),
        ("table", {"caption": "One week", "table": figures, "source": "The Trust"}),
        ("related", {"stories": list(others)}),
    ]


def image_value(shown):
    image = shown["image"]
    image.contextual_alt_text, image.decorative = shown["alt_text"], shown["decorative"]
    return image


def full_newsroom():
    """Return the story that has everything; stories of all kinds stand beside it."""
    Newsroom.objects.filter(site=main_site()).update(contact_email="desk@lantern.example")
    image, clip = picture(), ClipFactory(poster=picture(), transcript="Here she comes.")
    section = SectionFactory(title="Harbour", hue="#1f5d78")
    person = PersonFactory(title="Ada Brook", role="Reporter", portrait=picture())
    topic = Topic(title="Tides")
    TopicIndex.objects.get(locale__language_code="en").add_child(instance=topic)
    others = [
        StoryFactory(title=f"A piece of {kind}", kind=kind, section=section, lead_picture=image)
        for kind in WorkKind.values
    ]
    story = Story(
        title="The night ferry",
        kicker="Harbour",
        standfirst="She leaves when the sea says so.",
        dateline_place="Quillhaven",
        reported_at=NOON,
        published_at=NOON,
        section=section,
        lead_clip=clip,
        body=body(image, clip, others=others[:2]),
    )
    StoryFactory.parent().add_child(instance=story)
    story.bylines = [
        Byline(person=person),
        Byline(
            organisation="Coast Press", licence="CC BY 4.0", original_url="https://coast.example/1"
        ),
    ]
    story.topics.set([topic])
    story.save_revision().publish()
    Correction.objects.create(
        story=story,
        kind=CorrectionKind.CORRECTION,
        was_wrong="It said eight.",
        is_right="It is nine.",
        made_at=NOON,
    )
    story.refresh_from_db()
    return story


def addresses():
    stories = Story.objects.live().values_list("address", flat=True)
    lists = ["/harbour/", "/people/", "/people/ada-brook/", "/topics/", "/topics/tides/"]
    return ["/", *lists, "/archive/", "/archive/2026/07/", "/corrections/", "/no/", *stories]
