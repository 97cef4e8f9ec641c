"""The signing key: the operator's, or one of our own that nobody else can read."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from bot.doctor import BAD, GOOD, NOTE
from bot.doctor import papers as papers_checked
from bot.papers import pades
from bot.papers.desk_of_papers import Papers
from bot.papers.signing import SigningKeyWrong, open_key, seal_holds
from bot.papers.typesetting import Typesetter
from bot.settings import Papers as PaperSettings
from bot.settings import Settings, SettingsWrong
from storage.archive import Archive
from storage.files import FileStore
from storage.keys import Keyring
from tests.bot.papers import made

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def certificate_of(key: Key) -> x509.Certificate:
    """Self-signed, for a county that does not exist."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "样板县")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    hashed = None if isinstance(key, ed25519.Ed25519PrivateKey) else SHA256()
    return built.add_extension(usage, critical=True).sign(key, hashed)


def test_the_demos_own_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    """0600 in a 0700 folder; the next start finds the same."""
    own = tmp_path / "keys" / "papers.pem"
    first = open_key(None, "", own, "庆元县")
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    assert stat.S_IMODE(own.parent.stat().st_mode) == 0o700
    assert open_key(None, "", own, "庆元县").fingerprint() == first.fingerprint()
    assert first.fingerprint()[:16] in repr(first)


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_an_operators_pkcs12_signs_and_seals(kind: str, tmp_path: Path, typesetter: Typesetter) -> None:
    """RSA or ECDSA, with a password; PAdES holds, the seal is the same each time."""
    key: Key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "office.p12"
    locked = BestAvailableEncryption(b"geheim")
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, certificate_of(key), None, locked))
    office = open_key(path, "geheim", tmp_path / "unused.pem", "庆元县")
    signed = office.sign_pdf(typesetter.set_now(made.permit(), made.at(7)), "居住证")
    assert pades.holds(signed, office.certificate)
    assert not pades.holds(signed, open_key(None, "", tmp_path / "other.pem", "别处").certificate)
    assert office.seal(b"x") == office.seal(b"x")
    assert seal_holds(office.certificate_pem(), b"x", office.seal(b"x"))
    assert not seal_holds(office.certificate_pem(), b"y", office.seal(b"x"))
    assert not (tmp_path / "unused.pem").exists()


@pytest.mark.parametrize("content", [b"", b"x", b"-----BEGIN CERTIFICATE-----\n"])
def test_what_is_no_key_stops_the_start_by_the_settings_name(content: bytes, tmp_path: Path) -> None:
    """A wrong file, a wrong password, a key of another kind: the setting is named, the password is not."""
    path = tmp_path / "office.p12"
    path.write_bytes(content)
    with pytest.raises(SigningKeyWrong, match=r"office\.p12"):
        open_key(path, "geheim", tmp_path / "own.pem", "庆元县")
    archive = Archive.open(f"sqlite:///{tmp_path}/x.db", Keyring.in_memory())
    told = PaperSettings(signing_key_path=path, signing_password="geheim")
    settings = Settings(data_dir=tmp_path, papers=told)
    with pytest.raises(SettingsWrong, match=r"papers\.signing_key_path") as wrong:
        Papers(settings, archive, FileStore.open("memory:"), lambda: datetime.now(UTC))
    assert "geheim" not in str(wrong.value)
    archive._close()


def test_the_doctor_says_what_still_makes_permits_samples(tmp_path: Path) -> None:
    """A note while public address, key or platform are missing; a wrong key is bad; with all three it is good."""
    settings = Settings(data_dir=tmp_path)
    note = papers_checked(settings)
    assert note.mark == NOTE
    assert all(name in note.words for name in ("public_url", "papers.signing_key_path", "papers.sample_permits"))
    wrong = settings.model_copy(update={"papers": PaperSettings(signing_key_path=tmp_path / "none.p12")})
    assert papers_checked(wrong).mark == BAD
    open_key(None, "", tmp_path / "office.pem", "庆元县")
    told = PaperSettings(signing_key_path=tmp_path / "office.pem", sample_permits=False)
    ready = settings.model_copy(update={"papers": told, "public_url": "https://example.test"})
    assert papers_checked(ready).mark == GOOD


def test_a_key_we_do_not_sign_with_and_a_wrong_password_are_refused(tmp_path: Path) -> None:
    """Ed25519 is no PAdES key here; a password that does not open says no more than that."""
    key = ed25519.Ed25519PrivateKey.generate()
    path = tmp_path / "key.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + certificate_of(key).public_bytes(Encoding.PEM))
    with pytest.raises(SigningKeyWrong, match="RSA or ECDSA"):
        open_key(path, "", tmp_path / "own.pem", "庆元县")
    ours = ec.generate_private_key(ec.SECP256R1())
    locked = pkcs12.serialize_key_and_certificates(
        b"x", ours, certificate_of(ours), None, BestAvailableEncryption(b"a")
    )
    path.write_bytes(locked)
    with pytest.raises(SigningKeyWrong):
        open_key(path, "b", tmp_path / "own.pem", "庆元县")


def test_a_seal_under_a_damaged_certificate_does_not_hold(tmp_path: Path) -> None:
    """Never a fault, always a no."""
    office = open_key(None, "", tmp_path / "own.pem", "庆元县")
    for certificate in (b"", b"x", office.certificate_pem()[:-40], office.certificate_pem().replace(b"A", b"B", 1)):
        assert not seal_holds(certificate, b"x", office.seal(b"x"))
