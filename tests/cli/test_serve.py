"""``masthead serve``: one process tree."""

import os
import re
import signal
import socket
from pathlib import Path

import pytest

from tests.cli.newsroom import HOST, Served, children_of, runs, tree_below
from tests.until import until


def test_readers_get_the_front_page_and_its_files(served):
    answer, text = served.get("/")
    style = re.search(r'href="(/static/[^"]+)"', text)[1]

    assert answer.status == 200
    assert "The Lamp" in text
    assert served.get(style)[0].status == 200


def test_health_is_told_of_the_process_and_of_its_database(served):
    assert served.get("/healthz")[1] == "ok\n"
    assert served.get("/readyz")[1] == "ok\n"


def test_each_request_has_a_name_in_its_answer_and_in_the_log(served):
    answer, _text = served.get("/nowhere%0Aat-all/?token=secret")

    name = answer.headers["X-Request-ID"]
    line = until(lambda: next(iter(e for e in served.lines() if e.get("request_id") == name), None))
    assert (line["method"], line["path"], line["status"]) == ("GET", "/nowhere%0Aat-all/", 404)
    assert line["duration_ms"] > 0
    assert "secret" not in served.log.read_text()


def test_the_first_process_holds_no_database_and_no_thread(served):
    process = Path(f"/proc/{served.process.pid}")

    opened = [str(each.readlink()) for each in (process / "fd").iterdir()]

    assert not [path for path in opened if "sqlite3" in path]
    assert len(list((process / "task").iterdir())) == 1


def test_readers_come_before_all_that_is_made_for_later(served):
    ranks = [served.edges(), [served.web_server()], [served.baker(), served.worker()]]

    behind = [{os.getpriority(os.PRIO_PROCESS, each) for each in rank} for rank in ranks]

    assert behind == [{0}, {5}, {10}]


def test_a_second_instance_on_the_same_folder_is_refused_in_one_line(served):
    second = served.newsroom.run("serve", "--port=0")

    assert second.returncode == 1
    running = f"process {served.process.pid} serves this folder already"
    assert second.stderr == f"masthead: {running} ({served.newsroom.home})\n"


def test_a_second_worker_on_the_same_folder_is_refused(served):
    working = served.worker()

    second = served.newsroom.run("work")

    assert second.returncode == 1
    assert f"process {working} works for this folder already" in second.stderr


def test_a_taken_port_is_named_in_one_line(served, newsroom):
    second = newsroom.run("serve", f"--port={served.port}")

    assert second.returncode == 1
    assert len(second.stderr.splitlines()) == 1
    assert f"port {served.port} is taken" in second.stderr


@pytest.mark.parametrize("child", [Served.web_server, Served.worker, Served.baker])
def test_a_killed_child_is_started_again(served, child):
    killed = child(served)

    os.kill(killed, signal.SIGKILL)

    until(lambda: not runs(killed))
    until(lambda: child(served) != killed)
    assert served.get("/healthz")[0].status == 200


def test_a_killed_thread_pool_is_started_again(served):
    web = served.web_server()
    killed = children_of(web)[0]

    os.kill(killed, signal.SIGKILL)

    until(lambda: killed not in children_of(web) and len(children_of(web)) == 2)
    assert served.get("/")[0].status == 200


def test_a_client_that_is_no_browser_is_refused_without_its_address_in_the_log(served):
    with socket.create_connection(("127.0.0.1", served.port)) as client:
        client.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
        answer = client.recv(100)

    assert answer.startswith(b"HTTP/1.1 400")
    refusal = until(lambda: [e for e in served.lines() if "Invalid request" in e["message"]])
    assert "127.0.0.1" not in refusal[0]["message"]


def test_a_stop_drops_no_request(newsroom):
    begun, go_on = newsroom.home / "begun", newsroom.home / "go_on"
    os.mkfifo(begun)
    os.mkfifo(go_on)
    with newsroom.serve() as served:
        slow, kept = served.connect(), served.connect()
        kept.request("GET", "/healthz", headers={"Host": HOST})
        assert kept.getresponse().read() == b"ok\n"
        slow.request("GET", "/test/slow/", headers={"Host": HOST})
        assert begun.read_text() == "begun"

        served.process.send_signal(signal.SIGTERM)
        until(lambda: refused(served.port))
        go_on.write_text("answered")
        answer = slow.getresponse()

        assert (answer.status, answer.read()) == (200, b"answered")
        assert served.process.wait(20) == 0
        slow.close()
        kept.close()


def test_whoever_is_connected_when_it_stops_is_answered(newsroom):
    with newsroom.serve() as served:
        until(lambda: served.get("/healthz")[0].status == 200)
        answers = Queue(served, 40)

        answers.begin()
        served.process.send_signal(signal.SIGTERM)

        assert served.process.wait(20) == 0
        assert answers.statuses() == {200}


class Queue:
    """Many clients that are connected before the stop and ask after it."""

    def __init__(self, served, count):
        self.clients = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(count)]
        self.answers = []

    def begin(self):
        for client in self.clients:
            client.sendall(
                f"GET /about/ HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()
            )

    def statuses(self):
        found = set()
        for client in self.clients:
            with client, client.makefile("rb") as file:
                line = file.readline().split()
                found.add(int(line[1]) if len(line) > 1 else 0)
        return found


def test_a_killed_supervisor_leaves_no_process(newsroom):
    with newsroom.serve() as served:
        served.worker()
        tree = tree_below(served.process.pid)

        served.process.kill()

        until(lambda: not any(runs(each) for each in tree))


def refused(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return True
    return False
