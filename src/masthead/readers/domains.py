"""Mail domains at which many people have their address, and how they are mistyped."""

#: Providers at which a newsroom has many readers.
LARGE_DOMAINS = frozenset(
    {
        *(
            "aol.com",
            "email.com",
            "free.fr",
            "gmail.com",
            "gmx.at",
            "gmx.ch",
            "gmx.com",
            "gmx.de",
            "gmx.net",
        ),
        *("googlemail.com", "hotmail.com", "hotmail.de", "hotmail.es", "hotmail.fr"),
        *("icloud.com", "laposte.net", "libero.it", "live.com", "live.de", "live.fr", "mail.com"),
        *("mail.ru", "me.com", "msn.com", "orange.fr", "outlook.com", "outlook.de", "outlook.es"),
        *("outlook.fr", "posteo.de", "proton.me", "protonmail.com", "sapo.pt", "t-online.de"),
        *("web.de", "yahoo.com", "yahoo.de", "yahoo.es", "yahoo.fr", "yandex.ru", "ymail.com"),
    }
)
#: Ends that are no ends of a domain, or of none of these providers.
SLIPS = frozenset({"cim", "cm", "cmo", "co", "com.com", "comm", "con", "coom", "ocm", "om", "vom"})
#: Names that are shorter are too near to each other.
SHORTEST = 4


def meant(email: str) -> str:
    """Return the address that somebody probably meant to type; "" when nothing looks mistyped."""
    name, _at, domain = email.lower().rpartition("@")
    if domain in LARGE_DOMAINS:
        return ""
    near = [each for each in LARGE_DOMAINS if _is_slip(domain, each)]
    found = min(near, key=lambda each: _distance(domain, each), default="")
    return f"{name}@{found}" if found else ""


def _distance(typed: str, known: str) -> tuple[bool, bool, str]:
    """Return what puts the likeliest of several first: the same name, then the most common."""
    return typed.partition(".")[0] != known.partition(".")[0], known != "gmail.com", known


def _is_slip(typed: str, known: str) -> bool:
    label, _dot, end = typed.partition(".")
    known_label, _dot, known_end = known.partition(".")
    if label == known_label:
        return end in SLIPS and known_end == "com"
    is_end_right = end == known_end or (end in SLIPS and known_end == "com")
    return is_end_right and len(known_label) >= SHORTEST and _is_one_slip(label, known_label)


def _is_one_slip(typed: str, known: str) -> bool:
    """Return whether one letter is missing, too many, wrong, or two have changed places."""
    if abs(len(typed) - len(known)) > 1:
        return False
    longer, shorter = sorted((typed, known), key=len, reverse=True)
    if len(longer) > len(shorter):
        return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    wrong = [at for at in range(len(known)) if typed[at] != known[at]]
    is_swap = len(wrong) == 2 and wrong[1] == wrong[0] + 1 and sorted(typed) == sorted(known)
    return len(wrong) == 1 or is_swap
