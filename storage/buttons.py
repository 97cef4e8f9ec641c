"""Values of buttons that are too long or too personal to travel with them; what travels is a name for them.

The name is a keyed hash of account and value: the same button is kept once, however often it is shown.
"""

from __future__ import annotations

import base64
from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.channel_schema import buttons
from storage.channels import Reached
from storage.dialect import insert_or
from storage.keys import Keyring


def keep(conn: Connection, keyring: Keyring, reached: Reached, value: str, at: datetime) -> str:
    """Keep a value for a channel's account. Returns its name: 16 characters that fit anywhere."""
    account_id = reached.account_id
    digest = keyring.index.subject("button", f"{account_id}\x1f{value}")
    name = base64.urlsafe_b64encode(digest[:12]).decode()
    row = insert_or(conn, buttons).values(
        button=name,
        county=reached.county,
        account_id=account_id,
        value_sealed=reached.key.seal(value.encode(), "buttons", name, "value_sealed"),
        at=at,
    )
    conn.execute(row.on_conflict_do_update(index_elements=["button"], set_={"at": row.excluded.at}))
    return name


def value_of(conn: Connection, reached: Reached, name: str) -> str | None:
    """What a name stands for, if it was shown to this account."""
    mine = (buttons.c.button == name) & (buttons.c.account_id == reached.account_id)
    sealed = conn.execute(select(buttons.c.value_sealed).where(mine)).scalar()
    return None if sealed is None else reached.key.open(sealed, "buttons", name, "value_sealed").decode()


def sweep(conn: Connection, shown_before: datetime, most: int = 1000) -> int:
    """Forget buttons not shown for long. Returns how many."""
    names = conn.execute(select(buttons.c.button).where(buttons.c.at < shown_before).limit(most)).scalars().all()
    return conn.execute(delete(buttons).where(buttons.c.button.in_(names))).rowcount
