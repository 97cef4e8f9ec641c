"""PAdES (ETSI EN 319 142) by pyhanko: one invisible signature over a whole PDF, and what can be said of it later."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Permit"
#: What it remarks about damaged files is said by `holds` already.
logging.getLogger("pyhanko").setLevel(logging.ERROR)


def sign(
    pdf: bytes,
    reason: str,
    key: RSAPrivateKey | EllipticCurvePrivateKey,
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
) -> bytes:
    """The PDF with a signature that covers all of it."""
    store = SimpleCertificateStore.from_certs(  # type: ignore[no-untyped-call]  # pyhanko does not annotate it
        map(_as_asn1, others)
    )
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        signing_cert=_as_asn1(certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=store,
    )
    about = PdfSignatureMetadata(
        field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", reason=reason
    )
    signed = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), about, signer)
    return bytes(signed.getbuffer())


def holds(pdf: bytes, certificate: x509.Certificate) -> bool:
    """Whether exactly one signature covers the whole file, is this certificate's, and nothing was changed or added."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        (signature,) = reader.embedded_signatures
        trusted = ValidationContext(trust_roots=[_as_asn1(certificate)], allow_fetching=False)
        status = validate_pdf_signature(signature, trusted)
    except (PdfError, SignatureValidationError, SigningError, ValueError, KeyError, IndexError, TypeError, OSError):
        return False
    return bool(
        status.bottom_line
        and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        and status.modification_level is ModificationLevel.NONE
    )


def _as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
