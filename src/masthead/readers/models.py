"""One user model for the desk and for readers."""

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
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
