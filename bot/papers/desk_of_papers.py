"""Everything of papers in one place: what making needs, the typesetter, the key, the printer. One for a service."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.papers.glyphs import NotInTheFonts, in_words
from bot.papers.kinds import PICTURES, PaperKind, ending, media_type
from bot.papers.making import Facts
from bot.papers.printer import Printer
from bot.papers.typesetting import Sheet, Typesetter, left_blank
from bot.papers.words import say
from bot.settings import Settings, SettingsWrong
from dialogs.rules import Rules
from storage import papers
from storage.archive import Archive
from storage.files import FileStore

if TYPE_CHECKING:
    from bot.papers.signing import OfficeKey

#: The address of a paper in the chat.
ADDRESS = re.compile(r"/chat/papers/([0-9a-f]{32})")


@dataclass(frozen=True)
class HandedOut:
    """A printed paper as a file."""

    name: str
    media_type: str
    content: bytes


class Papers:
    """The house's papers. `start` begins printing in the background; `close` after use."""

    def __init__(self, settings: Settings, archive: Archive, files: FileStore, now: Callable[[], datetime]) -> None:
        self.settings, self.archive, self.files, self.now = settings, archive, files, now
        self.typesetter = Typesetter(settings.papers.fonts_dir)
        self.printer = Printer(self)
        self._key: OfficeKey | None = None
        self._opening = threading.Lock()
        if settings.papers.signing_key_path is not None:  # a wrong key file stops the start, not the first permit
            self._try_key()

    def facts(self, rules: Rules) -> Facts:
        """What making papers in a transaction needs."""
        settings = self.settings
        base = settings.public_url or f"http://{settings.host}:{settings.port}"
        return Facts(self.archive.keyring, rules, settings.zone(), base, settings.papers.sample_permits)

    def _try_key(self) -> None:
        """Raises `SettingsWrong`."""
        from bot.papers.signing import SigningKeyWrong  # see `key`

        try:
            self.key()
        except SigningKeyWrong:
            wanted = "PKCS#12，或含私钥和证书的 PEM，RSA 或 ECDSA (PKCS#12, or PEM with key and certificate)"
            raise SettingsWrong("papers.signing_key_path", str(self.settings.papers.signing_key_path), wanted) from None

    def key(self) -> OfficeKey:
        """The office's key; the demo's own is made when it is first wanted. Blocks. Raises `SigningKeyWrong`."""
        from bot.papers.signing import open_key  # loads X.509, 20 ms: only where something is signed

        with self._opening:
            if self._key is None:
                wanted = self.settings.papers
                own = self.settings.data_dir / "keys" / "papers.pem"
                self._key = open_key(wanted.signing_key_path, wanted.signing_password, own, self.settings.county.name)
            return self._key

    async def set(self, kind: PaperKind, sheet: Sheet, made_at: datetime) -> bytes:
        """A sheet's bytes: PDF, PNG, or a signed PDF. Raises `NotInTheFonts`, `TooBusy`."""
        if kind in PICTURES:
            return await self.typesetter.draw(sheet, made_at)
        content = await self.typesetter.set(sheet, made_at)
        if kind is not PaperKind.PERMIT:
            return content
        return await asyncio.to_thread(lambda: self.key().sign_pdf(content, say("permit.title")))

    def by_hand(self, sheet: Sheet, missing: NotInTheFonts) -> Sheet:
        """The sheet with a place to write by hand for every sign no font has, and at its foot which they are."""
        signs = "、".join(in_words(sign) for sign in missing.signs)
        blanks: Sheet = left_blank(sheet, self.typesetter.glyphs)
        return {**blanks, "foot": f"{blanks['foot']}　{say('filled.by_hand', signs=signs)}"}

    async def handed_out(self, account_id: str, href: str) -> HandedOut | None:
        """What a `document` of a notice leads to, as a file for channels that send files (`/chat/papers/<id>`).

        None for another address, another account's paper, or one that cannot be printed.
        """
        found = ADDRESS.fullmatch(href)
        if found is None:
            return None
        keyring, paper_id = self.archive.keyring, found[1]
        paper = await self.archive.read(lambda conn: papers.of_account(conn, keyring, account_id, paper_id))
        if paper is None:
            return None
        ready = await self.printer.printed(paper)
        if ready.object_id is None:
            return None
        content = b"".join([piece async for piece in await self.printer.content(ready)])
        kind = PaperKind(ready.kind)
        title = say(f"links.{kind.value}").partition("（")[0]
        return HandedOut(f"{title}.{ending(kind)}", media_type(kind), content)

    def start(self) -> None:
        """Print what waits, from now on."""
        self.printer.start()

    async def close(self) -> None:
        """Stop printing; what is not printed is printed after the next start."""
        await self.printer.close()
        await asyncio.to_thread(self.typesetter.close)
