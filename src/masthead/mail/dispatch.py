"""What a sender has in hand: which message goes next, and what becomes of it.

Nothing here touches the database. What happens is noted in the claim's journal at once, and kept
as an outcome until the sender writes it down.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import timedelta

from masthead.mail.actions import MOST_ATTEMPTS, pause_after
from masthead.mail.claims import Claim, Outcome, Row
from masthead.mail.journal import Note
from masthead.mail.letters import CompiledLetter
from masthead.mail.models import DeliveryState
from masthead.mail.pace import Bucket, Limits
from masthead.mail.smtp import Message, Reply, Session
from masthead.mail.verdicts import Verdict, verdict

#: So many refusals without a message taken in between mean that something is wrong with us.
MOST_REFUSALS = 50
#: So many connections that broke in the middle of a message, likewise.
MOST_BREAKS = 5
#: So many sessions that broke without a message taken in between: a longer pause is due.
MOST_FAULTS = 5
#: So many times is the sender's own address refused.
MOST_SENDER_REFUSALS = 3
#: Seconds for which all waits when the mail server says that it is busy; twice as long each time.
SHORT_PAUSE = 5
LONG_PAUSE = 300


class Parcel:
    """One row on its way: the message of RFC 5322 is written when it is needed."""

    __slots__ = ("claim", "letter", "recipient", "row")

    def __init__(self, claim: Claim, row: Row, letter: CompiledLetter) -> None:
        self.claim = claim
        self.row = row
        self.letter = letter
        self.recipient = row.addressed.email

    @property
    def sender(self) -> str:
        """Where this recipient's letter comes back to."""
        return self.letter.sender(self.row.addressed)

    def content(self) -> bytes:
        """Return the message."""
        return self.letter.message(self.row.addressed)


class Dispatch:
    """Gives sessions the next message, as fast as all sides take them."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._waiting: dict[str, deque[Parcel]] = {}
        self._turns: deque[str] = deque()
        self._buckets: dict[str, Bucket] = {}
        self._all = Bucket(limits.per_second)
        self._pauses = 0
        self._refusals = self._breaks = self._sender_refusals = 0
        self._paused_until = 0.0
        self.is_held = False
        self.flying = 0
        self.outcomes: list[Outcome] = []
        #: Providers that asked us to slow down, and how they said so.
        self.strikes: dict[str, str] = {}
        #: Addresses that do not exist, and who says so.
        self.gone: dict[str, str] = {}
        #: What an operator has to look into; nothing more is sent until then.
        self.trouble = ""
        #: What may pass by itself, but not at once.
        self.outage = ""
        self.has_sent = False
        self.on_close: Callable[[Session], None] = lambda _session: None

    # What the sender asks and tells.

    @property
    def waiting(self) -> int:
        """How many messages wait in hand."""
        return sum(map(len, self._waiting.values()))

    @property
    def ready(self) -> int:
        """How many messages could go now, or nearly so."""
        now = self._clock()
        return sum(
            len(parcels) if self._bucket(name).rate <= 0 else min(len(parcels), 1)
            for name, parcels in self._waiting.items()
            if self._bucket(name).is_open(now)
        )

    @property
    def is_paused(self) -> bool:
        return (
            self.is_held or bool(self.trouble or self.outage) or self._clock() < self._paused_until
        )

    def full(self, seconds: float) -> list[str]:
        """Return the providers for which enough waits for so many seconds."""
        return [
            name
            for name, parcels in self._waiting.items()
            if 0 < self._bucket(name).rate * seconds <= len(parcels)
        ]

    def add(self, parcels: Iterable[Parcel]) -> None:
        """Take messages in hand."""
        for parcel in parcels:
            name = parcel.row.provider
            if name not in self._waiting:
                self._waiting[name] = deque()
                self._turns.append(name)
            self._waiting[name].append(parcel)

    def hand_back(self, is_unwanted: Callable[[Parcel], bool] = lambda _parcel: True) -> None:
        """Let others have what waits in hand, all of it or some."""
        for name, parcels in self._waiting.items():
            kept = deque(parcel for parcel in parcels if not is_unwanted(parcel))
            for parcel in parcels:
                if is_unwanted(parcel):
                    self._keep(parcel, DeliveryState.QUEUED, attempts=parcel.row.attempts)
            self._waiting[name] = kept

    def set_rate(self, provider: str, rate: float) -> None:
        """Let so many messages a second go to a provider."""
        self._bucket(provider).rate = rate

    def pause(self) -> None:
        """Let all wait for a while, longer each time until something is taken again."""
        self._pauses += 1
        seconds = min(SHORT_PAUSE * 2 ** min(self._pauses - 1, 10), LONG_PAUSE)
        self._paused_until = self._clock() + seconds

    # What sessions ask and tell: see smtp.Desk.

    def take(self) -> Message | None:
        """Return the next message, one provider after the other."""
        now = self._clock()
        if not self._turns or self.is_paused or not self._all.is_open(now):
            return None
        for _turn in range(len(self._turns)):
            if not self._turns:
                break
            name = self._turns[0]
            self._turns.rotate(-1)
            parcels, bucket = self._waiting[name], self._bucket(name)
            if not parcels:
                self._forget(name)
            elif bucket.is_open(now):
                bucket.spend(now)
                self._all.spend(now)
                self.flying += 1
                return parcels.popleft()
        return None

    def begin(self, message: Message) -> None:
        """Note that a message's first byte is about to leave."""
        assert isinstance(message, Parcel)
        message.claim.journal.note(message.row.place, Note.IN_FLIGHT)

    def settle(self, message: Message, step: str, reply: Reply) -> None:
        """Keep the server's last word on a message."""
        assert isinstance(message, Parcel)
        self.flying -= 1
        if reply.is_yes:
            self._note_success()
            self._keep(message, DeliveryState.SENT, Note.TAKEN, reply.text)
        elif step == "mail":
            self._note_sender_refusal(message, reply)
        else:
            self._note_refusal(message, reply)

    def lose(self, message: Message, fault: str) -> None:
        """Keep that nobody knows whether a message was taken."""
        assert isinstance(message, Parcel)
        self.flying -= 1
        self._keep(message, DeliveryState.UNKNOWN, answer=fault)
        self._breaks += 1
        if self._breaks >= MOST_BREAKS:
            self.trouble = fault

    def give_back(self, message: Message) -> None:
        """Put a message that was not touched at the head of its line."""
        assert isinstance(message, Parcel)
        self.flying -= 1
        if message.row.provider not in self._waiting:
            self.add([message])
        else:
            self._waiting[message.row.provider].appendleft(message)

    def close(self, session: Session, fault: str) -> None:
        """Wait a little after a session that broke."""
        self.on_close(session)
        if fault:
            self.pause()
            if self._pauses >= MOST_FAULTS:
                self.outage = fault

    def _note_success(self) -> None:
        self._refusals = self._breaks = self._sender_refusals = self._pauses = 0
        self.has_sent = True

    def _note_sender_refusal(self, parcel: Parcel, reply: Reply) -> None:
        # It is about us, not about the recipient.
        self._keep(parcel, DeliveryState.QUEUED, Note.UNTOUCHED, attempts=parcel.row.attempts)
        self._sender_refusals += reply.is_final
        if self._sender_refusals >= MOST_SENDER_REFUSALS:
            self.trouble = reply.text
        else:
            self.pause()

    def _note_refusal(self, parcel: Parcel, reply: Reply) -> None:
        attempts = parcel.row.attempts + 1
        found = verdict(reply.code, reply.status, reply.text)
        if reply.is_final or attempts >= MOST_ATTEMPTS:
            self._keep(parcel, DeliveryState.REFUSED, Note.REFUSED, reply.text)
        else:
            pause = pause_after(attempts)
            self._keep(parcel, DeliveryState.PUT_OFF, Note.PUT_OFF, reply.text, pause=pause)
        if found is Verdict.NO_MAILBOX:
            self.gone[parcel.recipient] = reply.text
        elif found is Verdict.TOO_FAST:
            self.strikes[parcel.row.provider] = reply.text
        self._count_refusal(reply)

    def _count_refusal(self, reply: Reply) -> None:
        self._refusals += 1
        if self._refusals >= MOST_REFUSALS:
            self._refusals = 0
            if reply.is_final:
                self.trouble = reply.text
            else:
                self.pause()

    def _keep(
        self,
        parcel: Parcel,
        state: DeliveryState,
        note: Note | None = None,
        answer: str = "",
        *,
        attempts: int | None = None,
        pause: timedelta = timedelta(0),
    ) -> None:
        if note is not None:
            parcel.claim.journal.note(parcel.row.place, note)
        count = parcel.row.attempts + 1 if attempts is None else attempts
        self.outcomes.append(
            Outcome(parcel.claim, parcel.row.addressed.pk, state, count, answer, pause)
        )

    def _bucket(self, provider: str) -> Bucket:
        return self._buckets.setdefault(provider, Bucket(self._limits.per_provider))

    def _forget(self, provider: str) -> None:
        del self._waiting[provider]
        self._turns.remove(provider)
        if self._bucket(provider).rate == self._limits.per_provider:
            del self._buckets[provider]
