"""The renditions that every picture has, as Wagtail's filter specifications."""

#: What a browser without WebP gets, and what a page falls back on.
FALLBACK = "max-1200x1200|format-jpeg"
#: The widths that a page offers.
WIDTHS = tuple(f"width-{width}|format-webp" for width in (480, 960, 1600))
ALL = (FALLBACK, *WIDTHS)
