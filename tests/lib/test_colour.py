import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.lib.colour import contrast, readable
from tests.proof import effort

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def test_contrast_is_that_of_the_standard():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_a_colour_that_can_be_read_stays_as_it_is():
    assert readable("#a3182e", "#fffefb") == "#a3182e"


@pytest.mark.proof
@effort(100)
@given(colours, st.sampled_from(["#fffefb", "#171512", "#f5f2ea"]))
def test_every_colour_becomes_readable_on_its_ground(colour, ground):
    assert contrast(readable(colour, ground), ground) >= 4.5
