"""One file that holds many: what was written comes back, and nothing else is believed."""

import hashlib
import io
import tarfile

import pytest

from masthead.lib.archive import ArchiveError, Entry, read_about, unpack, write_archive

ABOUT = {"format": 1, "masthead": "0.1.0"}


def nothing(_size):
    """Tell nobody."""


@pytest.fixture
def archive(tmp_path):
    (tmp_path / "one").write_bytes(b"first" * 1000)
    (tmp_path / "two").write_bytes(b"")
    entries = [Entry("originals/één.jpg", tmp_path / "one"), Entry("empty", tmp_path / "two")]
    write_archive(tmp_path / "news.tar", ABOUT, entries, nothing)
    return tmp_path / "news.tar"


def take_out(archive, folder, is_wanted=lambda _name: True):
    folder.mkdir()
    unpack(archive, folder, is_wanted, nothing)


def hostile(path, *members, sums=None):
    """Write a tar of members, each a TarInfo and its content, with sums that are right."""
    about = tarfile.TarInfo("about.json")
    with tarfile.open(path, "w") as tar:
        lines = ""
        for member, content in ((about, b"{}"), *members):
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
            lines += f"{hashlib.sha256(content).hexdigest()}  {member.name}\n"
        end = tarfile.TarInfo("SHA256SUMS")
        end.size = len(lines)
        tar.addfile(end, io.BytesIO(lines.encode()))
    return path


def test_what_was_written_comes_back_private(archive, tmp_path):
    take_out(archive, tmp_path / "out")

    assert (tmp_path / "out/originals/één.jpg").read_bytes() == b"first" * 1000
    assert (tmp_path / "out/empty").read_bytes() == b""
    assert read_about(archive) == ABOUT
    assert archive.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "out/empty").stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_not_written_over(archive, tmp_path):
    before = archive.read_bytes()

    with pytest.raises(FileExistsError):
        write_archive(archive, ABOUT, [], nothing)

    assert archive.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_each_flipped_byte_of_what_counts_is_noticed(archive, tmp_path):
    whole = bytearray(archive.read_bytes())
    with tarfile.open(archive) as tar:
        places = [tar.next().offset_data + 1 for _each in range(2)]
        places += [tar.getmember("SHA256SUMS").offset_data + 3, 10, 1024 + 130]

    for number, place in enumerate(places):
        flipped = bytearray(whole)
        flipped[place] ^= 0x04
        damaged = tmp_path / f"damaged-{number}.tar"
        damaged.write_bytes(flipped)
        with pytest.raises(ArchiveError):
            take_out(damaged, tmp_path / f"out-{number}")


def test_a_file_that_was_cut_off_anywhere_is_refused(archive, tmp_path):
    whole = archive.read_bytes()
    with tarfile.open(archive) as tar:
        end = tar.getmember("SHA256SUMS")

    for length in (0, 100, 512, 2000, 4096, end.offset, end.offset_data + 10):
        cut = tmp_path / f"cut-{length}.tar"
        cut.write_bytes(whole[:length])
        with pytest.raises(ArchiveError):
            take_out(cut, tmp_path / f"out-{length}")


def link(kind):
    member = tarfile.TarInfo("originals/link")
    member.type = kind
    member.linkname = "/etc/passwd"
    return member


@pytest.mark.parametrize(
    ("member", "explanation"),
    [
        (tarfile.TarInfo("../outside"), "leads elsewhere"),
        (tarfile.TarInfo("originals/../../outside"), "leads elsewhere"),
        (tarfile.TarInfo("/etc/cron.d/evil"), "leads elsewhere"),
        (tarfile.TarInfo("originals//x"), "leads elsewhere"),
        (tarfile.TarInfo("originals/a\nb"), "leads elsewhere"),
        (tarfile.TarInfo("originals\\..\\x"), "leads elsewhere"),
        (link(tarfile.SYMTYPE), "holds what is no file"),
        (link(tarfile.LNKTYPE), "holds what is no file"),
        (link(tarfile.CHRTYPE), "holds what is no file"),
        (link(tarfile.DIRTYPE), "holds what is no file"),
        (tarfile.TarInfo("about.json"), "twice"),
        (tarfile.TarInfo("bashrc"), "belongs to no backup"),
    ],
    ids=lambda each: each if isinstance(each, str) else repr(each.name + each.type.decode()),
)
def test_what_no_backup_holds_is_refused(tmp_path, member, explanation):
    path = hostile(tmp_path / "evil.tar", (member, b""))

    with pytest.raises(ArchiveError, match=explanation):
        take_out(path, tmp_path / "out", lambda name: name != "bashrc")

    assert {each.name for each in tmp_path.iterdir()} == {"evil.tar", "out"}
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["about.json"]


def test_a_header_that_asks_for_all_memory_is_refused(tmp_path):
    path = hostile(tmp_path / "evil.tar")
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 2**33
    path.write_bytes(path.read_bytes()[:1024] + header.tobuf(tarfile.GNU_FORMAT) + bytes(10_240))

    with pytest.raises(ArchiveError, match="memory"):
        take_out(path, tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"no tar" * 1000, b"\x1f\x8b" + bytes(2000)])
def test_what_is_no_backup_at_all_is_told_so(tmp_path, content):
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)

    with pytest.raises(ArchiveError, match="it is no backup of Masthead"):
        read_about(path)
