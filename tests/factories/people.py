"""Somebody at the desk."""

import factory

from masthead.desk.roles import Role, give_role
from masthead.readers.models import User


class UserFactory(factory.django.DjangoModelFactory):
    """A user without a password; ``role`` opens the desk to them."""

    email = factory.Sequence(lambda number: f"user{number}@example.org")
    first_name = factory.Sequence(lambda number: f"User {number}")

    class Meta:
        model = User

    @classmethod
    def _create(cls, model_class, *args, role=None, **kwargs):
        user = model_class.objects.create_user(*args, **kwargs)
        if role:
            give_role(user=user, role=Role(role))
        return user
