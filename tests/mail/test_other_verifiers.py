"""What we sign, OpenDKIM finds good: in C, and with no code in common with us or dkimpy."""

import re
import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest

from masthead.discussion.follow import find_followers, write_due
from masthead.discussion.mails import write_confirmation
from masthead.mail import actions
from masthead.mail.dkim import signer_for
from masthead.mail.models import OutgoingMail
from masthead.mail.queries import content
from masthead.newsletter import actions as newsletter
from masthead.stories.models import Newsroom
from masthead.stories.queries import main_site
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.letters import EditionFactory, LetterListFactory
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory
from tests.machine import OPENDKIM
from tests.mail.letters import TEMPLATE, send, start, verified
from tests.mail.smtp_server import mail_server
from tests.mail.test_signed_notices import MAILS

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not OPENDKIM.find(), reason="the package opendkim is not installed"),
]
ARABIC = replace(
    TEMPLATE,
    subject="المرفأ: كم يكلّف ومن يدفع - naïve Grüße",
    html=f'<p dir="rtl">{"صباح الخير. " * 80}</p><a href="%%UNSUBSCRIBE%%">إلغاء</a>',
    text=f".{'صباح الخير. ' * 80}\n\n.\n%%UNSUBSCRIBE%% \t\n\n\n",
    from_name="المصباح",
)


@pytest.fixture
def server(settings):
    with mail_server(settings, features=("PIPELINING",)) as server:
        yield server


def verdicts(messages, folder):
    """Return what OpenDKIM says about each message: whether its signature is good."""
    signer = signer_for("letters@lamp.example")
    settings = folder / "opendkim.conf"
    settings.write_text(f"Mode v\nTestPublicKeys {folder}/keys\n", "ascii")
    (folder / "keys").write_text(f"{signer.name} {signer.record}\n", "ascii")
    names = [folder / f"{number}.eml" for number in range(len(messages))]
    for name, message in zip(names, messages, strict=True):
        name.write_bytes(message)
    command = [OPENDKIM.find(), "-x", settings, "-v", "-t", ",".join(map(str, names))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = re.findall(r": verification \(.*2048-bit.*\) (\w+)", done.stdout + done.stderr)
    return [word == "succeeded" for word in told]


def test_every_kind_of_mail_is_verified_and_a_changed_one_is_not(server, key, tmp_path):
    for mail in MAILS.values():
        mail().send()
    while actions.deliver_due():
        pass
    start(2)
    start(2, key="arabic", template=ARABIC)
    send()
    good = [message for _sender, _to, message in server.messages]
    bad = [message.replace(b"\r\n\r\n", b"\r\n\r\n!", 1) for message in good]

    assert verdicts([*good, *bad], tmp_path) == [True] * len(good) + [False] * len(bad)
    assert len(good) == len(MAILS) + 4


HERE = {"HTTP_HOST": "localhost:8000", "HTTP_SEC_FETCH_SITE": "same-origin"}


def deliver():
    while actions.deliver_due():
        pass


def confirm(client):
    """Press the button behind the link of the newest mail."""
    text = content(OutgoingMail.objects.latest("pk")).text
    client.post(re.search(r"http://localhost:8000(/my/confirm/\S+)", text)[1], **HERE)


def subscribe_and_be_greeted(client, letter):
    form = {"email": "ada@example.org", "letter": [letter.pk], "page": "/"}
    client.post("/my/subscribe/", form, **HERE)
    confirm(client)
    client.post("/my/", {"email": "ada@example.org"}, **HERE)


def follow_a_story(client):
    story = open_to_all(StoryFactory(title="Der Hafen öffnet · المرفأ"))
    write_confirmation(comment_on(story, email="guest@example.org"))
    asked = {"what": "comments", "email": "ada@example.org"}
    client.post(f"/discussion/story/{story.public_id}/follow/", asked, **HERE)
    confirm(client)
    comment_on(story, "Die Boote sind draußen, قال البحّار.")
    while find_followers() or write_due():
        pass


def send_letter(letter):
    Newsroom.for_site(main_site())
    Newsroom.objects.update(postal_address="4 Chandlers' Steps")
    edition = EditionFactory(letter=letter, title="Was der Hafen kostet: كم يكلّف")
    newsletter.send_test(edition=edition, email="desk@example.org")
    newsletter.send(edition=edition, by=UserFactory(role="Publisher"))
    newsletter.start_due()
    deliver()  # notices go first
    send()


def test_every_mail_that_a_reader_gets_is_verified_by_both(
    client, server, key, tmp_path, monkeypatch
):
    monkeypatch.setattr(newsletter, "UNDO", timedelta(0))
    letter = LetterListFactory(name="نشرة الصباح", welcome="<p>Grüße, أهلاً.</p>")
    subscribe_and_be_greeted(client, letter)
    follow_a_story(client)
    client.post("/account/login/code/", {"email": UserFactory().email}, **HERE)
    send_letter(letter)

    arrived = [message for _sender, _to, message in server.messages]

    subjects = sorted(mail.subject for mail in OutgoingMail.objects.all())
    assert len(arrived) == len(subjects) + 1, subjects
    assert len(subjects) >= 7, subjects
    assert all(verified(message) for message in arrived)
    assert verdicts(arrived, tmp_path) == [True] * len(arrived)
