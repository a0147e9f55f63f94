"""The settings of a served newsroom in which a few addresses do what a test asks for."""

from masthead.conf.settings import *  # noqa: F403

ROOT_URLCONF = "tests.cli.served_urls"
SQLITE["OPTIONS"]["timeout"] = 0.2  # noqa: F405
