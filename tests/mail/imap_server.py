"""A mailbox for tests: as much of IMAP as it takes to read one."""

import re
import socketserver
import threading
from contextlib import contextmanager

from masthead.conf.mailbox import Mailbox


class ImapServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, mails):
        super().__init__(("127.0.0.1", 0), Session)
        self.mails = dict(enumerate(mails, 1))
        self.flags = {number: set() for number in self.mails}
        self.is_broken = False


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.say(b"* OK ready")
        for line in self.rfile:
            tag, command, *rest = line.decode().split(maxsplit=2)
            getattr(self, f"on_{command.lower()}")(rest[0].strip() if rest else "")
            self.say(f"{tag} {'NO broken' if self.server.is_broken else 'OK done'}".encode())

    def say(self, line):
        self.wfile.write(line + b"\r\n")

    def on_capability(self, _rest):
        self.say(b"* CAPABILITY IMAP4rev1")

    def on_login(self, rest):
        assert rest == 'returns "secret"'

    def on_select(self, _rest):
        self.say(f"* {len(self.server.mails)} EXISTS".encode())

    def on_uid(self, rest):
        command, rest = rest.split(maxsplit=1)
        getattr(self, f"on_uid_{command.lower()}")(rest)

    def on_uid_search(self, _rest):
        flags = self.server.flags
        unread = [str(number) for number in self.server.mails if "Seen" not in flags[number]]
        self.say(f"* SEARCH {' '.join(unread)}".encode())

    def on_uid_fetch(self, rest):
        number = int(rest.split()[0])
        mail = self.server.mails[number]
        self.say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(mail)}}}".encode())
        self.wfile.write(mail + b")\r\n")

    def on_uid_store(self, rest):
        self.server.flags[int(rest.split()[0])] |= set(re.findall(r"\\(\w+)", rest))

    def on_expunge(self, _rest):
        for number in [each for each, flags in self.server.flags.items() if "Deleted" in flags]:
            self.server.mails.pop(number, None)

    def on_close(self, _rest):
        pass

    def on_logout(self, _rest):
        self.say(b"* BYE")


@contextmanager
def mailbox_of(settings, *mails):
    """Run a mailbox that holds some mails and let the settings name it."""
    with ImapServer(mails) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        port = server.server_address[1]
        settings.EMAIL_MAILBOX = Mailbox.parse(f"imap://returns:secret@localhost:{port}")
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
