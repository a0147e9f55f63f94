"""What a newsroom publishes, and where it stands."""

from masthead.stories.models.correction import Correction, CorrectionKind
from masthead.stories.models.distribution import Distribution
from masthead.stories.models.newsroom import HeadlineFace, Newsroom, TextFace
from masthead.stories.models.page import PublicPage
from masthead.stories.models.places import (
    Archive,
    FrontPage,
    Listing,
    Person,
    PersonIndex,
    Section,
    StandingKind,
    StandingPage,
    Topic,
    TopicIndex,
)
from masthead.stories.models.reads import ReadLog, StoryReads
from masthead.stories.models.share_picture import SharePicture
from masthead.stories.models.story import Byline, RelatedStory, Story, WorkKind, at_address

__all__ = [
    "Archive",
    "Byline",
    "Correction",
    "CorrectionKind",
    "Distribution",
    "FrontPage",
    "HeadlineFace",
    "Listing",
    "Newsroom",
    "Person",
    "PersonIndex",
    "PublicPage",
    "ReadLog",
    "RelatedStory",
    "Section",
    "SharePicture",
    "StandingKind",
    "StandingPage",
    "Story",
    "StoryReads",
    "TextFace",
    "Topic",
    "TopicIndex",
    "WorkKind",
    "at_address",
]
