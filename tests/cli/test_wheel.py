"""A real installation: the built wheel, in an environment of its own."""

import re
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.cli.newsroom import ANSWERS, Newsroom, environment
from tests.database import ROOT


def test_the_installed_wheel_makes_and_serves_a_newsroom(tmp_path):
    wheel, site = tmp_path / "wheel", tmp_path / "site"
    uv = Path(sys.executable).parent / "uv"
    uv = uv if uv.exists() else ROOT / ".tools/bin/uv"
    run(uv, "build", "--wheel", "--offline", "--no-build-isolation", "--out-dir", wheel, ROOT)
    (built,) = wheel.glob("*.whl")
    run(uv, "pip", "install", "--offline", "--no-deps", "--no-config", "--target", site, built)
    newsroom = Installed(tmp_path / "home", settings="masthead.conf.settings")
    # The packages that Masthead needs, without the source tree that is installed beside them.
    newsroom.extra["PYTHONPATH"] = f"{site}:{sysconfig.get_path('purelib')}"

    made = newsroom.run("init", str(newsroom.home), *ANSWERS, "--address=http://localhost:8000")

    assert made.returncode == 0, made.stderr
    assert re.search(r"password: \S{16} ", made.stdout)
    assert "Sign in at http://localhost:8000/account/login/" in made.stdout
    with newsroom.serve() as served:
        answer, text = served.get("/")
        assert (answer.status, "The Lamp" in text) == (200, True)
        style = re.search(r'href="(/static/[^"]+)"', text)[1]
        assert served.get(style)[0].status == 200
        assert served.get("/account/login/")[0].status == 200
    where = newsroom.run(
        "manage", "shell", "-v", "0", "-c", "import masthead; print(masthead.__file__)"
    )
    assert where.stdout.startswith(str(site))


class Installed(Newsroom):
    """A newsroom whose commands know nothing of this repository."""

    @property
    def environment(self):
        return environment(self.home, **self.extra)


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
