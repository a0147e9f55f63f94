"""The hosts at which a newsroom's sites stand."""

from wagtail.models import Site

from masthead.lib.address import DEFAULT_PORTS


def host_of(site: Site) -> str:
    """Return a site's host as browsers send it."""
    host: str = site.hostname
    return host if site.port in DEFAULT_PORTS.values() else f"{host}:{site.port}"
