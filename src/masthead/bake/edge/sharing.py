"""A page that is not baked yet is rendered once, however many ask for it meanwhile."""

import asyncio
import re
from collections.abc import Awaitable, Callable

from masthead.bake.edge.application import Answered

Key = tuple[bytes, ...]
PUBLIC = re.compile(rb"(?:^|[,\s])public(?:$|[,\s])", re.IGNORECASE)


class Renders:
    """Requests that the application is answering, and for whose answers others wait."""

    def __init__(self) -> None:
        self.running: dict[Key, asyncio.Task[Answered]] = {}

    async def ask(self, key: Key, ask: Callable[[], Awaitable[Answered]]) -> Answered:
        """Return the answer to a request, another's when that is for everybody.

        Raises what asking raises; whoever waited for it gets the same error.
        """
        running = self.running.get(key)
        if running:
            answered = await asyncio.shield(running)
            return answered if is_for_everybody(answered) else await ask()
        task = asyncio.ensure_future(ask())
        self.running[key] = task
        task.add_done_callback(lambda _task: self.running.pop(key, None))
        return await asyncio.shield(task)


def is_for_everybody(answered: Answered) -> bool:
    """Return whether an answer may be given to others than who asked for it."""
    headers = dict(answered.headers)
    is_public = PUBLIC.search(headers.get(b"cache-control", b"")) is not None
    return is_public and b"set-cookie" not in headers
