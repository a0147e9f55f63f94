"""Pictures, clips and captions made on the spot, with the marks that must never get out."""

import struct
import zlib
from io import BytesIO

import factory
from django.core.files.base import ContentFile
from PIL import Image as Pixels
from PIL import ImageCms
from PIL.PngImagePlugin import PngInfo

from masthead.media.models import Clip, Image

#: Where, with what and by whom: each stands in some block of a marked picture.
SECRETS = (
    b"Secretville",
    b"SN-4711-0815",
    b"Leakcam 9000",
    b"Petra Hidden",
    b"+48.8583",
    b"SCREEN-77",
)
TEXT = " ".join(secret.decode() for secret in SECRETS)
XMP = (
    f'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    f'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{TEXT}</rdf:RDF></x:xmpmeta>'
).encode()


def pixels(mode="RGB", size=(64, 48)):
    picture = Pixels.linear_gradient("L").resize(size)
    if mode == "I;16":
        return picture.convert("I").point(lambda level: level * 256).convert("I;16")
    if mode in {"RGBA", "LA"}:
        picture = picture.convert(mode)
        picture.putalpha(Pixels.radial_gradient("L").resize(size))
        return picture
    return picture.convert("RGB").convert(mode)


def exif(orientation=1):
    data = Pixels.Exif()
    data[0x0112] = orientation
    data[0x010F] = data[0x0110] = "Leakcam 9000"
    data[0x013B] = data[0x8298] = "Petra Hidden"
    data[0xA431] = "SN-4711-0815"
    data[0x010E] = TEXT
    data.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.0), 3: "E", 4: (2.0, 17.0, 40.0)})
    data.get_ifd(0x8769).update({0x927C: TEXT.encode(), 0xA431: "SN-4711-0815"})
    return data


def profile():
    """sRGB, with the name of somebody's screen in a tag of its own."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count = struct.unpack_from(">I", plain, 128)[0]
    table = plain[132 : 132 + 12 * count]
    moved = b"".join(
        struct.pack(">4sII", name, offset + 12, size)
        for name, offset, size in struct.iter_unpack(">4sII", table)
    )
    body = plain[132 + 12 * count :]
    secret = TEXT.encode().ljust(-(-len(TEXT) // 4) * 4)
    entry = struct.pack(">4sII", b"mmod", len(plain) + 12, len(secret))
    whole = plain[:128] + struct.pack(">I", count + 1) + moved + entry + body + secret
    return struct.pack(">I", len(whole)) + whole[4:]


def encoded(kind="JPEG", mode="RGB", size=(64, 48), **options):
    out = BytesIO()
    pixels(mode, size).save(out, kind, **options)
    return out.getvalue()


def marked(kind, mode="RGB", orientation=1, size=(64, 48)):
    """Return a picture that tells everything, in every block that its format has."""
    options = {"exif": exif(orientation).tobytes(), "xmp": XMP}
    if mode in {"RGB", "RGBA"}:
        options["icc_profile"] = profile()
    if kind == "PNG":
        texts = PngInfo()
        texts.add_text("Comment", TEXT)
        texts.add_text("Author", TEXT, zip=True)
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options["pnginfo"] = texts
    if kind == "GIF":
        options = {"comment": TEXT.encode()}
    picture = encoded(kind, mode, size, **options)
    return with_segments(picture) if kind == "JPEG" else picture


def with_segments(jpeg):
    """Add what Pillow does not write: a comment, IPTC, a thumbnail, C2PA, all with the marks."""
    iptc = b"\x1c\x02\x50" + struct.pack(">H", len(TEXT)) + TEXT.encode()
    photoshop = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc
    segments = (
        (0xFE, TEXT.encode()),
        (0xED, photoshop),
        (0xE0, b"JFXX\0\x10" + TEXT.encode()),
        (0xEB, b"JP\0\0jumb" + TEXT.encode()),
    )
    blocks = [struct.pack(">BBH", 0xFF, mark, len(data) + 2) + data for mark, data in segments]
    return jpeg[:2] + b"".join(blocks) + jpeg[2:]


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, *chunks):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + b"".join(chunks)


class ImageFactory(factory.django.DjangoModelFactory):
    """A picture as it is after an upload, without renditions; ``content`` is its file."""

    class Meta:
        model = Image

    title = factory.Sequence(lambda number: f"Picture {number}")
    credit = "Photo: Ada Brook"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        content = kwargs.pop("content", None) or encoded()
        file = ContentFile(content, name=kwargs.pop("name", "picture.jpg"))
        return super()._create(model_class, *args, file=file, **kwargs)


def box(kind, *parts):
    content = b"".join(parts)
    return struct.pack(">I", len(content) + 8) + kind + content


def track(codec=b"avc1", *, width=640, height=360, turned=False, more=b"", reference=b""):
    unity = 1 << 16
    matrix = (0, unity, 0, -unity, 0) if turned else (unity, 0, 0, 0, unity)
    header = bytes(40) + struct.pack(">5i", *matrix) + bytes(16)
    tkhd = box(b"tkhd", header, struct.pack(">II", width * unity, height * unity))
    stsd = box(b"stsd", struct.pack(">II", 0, 1), box(codec, bytes(78)))
    own = reference or box(b"url ", b"\0\0\0\1")
    dinf = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1), own))
    return box(b"trak", tkhd, box(b"mdia", box(b"minf", dinf, box(b"stbl", stsd))), more)


def mp4(*tracks, brand=b"isom", seconds=12.5, more=b"", moov_first=True, behind=b""):
    """Return an MP4 with the boxes that a phone writes and no pictures in it."""
    mvhd = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, int(seconds * 1000)), bytes(80))
    sound = track(b"mp4a", width=0, height=0)
    moov = box(b"moov", mvhd, *(tracks or (track(), sound)), more)
    media = box(b"mdat", bytes(256))
    body = moov + media if moov_first else media + moov
    return box(b"ftyp", brand, bytes(4), b"isommp42") + body + behind


class ClipFactory(factory.django.DjangoModelFactory):
    """A clip with its poster."""

    class Meta:
        model = Clip

    title = factory.Sequence(lambda number: f"Clip {number}")
    description = "A bridge is opened."
    credit = "Video: Ada Brook"
    poster = factory.SubFactory(ImageFactory)
    file = factory.LazyFunction(lambda: ContentFile(mp4(), name="clip.mp4"))
