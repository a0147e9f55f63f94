"""A mail server for tests, on a loopback port, that answers as it is told to."""

import base64
import io
import socket
import socketserver
import ssl
import threading
from contextlib import contextmanager


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, *, answers=None, certificate=None, implicit_tls=False, user=None, features=()
    ):
        super().__init__(("127.0.0.1", 0), Session)
        self.answers = {key: list(value) for key, value in (answers or {}).items()}
        self.certificate = certificate
        self.implicit_tls = implicit_tls
        self.user = user
        self.features = features
        self.messages = []
        self.connections = 0
        self.signed_in = False
        self.port = self.server_address[1]
        self.is_over = threading.Event()

    def answer(self, command, usual):
        told = self.answers.get(command)
        return told.pop(0) if told else usual

    def handle_error(self, request, client_address):
        """A client that goes away is part of a test."""

    def encrypted(self, connection):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context.wrap_socket(connection, server_side=True)


class Session(socketserver.BaseRequestHandler):
    def handle(self):
        self.server.connections += 1
        self.file = io.BytesIO()
        if self.server.implicit_tls:
            self.request = self.server.encrypted(self.request)
        self.file = self.request.makefile("rb")
        self.sender, self.recipients = "", []
        self.is_encrypted = self.server.implicit_tls
        self.say(self.server.answer("connect", "220 test"))
        while line := self.file.readline():
            words = line.decode().strip()
            command = words.split(":")[0].split(" ")[0].upper()
            if not getattr(self, f"on_{command.lower()}")(words):
                return

    def finish(self):
        self.file.close()
        self.request.close()

    def say(self, text):
        if callable(text):
            text()
            text = None
        if isinstance(text, bytes):
            self.request.sendall(text)
            return True
        if isinstance(text, tuple):
            self.dribble(*text)
            return True
        if text is None:
            self.request.close()
            raise ConnectionError
        self.request.sendall(text.encode() + b"\r\n")
        if text.startswith("421"):
            raise ConnectionError
        return True

    def dribble(self, text, seconds):
        """Say something byte by byte, each after so long."""
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in text:
            self.server.is_over.wait(seconds)
            self.request.sendall(bytes([byte]))

    def on_ehlo(self, _words):
        if told := self.server.answer("ehlo", None):
            return self.say(told)
        features = ["test", *self.server.features]
        if self.server.certificate and not self.is_encrypted:
            features.append("STARTTLS")
        if self.server.user:
            features.append("AUTH PLAIN")
        return self.say(
            "\r\n".join(
                f"250{' ' if number == len(features) else '-'}{feature}"
                for number, feature in enumerate(features, 1)
            )
        )

    def on_starttls(self, _words):
        self.say(self.server.answer("starttls", "220 go ahead"))
        self.request = self.server.encrypted(self.request)
        self.file = self.request.makefile("rb")
        self.is_encrypted = True
        return True

    def on_auth(self, words):
        given = base64.b64decode(words.split()[2]).decode().split("\0")[1:]
        good = self.server.signed_in = tuple(given) == self.server.user
        return self.say("235 welcome" if good else "535 5.7.8 wrong password")

    def on_mail(self, words):
        self.sender, self.recipients = words[words.index("<") + 1 : words.index(">")], []
        return self.say(self.server.answer("mail", "250 ok"))

    def on_rcpt(self, words):
        answer = self.server.answer("rcpt", "250 ok")
        if isinstance(answer, tuple) or str(answer).startswith("2"):
            self.recipients.append(words[words.index("<") + 1 : words.index(">")])
        return self.say(answer)

    def on_data(self, _words):
        go = "354 go on" if self.recipients else "554 no valid recipients"
        answer = self.server.answer("go", go)
        self.say(answer)
        if not str(answer).startswith("354"):
            return True
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line.removeprefix(b"."))  # RFC 5321, section 4.5.2
        answer = self.server.answer("data", "250 queued as 1")
        if answer is None or isinstance(answer, tuple) or str(answer).startswith("2"):
            self.server.messages.append((self.sender, self.recipients, b"".join(lines)))
        return self.say(answer)

    def on_rset(self, _words):
        return self.say("250 ok")

    def on_noop(self, _words):
        return self.say("250 ok")

    def on_quit(self, _words):
        self.say("221 bye")
        return False


@contextmanager
def mail_server(settings, **options):
    """Run a server and let the settings name it."""
    with MailServer(**options) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", server.port
        try:
            yield server
        finally:
            server.is_over.set()
            server.shutdown()
            thread.join()
