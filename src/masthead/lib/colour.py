"""Colours that can be read on their ground (WCAG 2.2, 1.4.3)."""

Channels = tuple[int, int, int]
#: The least contrast of text that is not large.
READABLE = 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours such as ``#a3182e``, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, ground: str) -> str:
    """Return a colour as it is, or the nearest mix with black or white that can be read."""
    end = "#000000" if _luminance(ground) > 0.18 else "#ffffff"
    for step in range(21):
        mixed = mix(colour, end, step / 20)
        if contrast(mixed, ground) >= READABLE:
            return mixed
    return end


def mix(colour: str, other: str, share: float) -> str:
    """Return a colour with a share, from 0 to 1, of another in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _channels(colour: str) -> Channels:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
