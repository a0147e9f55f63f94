"""Caches in front are told of exactly the addresses whose bytes changed, after the swap."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils.encoding import iri_to_uri
from wagtail.contrib.frontend_cache.backends.base import BaseBackend

from masthead.bake import purge
from masthead.bake.models import Purge
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db(transaction=True)
told = []
#: Reads a baked file at the moment at which the cache is told of its address.
reading = []


class Cache(BaseBackend):
    """A cache that remembers what it was told."""

    def __init__(self, params):
        super().__init__(params)
        self.fails = params.get("FAILS", False)

    def purge_batch(self, urls):
        if self.fails:
            raise OSError("nobody answers")
        told.extend(urls)
        for read in reading:
            read()

    def purge(self, url):
        self.purge_batch([url])


@pytest.fixture(autouse=True)
def cache(settings):
    told.clear()
    reading.clear()
    settings.WAGTAILFRONTENDCACHE = {"front": {"BACKEND": f"{__name__}.Cache"}}


@pytest.fixture
def listener():
    """Run an HTTP server that notes what it is asked."""

    class Answer(BaseHTTPRequestHandler):
        def do_PURGE(self):
            self.server.asked.append((self.command, self.path, self.headers["Host"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def send_all():
    while purge.send():
        pass
    found = set(told)
    told.clear()
    return {address.removeprefix("http://localhost:8000") for address in found}


def publish(story, **changes):
    for name, value in changes.items():
        setattr(story, name, value)
    story.save_revision().publish()


def test_a_headline_purges_what_shows_it_and_nothing_else(kitchen):
    other = StoryFactory()
    story = StoryFactory(title="Harbour")
    kitchen.settle()
    send_all()

    publish(story, title="Harbour opens")
    kitchen.settle()
    changed = send_all()

    assert {story.address, "/", f"{story.section.url}"} <= changed
    assert other.address not in changed
    assert "/about/" not in changed


def test_an_edit_that_changes_no_byte_purges_nothing(kitchen):
    story = StoryFactory()
    kitchen.settle()
    send_all()

    publish(story)
    kitchen.settle()

    assert send_all() == set()


def test_a_cache_is_told_after_the_new_bytes_stand_there(kitchen):
    story = StoryFactory(title="Harbour")
    kitchen.settle()
    send_all()
    publish(story, title="Harbour opens")
    kitchen.settle()
    found = []
    reading.append(lambda: found.append(kitchen.text(story.address)))

    send_all()

    assert found
    assert all("Harbour opens" in text for text in found)


def test_an_unpublished_story_is_purged(kitchen):
    story = StoryFactory()
    kitchen.settle()
    send_all()

    story.unpublish()
    kitchen.settle()

    assert story.address in send_all()


def test_addresses_wait_for_a_backend_that_fails(kitchen, settings):
    StoryFactory()
    kitchen.settle()
    settings.WAGTAILFRONTENDCACHE = {"front": {"BACKEND": f"{__name__}.Cache", "FAILS": True}}

    with pytest.raises(OSError, match="nobody answers"):
        purge.send()

    assert Purge.objects.exists()


def test_a_cache_is_sent_purge_for_the_address_as_browsers_ask_for_it(kitchen, settings, listener):
    host, port = listener.server_address
    settings.WAGTAILFRONTENDCACHE = {
        "front": {
            "BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
            "LOCATION": f"http://{host}:{port}",
        }
    }
    story = StoryFactory(slug="größe")
    kitchen.settle()

    while purge.send():
        pass

    assert ("PURGE", iri_to_uri(story.address), "localhost:8000") in listener.asked


def test_without_a_cache_in_front_nothing_is_noted(kitchen, settings):
    settings.WAGTAILFRONTENDCACHE = {}
    StoryFactory()

    kitchen.settle()

    assert not Purge.objects.exists()
