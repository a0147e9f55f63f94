"""Redirects at the desk: edited one by one, or loaded from a table."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse  # noqa: TID251 - views of the desk
from django.shortcuts import redirect  # noqa: TID251 - views of the desk
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.contrib.redirects import forms as wagtail_forms
from wagtail.contrib.redirects import views
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log
from wagtail.models import Site

from masthead.stories.queries import main_site
from masthead.stories.redirects import RedirectMap, aim_at, page_at

MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 10_000
MAX_ERRORS = 20
PERMANENT = {"": True, "301": True, "302": False}


class RedirectForm(wagtail_forms.RedirectForm):
    """A redirect that leads somewhere, once."""

    redirect_link = forms.CharField(
        label=gettext_lazy("Redirect to any address"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("A path such as /new/, or a whole address."),
    )

    def clean_redirect_link(self) -> str:
        text: str = self.cleaned_data["redirect_link"]
        site = self.cleaned_data.get("site") or main_site()
        return aim_at(text=text, site=site).link if text else ""

    def clean(self) -> dict[str, Any]:
        super().clean()
        values: dict[str, Any] = self.cleaned_data
        chosen, link = values.get("redirect_page"), values.get("redirect_link", "")
        if "redirect_link" in self.errors:
            return values
        if bool(chosen) == bool(link):
            message = _("Choose a page, or write an address: one of them.")
            self.add_error("redirect_link", message)
        elif values.get("old_path"):
            self._check(values, link)
        return values

    def _check(self, values: dict[str, Any], link: str) -> None:
        sites = [values["site"]] if values.get("site") else list(Site.objects.all())
        try:
            for site in sites:
                aim = aim_at(text=link, site=site) if link else None
                known = RedirectMap(site=site, without=self.instance.pk)
                known.add(source=values["old_path"], path=aim.path if aim else "")
        except ValidationError as error:
            self.add_error("old_path", error)


class AddRedirectView(views.CreateView):
    """Adds a redirect."""

    form_class = RedirectForm


class EditRedirectView(views.EditView):
    """Changes a redirect."""

    form_class = RedirectForm


@dataclass(frozen=True)
class Line:
    """One line of a table of redirects."""

    number: int
    source: str
    aim: str
    is_permanent: bool


def read_lines(data: bytes) -> Iterator[Line]:
    """Read a table of redirects: from, to, and 301 or 302 (or nothing), after a line of headings.

    Raises ValidationError, naming the line, when it is no such table.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data[: error.start].count(b"\n") + 1
        message = _("Line %(number)d is not in UTF-8. Save the table as CSV in UTF-8.")
        raise ValidationError(message % {"number": number}) from error
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in rows:
            if rows.line_num > 1 and any(cell.strip() for cell in row):
                yield _line(rows.line_num, [cell.strip() for cell in row])
    except csv.Error as error:
        message = _("Line %(number)d is no line of a CSV table.") % {"number": rows.line_num}
        raise ValidationError(message) from error


def _line(number: int, cells: list[str]) -> Line:
    source, aim, code = (*cells, "", "", "")[:3]
    if number > MAX_LINES:
        message = _("Line %(number)d: at most %(limit)d lines at once.")
    elif not source.startswith("/") or len(source) > 255 or not source.isprintable():
        message = _("Line %(number)d: “%(source)s” is no path; write it as /old/")
    elif not aim or len(aim) > 255:
        message = _("Line %(number)d says not where %(source)s leads, or in too many words.")
    elif code not in PERMANENT:
        message = _("Line %(number)d: the third column is 301, 302 or empty.")
    else:
        return Line(number, source, aim, PERMANENT[code])
    raise ValidationError(message % {"number": number, "source": source[:80], "limit": MAX_LINES})


def load_redirects(*, data: bytes, site: Site) -> list[Redirect]:
    """Store all redirects of a table, or none; return them.

    Raises ValidationError with a message for each line that is wrong, at most twenty.
    """
    lines = list(read_lines(data))
    known, made, errors = RedirectMap(site=site), [], []
    for line in lines:
        try:
            made.append(_redirect(line, site, known))
        except ValidationError as error:
            names = {"number": line.number, "message": error.messages[0]}
            errors.append(_("Line %(number)d: %(message)s") % names)
        if len(errors) == MAX_ERRORS:
            break
    if errors:
        raise ValidationError(errors)
    if not made:
        raise ValidationError(_("There is no redirect in this file."))
    with transaction.atomic():
        stored: list[Redirect] = Redirect.objects.bulk_create(made)
    return stored


def _redirect(line: Line, site: Site, known: RedirectMap) -> Redirect:
    aim = aim_at(text=line.aim, site=site)
    known.add(source=line.source, path=aim.path)
    page = page_at(site=site, path=aim.path) if aim.path and "?" not in aim.link else None
    return Redirect(
        site=site,
        old_path=Redirect.normalise_path(line.source),
        redirect_page=page,
        redirect_link="" if page else aim.link,
        is_permanent=line.is_permanent,
    )


class LoadForm(forms.Form):
    """A table of redirects."""

    site = forms.ModelChoiceField(label=gettext_lazy("Newsroom"), queryset=Site.objects.all())
    table = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=gettext_lazy(
            "In UTF-8. The first line holds headings, each other one: the old path, the new path "
            "or address, and 301 (for good, also when empty) or 302 (for a while)."
        ),
    )

    def clean_table(self) -> Any:
        table = self.cleaned_data["table"]
        if (table.size or 0) > MAX_BYTES:
            raise ValidationError(_("At most 2 MB at once: split the table."))
        return table


class LoadRedirectsView(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]  # Django takes none at run time
    """Loads a table of redirects."""

    form_class = LoadForm
    template_name = "desk/load_redirects.html"
    page_title = gettext_lazy("Load redirects")
    header_icon = "redirect"
    success_url = reverse_lazy("wagtailredirects:index")

    def get_initial(self) -> dict[str, Any]:
        return {"site": main_site()}

    def form_valid(self, form: LoadForm) -> HttpResponse:
        try:
            made = load_redirects(
                data=form.cleaned_data["table"].read(), site=form.cleaned_data["site"]
            )
        except ValidationError as error:
            form.add_error("table", error)
            return self.form_invalid(form)
        for each in made:
            log(instance=each, action="wagtail.create", user=self.request.user)
        count = len(made)
        text = ngettext("%(count)d redirect loaded.", "%(count)d redirects loaded.", count)
        messages.success(self.request, text % {"count": count})
        return redirect(self.get_success_url())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = {"url": reverse("wagtailredirects:index"), "label": _("Redirects")}
        return [*super().get_breadcrumbs_items(), above, {"url": "", "label": self.page_title}]


load = views.permission_checker.require_any("add")(LoadRedirectsView.as_view())
#: Stand before Wagtail's own at the same addresses, which check less.
urlpatterns = [
    path("add/", AddRedirectView.as_view()),
    path("<int:redirect_id>/", EditRedirectView.as_view()),
    path("import/", load),
    path("import/process/", load),
]
