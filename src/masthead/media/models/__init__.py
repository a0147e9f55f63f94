"""Pictures, clips and documents."""

from masthead.media.models.clip import Clip, Rung, check_size
from masthead.media.models.document import Document
from masthead.media.models.files import DeletedFile, public_storage, unguessable_name
from masthead.media.models.picture import FOCAL_POINT, ORIGINAL, Image, Rendition
from masthead.media.models.preparation import CaptionsDraft, FormerFile, Preparation, Step, Upload
from masthead.media.models.provenance import (
    PROVENANCE,
    CredentialsState,
    DigitalSource,
    Origin,
    Provenance,
)

__all__ = [
    "FOCAL_POINT",
    "ORIGINAL",
    "PROVENANCE",
    "CaptionsDraft",
    "Clip",
    "CredentialsState",
    "DeletedFile",
    "DigitalSource",
    "Document",
    "FormerFile",
    "Image",
    "Origin",
    "Preparation",
    "Provenance",
    "Rendition",
    "Rung",
    "Step",
    "Upload",
    "check_size",
    "public_storage",
    "unguessable_name",
]
