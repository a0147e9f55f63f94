from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from masthead.mail.dkim import make_key


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A key and a certificate of its own for “localhost”, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime.now(UTC) + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    settings.EMAIL_PER_PROVIDER = 0
    settings.SENDING_FOLDER, settings.DKIM_FOLDER = tmp_path / "sending", tmp_path / "dkim"


@pytest.fixture
def key(settings):
    """A key that signs, for a domain that mail comes from."""
    settings.DEFAULT_FROM_EMAIL = "The Lamp <letters@lamp.example>"
    return make_key()


@pytest.fixture(autouse=True)
def short_patience(monkeypatch):
    """What a test waits for comes within seconds or never."""
    monkeypatch.setattr("masthead.mail.smtp.STEP_TIMEOUT", 5)
    monkeypatch.setattr("masthead.mail.smtp.ANSWER_TIMEOUT", 5)
    monkeypatch.setattr("masthead.mail.dispatch.SHORT_PAUSE", 0.01)
    monkeypatch.setattr("masthead.mail.dispatch.LONG_PAUSE", 0.02)
