"""The office's signing key: PAdES under an electronic permit, and the seal of a dossier's manifest.

The operator names a key file (PKCS#12, or PEM with key and certificate); without one the demo makes its own at the
first start, beside the master keys and readable by the service's user alone. RSA or ECDSA.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

#: How long the demo's own certificate is good for.
OWN_YEARS = 10

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class SigningKeyWrong(Exception):
    """The key file does not read, or holds no key this program signs with. The message names the file, never a key."""


@dataclass(frozen=True)
class OfficeKey:
    """A private key with its certificate."""

    key: PrivateKey
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...] = ()

    def __repr__(self) -> str:
        return f"OfficeKey({self.fingerprint()[:16]})"

    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hex: what a person compares."""
        return self.certificate.fingerprint(SHA256()).hex()

    def certificate_pem(self) -> bytes:
        """The certificate for whoever checks."""
        return self.certificate.public_bytes(Encoding.PEM)

    def seal(self, content: bytes) -> bytes:
        """A signature that is the same for the same content: PKCS#1 v1.5, or deterministic ECDSA (RFC 6979)."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(content, padding.PKCS1v15(), SHA256())
        return self.key.sign(content, ec.ECDSA(SHA256(), deterministic_signing=True))

    def sign_pdf(self, pdf: bytes, reason: str) -> bytes:
        """The PDF with a PAdES signature over all of it. Takes a moment: call it off the event loop."""
        from bot.papers.pades import sign  # pyhanko takes half a second to load: only where permits are issued

        return sign(pdf, reason, self.key, self.certificate, self.others)


def seal_holds(certificate_pem: bytes, content: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of the certificate's key over `content`."""
    try:
        public = x509.load_pem_x509_certificate(certificate_pem).public_key()
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, content, padding.PKCS1v15(), SHA256())
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, content, ec.ECDSA(SHA256()))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def open_key(path: Path | None, password: str, own: Path, office: str) -> OfficeKey:
    """The operator's key at `path`, or the one of our own at `own` (made if missing). Raises `SigningKeyWrong`."""
    if path is None:
        if not own.exists():
            _make_own(own, office)
        return _read(own, "")
    return _read(path, password)


def _read(path: Path, password: str) -> OfficeKey:
    secret = password.encode() or None
    try:
        content = path.read_bytes()
        if content.lstrip().startswith(b"-----BEGIN"):
            key: object = load_pem_private_key(content, secret)
            certificate, *others = x509.load_pem_x509_certificates(content)
        else:
            key, certificate, others = _from_pkcs12(content, secret)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise SigningKeyWrong(f"{path}: a PKCS#12 file, or PEM with key and certificate, is wanted") from None
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SigningKeyWrong(f"{path}: an RSA or ECDSA key is wanted")
    return OfficeKey(key, certificate, tuple(others))


def _from_pkcs12(content: bytes, secret: bytes | None) -> tuple[object, x509.Certificate, list[x509.Certificate]]:
    key, certificate, others = pkcs12.load_key_and_certificates(content, secret)
    if certificate is None:
        raise ValueError("no certificate")
    return key, certificate, others


def _make_own(path: Path, office: str) -> None:
    """A key and a self-signed certificate; several processes may start at once, one of them makes it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    with contextlib.closing(os.fdopen(lock, "rb+")) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if path.exists():
            return
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(_own_pem(office))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


def _own_pem(office: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{office} 演示签名 (demo)"[:64])])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=365 * OWN_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)
