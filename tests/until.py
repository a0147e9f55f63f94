"""Waiting for another process."""

import time


def until(condition, *, within=20):
    """Return what a condition returns once that is true; fail when it is not in so many seconds."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    msg = f"not within {within} s: {condition}"
    raise AssertionError(msg)
