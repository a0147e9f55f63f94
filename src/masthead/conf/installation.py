"""The settings file of one installation: read once, typed, nothing else touches the environment."""

import json
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.utils import parseaddr
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

from masthead.conf.cache import cache
from masthead.conf.mail_server import MailServer
from masthead.conf.mailbox import Mailbox
from masthead.lib.address import SiteAddress
from masthead.lib.bucket import Bucket

FILE_NAME = "masthead.toml"
#: Environment variables that win over the file, and the setting that each one stands for.
OVERRIDES = {
    "BUCKET_URL": "bucket",
    "CACHE_URL": "cache_url",
    "DATABASE_URL": "database_url",
    "EMAIL_URL": "email_url",
    "MASTHEAD_ADDRESS": "address",
}
EXPLANATIONS = {
    "address": "Where readers find this newsroom. Links, cookies and allowed hosts follow from it.",
    "language": "The newsroom's main language, and all languages that it publishes in.",
    "time_zone": "Times in the desk and in stories' addresses are told in this zone.",
    "database_url": "Empty: SQLite in this folder. Else: postgres://user:password@host/database",
    "cache_url": "Empty: a table in the database. Else Redis or Valkey: redis://host:6379/0",
    "bucket": "Empty: files lie in this folder. Else also in S3: s3://key:secret@host/bucket",
    "email_url": "Empty: mail stays in the desk's outbox. Else: smtp+tls://user:password@host:587",
    "email_returns": "Empty, or the mailbox for what comes back: name+anything@host must reach it.",
    "email_mailbox": "Empty, or where that mailbox is read: imap+ssl://user:password@host:993",
    "email_hooks": "Empty, or name:password for the webhooks of the mail provider; then its key.",
    "email_connections": "Letters to many: connections at once, messages over each of them, then",
    "email_per_second": "messages a second in all, and to one company that receives (0: no limit).",
    "akismet_key": "Empty, or your key of Akismet: it is told text, name and address of comments.",
    "scorer_url": "Empty, or a program of yours that gives comments a score; the key signs for us.",
    "workers": "Processes that answer requests: so many at the edge, so many with the program.",
    "clip_megabytes": "The largest clip that can be uploaded.",
    "ffmpeg": "The program that prepares clips. Empty: the system's, else that of masthead[video].",
    "speech_to_text": "Empty, or what drafts captions: a command, or the address of a service.",
    "trusted_proxies": "Proxies (addresses or networks) whose X-Forwarded-* headers are believed.",
    "purge": "Caches in front, such as http://127.0.0.1:6081, that are sent PURGE for changes.",
    "read_log": "Empty: the edge counts reads. Else: the log of a web server that sends the pages.",
    "backup_folder": "Where a backup a day goes. Empty: backups/ here. Better: another disk.",
    "backup_bucket": "Empty, or where it goes as well: s3://key:secret@host/bucket/folder",
    "backup_keep": "So many daily backups are kept (0: none is made).",
    "metrics_token": "Empty: /metrics is closed. Else what Prometheus brings as a bearer token.",
    "secret_key": "Signs cookies and links. Whoever knows it can sign in as anyone.",
}


@dataclass(frozen=True)
class Installation:
    """Everything that differs between one installation and the next.

    ``home`` is the data folder; the file in it holds all the other fields.
    """

    home: Path
    address: SiteAddress
    language: str = "en"
    languages: tuple[str, ...] = ("en",)
    time_zone: str = "UTC"
    database_url: str = field(default="", repr=False)
    cache_url: str = field(default="", repr=False)
    bucket: str = field(default="", repr=False)
    email_url: str = field(default="", repr=False)
    email_from: str = ""
    email_returns: str = ""
    email_mailbox: str = field(default="", repr=False)
    email_hooks: str = field(default="", repr=False)
    email_hooks_key: str = field(default="", repr=False)
    email_connections: int = 4
    email_per_connection: int = 100
    email_per_second: int = 0
    email_per_provider: int = 20
    akismet_key: str = field(default="", repr=False)
    scorer_url: str = ""
    scorer_key: str = field(default="", repr=False)
    workers: int = 2
    clip_megabytes: int = 2048
    ffmpeg: str = ""
    speech_to_text: str = ""
    trusted_proxies: tuple[str, ...] = ()
    purge: tuple[str, ...] = ()
    read_log: str = ""
    backup_folder: str = ""
    backup_bucket: str = field(default="", repr=False)
    backup_keep: int = 7
    metrics_token: str = field(default="", repr=False)
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> "Installation":
        """Read the settings file in ``MASTHEAD_HOME`` (default: ``./var``).

        Raises ImproperlyConfigured, naming file and setting, when it is missing or wrong.
        """
        home = Path(environ.get("MASTHEAD_HOME", "var")).resolve()
        path = home / FILE_NAME
        try:
            stored = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            msg = f"{path} does not exist. Make a newsroom first: masthead init {home}"
            raise ImproperlyConfigured(msg) from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            msg = f"{path} cannot be read: {error}"
            raise ImproperlyConfigured(msg) from error
        stored |= {OVERRIDES[name]: environ[name] for name in OVERRIDES if environ.get(name)}
        return cls.check(home, stored)

    @classmethod
    def check(cls, home: Path, stored: Mapping[str, Any]) -> "Installation":
        """Return the installation that these values describe.

        Raises ImproperlyConfigured, naming file and setting, when a value is wrong.
        """
        try:
            return cls(home=home, **_typed(stored))
        except (TypeError, ValueError) as error:
            msg = f"{home / FILE_NAME}: {error}"
            raise ImproperlyConfigured(msg) from error

    def write(self) -> Path:
        """Write the settings file, readable by its owner alone, and return its path.

        Raises FileExistsError when there is one: it may hold the only copy of the secret key.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        path = self.home / FILE_NAME
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(self._as_toml())
        return path

    def _as_toml(self) -> str:
        lines = [
            "# The settings of this newsroom. `masthead serve` reads them when it starts.",
            "",
        ]
        for name in (each.name for each in fields(self) if each.name != "home"):
            if name in EXPLANATIONS:
                lines += ["", f"# {EXPLANATIONS[name]}"]
            lines.append(f"{name} = {_toml_value(getattr(self, name))}")
        return "\n".join(lines) + "\n"


def checked(name: str, value: object) -> Any:
    """Return one setting's value as it is used. Raises ValueError or TypeError when it is wrong."""
    return _READERS.get(name, _text)(name, value)


def _toml_value(value: object) -> str:
    if isinstance(value, SiteAddress):
        value = str(value)
    # A JSON string, number or list of strings is also a TOML one.
    return json.dumps(value, ensure_ascii=False)


def _typed(stored: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {each.name: each for each in fields(Installation) if each.name != "home"}
    if unknown := set(stored) - set(kinds):
        msg = f"“{min(unknown)}” is no setting"
        raise ValueError(msg)
    if missing := {"address", "secret_key"} - set(stored):
        msg = f"“{min(missing)}” is missing"
        raise ValueError(msg)
    values = {name: checked(name, value) for name, value in stored.items()}
    if values.get("scorer_url") and not values.get("scorer_key"):
        msg = "“scorer_url” needs a “scorer_key”, so that your scorer knows who asks"
        raise ValueError(msg)
    return values


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        msg = f"“{name}” must be a text in quotes"
        raise TypeError(msg)
    return value


def _address(name: str, value: object) -> SiteAddress:
    return SiteAddress.parse(_text(name, value))


def _texts(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        msg = f"“{name}” must be a list of texts"
        raise TypeError(msg)
    return tuple(_text(name, item) for item in value)


def _count(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        msg = f"“{name}” must be a whole number from 1"
        raise ValueError(msg)
    return value


def _several(name: str, value: object) -> int:
    # One is left for the mails that go first.
    if _count(name, value) < 2:
        msg = f"“{name}” must be a whole number from 2"
        raise ValueError(msg)
    return _count(name, value)


def _limit(name: str, value: object) -> int:
    if value == 0 and not isinstance(value, bool):
        return 0
    return _count(name, value)


def _token(name: str, value: object) -> str:
    if _text(name, value) and not re.fullmatch(r"[\w.~+/=-]{16,}", str(value), re.ASCII):
        msg = f"“{name}” must have at least 16 letters and digits"
        raise ValueError(msg)
    return str(value)


def _folder(name: str, value: object) -> str:
    if _text(name, value) and not Path(str(value)).is_absolute():
        msg = f"“{name}”: “{value}” must begin with /"
        raise ValueError(msg)
    return str(value)


def _time_zone(name: str, value: object) -> str:
    try:
        ZoneInfo(_text(name, value))
    except (ZoneInfoNotFoundError, ValueError) as error:
        msg = f"“{name}”: “{value}” is no time zone; write it as Europe/Lisbon"
        raise ValueError(msg) from error
    return str(value)


def _database_url(name: str, value: object) -> str:
    url = _text(name, value)
    if not url:
        return url
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        msg = f"“{name}” must be written as postgres://user:password@host/database"
        raise ValueError(msg)
    if not find_spec("psycopg"):
        msg = f"“{name}” needs PostgreSQL's driver: pip install 'masthead[postgresql]'"
        raise ValueError(msg)
    return url


def _cache_url(name: str, value: object) -> str:
    cache(_text(name, value))
    return str(value)


def _bucket(name: str, value: object) -> str:
    Bucket.parse(_text(name, value))
    return str(value)


def _proxies(name: str, value: object) -> tuple[str, ...]:
    proxies = _texts(name, value)
    for each in proxies:
        try:
            ip_network(each)
        except ValueError:
            msg = f"“{name}”: “{each}” is no address or network; write 127.0.0.1 or 10.0.0.0/8"
            raise ValueError(msg) from None
    return proxies


def _caches(name: str, value: object) -> tuple[str, ...]:
    return tuple(str(SiteAddress.parse(each)) for each in _texts(name, value))


def _secret(name: str, value: object) -> str:
    if len(_text(name, value)) < 32:
        msg = f"“{name}” must have at least 32 characters"
        raise ValueError(msg)
    return str(value)


def _email_url(name: str, value: object) -> str:
    MailServer.parse(_text(name, value))
    return str(value)


def _sender(name: str, value: object) -> str:
    if _text(name, value) and "@" not in parseaddr(str(value))[1]:
        msg = f"“{name}”: “{value}” is no mail address such as Lantern <news@lantern.example>"
        raise ValueError(msg)
    return str(value)


def _returns(name: str, value: object) -> str:
    local, _at, domain = _text(name, value).rpartition("@")
    if value and (not domain or not re.fullmatch(r"[\w.-]{1,30}", local, re.ASCII)):
        msg = f"“{name}”: “{value}” is no plain mail address such as returns@news.example"
        raise ValueError(msg)
    return str(value)


def _mailbox(name: str, value: object) -> str:
    Mailbox.parse(_text(name, value))
    return str(value)


def _web_address(name: str, value: object) -> str:
    url = _text(name, value)
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        msg = f"“{name}”: “{value}” is no web address such as https://scorer.example/comments"
        raise ValueError(msg)
    return url


def _key(name: str, value: object) -> str:
    if value and len(_text(name, value)) < 16:
        msg = f"“{name}” must have at least 16 characters"
        raise ValueError(msg)
    return _text(name, value)


def _hooks(name: str, value: object) -> str:
    user, _colon, password = _text(name, value).partition(":")
    if value and (not user or len(password) < 12):
        msg = f"“{name}” must be name:password, with a password of 12 characters or more"
        raise ValueError(msg)
    return str(value)


_READERS = {
    "address": _address,
    "database_url": _database_url,
    "cache_url": _cache_url,
    "bucket": _bucket,
    "languages": _texts,
    "email_url": _email_url,
    "email_from": _sender,
    "email_returns": _returns,
    "email_hooks": _hooks,
    "email_mailbox": _mailbox,
    "scorer_url": _web_address,
    "scorer_key": _key,
    "email_connections": _several,
    "email_per_connection": _count,
    "email_per_second": _limit,
    "email_per_provider": _limit,
    "trusted_proxies": _proxies,
    "purge": _caches,
    "backup_folder": _folder,
    "backup_bucket": _bucket,
    "backup_keep": _limit,
    "metrics_token": _token,
    "workers": _count,
    "clip_megabytes": _count,
    "time_zone": _time_zone,
    "secret_key": _secret,
}
