"""What a command did, with nobody signed in, stands in the trail like everything else."""

from __future__ import annotations

from storage import audit
from tests.bot.desk.conftest import House


async def test_a_line_of_nobody_signed_in_is_the_systems(house: House) -> None:
    """`hurentong staff add` writes down no member of staff: the page names the system and opens."""
    county, at = house.rules.county_code, house.time
    await house.archive.write(lambda conn: audit.add(conn, county, "staff_add", at), key="staff")
    admin = await house.as_("hu")
    page = await admin.go("/desk/admin/audit")
    assert admin.status == 200
    assert "系统" in page.text
