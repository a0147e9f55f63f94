"""An edge in a thread of its own, with an application that does what a test tells it."""

import asyncio
import socket
import socketserver
import threading
from contextlib import contextmanager, suppress
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler

import uvloop

from masthead.bake.edge.edge import Edge
from tests.bake.edge.baked import HOST


class Stream:
    """What a connection brings, for several answers one after the other."""

    def __init__(self, client):
        self.file = client.makefile("rb")

    def makefile(self, _mode):
        return Kept(self.file)


class Kept:
    """A file that whoever reads one answer does not close."""

    def __init__(self, file):
        self.read, self.readline, self.flush = file.read, file.readline, file.flush

    def close(self):
        pass


class Answer:
    """An answer, read to its end."""

    def __init__(self, client, method="GET"):
        found = HTTPResponse(client, method=method)
        found.begin()
        self.status = found.status
        self.headers = found.headers
        self.body = found.read()

    def __getitem__(self, name):
        return self.headers[name]


def all_of(client):
    """Return what a connection brings until it ends, however it ends."""
    found = bytearray()
    with suppress(ConnectionError):
        while piece := client.recv(1_000_000):
            found += piece
    return found


class Served:
    """An edge that answers at a port; its time passes when a test says so."""

    def __init__(self, settings):
        self.settings = settings
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    @contextmanager
    def running(self):
        ready = threading.Event()
        thread = threading.Thread(target=lambda: uvloop.run(self._serve(ready)))
        thread.start()
        assert ready.wait(20)
        try:
            yield self
        finally:
            self.loop.call_soon_threadsafe(self.stop.set)
            thread.join(20)
            self.listener.close()

    async def _serve(self, ready):
        self.loop = asyncio.get_running_loop()
        self.stop = asyncio.Event()
        self.edge = Edge(self.settings)
        server = await self.loop.create_server(self.edge.connection, sock=self.listener)
        ready.set()
        await self.stop.wait()
        server.close()
        for guest in list(self.edge.doors.inside):
            guest.transport.abort()
        await asyncio.sleep(0)
        self.edge.tree.close()

    def do(self, function):
        """Call a function in the edge's thread and return its result."""

        async def call():
            return function()

        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(20)

    def later(self, seconds):
        """Let time pass."""

        def pass_time():
            self.edge.clock.now += seconds
            self.edge.look_around()

        self.do(pass_time)

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def ask(self, path="/", method="GET", body=b"", **headers):
        """Ask on a connection of its own and return the answer."""
        headers = {"Host": HOST} | {name.replace("_", "-"): v for name, v in headers.items()}
        if body:
            headers["Content-Length"] = len(body)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
        head = f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode()
        with self.connect() as client:
            client.sendall(head + body)
            return Answer(client, method)


class Asked:
    """What the application was asked."""

    def __init__(self, handler, body):
        self.method = handler.command
        self.path = handler.path
        self.headers = handler.headers
        self.body = body


class Application:
    """An application at a socket: it notes what it is asked and answers what it is told to."""

    def __init__(self, path):
        self.path = path
        self.asked = []
        self.answer = lambda _asked: (200, {}, b"from the application")

    @contextmanager
    def running(self):
        application = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self):
                self.client_address = ("", 0)
                super().handle_one_request()

            def _any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked = Asked(self, body)
                application.asked.append(asked)
                found = application.answer(asked)
                if found is None:
                    self.close_connection = True
                    return
                status, headers, content = found
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_HEAD = do_POST = _any  # noqa: N815 - where http.server looks

            def log_message(self, *_arguments):
                pass

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True
            request_queue_size = 100

            def handle_error(self, *_arguments):
                pass

        with Server(str(self.path), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            yield self
            server.shutdown()
            thread.join()
        self.path.unlink()
