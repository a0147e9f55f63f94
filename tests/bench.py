"""The budgets, measured: ``python -m tests.bench``.

Speed is a ratio to nginx, which serves the same bytes in the same run; raw figures stand beside it.
CPU, queries and bytes are counted.
"""

import gzip
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests import (
    bench_bake,
    bench_clips,
    bench_discussion,
    bench_letters,
    bench_search,
    bench_subscribers,
    machine,
)
from tests.bench_edge import Edge, Reference, Tree, long_story
from tests.postgres import free_port

WRK = machine.Program("wrk", "wrk")
RENDERS = 50


def main() -> int:
    if machine.prepare((machine.NGINX, WRK)):
        return 1
    with (
        tempfile.TemporaryDirectory(prefix="masthead-bench-") as folder,
        demo(folder) as (home, base, processes),
    ):
        with urlopen(f"{base}/lead/") as answer:
            story, html = urlsplit(answer.url).path, answer.read()
        print(f"story page: {len(html):,} bytes, {len(gzip.compress(html, 6)):,} gzipped")
        processes.settle()
        count_render(home, story)
        with nginx(Path(folder) / "baked", long_story()) as (port, others):
            edge = Edge(home, int(base.rpartition(":")[2]), processes)
            edge.measure(Reference(port, others), Path(folder))
    bench_bake.main()
    bench_search.main()
    bench_letters.main()
    bench_subscribers.main()
    bench_clips.main()
    bench_discussion.main()
    return 0


def count_render(home: Path, story: str) -> None:
    """Print what one rendering of a story costs, in a process of its own."""
    environment = os.environ | {"MASTHEAD_HOME": str(home)}
    subprocess.run(
        [sys.executable, "-m", "tests.bench", "render", story], env=environment, check=True
    )


def render(path: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.conf.settings"
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from masthead.stories.addresses import find
    from masthead.stories.queries import main_site
    from masthead.stories.render import render as render_page

    site = main_site()
    render_page(find(site=site, path=path).page)
    with CaptureQueriesContext(connection) as queries:
        render_page(find(site=site, path=path).page)
    started = resource.getrusage(resource.RUSAGE_SELF)
    for _round in range(RENDERS):
        render_page(find(site=site, path=path).page)
    ended = resource.getrusage(resource.RUSAGE_SELF)
    cpu = ended.ru_utime + ended.ru_stime - started.ru_utime - started.ru_stime
    print(f"one rendering: {1000 * cpu / RENDERS:.1f} ms of CPU, {len(queries)} queries")


@contextmanager
def demo(folder: str) -> Iterator[tuple[Path, str, Tree]]:
    """Make and serve the demo newsroom; yield its data folder, address and processes."""
    home, port = Path(folder) / "demo", free_port()
    environment = os.environ | {"MASTHEAD_HOME": str(home), "PORT": str(port)}
    server = subprocess.Popen(
        [sys.executable, "-m", "demo"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        base = f"http://localhost:{port}"
        wait_for(f"{base}/readyz")
        yield home, base, Tree(server.pid)
    finally:
        server.terminate()
        server.wait()


@contextmanager
def nginx(folder: Path, html: bytes) -> Iterator[tuple[int, Tree]]:
    """Serve some bytes at /story/ with nginx on two processes; yield its port and processes."""
    port = free_port()
    (folder / "story").mkdir(parents=True)
    (folder / "story/index.html").write_bytes(html)
    (folder / "story/index.html.gz").write_bytes(gzip.compress(html, mtime=0))
    (folder / "nginx.conf").write_text(
        f"worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;"
        "events { worker_connections 512; }"
        f"http {{ access_log off; types {{ text/html html; }} keepalive_requests 1000000;"
        "gzip_static on; open_file_cache max=100;"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}"
    )
    for each in (folder, folder.parent):
        each.chmod(0o755)
    command = [machine.NGINX.find(), "-c", folder / "nginx.conf", "-g", "daemon off;"]
    server = subprocess.Popen(command)
    try:
        wait_for(f"http://127.0.0.1:{port}/story/")
        yield port, Tree(server.pid)
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            urlopen(address, timeout=1).read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"{address} does not answer")


if __name__ == "__main__":
    if sys.argv[1:2] == ["render"]:
        render(sys.argv[2])
    else:
        sys.exit(main())
