"""Makes two stories in a newsroom, prints their public ids: one open to all and followed."""

import json
import os
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.conf.settings")


def main():
    import django

    django.setup()
    from django.utils import timezone

    from masthead.discussion.follow import COMMENTS
    from masthead.discussion.models import Told
    from masthead.readers.models import Address, Frequency, Subscription
    from tests.factories.discussion import open_to_all
    from tests.factories.stories import StoryFactory

    followed, other = open_to_all(StoryFactory()), StoryFactory()
    follower = Subscription.objects.create(
        address=Address.objects.create(email="fan@example.org"),
        kind=COMMENTS,
        target=followed.public_id,
        frequency=Frequency.HOURLY,
        confirmed_at=timezone.now(),
    )
    # What is found for the follower waits for a day, and can be counted.
    Told.objects.create(subscription=follower, at=timezone.now() + timedelta(days=1))
    print(json.dumps([followed.public_id, other.public_id]))


if __name__ == "__main__":
    main()
