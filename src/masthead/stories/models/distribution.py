"""What a newsroom sets for the machines that read it: feeds, crawlers, those who find a hole."""

from datetime import timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site

from masthead.lib.robots import Crawlers, check_rules

#: How long a security contact holds unless somebody says otherwise (RFC 9116, 2.5.5).
CONTACT_HOLDS = timedelta(days=364)
ROBOTS_LENGTH = 20_000


def are_robot_rules(text: str) -> None:
    """Raise ValidationError, naming the line, unless crawlers can read these rules."""
    try:
        check_rules(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def is_contact(text: str) -> None:
    """Raise ValidationError unless a text is a mail address or an https address."""
    try:
        if "://" in text:
            URLValidator(schemes=["https"])(text)
        else:
            EmailValidator()(text)
    except ValidationError as error:
        message = _("Write a mail address, or an address that begins with https://")
        raise ValidationError(message) from error


@register_setting(icon="globe")
class Distribution(BaseSiteSetting):
    """How machines may read one site."""

    feeds_are_full = models.BooleanField(
        _("whole stories in feeds"),
        default=True,
        help_text=_("Not ticked: headline, standfirst and picture."),
    )
    crawlers = models.CharField(
        _("crawlers of AI companies"),
        max_length=12,
        choices=[
            (Crawlers.ALL, _("may read everything")),
            (Crawlers.NO_TRAINING, _("may find and quote us, but not train on our work")),
            (Crawlers.NONE, _("may read nothing")),
        ],
        default=Crawlers.ALL,
        help_text=_(
            "A request in robots.txt, which each of them says it heeds. It locks nobody out."
        ),
    )
    robot_rules = models.TextField(
        _("further rules for robots.txt"),
        blank=True,
        max_length=ROBOTS_LENGTH,
        validators=[are_robot_rules],
        help_text=_("Begin with a line such as “User-agent: SomeBot”."),
    )
    security_contact = models.CharField(
        _("who finds a security hole writes to"),
        max_length=255,
        blank=True,
        validators=[is_contact],
        help_text=_("A mail address or an https address, shown in security.txt."),
    )
    security_expires_on = models.DateField(
        _("that holds until"),
        null=True,
        blank=True,
        help_text=_("At most a year ahead. Empty: a year from today, less a day."),
    )

    panels: ClassVar = [
        MultiFieldPanel([FieldPanel("feeds_are_full")], _("Feeds")),
        MultiFieldPanel([FieldPanel("crawlers"), FieldPanel("robot_rules")], _("Crawlers")),
        MultiFieldPanel(
            [FieldPanel("security_contact"), FieldPanel("security_expires_on")], _("Security")
        ),
    ]

    class Meta:
        verbose_name = _("feeds and crawlers")

    @classmethod
    def of(cls, site: Site) -> "Distribution":
        """Return what was chosen for a site, or the defaults; ``for_site`` would write them."""
        return cls.objects.filter(site=site).first() or cls(site=site)

    def clean(self) -> None:
        super().clean()
        today = timezone.localdate()
        if self.security_contact and not self.security_expires_on:
            self.security_expires_on = today + CONTACT_HOLDS
        if self.security_expires_on and self.security_expires_on > today + timedelta(days=366):
            message = _("At most a year ahead: somebody should look at the contact once a year.")
            raise ValidationError({"security_expires_on": message})
