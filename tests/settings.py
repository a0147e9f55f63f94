"""The settings of a newsroom that lives as long as a test run."""

import os
import tempfile
from pathlib import Path

from masthead.conf.installation import Installation
from masthead.lib.address import SiteAddress

HOME = Path(tempfile.mkdtemp(prefix="masthead-test-"))
os.environ["MASTHEAD_HOME"] = str(HOME)
Installation(
    home=HOME,
    address=SiteAddress.parse("http://localhost:8000"),
    languages=("en", "es", "ar"),
    time_zone="Europe/Lisbon",
    database_url=os.environ.pop("TEST_DATABASE_URL", ""),
).write()

from masthead.conf.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Durability is not under test here, so nothing waits for the disk.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    options = DATABASES["default"]["OPTIONS"]  # noqa: F405
    options["init_command"] = options["init_command"].replace("FULL", "OFF")
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
