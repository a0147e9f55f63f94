"""Long lists: every story stands in one part, and an edit changes no part far from it."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.stories.lists import divide
from tests.factories.stories import StoryFactory
from tests.proof import effort

ZONE = ZoneInfo("Europe/Dublin")
DAYS = st.lists(st.integers(0, 900), max_size=80)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr("masthead.stories.lists.MOST", 3)
    monkeypatch.setattr("masthead.stories.lists.NEWEST", 2)


def rows_of(days):
    return [(key, datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)) for key, day in days]


def parts_of(days):
    return divide(rows_of(sorted(days.items(), key=lambda each: (each[1], each[0]))), ZONE)


def read(client, path, status=200):
    answer = client.get(path, headers={"host": "localhost:8000"})
    assert answer.status_code == status
    return answer.text


def dates_on(page):
    return re.findall(r">Of ([\d-]+)<", page)


def publish(*dates):
    for date in dates:
        year, month, day = map(int, date.split("-"))
        StoryFactory(title=f"Of {date}", published_at=datetime(year, month, day, 12, tzinfo=UTC))


@effort(60)
@given(DAYS)
def test_one_way_leads_through_all_stories_from_the_newest_to_the_oldest(days):
    parts = parts_of(dict(enumerate(days)))
    with_stories = [address for address, part in parts.items() if part.keys]

    seen, address = [], with_stories[-1] if with_stories else None
    while address:
        part = parts[address]
        seen += part.keys
        assert len(part.keys) <= 3
        assert part.older is None or parts[part.older].newer == address
        address = part.older

    assert seen == sorted(range(len(days)), key=lambda key: (days[key], key), reverse=True)


@effort(60)
@given(DAYS.filter(bool), st.data())
def test_a_withdrawn_story_changes_parts_of_its_own_year_and_their_neighbours(days, data):
    before = dict(enumerate(days))
    gone = data.draw(st.sampled_from(sorted(before)))
    old, new = parts_of(before), parts_of({key: day for key, day in before.items() if key != gone})
    year = rows_of([(gone, before[gone])])[0][1].astimezone(ZONE).strftime("%Y/")

    changed = {
        address for address in old.keys() | new.keys() if old.get(address) != new.get(address)
    }

    near = {
        each
        for parts in (old, new)
        for address in parts
        if address.startswith(year)
        for each in (address, parts[address].older, parts[address].newer)
    }
    assert changed <= near


@pytest.mark.django_db
def test_a_list_goes_on_by_years_and_a_full_year_by_months(client):
    publish("2024-05-01", "2024-07-01", "2026-02-01", "2026-02-02", "2026-03-01", "2026-03-02")
    story = StoryFactory(title="Of 2026-03-03", published_at=datetime(2026, 3, 3, tzinfo=UTC))
    section = story.section.url

    newest, month = read(client, section), read(client, f"{section}2026/02/")
    year, full = read(client, f"{section}2024/"), read(client, f"{section}2026/")

    assert dates_on(newest) == ["2026-03-03", "2026-03-02"]
    assert f'<a rel="next" href="{section}2026/03/">' in newest
    assert dates_on(month) == ["2026-02-02", "2026-02-01"]
    assert f'<a rel="prev" href="{section}2026/03/">' in month
    assert f'<a rel="next" href="{section}2024/">' in month
    assert "February 2026" in re.search(r"<title>(.*)</title>", month)[1]
    assert dates_on(year) == ["2024-07-01", "2024-05-01"]
    assert f'<a href="{section}2026/02/">February 2026</a>' in full
    for address in (
        "2025/",
        "2024/05/",
        "2026/01/",
        "2026/03/page/1/",
        "26/",
        "2026/3/",
        "page/1/",
    ):
        read(client, f"{section}{address}", status=404)


@pytest.mark.django_db
def test_a_month_of_many_stories_has_pages_that_never_shift(client):
    publish(*(f"2026-07-{day:02}" for day in range(1, 9)))

    newest, oldest = read(client, "/archive/2026/07/"), read(client, "/archive/2026/07/page/1/")

    assert dates_on(newest) == ["2026-07-08", "2026-07-07"]
    assert '<a rel="next" href="/archive/2026/07/page/2/">' in newest
    assert dates_on(oldest) == ["2026-07-03", "2026-07-02", "2026-07-01"]
    assert '<a rel="prev" href="/archive/2026/07/page/2/">' in oldest
    assert "/archive/2026/07/page/1/" in re.search(r'rel="canonical" href="([^"]+)"', oldest)[1]
    assert '<a href="/archive/2026/07/">July 2026</a>' in read(client, "/archive/")
    assert '<a href="/archive/2026/07/">July 2026</a>' in read(client, "/archive/2026/")
    for address in ("2026/07/page/3/", "2026/07/page/", "2026/07/1/", "2026/07/page/01/"):
        read(client, f"/archive/{address}", status=404)
