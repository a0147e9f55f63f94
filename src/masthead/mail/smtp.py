"""One connection to the mail server that never waits for what it need not (RFC 5321, RFC 2920).

With PIPELINING the next recipient's envelope leaves together with a message, so that each message
costs one round trip. A session knows no database: a ``Desk`` gives it messages and hears what
became of each.
"""

import asyncio
import base64
import re
import smtplib
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from masthead.mail.transport import ANSWER_TIMEOUT, STEP_TIMEOUT, answer_text

#: Seconds after which a session without work says goodbye.
IDLE = 10
#: Bytes: more than any honest server says at once.
LONGEST_REPLY = 64 * 1024
#: No reply at all: the connection is lost.
GONE = 0
_STATUS = re.compile(r"\d{3} ([245]\.\d{1,3}\.\d{1,3})\b")
_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL)


@dataclass(frozen=True)
class MailServer:
    """Where a session connects to, and as whom."""

    host: str
    port: int
    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    has_starttls: bool = False
    has_tls: bool = False


@dataclass(frozen=True)
class Reply:
    """What the server said; it is put into words when somebody asks."""

    code: int
    lines: Sequence[bytes]

    @property
    def text(self) -> str:
        return answer_text(self.code, b" ".join(self.lines))

    @property
    def is_yes(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_final(self) -> bool:
        return self.code >= 500

    @property
    def status(self) -> str:
        """The enhanced status code, such as 5.1.1, or nothing (RFC 3463)."""
        found = _STATUS.match(self.text)
        return found[1] if found else ""


class Message(Protocol):
    """One message to one recipient."""

    recipient: str

    @property
    def sender(self) -> str:
        """The envelope's sender."""

    def content(self) -> bytes:
        """Return the message, no line of which begins with a full stop, its last line ended."""


class Desk(Protocol):
    """Gives sessions their messages, and keeps what became of each."""

    def take(self) -> Message | None:
        """Return the next message to be sent now, if there is one."""

    def begin(self, message: Message) -> None:
        """Note that a message's first byte is about to leave."""

    def settle(self, message: Message, step: str, reply: Reply) -> None:
        """Note the server's last word on a message: at “mail”, “rcpt”, “data” or “message”."""

    def lose(self, message: Message, fault: str) -> None:
        """Note that a message left and no answer came."""

    def give_back(self, message: Message) -> None:
        """Take a message back that was not touched."""

    def close(self, session: "Session", fault: str) -> None:
        """Note that a session is over; ``fault`` says why, unless that was its own wish."""


class Session(asyncio.Protocol):
    """A conversation, from greeting to goodbye."""

    def __init__(self, desk: Desk, *, most_messages: int) -> None:
        self._desk = desk
        self._left = most_messages
        self._has_sent = False
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._text: list[bytes] = []
        self._said_bytes = 0
        self._said: asyncio.Queue[Reply] = asyncio.Queue()
        self._expected: deque[Callable[[Reply], None]] = deque()
        self._held: deque[tuple[bytes, Callable[[Reply], None]]] = deque()
        self._features: dict[str, str] = {}
        self._envelope: Message | None = None
        self._refusal: tuple[str, Reply] | None = None
        self._flying: Message | None = None
        self._deadline = 0.0
        self._idle_since = 0.0
        self._is_open = False
        self._is_leaving = False
        self._is_broken = False
        self._fault = ""

    # The conversation's beginning, step by step.

    async def open(self, server: MailServer) -> None:
        """Connect, encrypt and sign in; raise OSError when one of these fails."""
        try:
            await asyncio.wait_for(self._open(server), STEP_TIMEOUT * 2)
        except BaseException:
            self._abort("")
            raise
        self._is_open = True
        self._idle_since = self._loop.time()

    async def _open(self, server: MailServer) -> None:
        # To read the system's authorities takes a while.
        is_encrypted = server.has_tls or server.has_starttls
        context = ssl.create_default_context() if is_encrypted else None
        # Nagle's algorithm is off: asyncio sees to that.
        await self._loop.create_connection(
            lambda: self, server.host, server.port, ssl=context if server.has_tls else None
        )
        self._demand(await self._next(), 220)
        await self._greet(server.name)
        if server.has_starttls and context:
            await self._encrypt(server, context)
            await self._greet(server.name)
        if server.user:
            await self._sign_in(server)
        if not self._said.empty():
            msg = f"it answers unasked: {self._said.get_nowait().text}"
            raise smtplib.SMTPServerDisconnected(msg)

    async def _greet(self, name: str) -> None:
        reply = await self._ask(f"EHLO {name}")
        self._features = {}
        if not reply.is_yes:  # an old server
            self._demand(await self._ask(f"HELO {name}"), 250)
            return
        for line in reply.lines[1:]:
            word, _space, rest = line.decode("ascii", "replace").upper().partition(" ")
            self._features[word] = rest

    async def _encrypt(self, server: MailServer, context: ssl.SSLContext) -> None:
        if "STARTTLS" not in self._features:
            msg = "STARTTLS"
            raise smtplib.SMTPNotSupportedError(msg)
        self._demand(await self._ask("STARTTLS"), 220)
        if (
            self._buffer or not self._said.empty()
        ):  # said before the encryption, heard after it: somebody else's words
            msg = "it said something unencrypted after STARTTLS"
            raise smtplib.SMTPServerDisconnected(msg)
        assert self._transport
        self._transport = await self._loop.start_tls(
            self._transport, self, context, server_hostname=server.host
        )

    async def _sign_in(self, server: MailServer) -> None:
        offered = self._features.get("AUTH", "").split()
        plain = _base64(f"\0{server.user}\0{server.password}")
        if "PLAIN" in offered:
            reply = await self._ask(f"AUTH PLAIN {plain}")
        elif "LOGIN" in offered:
            reply = await self._ask(f"AUTH LOGIN {_base64(server.user)}")
            if reply.code == 334:
                reply = await self._ask(_base64(server.password))
        else:
            msg = "AUTH"
            raise smtplib.SMTPNotSupportedError(msg)
        if reply.code != 235:
            raise smtplib.SMTPAuthenticationError(reply.code, reply.text[4:])

    async def _ask(self, command: str) -> Reply:
        assert self._transport
        self._transport.write(command.encode() + b"\r\n")
        return await self._next()

    async def _next(self) -> Reply:
        reply = await asyncio.wait_for(self._said.get(), STEP_TIMEOUT)
        if reply.code == GONE:
            raise smtplib.SMTPServerDisconnected(reply.text.removeprefix(f"{GONE} "))
        return reply

    def _demand(self, reply: Reply, code: int) -> None:
        if reply.code != code:
            raise smtplib.SMTPResponseException(reply.code, reply.text[4:])

    # What the event loop tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Read the lines that have come; the rest waits for its end."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._read(line.rstrip(b"\r"))
            if self._fault:
                return
        if len(self._buffer) > LONGEST_REPLY:
            self._abort("it answers without an end")

    def connection_lost(self, error: Exception | None) -> None:
        """Say what became of the messages under way."""
        self._end(self._fault or (str(error) if error else "it closed the connection"))

    # The conversation itself.

    @property
    def is_idle(self) -> bool:
        """Whether a message could begin now."""
        return self._is_open and not (self._expected or self._held or self._is_leaving)

    def offer(self) -> None:
        """Begin the next message, if the session is free and there is one."""
        if not self.is_idle:
            return
        if self._left > 0 and (message := self._desk.take()):
            self._begin(message)
        elif self._left == 0 or self._loop.time() > self._idle_since + IDLE:
            self.leave()

    def leave(self) -> None:
        """Say goodbye once the messages under way are settled."""
        is_free = self.is_idle
        self._is_leaving = True
        if is_free:
            self._say((b"QUIT\r\n", self._on_quit))

    def check(self) -> None:
        """Give up when the answer is overdue."""
        if (self._expected or self._held) and self._loop.time() > self._deadline:
            self._abort(f"it did not answer within {self._patience()} seconds")

    def drop(self, fault: str) -> None:
        """End the session at once."""
        self._abort(fault)

    def _begin(self, message: Message, *commands: tuple[bytes, Callable[[Reply], None]]) -> None:
        self._left -= 1
        self._envelope = message
        self._say(
            *commands,
            (f"MAIL FROM:<{message.sender}>\r\n".encode(), self._on_mail),
            (f"RCPT TO:<{message.recipient}>\r\n".encode(), self._on_rcpt),
            (b"DATA\r\n", self._on_data),
        )

    def _say(self, *commands: tuple[bytes, Callable[[Reply], None]]) -> None:
        self._held.extend(commands)
        if "PIPELINING" in self._features:
            self._write(*self._held)
            self._held.clear()
        elif not self._expected:
            self._write(self._held.popleft())

    def _write(self, *commands: tuple[bytes, Callable[[Reply], None]]) -> None:
        assert self._transport
        self._expected.extend(heard for _data, heard in commands)
        self._transport.write(b"".join(data for data, _heard in commands))
        self._deadline = self._loop.time() + self._patience()

    def _patience(self) -> int:
        return ANSWER_TIMEOUT if self._flying else STEP_TIMEOUT

    def _read(self, line: bytes) -> None:
        found = _LINE.fullmatch(line)
        if found is None:
            self._abort(f"it answers what is no answer: {line[:80]!r}")
            return
        self._text.append(found[3] or b"")
        self._said_bytes += len(line)
        if found[2] != b"-":
            text, self._text, self._said_bytes = self._text, [], 0
            self._hear(int(found[1]), text)
        elif self._said_bytes > LONGEST_REPLY:
            self._abort("it answers without an end")

    def _hear(self, code: int, lines: list[bytes]) -> None:
        reply = Reply(code, lines)
        if not self._is_open:
            self._said.put_nowait(reply)
            return
        if not self._expected:
            self._abort(reply.text if code == 421 else f"it answers unasked: {reply.text}")
            return
        self._expected.popleft()(reply)
        if code == 421:
            self._abort(reply.text)
        elif self._held and not self._expected:
            self._write(self._held.popleft())
        else:
            self._deadline = self._loop.time() + self._patience()

    def _on_mail(self, reply: Reply) -> None:
        self._note_refusal("mail", reply)

    def _on_rcpt(self, reply: Reply) -> None:
        self._note_refusal("rcpt", reply)

    def _note_refusal(self, step: str, reply: Reply) -> None:
        if reply.is_yes or self._refusal:
            return
        if not reply.code >= 400:
            self._abort(f"it answers out of turn: {reply.text}")
            return
        self._refusal = (step, reply)
        if reply.code == 421:  # the last word: nothing more will be answered
            self._settle_envelope(step, reply)
        elif self._held:  # without pipelining the rest was not said yet
            self._held.clear()
            self._give_up_envelope()

    def _on_data(self, reply: Reply) -> None:
        if self._refusal or reply.code >= 400:
            self._give_up_envelope(reply)
            return
        if reply.code != 354:
            self._abort(f"it answers out of turn: {reply.text}")
            return
        message, self._envelope = self._envelope, None
        assert message
        self._desk.begin(message)
        self._flying = message
        self._write((message.content() + b".\r\n", self._on_message))
        if "PIPELINING" in self._features and self._left > 0 and not self._is_leaving:
            following = self._desk.take()
            if following:
                self._begin(following)

    def _give_up_envelope(self, data: Reply | None = None) -> None:
        step, reply = self._refusal or ("data", data)
        assert reply
        self._settle_envelope(step, reply)
        if data and data.code == 354:  # it wants a message for nobody (RFC 2920, section 3.1)
            self._write((b".\r\n", self._on_anything))
        if reply.code != 421:
            self._go_on((b"RSET\r\n", self._on_anything))

    def _settle_envelope(self, step: str, reply: Reply) -> None:
        message, self._envelope, self._refusal = self._envelope, None, None
        if message:
            self._desk.settle(message, step, reply)

    def _on_message(self, reply: Reply) -> None:
        message, self._flying = self._flying, None
        assert message
        if reply.code < 200 or 300 <= reply.code < 400:
            self._flying = message
            self._abort(f"it answers out of turn: {reply.text}")
            return
        self._has_sent = True
        self._desk.settle(message, "message", reply)
        if not self._expected and reply.code != 421:
            self._go_on()

    def _on_anything(self, _reply: Reply) -> None:
        """Hear the answer to what needs none."""
        if not self._expected and not self._held:
            self._idle_since = self._loop.time()
            if self._is_leaving:
                self._say((b"QUIT\r\n", self._on_quit))

    def _on_quit(self, _reply: Reply) -> None:
        self._end("")
        self._abort("")

    def _go_on(self, *commands: tuple[bytes, Callable[[Reply], None]]) -> None:
        message = None
        if self._left > 0 and not self._is_leaving:
            message = self._desk.take()
        if message:
            self._begin(message, *commands)
            return
        self._idle_since = self._loop.time()
        if self._left == 0 or self._is_leaving:
            self._is_leaving = True
            commands = (*commands, (b"QUIT\r\n", self._on_quit))
        if commands:
            self._say(*commands)

    def _abort(self, fault: str) -> None:
        self._fault = self._fault or fault or "the session is over"
        self._is_broken = self._is_broken or bool(fault)
        if self._transport:
            self._transport.abort()
        self._end(fault)

    def _end(self, fault: str) -> None:
        if not self._is_open:
            self._said.put_nowait(Reply(GONE, [fault.encode()]))
            return
        self._is_open = False
        self._fault = self._fault or fault or "the session is over"
        flying, self._flying = self._flying, None
        envelope, self._envelope = self._envelope, None
        # Some servers just close a connection that is idle, or that brought enough.
        is_usual = not self._is_broken and not flying and (self._has_sent or not envelope)
        if flying:
            self._desk.lose(flying, fault)
        if envelope:
            self._desk.give_back(envelope)
        self._desk.close(self, "" if is_usual else fault)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
