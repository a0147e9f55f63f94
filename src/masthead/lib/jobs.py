"""What the worker does again and again: each app registers its jobs when it is ready."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """Something that the worker does every ``every`` seconds.

    ``run`` asks one cheap, indexed question, does a small piece of what there is to do and
    returns True when it did some and wants to be called again at once. What takes over 100 ms of
    processor time is ``heavy``: it runs in a process of its own, with less priority, that ends
    with it. What ``everywhere`` says is done on each machine, the rest by one of them at a time.
    So that no process is made for nothing, ``is_due`` asks a heavy job's cheap question
    in the worker itself. A job may be cut off at any point and must then be able to start again.
    """

    name: str
    run: Callable[[], bool]
    every: float
    heavy: bool = False
    is_due: Callable[[], bool] | None = None
    everywhere: bool = False


_registered: dict[str, Job] = {}


def register(job: Job) -> None:
    """Let the worker do a job from its next start on.

    Raises ValueError when another job has the same name or its pause is not above zero.
    """
    if job.every <= 0:
        msg = f"the job “{job.name}” needs a pause above zero"
        raise ValueError(msg)
    if _registered.setdefault(job.name, job) != job:
        msg = f"two jobs are named “{job.name}”"
        raise ValueError(msg)


def registered() -> tuple[Job, ...]:
    """Return all jobs in the order in which they were registered."""
    return tuple(_registered.values())
