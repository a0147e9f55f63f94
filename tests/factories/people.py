"""People who sign in."""

import factory
from django.contrib.auth.models import Group, Permission

from masthead.readers.models import User


class UserFactory(factory.django.DjangoModelFactory):
    """A reader; ``permissions`` such as ``mail.view_outgoingmail`` make a member of the desk."""

    email = factory.Sequence(lambda number: f"person{number}@example.org")

    class Meta:
        model = User
        skip_postgeneration_save = True

    @factory.post_generation
    def permissions(self, _create, names):
        for name in names or ():
            app, codename = name.split(".")
            group, _made = Group.objects.get_or_create(name=f"may {name}")
            group.permissions.add(
                Permission.objects.get(content_type__app_label=app, codename=codename)
            )
            self.groups.add(group)
