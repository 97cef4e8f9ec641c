"""Whether a dossier is whole, by the file alone: no database, no key, nothing unpacked onto a disk.

Every bit counts: the entries are written anew as the program would write them, and must be the very file; each file
must be the one its manifest lists, each manifest must be the one that was signed.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from bot.papers.dossier.manifest import BUNDLE, CASE, CERTIFICATE, CLOSING, FORMAT, MANIFEST, SEAL, Listed, listed
from bot.papers.dossier.zipped import ZipStream
from bot.papers.signing import seal_holds

#: Whatever can go wrong while a damaged file is read as a ZIP and its manifests as JSON.
DAMAGED = (zipfile.BadZipFile, ValueError, KeyError, TypeError, AttributeError, EOFError, NotImplementedError, OSError,
           RuntimeError, OverflowError)  # fmt: skip
#: No file of a dossier is longer: materials end at 200 MB.
LONGEST = 256 * 1024 * 1024


@dataclass
class Report:
    """What was found. `problems` is empty when the dossier is whole; `missing` names pages lost before it was made."""

    cases: list[str] = field(default_factory=list)
    files: int = 0
    fingerprint: str = ""
    missing: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Nothing was changed, added or taken away since the office signed it."""
        return not self.problems


class _Broken(Exception):
    """What is wrong, in words for the report."""


def verify(path: Path, certificate: bytes | None = None) -> Report:
    """Check a dossier. `certificate` (PEM): only its signature counts; without it the report says whose there is."""
    report = Report()
    try:
        with zipfile.ZipFile(path) as packed:
            names = [one.filename for one in packed.infolist()]
            if len(set(names)) != len(names):
                raise _Broken("两个文件同名 (a name stands twice)")
            _same_bytes(path, packed)
            _check(packed, names, certificate, report)
    except _Broken as broken:
        report.problems.append(str(broken))
    except DAMAGED:
        report.problems.append("文件坏了，或者不是案卷 (damaged, or no dossier)")
    return report


def _same_bytes(path: Path, packed: zipfile.ZipFile) -> None:
    """The file is, bit by bit, what this program writes for its entries."""
    again = ZipStream()
    with path.open("rb") as source:
        for about in packed.infolist():
            if about.file_size > LONGEST:
                raise _Broken("有文件大得不对 (a file is too long)")
            _compare(source, again.add(about.filename, packed.read(about)))
        _compare(source, again.end())
        if source.read(1):
            raise _Broken("文件末尾多了东西 (something was added at the end)")


def _compare(source: IO[bytes], piece: bytes) -> None:
    if source.read(len(piece)) != piece:
        raise _Broken("文件被改动过 (the file was changed)")


def _check(packed: zipfile.ZipFile, names: list[str], certificate: bytes | None, report: Report) -> None:
    manifest = _signed(packed, "", certificate, report)
    if manifest["kind"] == CASE:
        _check_case(packed, names, "", manifest, report)
    elif manifest["kind"] == BUNDLE:
        rest = set(names) - set(CLOSING)
        for line in map(_line, manifest["cases"]):
            _same(line, packed.read(line.name))
            prefix = line.name.removesuffix(MANIFEST)
            inner = [name for name in names if name.startswith(prefix)]
            _check_case(packed, inner, prefix, _signed(packed, prefix, certificate, report), report)
            rest -= set(inner)
        _nothing_left(rest)
    else:
        raise _Broken("不认识的案卷 (an unknown kind of dossier)")


def _signed(packed: zipfile.ZipFile, prefix: str, certificate: bytes | None, report: Report) -> dict[str, Any]:
    """A manifest whose signature holds."""
    content, seal, enclosed = (packed.read(prefix + name) for name in (MANIFEST, SEAL, CERTIFICATE))
    if certificate is not None and _fingerprint(certificate) != _fingerprint(enclosed):
        raise _Broken("不是这张证书签的 (signed under another certificate)")
    if not seal_holds(enclosed, content, seal):
        raise _Broken("清单的签名不对 (the manifest's signature does not hold)")
    if report.fingerprint not in ("", _fingerprint(enclosed)):
        raise _Broken("里面的案卷是另一张证书签的 (a dossier inside is signed under another certificate)")
    report.fingerprint = _fingerprint(enclosed)
    manifest: dict[str, Any] = json.loads(content)
    if manifest["format"] != FORMAT:
        raise _Broken("不认识的案卷 (an unknown kind of dossier)")
    return manifest


def _check_case(
    packed: zipfile.ZipFile, names: Iterable[str], prefix: str, manifest: dict[str, Any], report: Report
) -> None:
    rest = {name.removeprefix(prefix) for name in names} - set(CLOSING)
    for line in map(_line, manifest["files"]):
        _same(line, packed.read(prefix + line.name))
        rest.discard(line.name)
        report.files += 1
    _nothing_left(rest)
    report.cases.append(str(manifest["application_number"]))
    report.missing += [f"{prefix}{name}" for name in manifest["missing"]]


def _line(given: dict[str, Any]) -> Listed:
    return Listed(str(given["name"]), int(given["bytes"]), str(given["sha256"]), str(given["sm3"]))


def _same(line: Listed, content: bytes) -> None:
    if listed(line.name, content) != line:
        raise _Broken("有文件和清单对不上 (a file is not the one listed)")


def _nothing_left(names: set[str]) -> None:
    if names:
        raise _Broken("有清单上没有的文件 (a file is not listed)")


def _fingerprint(certificate: bytes) -> str:
    return x509.load_pem_x509_certificate(certificate).fingerprint(SHA256()).hex()
