"""Users, the addresses that mail may go to, and what each of them asked for."""

import secrets
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.lib.identity import ImportedIdentity, PublicIdentity


class UserManager(BaseUserManager["User"]):
    """Makes users, whose name is their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user. Without a password, only a mail code or a passkey signs them in."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user who may do everything, and whose address needs no confirmation.

        Whoever can make one at a terminal may have no mail that a confirmation could reach.
        """
        user = self.create_user(email, password, is_superuser=True, is_staff=True, **fields)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        return user

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return an address in lower case: every mail host in use ignores case."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(PublicIdentity, ImportedIdentity, AbstractUser):
    """Somebody who signs in: a reader, or a member of the newsroom with permission for the desk."""

    username = None  # type: ignore[assignment]  # the address is the name
    email = models.EmailField(_("e-mail address"), unique=True)
    language = models.CharField(_("language of mails"), max_length=10, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # ours makes no username

    class Meta(ImportedIdentity.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints: ClassVar = [
            *ImportedIdentity.Meta.constraints,
            models.UniqueConstraint(Lower("email"), name="readers_user_email_any_case"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def clean(self) -> None:
        super(AbstractUser, self).clean()
        self.email = UserManager.normalize_email(self.email)
        if self._address_is_taken():
            raise ValidationError({"email": _("Another account has this address.")})

    def _address_is_taken(self) -> bool:
        # allauth lets a user confirm an address before it becomes the one in our own table.
        confirmed = EmailAddress.objects.filter(email=self.email, verified=True)
        return bool(confirmed.exclude(user_id=self.pk).exists())


def new_secret() -> str:
    """Return 128 random bits as 22 characters that are safe in an address."""
    return secrets.token_urlsafe(16)


class Address(ImportedIdentity):
    """A mail address that somebody asked us to write to.

    ``secret`` names it in signed links; a new one ends all links that were ever sent.
    ``confirmed_at`` is when whoever reads its mail first said that it is theirs.
    """

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="address"
    )
    language = models.CharField(_("language of mails"), max_length=10, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    secret = models.CharField(max_length=22, unique=True, editable=False, default=new_secret)
    created_at = models.DateTimeField(_("first asked"), default=timezone.now)

    class Meta(ImportedIdentity.Meta):
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        default_permissions = ("view",)
        constraints: ClassVar = [
            *ImportedIdentity.Meta.constraints,
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="readers_address_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.email


class Frequency(models.TextChoices):
    """How often somebody wants to hear of one thing."""

    NOW = "now", _("at once")
    HOURLY = "hourly", _("at most once an hour")
    DAILY = "daily", _("once a day")


class Subscription(models.Model):
    """One thing that an address asked for: a letter, a story's follow-ups, replies.

    ``kind`` is one that an app registered in ``kinds``; ``target`` is what it follows, in that
    kind's own words. Evidence of consent is kept with it: which wording was shown, in which
    language, on which page, and when it was asked, confirmed and withdrawn. What was withdrawn
    stays as it was; asking again makes a new row.
    """

    address = models.ForeignKey(Address, models.CASCADE, related_name="subscriptions")
    kind = models.CharField(max_length=20)
    target = models.CharField(max_length=64, blank=True)
    frequency = models.CharField(
        _("how often"), max_length=6, choices=Frequency, default=Frequency.NOW
    )
    wording = models.TextField(_("wording shown"))
    wording_language = models.CharField(_("language of the wording"), max_length=10)
    page = models.CharField(_("page"), max_length=2000)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["address", "kind", "target"],
                condition=Q(withdrawn_at=None),
                name="readers_subscription_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["kind", "target"],
                name="readers_subscription_active",
                condition=Q(withdrawn_at=None, confirmed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}: {self.address}"


class Erased(models.Model):
    """The keyed hash of an address whose owner had it erased: no import wakes it."""

    digest = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest


class Request(models.Model):
    """A mail that a stranger made us write: counted so that nobody makes us write too many.

    It holds keyed hashes alone, and not for long.
    """

    address = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    domain = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["address", "made_at"], name="readers_request_address"),
            models.Index(fields=["network", "made_at"], name="readers_request_network"),
            models.Index(fields=["domain", "made_at"], name="readers_request_domain"),
            models.Index(fields=["made_at"], name="readers_request_made_at"),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"
