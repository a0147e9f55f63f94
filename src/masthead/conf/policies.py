"""What a browser may load for a page: one policy for readers and one for the desk."""

#: Public pages run no inline script, hold no inline style and ask nobody else for anything;
#: the players of embeds are framed after a click. A script that feeds a clip to a video element
#: does so through an address of the page's own making (blob:).
PUBLIC_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; "
    "frame-src https://www.youtube-nocookie.com https://player.vimeo.com https://archive.org; "
    "frame-ancestors 'self'"
)
#: As strict as Wagtail's desk allows. Its forms carry inline scripts: each field for a date and
#: each list of rows starts itself, some in HTML that a script puts in later, so that neither a
#: nonce nor a hash could name them. Handlers in attributes, which is how markup that slips into a
#: page runs, are refused; the hash allows “return;” alone, by which the picture editor asks the
#: browser whether it feels touches. Previews are pages of our own in a frame.
DESK_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; "
    "script-src-attr 'unsafe-hashes' 'sha256-i+qr4lq34KgNHiW62lWi9aInEBwiEOrfCzaNPCvkqD8='; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; "
    "connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-src 'self'; frame-ancestors 'self'"
)
