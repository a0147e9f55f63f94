"""A fast mail server that takes everything: ``sink PORT [FILE]`` notes each recipient in a file."""

import asyncio
import os
import sys

import uvloop


class Session(asyncio.Protocol):
    def __init__(self, log):
        self.log = log
        self.buffer = b""
        self.recipient = b""
        self.is_data = False

    def connection_made(self, transport):
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data):
        self.buffer += data
        out = []
        while self.step(out):
            pass
        self.transport.write(b"".join(out))

    def step(self, out):
        ending = b"\r\n.\r\n" if self.is_data else b"\r\n"
        text, found, rest = self.buffer.partition(ending)
        if not found:
            return False
        self.buffer = rest
        if self.is_data:
            self.is_data = False
            if self.log is not None:
                os.write(self.log, self.recipient + b"\n")
            out.append(b"250 2.0.0 ok\r\n")
        else:
            out.append(self.answer(text))
        return True

    def answer(self, line):
        verb = line[:4].upper()
        if verb == b"EHLO":
            return b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
        if verb == b"RCPT":
            self.recipient = line[9:-1]
        if verb == b"DATA":
            self.is_data = True
            return b"354 go on\r\n"
        return b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n"


async def main(port, path=None):
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if path else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(log), "127.0.0.1", port, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), *sys.argv[2:]))
