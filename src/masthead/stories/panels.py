"""The story's form at the desk, in the order in which somebody writes one."""

from typing import Any

from django.forms import CheckboxSelectMultiple, Select
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)

from masthead.stories.forms import BylineForm, StoryForm


class NamesPanel(InlinePanel):
    """The names over a story, each with the form of ours that lets an empty row be."""

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = BylineForm
        options["formsets"][self.relation_name]["inherit_kwargs"] = ["language"]
        return options


class ChangePanel(FieldPanel):
    """Stands in the form once there are readers to whom a change can matter."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return bool(self.instance.address) and super().is_shown()


class EditionsPanel(HelpPanel):
    """Leads from the newsroom's settings to what each language has of its own."""

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            links = (
                (reverse("wagtailadmin_pages:edit", args=[front.pk]), front.title)
                for front in self.instance.fronts.values()
            )
            self.content = format_html(
                "<p>{}</p><ul>{}</ul>",
                _("They are set with the front page, for each language apart:"),
                format_html_join("", '<li><a href="{}">{}</a></li>', links),
            )


CONTENT = [
    TitleFieldPanel(
        "title",
        heading=_("Headline"),
        placeholder=_("What happened, in a line"),
        help_text=_(
            "A draft is kept as you write once there is a headline. "
            "To publish or submit it, press the arrow beside “Save draft”."
        ),
    ),
    FieldPanel("standfirst", help_text=_("One or two sentences below the headline.")),
    FieldPanel("section", widget=Select),
    FieldPanel(
        "body",
        heading=_("Text, pictures and everything else"),
        help_text=_("Press a plus sign to add a picture, a quote or more text."),
    ),
    MultiFieldPanel(
        [
            FieldPanel("lead_picture", help_text=_("Stands above the text and on cards.")),
            FieldPanel("lead_caption"),
            FieldPanel("lead_clip"),
        ],
        _("Lead picture or clip"),
    ),
    MultiFieldPanel(
        [
            NamesPanel("bylines", label=_("Name")),
            FieldPanel("staff_reason"),
        ],
        _("Byline"),
        help_text=_("Who wrote it. Without a name, tell readers why there is none."),
    ),
    FieldRowPanel(
        [
            FieldPanel("kicker", help_text=_("A word or two above the headline.")),
            FieldPanel("kind"),
        ]
    ),
    FieldRowPanel([FieldPanel("dateline_place"), FieldPanel("reported_at")], heading=_("Dateline")),
    FieldPanel("topics", widget=CheckboxSelectMultiple),
    ChangePanel("matters_to_readers"),
]
PROMOTE = [
    FieldPanel(
        "slug",
        heading=_("Last part of the address"),
        help_text=_("Fixed when the story is published. Changing it later leaves a redirect."),
    ),
    FieldPanel("seo_title", heading=_("Headline for search")),
    FieldPanel("search_description", heading=_("Description for search")),
    FieldPanel("social_title"),
    FieldPanel("canonical_url"),
]
SETTINGS = [
    PublishingPanel(),
    FieldPanel("published_at"),
    FieldPanel("embargo_until"),
    CommentPanel(),  # notes at a passage
]
STORY = TabbedInterface(
    [
        ObjectList(CONTENT, heading=_("Story")),
        ObjectList(PROMOTE, heading=_("Address and search")),
        ObjectList(SETTINGS, heading=_("Times")),
    ],
    base_form_class=StoryForm,
)
BYLINE = [
    FieldPanel("person", widget=Select),
    FieldPanel("organisation"),
    FieldRowPanel([FieldPanel("original_url"), FieldPanel("licence")]),
]
FRONT_PAGE = TabbedInterface(
    [
        ObjectList(
            [
                MultiFieldPanel([FieldPanel("title"), FieldPanel("tagline")], _("Newsroom")),
                FieldPanel("lead"),
                FieldPanel("body"),
            ],
            heading=_("Front page"),
        ),
        ObjectList(
            [FieldPanel("menu"), FieldPanel("footer_menu"), FieldPanel("footer_text")],
            heading=_("Menus and footer"),
        ),
        ObjectList(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            heading=_("Address and search"),
        ),
        ObjectList([PublishingPanel(), CommentPanel()], heading=_("Times")),
    ]
)
