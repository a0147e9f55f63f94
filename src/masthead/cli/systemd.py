"""Print the unit with which systemd keeps the newsroom running, and little else open to it."""

import argparse
import grp
import pwd
import re
import sys
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from masthead.cli import CommandError, say
from masthead.conf.installation import Installation

UNIT = """\
# Written by: masthead systemd
[Unit]
Description=Masthead, the newsroom at {address}
After=network-online.target postgresql.service
Wants=network-online.target

[Service]
User={user}
Group={group}
Environment=MASTHEAD_HOME={home}
ExecStart={program} -m masthead serve
Restart=always
RestartSec=2
# The first process tells the others, in the right order; requests have half a minute.
KillMode=mixed
TimeoutStopSec=60
LimitNOFILE=65536
UMask=0027

# It writes here and nowhere else.
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={writable}
PrivateTmp=yes
PrivateDevices=yes
# It becomes nobody else, and sees no other program.
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectProc=invisible
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
RemoveIPC=yes
# It changes nothing of the system, and speaks by network and sockets alone.
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def run(_options: argparse.Namespace) -> int:
    """Print the unit for the owner of the data folder."""
    installation: Installation = settings.INSTALLATION
    say(unit(installation, Path(sys.executable)).rstrip())
    return 0


def unit(installation: Installation, program: Path) -> str:
    """Return the text of the unit. Raises CommandError for a path that systemd cannot be told."""
    home = installation.home
    owner = home.stat()
    if owner.st_uid == 0:
        msg = f"{home} is root's: give it to a user of its own (chown -R), then ask again"
        raise CommandError(msg)
    folders = [str(home), *([installation.backup_folder] if installation.backup_folder else [])]
    for path in (*folders, str(program)):
        if not re.fullmatch(r"[\w/.+@-]+", path):
            msg = f"“{path}” holds characters that mean something to systemd: choose a plainer path"
            raise ImproperlyConfigured(msg)
    return UNIT.format(
        address=installation.address,
        user=pwd.getpwuid(owner.st_uid).pw_name,
        group=grp.getgrgid(owner.st_gid).gr_name,
        home=home,
        program=program,
        writable=" ".join(folders),
    )
