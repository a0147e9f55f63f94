"""A bucket of an S3-compatible storage: files by their names, kept by somebody else's machines."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

HOW = "“bucket” must be written as s3://key:secret@host/bucket?region=eu-west-1"
#: Seconds; then the library tries again, so often in all.
CONNECT, READ, ATTEMPTS = 5, 60, 3
MISSING = {"404", "NoSuchKey", "NotFound"}


class BucketError(OSError):
    """The bucket does not answer, or refuses."""


@dataclass(frozen=True)
class Bucket:
    """A bucket, and who may use it. ``prefix`` stands before every name in it."""

    endpoint: str
    name: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    region: str = "us-east-1"
    prefix: str = ""

    @classmethod
    def parse(cls, url: str) -> Self | None:
        """Read ``s3://key:secret@host[:port]/bucket[/prefix]``; None for nothing.

        ``s3+http`` stands for a server without TLS. Raises ValueError, and says how it is written.
        """
        if not url:
            return None
        parts = urlsplit(url)
        scheme = {"s3": "https", "s3+http": "http"}.get(parts.scheme)
        name, _slash, prefix = parts.path.strip("/").partition("/")
        if not (scheme and parts.hostname and parts.username and parts.password and name):
            raise ValueError(HOW)
        if not find_spec("boto3"):
            msg = "“bucket” needs the library for S3: pip install 'masthead[s3]'"
            raise ValueError(msg)
        host = parts.netloc.rpartition("@")[2]
        region = parse_qs(parts.query).get("region", ["us-east-1"])[0]
        who = unquote(parts.username), unquote(parts.password)
        return cls(f"{scheme}://{host}", name, *who, region, f"{prefix}/" if prefix else "")

    def put(self, name: str, path: Path) -> None:
        """Store a file's bytes under a name, whole or not at all. Raises BucketError."""
        with _told():
            self._client.upload_file(str(path), self.name, self.prefix + name)

    def put_bytes(self, name: str, content: bytes, kind: str, cache_control: str) -> None:
        """Store bytes under a name, with what a web server says of them. Raises BucketError."""
        said = {"ContentType": kind, "CacheControl": cache_control}
        with _told():
            self._client.put_object(Bucket=self.name, Key=self.prefix + name, Body=content, **said)

    def fetch(self, name: str, path: Path) -> None:
        """Write the bytes of a name into a file. Raises FileNotFoundError, BucketError."""
        with _told():
            self._client.download_file(self.name, self.prefix + name, str(path))

    def delete(self, name: str) -> None:
        """Forget a name, or do nothing when there is none. Raises BucketError."""
        with _told():
            self._client.delete_object(Bucket=self.name, Key=self.prefix + name)

    def holds(self, name: str) -> bool:
        """Return whether something is stored under a name. Raises BucketError."""
        try:
            with _told():
                self._client.head_object(Bucket=self.name, Key=self.prefix + name)
        except FileNotFoundError:
            return False
        return True

    def names(self, beginning: str = "") -> Iterator[str]:
        """Yield all names with a beginning, in their order. Raises BucketError."""
        list_some: Callable[..., Any] = self._client.get_paginator("list_objects_v2").paginate
        with _told():
            for some in list_some(Bucket=self.name, Prefix=self.prefix + beginning):
                for each in some.get("Contents", ()):
                    yield each["Key"].removeprefix(self.prefix)

    @cached_property
    def _client(self) -> Any:
        import boto3  # type: ignore[import-untyped]  # noqa: PLC0415 - where a bucket is set
        from botocore.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

        patience = Config(
            connect_timeout=CONNECT,
            read_timeout=READ,
            retries={"max_attempts": ATTEMPTS},
            # Many S3-compatible servers know no others.
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
            region_name=self.region,
            config=patience,
        )


@contextmanager
def _told() -> Iterator[None]:
    """Raise what callers know instead of the library's errors."""
    from boto3.exceptions import Boto3Error  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
    from botocore.exceptions import (  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
        BotoCoreError,
        ClientError,
    )

    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in MISSING:
            raise FileNotFoundError(str(error)) from error
        raise BucketError(str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise BucketError(str(error)) from error
