import quopri

from hypothesis import example, given
from hypothesis import strategies as st

from masthead.mail.dkim import relaxed_body
from masthead.mail.quoted_printable import SOFT_BREAK, quoted_text, quoted_value
from tests.proof import effort

TEXTS = st.text(st.sampled_from(list("aF.= \t\nFrom é☀-x/?&")), max_size=300) | st.text(max_size=60)


def in_a_letter(before, value, after):
    parts = [quoted_text(before), SOFT_BREAK, quoted_value(value), SOFT_BREAK, quoted_text(after)]
    return b"".join(parts) + b"\r\n"


@effort(200)
@given(TEXTS, TEXTS, TEXTS)
@example("", "https://lamp.example/leave/?a=1&b=" + "F." * 90, "")
@example("", "." * 200, "")
@example("", "=" * 200, "")
@example("two  ", " blanks ", " ")
def test_every_text_arrives_as_it_was_and_in_lines_that_every_server_takes(before, value, after):
    written = in_a_letter(before, value, after)

    for line in written.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith((b".", b"From "))
    assert written.isascii()
    assert relaxed_body(written + b"end\r\n") == written + b"end\r\n"
    text = "\n".join((before + value + after + "\n").replace("\r\n", "\n").split("\r"))
    read = quopri.decodestring(written).decode().replace("\r\n", "\n")
    assert read == text or "\r" in before + value + after
