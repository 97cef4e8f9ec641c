"""A text too long for one message is told in several, cut where nothing is torn apart."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from storage import accounts, outbox
from storage.archive import Archive
from storage.channel_schema import dispatches
from storage.long_texts import LONGEST, parts_of, pieces
from tests.bot.dispatching.world import open_channel
from tests.storage.made import AT, COUNTY

LINES = "\n".join(f"第{number}条理由：租房合同上没有房东的签名，请补一张签了名的。" for number in range(1, 201))


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="字1。，\n ", max_size=3 * LONGEST))
def test_no_piece_is_too_long_and_no_word_is_lost(text: str) -> None:
    """Whatever is cut, the pieces hold every character but blanks, in order."""
    cut = pieces(text)
    assert all(0 < len(piece) <= LONGEST for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


def test_a_long_list_is_cut_between_its_lines() -> None:
    """Every reason stands whole in one of the pieces."""
    cut = pieces(LINES)
    assert len(cut) > 2
    assert [line for piece in cut for line in piece.split("\n")] == LINES.split("\n")


def test_buttons_stand_under_the_last_part() -> None:
    """What is pressed comes after everything that was said."""
    say = json.dumps({"text": LINES, "choices": [{"value": "edit", "label": "去改"}]}).encode()
    *first, last = [json.loads(part) for part in parts_of(say)]
    assert all(part.keys() == {"text"} for part in first)
    assert last["choices"] == [{"value": "edit", "label": "去改"}]
    assert list(parts_of(b'{"text":"\xe5\xa5\xbd"}')) == [b'{"text":"\xe5\xa5\xbd"}']


async def test_each_part_of_a_long_notice_is_a_message_of_its_own(archive: Archive) -> None:
    """So a part that was sent is not sent again because another was not."""
    payload = json.dumps({"says": [{"text": LINES}]}).encode()

    def job(conn: Connection) -> list[int]:
        account_id = accounts.open_account(conn, archive.keyring, COUNTY, AT)
        open_channel(conn, archive, account_id, "700000")
        outbox.add(conn, archive.keyring, account_id, None, "returned", payload, AT)
        return list(conn.execute(select(dispatches.c.part).order_by(dispatches.c.created_at)).scalars())

    assert archive.write_now(job) == list(range(len(pieces(LINES))))
