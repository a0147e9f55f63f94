"""What a page must never do while somebody uses it, in a real browser."""

from urllib.parse import urlsplit

#: Chromium tells a listener more of a breach than it writes to the console.
TELL_BREACHES = """document.addEventListener("securitypolicyviolation", (breach) =>
  console.error(`breach of ${breach.violatedDirective}: ${breach.blockedURI} ${breach.sample}`))"""

#: Colours that fade into others are at an end.
STILL = """async () => {
  await new Promise(requestAnimationFrame);
  const fading = document.getAnimations().filter(each => each instanceof CSSTransition);
  await Promise.allSettled(fading.map(each => each.finished));
}"""


def show_in(scheme, page):
    """Show a page as somebody sees it who prefers ``light`` or ``dark``, once it stands still."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate(STILL)


class Watch:
    """Collects faults of all pages of a browser context; ``allowed`` are other hosts asked."""

    def __init__(self, context, *, allowed=()):
        self.faults = []
        self.allowed = {"localhost", *allowed}
        context.add_init_script(TELL_BREACHES)
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        context.on("request", self.see_request)
        context.on("response", self.see_response)

    def hear(self, message):
        # What did not load is told with its address by the response.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(f"console: {message.text} at {message.page.url}")

    def see_request(self, request):
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.hostname not in self.allowed:
            self.faults.append(f"asked {request.url}")

    def see_response(self, response):
        if response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"{response.status} {response.url}")
