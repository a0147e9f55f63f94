"""What the doctor looks at before he believes that pages are fresh."""

from collections.abc import Iterable

from masthead.bake import triggers
from masthead.bake.models import Node
from masthead.lib.checkup import Finding, register


@register
def changes_are_noted() -> Iterable[Finding]:
    """Compare the database's triggers with those that the program makes."""
    wrong = triggers.difference()
    if wrong:
        what = f"{len(wrong)} of the triggers by which pages stay fresh are missing or old"
        return [Finding(what, "masthead upgrade")]
    return [Finding("every change of a public page is noted")]


@register
def pages_are_baked() -> Iterable[Finding]:
    """Look for pages that cannot be baked."""
    failing = Node.objects.filter(failures__gt=0)
    names = ", ".join(failing.values_list("name", flat=True)[:3])
    if names:
        what = f"{failing.count()} pages cannot be baked: {names}; readers see them as they were"
        return [Finding(what, "read why in the log")]
    return [Finding("every page that changed can be baked")]
