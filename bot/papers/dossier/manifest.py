"""清单: every file of a dossier with its length, SHA-256 and SM3, under the office's signature."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash

MANIFEST, SEAL, CERTIFICATE = "manifest.json", "manifest.sig", "certificate.pem"
#: What stands in a dossier beside the files it lists, in this order, at its end.
CLOSING = (MANIFEST, SEAL, CERTIFICATE)
FORMAT = "hurentong-dossier/1"
CASE, BUNDLE = "case", "bundle"


@dataclass(frozen=True)
class Listed:
    """One line of a manifest."""

    name: str
    bytes: int
    sha256: str
    sm3: str


def listed(name: str, content: bytes) -> Listed:
    """The line of a file."""
    return Listed(name, len(content), _digest(SHA256(), content), _digest(SM3(), content))


def manifest_of_case(number: str, county: str, files: Sequence[Listed], missing: Sequence[str]) -> bytes:
    """The manifest of one case's files; `missing` are pages whose file is not in the store any more."""
    return _written(
        {
            "format": FORMAT,
            "kind": CASE,
            "county": county,
            "application_number": number,
            "files": [asdict(one) for one in files],
            "missing": list(missing),
        }
    )


def manifest_of_bundle(title: str, county: str, manifests: Sequence[Listed]) -> bytes:
    """The manifest of many dossiers: it lists the manifest of each, so that none can be taken out."""
    told = {"format": FORMAT, "kind": BUNDLE, "county": county, "title": title}
    return _written({**told, "cases": [asdict(one) for one in manifests]})


def _written(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _digest(algorithm: SHA256 | SM3, content: bytes) -> str:
    digest = Hash(algorithm)
    digest.update(content)
    return digest.finalize().hex()
