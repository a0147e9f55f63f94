"""People who sign in."""

import factory
from django.contrib.auth.models import Group, Permission

from masthead.desk.roles import Role, give_role
from masthead.readers.models import User


class UserFactory(factory.django.DjangoModelFactory):
    """A reader; a ``role``, or ``permissions`` by name, make a member of the desk."""

    email = factory.Sequence(lambda number: f"person{number}@example.org")
    first_name = factory.Sequence(lambda number: f"Person {number}")

    class Meta:
        model = User

    @classmethod
    def _create(cls, model_class, *args, role=None, permissions=(), **kwargs):
        user = model_class.objects.create_user(*args, **kwargs)
        if role:
            give_role(user=user, role=Role(role))
        for name in permissions:
            user.groups.add(group_with(name))
        return user


def group_with(permission):
    """Return a group that has one permission, such as ``mail.view_outgoingmail``."""
    app, codename = permission.split(".")
    group, _made = Group.objects.get_or_create(name=f"may {permission}")
    group.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return group
