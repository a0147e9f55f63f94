"""Asks the newsroom's own program or service what is said in a sound, as captions (WebVTT)."""

import logging
import os
import shlex
import signal
import subprocess
import time
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile

import requests
from django.utils.translation import gettext as _

from masthead.lib.process_end import end_with_parent
from masthead.lib.webvtt import MOST_BYTES, CaptionsRefusedError, check_captions

logger = logging.getLogger(__name__)
#: Seconds within which a service must be reached.
REACHED = 10


class SpeechError(Exception):
    """No captions came. The message is for the editor who asked for them."""


def captions_of(sound: Path, *, by: str, within: float) -> str:
    """Return the captions that ``by`` makes of a WAV file within so many seconds.

    ``by`` is the address of a service, which gets the file as the body of a POST, or a command,
    which gets its path as the last argument. Either answers with WebVTT.

    Raises SpeechError.
    """
    ask = _posted if by.startswith(("http://", "https://")) else _ran
    answer = ask(sound, by, within)
    try:
        check_captions(BytesIO(answer))
    except CaptionsRefusedError as error:
        raise SpeechError(_("What came back are no captions. %(why)s") % {"why": error}) from error
    return str(answer, "utf-8-sig").replace("\r\n", "\n")


def _ran(sound: Path, command: str, within: float) -> bytes:
    with TemporaryFile() as said, TemporaryFile() as complaints:
        try:
            process = subprocess.Popen(  # noqa: S603 - the operator's command, no shell
                [*shlex.split(command), str(sound)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=complaints,
                preexec_fn=partial(_begin, os.getpid()),  # noqa: PLW1509 - as for ffmpeg
            )
        except (OSError, ValueError) as error:
            raise SpeechError(_("The program for it cannot be started.")) from error
        try:
            failed = process.wait(within)
        except subprocess.TimeoutExpired as error:
            raise _too_slow() from error
        finally:
            _end(process)
        if failed:
            complaints.seek(0)
            logger.warning("%s: %s", command, complaints.read(10_000).decode("utf-8", "replace"))
            raise SpeechError(_("The program for it failed. The log says how."))
        said.seek(0)
        return said.read(MOST_BYTES + 1)


def _begin(parent: int) -> None:
    os.setpgrp()
    end_with_parent(parent, signal.SIGKILL)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End it and whatever it has started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _posted(sound: Path, address: str, within: float) -> bytes:
    until = time.monotonic() + within
    headers = {"Content-Type": "audio/wav", "Accept": "text/vtt"}
    try:
        with (
            sound.open("rb") as file,
            requests.post(
                address,
                data=file,
                headers=headers,
                timeout=(REACHED, within),
                stream=True,
                allow_redirects=False,
            ) as response,
        ):
            if response.status_code != requests.codes.ok:
                logger.warning("%s answers %s", address, response.status_code)
                raise SpeechError(_("The service for it failed. The log says how."))
            return _read(response, until)
    except requests.Timeout as error:
        raise _too_slow() from error
    except requests.RequestException as error:
        logger.warning("%s: %s", address, error)
        raise SpeechError(_("The service for it cannot be reached.")) from error


def _read(response: requests.Response, until: float) -> bytes:
    whole = b""
    for piece in response.iter_content(1024):
        whole += piece
        if time.monotonic() > until:
            raise _too_slow()
        if len(whole) > MOST_BYTES:
            break
    return whole


def _too_slow() -> SpeechError:
    return SpeechError(_("It took too long."))
