"""Dossiers as streams of bytes: one case, or many in one file. Only the file in hand is in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from bot.papers.desk_of_papers import Papers
from bot.papers.dossier.contents import files_of, read
from bot.papers.dossier.manifest import (
    CERTIFICATE,
    MANIFEST,
    SEAL,
    Listed,
    listed,
    manifest_of_bundle,
    manifest_of_case,
)
from bot.papers.dossier.zipped import ZipStream
from dialogs.rules import Rules


async def dossier(house: Papers, rules: Rules, case_id: str) -> AsyncIterator[bytes]:
    """The dossier of a case: the same bytes as long as the case stands as it does. Raises `NotOurs` at once."""
    packed = ZipStream()
    async for piece in _case(house, rules, packed, case_id, "", []):
        yield piece
    yield packed.end()


async def bundle(house: Papers, rules: Rules, title: str, case_ids: AsyncIterator[str]) -> AsyncIterator[bytes]:
    """The dossiers of many cases, a folder each, under one manifest."""
    packed, manifests = ZipStream(), list[Listed]()
    async for case_id in case_ids:
        async for piece in _case(house, rules, packed, case_id, None, manifests):
            yield piece
    for piece in _closed(house, packed, manifest_of_bundle(title, rules.county_code, manifests), ""):
        yield piece
    yield packed.end()


async def _case(
    house: Papers, rules: Rules, packed: ZipStream, case_id: str, folder: str | None, manifests: list[Listed]
) -> AsyncIterator[bytes]:
    """One case's files; in a bundle (`folder` None) under its application number."""
    held = await house.archive.read(lambda conn: read(conn, house, case_id))
    number = held.stored.record.application_number
    prefix = f"{number}/" if folder is None else folder
    lines, missing = list[Listed](), list[str]()
    async for file in files_of(house, held, rules):
        if file.content is None:
            missing.append(file.name)
            continue
        lines.append(listed(file.name, file.content))
        yield packed.add(prefix + file.name, file.content)
    manifest = manifest_of_case(number, held.stored.county, lines, missing)
    manifests.append(listed(prefix + MANIFEST, manifest))
    for piece in _closed(house, packed, manifest, prefix):
        yield piece


def _closed(house: Papers, packed: ZipStream, manifest: bytes, prefix: str) -> Iterable[bytes]:
    key = house.key()
    yield packed.add(prefix + MANIFEST, manifest)
    yield packed.add(prefix + SEAL, key.seal(manifest))
    yield packed.add(prefix + CERTIFICATE, key.certificate_pem())
