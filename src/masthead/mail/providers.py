"""Which company receives an address's mail: it counts what we send to all its domains together."""

_DOMAINS = {
    "google": "gmail.com googlemail.com",
    "microsoft": (
        "outlook.com hotmail.com live.com msn.com outlook.de outlook.fr outlook.es outlook.pt "
        "hotmail.co.uk hotmail.de hotmail.fr hotmail.es hotmail.it live.co.uk live.de live.fr "
        "live.nl live.se live.dk live.no windowslive.com"
    ),
    "yahoo": (
        "yahoo.com ymail.com rocketmail.com aol.com yahoo.co.uk yahoo.de yahoo.fr yahoo.es "
        "yahoo.it yahoo.ca yahoo.com.br yahoo.com.mx yahoo.com.ar yahoo.co.in yahoo.in aim.com "
        "verizon.net sky.com att.net sbcglobal.net bellsouth.net"
    ),
    "apple": "icloud.com me.com mac.com",
    "gmx": "gmx.de gmx.net gmx.at gmx.ch gmx.com web.de mail.com",
    "t-online": "t-online.de magenta.de",
    "proton": "proton.me protonmail.com pm.me",
    "mail.ru": "mail.ru bk.ru inbox.ru list.ru",
    "yandex": "yandex.ru yandex.com ya.ru",
    "orange": "orange.fr wanadoo.fr",
    "free": "free.fr",
    "laposte": "laposte.net",
    "libero": "libero.it iol.it virgilio.it",
}
_PROVIDERS = {domain: name for name, text in _DOMAINS.items() for domain in text.split()}


def provider_of(email: str) -> str:
    """Return a name for who receives an address's mail: a large company's, else the domain."""
    domain = email.rpartition("@")[2].lower()
    return _PROVIDERS.get(domain, domain)
