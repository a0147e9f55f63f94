"""Marks stand around passages of a rich text, and nothing else of it changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.lib.marked_html import Mark, Paragraph, marked, paragraphs
from tests.proof import effort

HTML = (
    '<h2 data-block-key="a">The sea</h2><p>It <b>rose &amp; fell</b> by<br/>noon.</p>\n'
    '<ul><li>One</li><li>A <a href="/x/">long link</a></li></ul><hr/><p></p>'
)


def mark(html, words, sign="[1]"):
    text = "\n".join(each.text for each in paragraphs(html))
    start = text.index(words)
    return marked(html, [Mark(start, start + len(words), "<i>", "</i>", sign)])


def test_paragraphs_follow_each_other_with_a_line_break_between():
    assert paragraphs(HTML) == [
        Paragraph(0, "The sea"),
        Paragraph(8, "It rose & fell by\nnoon."),
        Paragraph(32, "One"),
        Paragraph(36, "A long link"),
    ]


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("sea", ">The <i>sea</i>[1]</h2>"),
        ("It rose", "<p><i>It </i><b><i>rose</i>[1] &amp; fell</b>"),
        ("& fell by\nnoon", "<i>&amp;</i><i> fell</i></b><i> by</i><br/><i>noon</i>[1].</p>"),
        ("A long", '<i>A </i><a href="/x/"><i>long</i> link</a>[1]</li>'),
        ("One", "<li><i>One</i>[1]</li>"),
    ],
)
def test_a_mark_stands_around_each_piece_and_its_sign_behind_no_link(words, html):
    assert html in mark(HTML, words)


def test_two_marks_stand_beside_each_other():
    marks = [Mark(4, 7, "<u>", "</u>", "(2)"), Mark(0, 3, "<i>", "</i>", "(1)")]

    assert marked("<p>The sea</p>", marks) == "<p><i>The</i>(1) <u>sea</u>(2)</p>"


pieces = st.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", "a b", " ", "&amp;", "&#8217;", "<br>", "<li>", '<a href="x">']
)


@pytest.mark.proof
@given(st.lists(pieces, max_size=12), st.integers(0, 20), st.integers(1, 8))
@effort(80)
def test_nothing_of_the_text_changes(parts, start, length):
    html = "".join(parts)

    done = marked(html, [Mark(start, start + length, "\x02", "\x03", "\x04")])

    assert done.replace("\x02", "").replace("\x03", "").replace("\x04", "") == html
    assert done.count("\x02") == done.count("\x03")
