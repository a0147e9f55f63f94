"""Letters for tests: started, sent by the worker's own jobs, and read back."""

import dkim

from masthead.mail import campaigns, queries
from masthead.mail.dkim import signer_for
from masthead.mail.letters import LetterTemplate, Recipient
from masthead.mail.models import DeliveryState
from masthead.mail.work import letters_are_due, send_letters

TEMPLATE = LetterTemplate(
    subject="The Lamp: what the harbour costs, and who pays",
    html='<p>Good morning.</p><p><a href="%%UNSUBSCRIBE%%">Leave</a></p>',
    text="Good morning.\n\n.hidden line\nFrom here on\n\nLeave: %%UNSUBSCRIBE%%\n",
    from_name="The Lamp",
    headers={"List-Id": "<morning.lamp.example>", "List-Unsubscribe": "<%%UNSUBSCRIBE%%>"},
)


def recipients(count, domain="example.org"):
    return [recipient(f"reader{number}@{domain}") for number in range(count)]


def recipient(email, **values):
    link = f"https://lamp.example/leave/{email.replace('@', '-')}/?a=1&b=2"
    return Recipient(email, {"UNSUBSCRIBE": link, **values})


def start(to=3, *, key="morning-1", template=TEMPLATE, **options):
    if isinstance(to, int):
        to = recipients(to)
    return campaigns.start(site=None, key=key, template=template, recipients=to, **options)


def send():
    """Do what the worker does until nothing is due."""
    while letters_are_due(0):
        send_letters(0)


def states(campaign):
    """Return how many recipients are in each state."""
    found = queries.progress(campaign)
    return {state: found[state] for state in DeliveryState if found[state]}


def verified(message):
    """Return whether dkimpy, which shares no code with us, verifies a message."""
    signer = signer_for("letters@lamp.example")
    records = {f"{signer.name}.".encode(): signer.record.encode()}
    return dkim.verify(message, dnsfunc=lambda name, **_options: records.get(name))
