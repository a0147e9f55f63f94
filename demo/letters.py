"""The demo's letters: what its sign-up box offers, one in the archive, one to send."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone

from demo.files import Table, read
from masthead.media.models import Image
from masthead.newsletter.models import Dispatch, Edition, Invitation, LetterIndex, LetterList
from masthead.readers.models import Address, Subscription, User
from masthead.stories.models import FrontPage, Story


def make_letters(site: Table, fronts: Mapping[str, FrontPage]) -> None:
    """Offer letters in every language of the newsroom."""
    for code, front in fronts.items():
        texts = site["editions"].get(code, site)["newsletter"]
        Invitation.objects.create(locale=front.locale, heading=texts["heading"], text=texts["text"])
        for position, letter in enumerate(texts["letters"]):
            LetterList.objects.create(locale=front.locale, position=position, **letter)


class Letters:
    """Composes the demo's letters from its stories and pictures."""

    def __init__(
        self, stories: Mapping[str, Story], pictures: Mapping[str, Image], editor: User
    ) -> None:
        self.stories, self.pictures, self.editor = stories, pictures, editor

    def make(self, moment: Any) -> None:
        """Make each letter; ``moment`` turns days ago and an hour into an instant."""
        for facts in read("letters.toml")["letter"]:
            letters = LetterList.objects.get(name=facts["list"])
            edition = Edition(
                title=facts["subject"],
                preview_line=facts["preview_line"],
                letter=letters,
                body=list(self.body(facts)),
                locale=letters.locale,
                owner=self.editor,
                live=False,
            )
            LetterIndex.objects.get(locale=letters.locale).add_child(instance=edition)
            revision = edition.save_revision(user=self.editor)
            if "sent_days_ago" in facts:
                revision.publish(user=self.editor)
                sent_at = moment(facts["sent_days_ago"], "07:00")
                Edition.objects.filter(pk=edition.pk).update(first_published_at=sent_at)
                Dispatch.objects.create(edition=edition, send_at=sent_at, started_at=sent_at)
        self.make_reader()

    def make_reader(self) -> None:
        """Let the editor have all letters, so that one can be sent."""
        address = Address.objects.create(
            email=self.editor.email, language="en", user=self.editor, confirmed_at=timezone.now()
        )
        for letter in LetterList.objects.filter(locale__language_code="en"):
            Subscription.objects.create(
                address=address,
                kind="letter",
                target=str(letter.pk),
                wording="The demo was made with this subscription.",
                wording_language="en",
                page="/",
                confirmed_at=address.confirmed_at,
            )

    def body(self, facts: Table) -> Iterator[tuple[str, Any]]:
        yield "text", facts["opening"]
        lead = self.stories[facts["lead"]]
        yield "lead", {"story": lead, "text": ""}
        if "newest" in facts:
            yield "newest", {"title": facts["heading"], "section": None, "most": facts["newest"]}
        else:
            stories = [self.stories[slug] for slug in facts["stories"]]
            yield "picked", {"title": facts["heading"], "stories": stories}
        picture = self.picture(facts["picture"])
        yield "picture", {"image": picture, "caption": picture.caption, "width": "text"}
        for kind in ("sponsor", "offer"):
            if kind in facts:
                yield kind, self.paid(facts[kind])
        yield "question", {"question": facts["question"], "story": lead}
        yield "text", facts["closing"]

    def paid(self, facts: Table) -> dict[str, Any]:
        image = self.picture(facts["picture"]) if "picture" in facts else None
        return {name: facts[name] for name in facts if name != "picture"} | {"image": image}

    def picture(self, name: str) -> Image:
        picture = self.pictures[name]
        picture.contextual_alt_text, picture.decorative = picture.description, False
        return picture
