"""What we sign, OpenDKIM finds good: in C, and with no code in common with us or dkimpy."""

import re
import subprocess
from dataclasses import replace

import pytest

from masthead.mail import actions
from masthead.mail.dkim import signer_for
from tests.machine import OPENDKIM
from tests.mail.letters import TEMPLATE, send, start
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
