"""Signs pictures and clips as cameras and programs do, with certificates made on the spot."""

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SIGNER = "Harbour Cameras"
USAGES = (
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "encipher_only",
    "decipher_only",
)


def _name(common, organisation):
    parts = [(NameOID.COMMON_NAME, common), (NameOID.ORGANIZATION_NAME, organisation)]
    return x509.Name([x509.NameAttribute(*part) for part in parts])


def _certificate(name, issuer, key, signing_key, authority):
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


@cache
def chain():
    """Return the PEM of a root, of a leaf with that root, and of the leaf's private key."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name("Root", "Harbour Trust")
    root = _certificate(root_name, root_name, root_key, root_key, authority=True)
    leaf = _certificate(_name("Camera 7", SIGNER), root_name, key, root_key, authority=False)
    pem = [each.public_bytes(Encoding.PEM) for each in (root, leaf)]
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem[0], pem[1] + pem[0], private


def signed(content, kind="image/jpeg", *, ingredient=None, remote="", thumbnails=False, **said):
    """Return a file with credentials that tell ``said`` of its author, place and device."""
    _root, leaf, private = chain()
    manifest = {
        "claim_generator_info": [{"name": "Leakcam 9000", "version": "1"}],
        "title": said.get("title", "kettles.jpg"),
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {
                    "actions": [
                        {
                            "action": "c2pa.created",
                            "digitalSourceType": "http://cv.iptc.org/newscodes/"
                            "digitalsourcetype/digitalCapture",
                        },
                        {"action": "c2pa.cropped"},
                    ]
                },
            },
            {
                "label": "stds.schema-org.CreativeWork",
                "data": {"@type": "CreativeWork", **said},
                "kind": "Json",
            },
        ],
    }
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
