"""A marked passage is found again after edits, or said to be lost; no other is taken for it."""

import hashlib
import re

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from masthead.lib.anchoring import Certainty, Span, Text, choose, find_again, quote
from tests.proof import effort

FERRY = [
    "The night ferry now leaves when the sea says so. The Trust ran it for three weeks.",
    "Nobody at the barrier had been told. The night sister asked for a list at nine o'clock.",
    "The Trust says that the trial cost 3,420 crowns, and that it will go on until spring.",
]
TRIAL = "the trial cost 3,420 crowns"


def marked(paragraphs, exact, prefix="", suffix=""):
    text = Text(paragraphs)
    return quote(text, choose(text, exact, prefix, suffix))


def found(paragraphs, known):
    text = Text(paragraphs)
    span = find_again(text, known)
    return text.words(span) if span else None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Nobody", "Almost nobody", TRIAL),
        ("The Trust says that", "Its book-keeper told us on Monday that", TRIAL),
        ("3,420", "3,240", "the trial cost 3,240 crowns"),
        ("the trial cost", "the trial  cost", "the trial  cost 3,420 crowns"),
        (", and that it will go on until spring", "", TRIAL),
        ("the trial cost 3,420 crowns, and", "the sum is known and", None),
    ],
)
def test_a_passage_is_found_where_it_stands_now(old, new, words):
    known = marked(FERRY, TRIAL)

    assert found([each.replace(old, new) for each in FERRY], known) == words


def test_a_passage_is_found_in_another_paragraph():
    known = marked(FERRY, "The night sister asked for a list at nine o'clock.")
    moved = ["The night sister asked for a list at nine o'clock.", FERRY[2], FERRY[0]]

    assert found(moved, known) == "The night sister asked for a list at nine o'clock."


def test_the_same_words_are_told_apart_by_what_stands_around_them():
    paragraphs = [
        "On a wet Monday before Christmas our Trust said no on all the 97 nights of the trial.",
        "Asked for a list of those who wait, in March again the Trust said no to anybody's face.",
    ]
    known = marked(paragraphs, "Trust said no", prefix="again the ")
    assert known.certainty == Certainty.CONTEXT
    text = Text(["One more line.", *paragraphs])

    span = find_again(text, known)

    assert text.before(span).endswith("in March again the ")
    assert found(paragraphs[:1], known) is None


def test_what_cannot_be_told_apart_is_lost():
    lines = ["The gate was shut.", "Nobody came.", "The gate was shut.", "Nobody came."] * 3
    known = marked([*lines, "Only here a ferry came."], "a ferry came")
    text = Text(lines)

    twin = quote(text, text.occurrences("The gate was shut.")[2])

    assert known.certainty == Certainty.WORDS
    assert twin.certainty == Certainty.NONE
    assert found(lines, twin) is None


@pytest.mark.parametrize(("exact", "prefix"), [("not there", ""), ("", ""), ("The Trust", "")])
def test_words_that_stand_nowhere_or_twice_are_not_chosen(exact, prefix):
    with pytest.raises(LookupError):
        choose(Text(FERRY), exact, prefix, "")


def test_a_passage_never_reaches_into_another_paragraph():
    with pytest.raises(LookupError):
        choose(
            Text(FERRY), "when the sea says so. The Trust ran it for three weeks. Nobody", "", ""
        )


# ---- Any edits: stories of words that know where they come from.

numbers = st.integers(0, 40)


def word(name):
    return hashlib.sha256(str(name).encode()).hexdigest()[:6]


@st.composite
def stories(draw):
    """Paragraphs of sentences of (word, where it is from); many sentences resemble each other."""
    sentences = []
    for number in range(draw(st.integers(2, 8))):
        names = [(number, place) for place in range(draw(st.integers(5, 9)))]
        if sentences and draw(st.booleans()):
            names = [name for name, _origin in sentences[draw(numbers) % len(sentences)]]
            for _each in range(draw(st.integers(0, 4))):
                names[draw(numbers) % len(names)] = (number, "other")
        sentences.append([(name, ("old", number, place)) for place, name in enumerate(names)])
    return sentences


def texts(sentences, breaks):
    """Return the paragraphs, and where each of their words comes from."""
    paragraphs, origins = [[]], [[]]
    for number, sentence in enumerate(sentences):
        if number in breaks and paragraphs[-1]:
            paragraphs.append([])
            origins.append([])
        paragraphs[-1] += [word(name) for name, _origin in sentence]
        origins[-1] += [origin for _name, origin in sentence]
    return [" ".join(each) for each in paragraphs], [each for part in origins for each in part]


def origins_in(text, span, origins):
    first = len(text.whole[: span.start].split())
    return set(origins[first : first + len(text.words(span).split())])


@st.composite
def edited(draw, sentences):
    sentences = [list(each) for each in sentences]
    changed = set()
    for step in range(draw(st.integers(1, 4))):
        at = draw(numbers) % len(sentences) if sentences else 0
        what = draw(st.sampled_from(["delete", "insert", "change", "move"]))
        if what == "insert":
            new = [(("new", step, place), ("new", step, place)) for place in range(6)]
            sentences.insert(at, new)
        elif not sentences:
            continue
        elif what == "delete":
            del sentences[at]
        elif what == "move":
            sentences.insert(draw(numbers) % len(sentences), sentences.pop(at))
        elif (key := sentences[at][0][1][:2]) not in changed:
            changed.add(key)
            place = draw(numbers) % len(sentences[at])
            sentences[at][place] = (("change", step), sentences[at][place][1])
    return sentences


@pytest.mark.proof
@given(st.data())
@effort(120)
def test_no_other_passage_is_ever_taken_for_it(data):
    sentences = data.draw(stories())
    paragraphs, origins = texts(sentences, data.draw(st.sets(numbers)))
    text = Text(paragraphs)
    number = data.draw(numbers) % len(origins)
    words = [match.span() for match in re.finditer(r"\S+", text.whole)]
    last = min(number + data.draw(st.integers(0, 9)), len(words) - 1)
    exact = text.whole[words[number][0] : words[last][1]].split("\n")[0]
    span = Span(words[number][0], words[number][0] + len(exact))
    known, marked_words = quote(text, span), origins_in(text, span, origins)

    again, new_origins = texts(data.draw(edited(sentences)), data.draw(st.sets(numbers)))
    now = Text(again)
    place = find_again(now, known)
    event("found" if place else "lost")

    if place:
        there = origins_in(now, place, new_origins)
        assert there & marked_words or any(kind == "new" for kind, *_rest in there)
