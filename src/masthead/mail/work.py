"""The worker's part in sending letters: two processes of their own, and one that signs ahead."""

import signal

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet

from masthead.mail import campaigns, claims, queries
from masthead.mail.dkim import signer_for
from masthead.mail.letters import Addressed, CompiledLetter
from masthead.mail.models import Campaign, Delivery
from masthead.mail.pace import Limits
from masthead.mail.sender import Sender
from masthead.mail.smtp import MailServer
from masthead.mail.writing import message_domain

#: So many processes send at once, each its share of what the mail server takes.
SENDERS = 2
#: Letters signed before the next look at whether it is time to send.
SIGNED_AT_ONCE = 300


def letters_are_due(number: int) -> bool:
    """Return whether a letter is to be begun, sent on or cleared up after, by this sender."""
    if not _limits().share(number, SENDERS).connections:
        return False
    if queries.due_campaigns().exists() or claims.are_left():
        return True
    return bool(settings.EMAIL_HOST) and queries.due_deliveries().exists()


def send_letters(number: int) -> bool:
    """Send what is due, as one of several senders; its ``number`` counts from 0."""
    claims.clear_up()
    campaigns.begin_due()
    if settings.EMAIL_HOST and queries.due_deliveries().exists():
        sender = Sender(_server(), _limits().share(number, SENDERS))
        before = signal.signal(signal.SIGTERM, lambda _number, _frame: sender.stop())
        try:
            sender.run()
        finally:
            signal.signal(signal.SIGTERM, before)
    campaigns.end_sent()
    return False


def letters_are_unsigned() -> bool:
    """Return whether there are letters to be signed before their hour comes."""
    signer = signer_for(settings.DEFAULT_FROM_EMAIL)
    return signer is not None and queries.unsigned_deliveries(signer.identity).exists()


def sign_letters(number: int) -> bool:
    """Sign letters ahead, as one of several that do; return whether some were."""
    signer = signer_for(settings.DEFAULT_FROM_EMAIL)
    if signer is None:
        return False
    mine = _every(number, queries.unsigned_deliveries(signer.identity))
    pk = mine.values_list("campaign", flat=True).first()
    if pk is None:
        return False
    Campaign.objects.filter(pk=pk, signed_by="").update(signed_by=signer.identity)
    letter = CompiledLetter(Campaign.objects.get(pk=pk), signer)
    while _sign_some(letter, mine.filter(campaign=pk)):
        pass
    return True


def _every(number: int, deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return deliveries.annotate(turn=F("pk") % SENDERS).filter(turn=number)


def _sign_some(letter: CompiledLetter, unsigned: QuerySet[Delivery]) -> bool:
    some = unsigned.values_list("pk", "email", "substitutions")[:SIGNED_AT_ONCE]
    made = [(letter.signature(Addressed(*row)), row[0]) for row in some]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(_KEEP_SIGNATURE, made)
    return bool(made)


_KEEP_SIGNATURE = (
    "UPDATE mail_delivery SET signature = %s, is_signed = TRUE WHERE id = %s AND state = 'queued'"
)


def _server() -> MailServer:
    return MailServer(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        name=message_domain(),
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        has_starttls=settings.EMAIL_USE_TLS,
        has_tls=settings.EMAIL_USE_SSL,
    )


def _limits() -> Limits:
    # One connection is left for the mails that go first.
    return Limits(
        connections=settings.EMAIL_CONNECTIONS - 1,
        per_connection=settings.EMAIL_PER_CONNECTION,
        per_second=settings.EMAIL_PER_SECOND,
        per_provider=settings.EMAIL_PER_PROVIDER,
    )
