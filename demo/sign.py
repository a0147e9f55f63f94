"""Sign pictures and clips with content credentials (C2PA) and certificates made on the spot.

``python -m demo.sign`` signs one of the demo's pictures. Its key is thrown away, and nobody's list
names its certificate: readers are told that the signer is unknown, which is the truth.
"""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey
Chain = tuple[bytes, bytes, bytes]
PICTURE = Path(__file__).parent / "pictures" / "bell-foundry.jpg"
DRAWN = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"
USAGES = (
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "encipher_only",
    "decipher_only",
)


def _name(common: str, organisation: str) -> x509.Name:
    parts = [(NameOID.COMMON_NAME, common), (NameOID.ORGANIZATION_NAME, organisation)]
    return x509.Name([x509.NameAttribute(*part) for part in parts])


def _certificate(
    name: x509.Name, issuer: x509.Name, key: Key, signing_key: Key, *, authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = dict.fromkeys(USAGES, False)
    usage |= {"digital_signature": not authority, "key_cert_sign": authority, "crl_sign": authority}
    public = key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            critical=False,
        )
    )
    if not authority:
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(purposes, critical=True)
    return builder.sign(signing_key, hashes.SHA256())


def make_chain(signer: str, common: str) -> Chain:
    """Return the PEM of a root, of a leaf with that root, and of the leaf's private key."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name("Root", f"{signer}, root")
    root = _certificate(root_name, root_name, root_key, root_key, authority=True)
    leaf = _certificate(_name(common, signer), root_name, key, root_key, authority=False)
    pem = [each.public_bytes(Encoding.PEM) for each in (root, leaf)]
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem[0], pem[1] + pem[0], private


def sign(  # noqa: PLR0913 - each is a wish of its own
    content: bytes,
    kind: str,
    manifest: dict[str, Any],
    chain: Chain,
    *,
    ingredient: bytes = b"",
    remote: str = "",
    thumbnails: bool = False,
) -> bytes:
    """Return a file with a manifest, or with the address ``remote`` at which it would lie."""
    _root, leaf, private = chain
    settings = {
        "builder": {"thumbnail": {"enabled": thumbnails}},
        "verify": {"verify_after_sign": False},
    }
    info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=leaf, private_key=private, ta_url=None)
    out = BytesIO()
    with c2pa.Context(c2pa.Settings.from_dict(settings)) as context:
        builder = c2pa.Builder(json.dumps(manifest), context=context)
        if ingredient:
            builder.add_ingredient(
                {"title": "original", "relationship": "componentOf"}, kind, BytesIO(ingredient)
            )
        if remote:
            builder.set_no_embed()
            builder.set_remote_url(remote)
        builder.sign(c2pa.Signer.from_info(info), kind, BytesIO(content), out)
    return out.getvalue()


def actions(*done: dict[str, str]) -> dict[str, Any]:
    """Return the assertion that tells what was done to a file."""
    return {"label": "c2pa.actions.v2", "data": {"actions": list(done)}}


if __name__ == "__main__":
    drawn = actions({"action": "c2pa.created", "digitalSourceType": DRAWN})
    program = {"name": "The Quillhaven Lantern's drawing program"}
    claim = {"claim_generator_info": [program], "title": PICTURE.name, "assertions": [drawn]}
    lantern = make_chain("The Quillhaven Lantern", "Picture desk")
    PICTURE.write_bytes(sign(PICTURE.read_bytes(), "image/jpeg", claim, lantern))
