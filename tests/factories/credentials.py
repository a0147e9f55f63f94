"""Signs pictures and clips as cameras and programs do."""

from functools import cache

from demo.sign import actions, make_chain, sign

SIGNER = "Harbour Cameras"
CAPTURED = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"


@cache
def chain():
    """Return the PEM of a root, of a leaf with that root, and of the leaf's private key."""
    return make_chain(SIGNER, "Camera 7")


def signed(content, kind="image/jpeg", *, title="kettles.jpg", how=None, **said):
    """Return a file with credentials that tell ``said`` of its author, place and device."""
    work = {"label": "stds.schema-org.CreativeWork", "data": {"@type": "CreativeWork", **said}}
    created = {"action": "c2pa.created", "digitalSourceType": CAPTURED}
    manifest = {
        "claim_generator_info": [{"name": "Leakcam 9000", "version": "1"}],
        "title": title,
        "assertions": [actions(created, {"action": "c2pa.cropped"}), work | {"kind": "Json"}],
    }
    return sign(content, kind, manifest, chain(), **(how or {}))
