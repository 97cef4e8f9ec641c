"""What differs from county to county and what a deployment may set, as the dialogs need it. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from state_machine.office_hours import OfficeHours
from state_machine.registered_time import Counting
from state_machine.working_days import Calendar


@dataclass(frozen=True)
class Rules:
    """The county's facts and the flow's settings. Built once from the settings; passed into every turn.

    Phones, addresses and hours may be empty: then the texts send people to the police station of their home
    (居住地派出所), as 庆政办发〔2023〕43号, 二 says, and name no number. Nothing is invented.
    """

    calendar: Calendar
    county_name: str = "庆元县"
    county_code: str = "331126"
    city: str = "丽水市"
    province: str = "浙江省"
    station_name: str = ""  #: 派出所 or hall that takes counter applications
    station_address: str = ""
    station_phone: str = ""
    public_address: str = ""  #: where another device opens this service; empty: named in words only
    office_hours: str = ""  #: as written; `opening` is what they say
    opening: OfficeHours | None = None
    allowed_gap_days: int = 0  #: days between two registrations that still count as 连续
    counting: Counting = Counting.LONGEST_RUN  #: which reading of 累计连续 counts
    max_pages: int = 20  #: pages a proof
    draft_days: int = 30  #: days until an untouched draft is erased
    reads_pictures: bool = False  #: photos of cards are read here: the extra `ocr` is installed and not switched off
    due_days: int = 2  #: 自受理之日起 2 个工作日 (庆政办发〔2023〕43号, 二)
