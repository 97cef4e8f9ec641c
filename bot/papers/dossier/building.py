"""Dossiers as streams of bytes: one case, or many in one file. Only the file in hand is in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

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
    whole = manifest_of_bundle(title, rules.county_code, manifests)
    for piece in await asyncio.to_thread(_closed, house, packed, whole, ""):
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
        line, piece = await asyncio.to_thread(_packed, packed, prefix, file.name, file.content)
        lines.append(line)
        yield piece
    manifest = manifest_of_case(number, held.stored.county, lines, missing)
    manifests.append(listed(prefix + MANIFEST, manifest))
    for piece in await asyncio.to_thread(_closed, house, packed, manifest, prefix):
        yield piece


def _packed(packed: ZipStream, prefix: str, name: str, content: bytes) -> tuple[Listed, bytes]:
    """Digests and checksum of a long file take a good part of a second: not on the event loop."""
    return listed(name, content), packed.add(prefix + name, content)


def _closed(house: Papers, packed: ZipStream, manifest: bytes, prefix: str) -> list[bytes]:
    key = house.key()
    closing = {MANIFEST: manifest, SEAL: key.seal(manifest), CERTIFICATE: key.certificate_pem()}
    return [packed.add(prefix + name, content) for name, content in closing.items()]
