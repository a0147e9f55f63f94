"""The how-to that leads from an empty Debian to https://, run in a machine within the machine."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.cli.newsroom import environment, founded
from tests.database import ROOT
from tests.machine import CADDY

SCRIPT = ROOT / "docs/how-to/server.sh"
PROGRAMS = ("unshare", "systemd-analyze", "curl", "ip")
can_isolate = pytest.mark.skipif(
    os.geteuid() != 0 or not CADDY.find() or not all(map(shutil.which, PROGRAMS)),
    reason="needs root, caddy, curl, iproute2 and systemd",
)
#: What the machine within lacks, or may not do: each does the least that the next step needs.
SHIMS = {
    "apt-get": "exit 0",
    "update-ca-certificates": "exit 0",  # Caddy would have the machine trust its certificate
    "adduser": "exit 0",
    "install": "mkdir -p /srv/news",
    "runuser": 'shift 3; exec "$@"',
    "python3": (
        'mkdir -p "$3/bin"; ln -s {shims}/masthead {shims}/pip "$3/bin/"; '
        "[ $1 = -m ] && [ $2 = venv ]"
    ),
    "pip": '[ "$2" = masthead.whl ]',
    # A newsroom is founded in other tests, in half a minute.
    "masthead": (
        "if [ $1 = init ]; then cp -r {founded} $2; "
        'sed -i "s|^address = .*|address = \\"${{3#--address=}}\\"|" $2/masthead.toml; '
        "chown -R nobody:nogroup $2; else exec {python} -m masthead $@; fi"
    ),
    "systemctl": (
        'case "$*" in "enable --now masthead") '
        "systemd-analyze verify /etc/systemd/system/masthead.service; "
        "$(sed -n s/^ExecStart=//p /etc/systemd/system/masthead.service) >/srv/log 2>&1 & ;; "
        '"reload-or-restart caddy") HOME=/srv caddy start --config /etc/caddy/Caddyfile ;; esac'
    ),
}
#: The same site with certificates that end soon.
SHORT_LIVED = """
{
    renew_interval 1s
    storage file_system /srv/short-lived
}
news.localhost {
    tls {
        issuer internal {
            lifetime 9s
        }
    }
    reverse_proxy 127.0.0.1:8000 {
        lb_try_duration 20s
    }
}
"""
WITHIN = """
set -eu
ip link set lo up
for each in /opt /srv /etc/caddy /etc/systemd/system /usr/local/share/ca-certificates; do
    mkdir -p $each; mount -t tmpfs tmpfs $each
done
sh {script} news.localhost "The Lamp" ada@example.org Ada masthead.whl
curl -sk --resolve news.localhost:443:127.0.0.1 -D - -o /dev/null https://news.localhost/account/login/
curl -sk --resolve news.localhost:80:127.0.0.1 -D - -o /dev/null http://news.localhost/
caddy reload --config {short_lived} >/dev/null 2>&1
read() {{ curl --fail -sk --resolve news.localhost:443:127.0.0.1 -o /dev/null -w "%{{certs}}" \
    https://news.localhost/; }}
number() {{ read | grep --max-count=1 "^Serial Number"; }}
for each in first second; do
    BEFORE=$(number)
    while [ "$(number)" = "$BEFORE" ]; do read >/dev/null; done
    echo "The certificate changed"
done
systemd-analyze security --offline=true --no-pager /etc/systemd/system/masthead.service | tail -1
caddy stop >/dev/null 2>&1
kill $(cat /srv/news/home/serve.lock)
"""


def test_the_how_to_shows_the_script_word_for_word():
    shown = (ROOT / "docs/how-to/put-it-on-a-server.md").read_text("utf-8")

    assert f"```sh\n{SCRIPT.read_text('utf-8')}```" in shown


@can_isolate
def test_the_script_leads_to_https(tmp_path):
    words = {"shims": tmp_path, "founded": founded(), "python": sys.executable}
    for name, does in SHIMS.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does.format(**words)}\n")
        (tmp_path / name).chmod(0o755)
    short_lived = tmp_path / "Caddyfile"
    short_lived.write_text(SHORT_LIVED)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}

    within = WITHIN.format(script=SCRIPT, short_lived=short_lived)
    done = subprocess.run(
        ["unshare", "--mount", "--net", "sh", "-c", within],
        env=environment("", **path),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "HTTP/2 200" in done.stdout
    assert "strict-transport-security" in done.stdout
    assert "308 Permanent Redirect" in done.stdout
    assert "ok     the worker runs" in done.stdout
    assert done.stdout.count("The certificate changed") == 2  # to one that ends soon, to the next
    assert re.search(r"Overall exposure level for masthead.service: [12]\.\d OK", done.stdout)
