"""A process that sends letters: it takes rows, talks to the mail server, writes down what came.

It does one or the other: database and event loop never run at the same time, so nothing that
happens between two bytes waits for a disk.
"""

import asyncio
import logging
import time
from datetime import timedelta

import uvloop
from django.utils import timezone

from masthead.mail import campaigns, claims, queries
from masthead.mail.actions import OUTAGE_PAUSE
from masthead.mail.dispatch import Dispatch, Parcel
from masthead.mail.dkim import signer_for
from masthead.mail.letters import CompiledLetter
from masthead.mail.models import Campaign, ReceivingProvider, SuppressionReason
from masthead.mail.pace import Limits, pause_after_strike, slowed
from masthead.mail.smtp import MailServer, Session
from masthead.mail.transport import fault_in_words

logger = logging.getLogger(__name__)
#: Rows taken at once, and so many that more are wanted when fewer are ready.
CLAIM = 800
LOW_WATER = 300
#: Seconds between two looks at the database while there is enough to do.
LOOK = 0.25
#: Seconds for which a provider's messages are kept in hand at most.
IN_HAND = 60
#: Seconds that messages under way have to be answered when a sender is told to stop.
LAST_ANSWERS = 8
#: A sender ends after so many seconds, so that it never outlives its settings.
LONGEST_RUN = 600


class Sender:
    """Sends what is due, in its share of what the mail server takes."""

    def __init__(self, server: MailServer, limits: Limits) -> None:
        self._server = server
        self._limits = limits
        self.dispatch = Dispatch(limits)
        self._sessions: set[Session] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._letters: dict[int, CompiledLetter] = {}
        self.dispatch.on_close = self._sessions.discard
        self._has_more = True
        self._is_stopping = False
        self._looked_at = 0.0

    def stop(self) -> None:
        """Begin nothing more, and end when what is under way was answered."""
        self._is_stopping = True

    def run(self) -> None:
        """Send until nothing is due, or until told to stop."""
        loop = uvloop.new_event_loop()
        until = time.monotonic() + LONGEST_RUN
        try:
            while not self._is_stopping and time.monotonic() < until and self._look():
                loop.run_until_complete(self._talk())
            self.dispatch.hand_back()
            loop.run_until_complete(self._say_goodbye())
            self.dispatch.hand_back()
            self._write_down()
            campaigns.end_sent()
        finally:
            loop.close()

    # The database's turn.

    def _look(self) -> bool:
        """Write down what came and take what is due; return whether there is anything to do."""
        dispatch = self.dispatch
        self._write_down()
        if dispatch.outage or dispatch.trouble:
            return False
        if time.monotonic() > self._looked_at + LOOK:
            self._looked_at = time.monotonic()
            self._has_more = True
            self._look_around()
        if dispatch.ready < LOW_WATER and not dispatch.is_paused:
            self._take_more()
        return bool(dispatch.waiting or dispatch.flying)

    def _write_down(self) -> None:
        dispatch = self.dispatch
        if dispatch.outcomes:
            outcomes, dispatch.outcomes = dispatch.outcomes, []
            claims.record(outcomes)
        self._draw_conclusions()
        if dispatch.trouble:
            campaigns.pause_all(trouble=dispatch.trouble)
        elif dispatch.outage:
            self._wait_out(dispatch.outage)

    def _draw_conclusions(self) -> None:
        dispatch = self.dispatch
        if dispatch.has_sent:
            dispatch.has_sent = False
            queries.sending_campaigns().exclude(trouble="").update(trouble="")
        while dispatch.gone:
            email, answer = dispatch.gone.popitem()
            campaigns.suppress(email=email, reason=SuppressionReason.NO_MAILBOX, evidence=answer)
        while dispatch.strikes:
            self._slow_down(*dispatch.strikes.popitem())

    def _slow_down(self, provider: str, answer: str) -> None:
        self._hand_back(provider)
        made, is_new = ReceivingProvider.objects.get_or_create(
            name=provider, defaults={"paused_until": timezone.now(), "answer": answer}
        )
        if not is_new and made.paused_until > timezone.now():
            return  # several answers to what was under way are one strike
        made.strikes = min(made.strikes + 1, 100)
        made.paused_until = timezone.now() + timedelta(seconds=pause_after_strike(made.strikes))
        made.answer = answer
        made.save()
        logger.warning("A provider asks us to slow down", extra={"provider": provider})

    def _wait_out(self, fault: str) -> None:
        logger.warning("The mail server cannot be used", extra={"fault": fault})
        queries.sending_campaigns().update(trouble=fault, resume_at=timezone.now() + OUTAGE_PAUSE)

    def _look_around(self) -> None:
        dispatch = self.dispatch
        dispatch.is_held = queries.due_mails().exists()  # notices go first
        sending = set(queries.sending_campaigns().values_list("pk", flat=True))
        if set(self._letters) - sending:
            dispatch.hand_back(lambda parcel: parcel.row.campaign not in sending)
            self._letters = {pk: self._letters[pk] for pk in sending & set(self._letters)}
        self._set_rates()

    def _set_rates(self) -> None:
        for provider in ReceivingProvider.objects.all():
            calm = (timezone.now() - provider.paused_until).total_seconds()
            if calm < 0:
                self._hand_back(provider.name)
            else:
                rate = slowed(self._limits.per_provider, provider.strikes, calm)
                self.dispatch.set_rate(provider.name, rate)

    def _hand_back(self, provider: str) -> None:
        self.dispatch.hand_back(lambda parcel: parcel.row.provider == provider)

    def _take_more(self) -> None:
        claim = claims.take(most=CLAIM, but_not=self.dispatch.full(IN_HAND / 10))
        self._has_more = claim is not None
        if claim is None:
            return
        for row in claim.rows:
            if row.campaign not in self._letters:
                self._letters[row.campaign] = self._compiled(row.campaign)
        letters = self._letters
        self.dispatch.add(Parcel(claim, row, letters[row.campaign]) for row in claim.rows)

    def _compiled(self, pk: int) -> CompiledLetter:
        campaign = Campaign.objects.get(pk=pk)
        return CompiledLetter(campaign, signer_for(campaign.from_address))

    # The mail server's turn.

    async def _talk(self) -> None:
        """Send until the database is needed."""
        loop = asyncio.get_running_loop()
        until = loop.time() + LOOK
        while loop.time() < until and not self._needs_database():
            self._open_sessions()
            for session in list(self._sessions):
                session.check()
                session.offer()
            await asyncio.sleep(0.005)

    def _needs_database(self) -> bool:
        dispatch = self.dispatch
        if dispatch.outage or dispatch.trouble or self._is_stopping or dispatch.strikes:
            return True
        is_hungry = self._has_more and dispatch.ready < LOW_WATER and not dispatch.is_paused
        return is_hungry or not (dispatch.waiting or dispatch.flying)

    def _open_sessions(self) -> None:
        busy = len(self._sessions) + len(self._opening)
        wanted = min(self._limits.connections, self.dispatch.ready + self.dispatch.flying)
        if self.dispatch.is_paused or self._opening or busy >= wanted:
            return
        task = asyncio.get_running_loop().create_task(self._open_session())
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _open_session(self) -> None:
        session = Session(self.dispatch, most_messages=self._limits.per_connection)
        try:
            await session.open(self._server)
        except OSError as error:
            if not self._sessions:
                self.dispatch.outage = fault_in_words(error)
            else:  # it takes no more connections than these
                self.dispatch.pause()
            return
        self._sessions.add(session)
        session.offer()

    async def _say_goodbye(self) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + LAST_ANSWERS
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        for session in list(self._sessions):
            session.leave()
        while self._sessions and loop.time() < until:
            for session in list(self._sessions):
                session.check()
            await asyncio.sleep(0.005)
        for session in list(self._sessions):
            session.drop("Masthead was stopped")
        await asyncio.sleep(0)  # sockets are closed in the loop's next round
