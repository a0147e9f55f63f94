"""Redis by setting, gone and back."""

import pytest
from django.core.cache import cache as shared_cache
from django.test import Client

from masthead.conf.cache import cache
from tests.cli.machines import Redis
from tests.machine import REDIS
from tests.postgres import free_port
from tests.until import until

pytestmark = pytest.mark.skipif(not REDIS.find(), reason="needs redis-server")


@pytest.fixture
def port(settings):
    port = free_port()
    settings.CACHES = {"default": cache(f"redis://127.0.0.1:{port}/0")}
    return port


def ask_for_a_code():
    client = Client(headers={"host": "localhost:8000"}, raise_request_exception=False)
    return client.post("/account/login/code/", {"email": "ada@example.org"})


@pytest.mark.django_db
def test_a_cache_that_is_gone_is_told_and_is_well_again_by_itself(port):
    gone = ask_for_a_code()

    server = Redis(port)
    server.start()
    back = until(lambda: (found := ask_for_a_code()).status_code != 503 and found)
    shared_cache.clear()
    server.stop()
    assert gone.status_code == 503
    assert gone.headers["Retry-After"]
    assert "does not answer" in gone.text
    assert back.status_code in {200, 302}


@pytest.mark.parametrize("url", ["http://a", "redis:", "memcached://a:1"])
def test_an_address_that_is_no_cache_is_refused(url):
    with pytest.raises(ValueError, match="must be written as redis://"):
        cache(url)
