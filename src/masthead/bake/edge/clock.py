"""The time, once a second: nothing that is sent thousands of times a second asks the system."""

import time
from email.utils import formatdate


class Clock:
    """Holds the time (monotonic seconds) and the Date header, both as of the last tick."""

    def __init__(self) -> None:
        self.tick()

    def tick(self) -> None:
        """Take the time anew."""
        self.now = time.monotonic()
        self.date = formatdate(usegmt=True).encode()
        #: The end of a head: the last header and the empty line.
        self.end_of_head = b"date: " + self.date + b"\r\n\r\n"
