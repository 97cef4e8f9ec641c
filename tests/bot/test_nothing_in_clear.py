"""What an applicant told us lies nowhere on the disk in the clear."""

from __future__ import annotations

from pathlib import Path

from storage.archive import Archive
from storage.keys import Keyring
from tests.bot.interviews import Phone, application, signature, someone
from tests.storage.canary import found_in_clear


async def test_no_answer_lies_in_the_clear(tmp_path: Path) -> None:
    """After a whole application neither database nor WAL holds number, phone, address or name; the scan works."""
    archive = Archive.open(f"sqlite:///{tmp_path}/hurentong.db", Keyring.open(tmp_path / "keys" / "master.json"))
    phone, who = await Phone.open(archive), someone()
    await phone.take(*application(who), *signature(who))
    assert found_in_clear([tmp_path], who.canaries) == []
    (tmp_path / "leak").write_text(f"…{who.phone}…")
    assert found_in_clear([tmp_path], who.canaries) == [(tmp_path / "leak", 1)]
    await archive.close()
    assert found_in_clear([tmp_path / "keys"], who.canaries) == []
