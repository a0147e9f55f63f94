import pytest

from masthead.stories.embeds import Embed, embed


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            Embed("YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ),
        (
            "https://youtu.be/dQw4w9WgXcQ?t=3",
            Embed("YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ),
        ("https://vimeo.com/123", Embed("Vimeo", "https://player.vimeo.com/video/123")),
        (
            "https://archive.org/details/night_ferry.2",
            Embed("Internet Archive", "https://archive.org/embed/night_ferry.2"),
        ),
        ("https://vimeo.com/about", Embed("Vimeo", "")),
        ('https://www.youtube.com/watch?v="><script>', Embed("YouTube", "")),
        ("https://elsewhere.example/1", Embed("elsewhere.example", "")),
    ],
)
def test_an_address_leads_to_its_player(address, expected):
    assert embed(address) == expected
