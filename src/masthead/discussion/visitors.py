"""Who sends something to a discussion: a browser with a name of its own, or somebody signed in."""

from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse

from masthead.discussion.models import Comment, Commenter
from masthead.lib.identity import new_public_id
from masthead.lib.network import network_hash
from masthead.readers.models import User

COOKIE, SALT = "commenter", "masthead.discussion.visitor"
YEAR = 365 * 24 * 3600
#: Sent with nothing but what is asked for here: baked pages stay the same for everybody.
COOKIE_PATH = "/discussion/"


@dataclass
class Visitor:
    """Who asks: the browser's own random name, who is known by it, and the user, if any."""

    name: str
    network: str
    commenter: Commenter | None
    user: User | None
    #: The browser told its name: somebody may be known by it.
    is_remembered: bool = False

    @property
    def is_known(self) -> bool:
        return bool(self.user or (self.commenter and self.commenter.address_id))

    def wrote(self, comment: Comment) -> bool:
        """Return whether it is this person's own comment."""
        return bool(self.commenter) and comment.commenter_id == self.commenter.pk  # type: ignore[union-attr]


def visitor_of(request: HttpRequest) -> Visitor:
    """Return who asks; a browser that nobody knows gets a name, which a cookie may keep."""
    name = _name_in_cookie(request)
    user = request.user if request.user.is_authenticated else None
    commenter = None
    if user or name:
        who = {"user": user} if user else {"public_id": name, "user": None}
        commenter = Commenter.objects.select_related("address").filter(**who).first()
    network = network_hash(request.META.get("REMOTE_ADDR", ""))
    shown = commenter.public_id if commenter else name or new_public_id()
    return Visitor(shown, network, commenter, user, is_remembered=bool(name))


def _name_in_cookie(request: HttpRequest) -> str:
    try:
        return str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT))
    except signing.BadSignature:
        return ""


def remember(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Let a browser say next time by which name it is known."""
    response.set_cookie(
        COOKIE,
        signing.dumps(name, salt=SALT),
        max_age=YEAR,
        path=COOKIE_PATH,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
