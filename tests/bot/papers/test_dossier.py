"""一人一档: everything of a case in one file, the same bytes twice, and no change to it goes unseen."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import io
import json
import random
import stat
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import Connection

from bot.dossier import add_arguments
from bot.papers.dossier.building import bundle, dossier
from bot.papers.dossier.exporting import export
from bot.papers.dossier.manifest import CERTIFICATE, CLOSING, MANIFEST, SEAL
from bot.papers.dossier.months import cases_of, one_by_one, span_of
from bot.papers.dossier.verifying import verify
from bot.papers.dossier.zipped import FIXED_TIME, ZipStream
from bot.papers.signing import OfficeKey, open_key
from bot.uploads.places import page_object
from state_machine.case_records import CaseRecord
from storage import audit, person_requests, turns
from storage.errors import NotOurs
from storage.turns import Exchange
from tests.bot.papers import lived
from tests.bot.papers.tampering import tampered
from tests.journeys.whole_house import WholeHouse, whole_house
from tests.storage.canary import found_in_clear

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("dossiers")]
TAMPERINGS = 1000


@dataclass
class Shelf:
    """A house with two ended cases, one open, and a place for files."""

    house: WholeHouse
    issued: CaseRecord
    refused: CaseRecord
    folder: Path

    async def dossier(self, case: CaseRecord) -> bytes:
        """One case's file."""
        stream = dossier(self.house.papers, self.house.rules, case.case_id)
        return b"".join([piece async for piece in stream])

    async def month(self, month: str = "2026-11") -> bytes:
        """A month's file."""
        span = span_of(month, self.house.settings.zone())
        assert span is not None
        found = cases_of(self.house.archive, self.house.rules.county_code, span)
        return b"".join([piece async for piece in bundle(self.house.papers, self.house.rules, month, found)])

    def file(self, content: bytes, name: str = "file.zip") -> Path:
        """A file with this content."""
        path = self.folder / name
        path.write_bytes(content)
        return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shelf(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shelf]:
    """Two cases brought to their ends, and one that waits."""
    async with whole_house(tmp_path_factory.mktemp("house")) as house:
        issued, refused = await lived.issued(house), await lived.not_accepted(house)
        await house.submit()
        yield Shelf(house, issued, refused, tmp_path_factory.mktemp("files"))


def opened(content: bytes) -> zipfile.ZipFile:
    """The file as anybody would open it."""
    return zipfile.ZipFile(io.BytesIO(content))


async def test_everything_of_a_case_is_in_it_under_plain_names(shelf: Shelf) -> None:
    """Form, papers, materials, messages, events, permit, signature; and no name or number in a file's name."""
    with opened(await shelf.dossier(shelf.issued)) as packed:
        names = packed.namelist()
        assert names[:5] == sorted(["办件.json", "办理经过.json", "签名.json", "往来.json", "证件.json"])
        assert "申请表.pdf" in names
        papers = [name for name in names if name.startswith("文书/")]
        assert papers == [
            "文书/01 申请表.pdf",
            "文书/02 受理回执.pdf",
            "文书/03 电子居住证.pdf",
            "文书/04 电子居住证.png",
            "文书/05 办结通知书.pdf",
            "文书/06 申请表.pdf",
        ]
        assert [name for name in names if name.startswith("材料/")] == [
            "材料/01 签订劳动合同/001.jpg",
            "材料/01 签订劳动合同/002.jpg",
        ]
        assert names[-3:] == list(CLOSING)
        events = [event["kind"] for event in json.loads(packed.read("办理经过.json"))]
        assert events == ["submitted", "accepted", "examined", "approved", "issued", "earlier_permit_annulled"]
        told = json.loads(packed.read("往来.json"))
        assert [one["kind"] for one in told["notices"]] == ["accepted", "approved", "issued"]
        permit = json.loads(packed.read("证件.json"))
        assert permit["issued"]["valid_until"] == "2027-11-20"
        answers = shelf.issued.answers
        assert not any(str(answers[name]) in "".join(names) for name in ("name", "id_number", "phone"))


async def test_what_was_written_to_a_clerk_is_in_it_and_the_talk_with_the_program_is_not(shelf: Shelf) -> None:
    """Both sides of what people said to each other about the case; not what was typed before, or afterwards."""
    house = shelf.house
    case = await house.submit()
    account = (await house.stored(case.case_id)).account_id or ""
    keyring, county, at = house.archive.keyring, house.rules.county_code, house.time

    def typed(conn: Connection, words: str, minutes: int) -> None:
        exchange = Exchange(msgspec.Raw(b'{"says":[]}'), words)
        spoken = turns.open_account_turn(conn, keyring, account, words)
        turns.record(conn, spoken, words, None, exchange, at + timedelta(minutes=minutes))

    def job(conn: Connection) -> None:
        typed(conn, "居住证是什么", 1)
        wanted = person_requests.add(conn, keyring, county, account, "asked", at + timedelta(minutes=2))
        typed(conn, "合同是我老板签的，行吗", 3)
        person_requests.close(conn, wanted, at + timedelta(minutes=5))
        typed(conn, "帮助", 6)

    await house.archive.write(job, key=account)
    first = await shelf.dossier(case)
    with opened(first) as packed:
        told = json.loads(packed.read("往来.json"))
        assert [one["text"] for one in told["written"]] == ["合同是我老板签的，行吗"]
    assert await shelf.dossier(case) == first


async def test_the_manifest_lists_every_file_with_both_digests_under_a_signature(shelf: Shelf) -> None:
    """SHA-256 and SM3 of each; openssl reads them the same way."""
    content = await shelf.dossier(shelf.issued)
    with opened(content) as packed:
        manifest = json.loads(packed.read(MANIFEST))
        listed = {line["name"]: line for line in manifest["files"]}
        assert set(listed) == set(packed.namelist()) - set(CLOSING)
        for name, line in listed.items():
            assert line["sha256"] == hashlib.sha256(packed.read(name)).hexdigest()
            assert line["bytes"] == len(packed.read(name))
        some = shelf.file(packed.read("办件.json"), "some.json")
        said = await asyncio.to_thread(
            subprocess.run, ["openssl", "dgst", "-sm3", "-r", str(some)], capture_output=True, text=True, check=True
        )
        assert said.stdout.split()[0] == listed["办件.json"]["sm3"]
        for name in CLOSING:
            shelf.file(packed.read(name), name)
    public = shelf.folder / "public.pem"
    commands = [
        ["openssl", "x509", "-in", str(shelf.folder / CERTIFICATE), "-pubkey", "-noout", "-out", str(public)],
        ["openssl", "dgst", "-sha256", "-verify", str(public), "-signature", str(shelf.folder / SEAL),
         str(shelf.folder / MANIFEST)],
    ]  # fmt: skip
    for command in commands:
        await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)


async def test_built_twice_it_is_the_same_byte_for_byte(shelf: Shelf) -> None:
    """Whenever it is built, as long as the case stands as it does; nothing in it says when that was."""
    first = await shelf.dossier(shelf.issued)
    shelf.house.time = shelf.house.time.replace(hour=shelf.house.time.hour + 1)
    assert await shelf.dossier(shelf.issued) == first
    with opened(first) as packed:
        assert {about.date_time for about in packed.infolist()} == {FIXED_TIME}
        assert {about.compress_type for about in packed.infolist()} == {zipfile.ZIP_STORED}


async def test_a_whole_one_is_found_whole_without_a_database(shelf: Shelf) -> None:
    """The command reads nothing but the file: in a process without settings, key or database."""
    file = shelf.file(await shelf.dossier(shelf.refused))
    report = verify(file, shelf.house.papers.key().certificate_pem())
    assert (report.is_whole, report.cases, report.missing) == (True, [shelf.refused.application_number], [])
    said = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot.command_line", "dossier", "verify", str(file)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        env={"PATH": "/usr/bin", "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert said.returncode == 0, said.stderr
    assert "完好 (whole): 1 件" in said.stdout
    assert shelf.house.papers.key().fingerprint() in said.stdout


async def test_a_thousand_random_changes_are_all_found(shelf: Shelf) -> None:
    """Wherever the change is: in a file, a name, the manifest, its signature, the certificate, the directory."""
    content, chance = await shelf.dossier(shelf.refused), random.Random(6)
    for _ in range(TAMPERINGS):
        assert not verify(shelf.file(tampered(content, chance), "changed.zip")).is_whole


async def test_a_file_put_together_anew_with_the_same_names_is_found(shelf: Shelf) -> None:
    """Changed with its digest corrected; a file more; a file less; another's manifest; another's signature."""
    with opened(await shelf.dossier(shelf.refused)) as packed:
        whole = {name: packed.read(name) for name in packed.namelist()}
    forged = dict(whole) | {"办件.json": whole["办件.json"].replace(b'"met": false', b'"met": true ')}
    assert forged != whole
    manifest = json.loads(whole[MANIFEST])
    digest = hashlib.sha256(forged["办件.json"]).hexdigest()
    manifest["files"] = [
        line | ({"sha256": digest} if line["name"] == "办件.json" else {}) for line in manifest["files"]
    ]
    renewed = forged | {MANIFEST: json.dumps(manifest, ensure_ascii=False).encode()}
    stranger = open_key(None, "", shelf.folder / "stranger.pem", "别处")
    resealed = renewed | {SEAL: stranger.seal(renewed[MANIFEST])}
    changes = {
        "a file changed": forged,
        "the digest corrected": renewed,
        "sealed by nobody we know": resealed,
        "a file more": {**whole, "多.txt": b"x"},
        "a file less": {name: content for name, content in whole.items() if name != "往来.json"},
        "no manifest": {name: content for name, content in whole.items() if name != MANIFEST},
    }
    for what, files in changes.items():
        assert not verify(shelf.file(_packed(files))).is_whole, what
    with_own = resealed | {CERTIFICATE: stranger.certificate_pem()}
    assert not verify(shelf.file(_packed(with_own)), shelf.house.papers.key().certificate_pem()).is_whole
    assert verify(shelf.file(_packed(whole))).is_whole


def _packed(files: dict[str, bytes]) -> bytes:
    packed = ZipStream()
    return b"".join(packed.add(name, content) for name, content in files.items()) + packed.end()


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF-1.7", b"PK\x05\x06" + b"\0" * 18, b"\0" * 5000])
async def test_what_is_no_dossier_is_said_to_be_none(content: bytes, shelf: Shelf) -> None:
    """An empty file, another kind of file, an empty ZIP: a report, never a fault."""
    assert not verify(shelf.file(content)).is_whole


async def test_a_month_holds_what_ended_in_it_and_proves_that_none_was_taken_out(shelf: Shelf) -> None:
    """A folder a case, each whole by itself; the open case is not in it; another month is empty."""
    content = await shelf.month()
    numbers = sorted([shelf.issued.application_number, shelf.refused.application_number])
    report = verify(shelf.file(content))
    assert report.is_whole
    assert sorted(report.cases) == numbers
    with opened(content) as packed:
        assert {name.partition("/")[0] for name in packed.namelist() if "/" in name} == set(numbers)
        whole = {name: packed.read(name) for name in packed.namelist()}
    fewer = {name: content for name, content in whole.items() if not name.startswith(numbers[0])}
    assert not verify(shelf.file(_packed(fewer))).is_whole
    stranger = open_key(None, "", shelf.folder / "stranger.pem", "别处")
    manifest = json.loads(whole[MANIFEST])
    manifest["cases"] = [line for line in manifest["cases"] if not line["name"].startswith(numbers[0])]
    written = json.dumps(manifest, ensure_ascii=False).encode()
    closing = {MANIFEST: written, SEAL: stranger.seal(written), CERTIFICATE: stranger.certificate_pem()}
    assert not verify(shelf.file(_packed(fewer | closing))).is_whole, "a stranger's list over the office's cases"
    assert verify(shelf.file(await shelf.month("2026-12"))).cases == []


async def test_a_month_is_streamed_and_never_held_whole(shelf: Shelf) -> None:
    """Pieces come while later cases are not read yet, and none is longer than one file of the dossier."""
    house = shelf.house
    read: list[str] = []

    async def slowly() -> AsyncIterator[str]:
        for case in (shelf.issued, shelf.refused):
            read.append(case.case_id)
            yield case.case_id

    longest = early = 0
    async for piece in bundle(house.papers, house.rules, "x", slowly()):
        longest, early = max(longest, len(piece)), early + (len(piece) if len(read) == 1 else 0)
    assert early > 100_000
    assert longest < 800_000


async def test_a_page_lost_from_the_store_is_named_and_not_passed_over(shelf: Shelf) -> None:
    """The dossier is made all the same, and says what is missing from it."""
    house = shelf.house
    case = await lived.not_accepted(house)
    page = case.pages[0]
    house.files.delete([page_object(case.application_id, page.page_id)])
    report = verify(shelf.file(await shelf.dossier(case)))
    assert report.is_whole
    assert report.missing == ["材料/01 签订劳动合同/001.jpg"]


async def test_a_case_that_is_not_there_is_said_before_a_byte_is_sent(shelf: Shelf) -> None:
    """`NotOurs` at once."""
    with pytest.raises(NotOurs):
        await anext(dossier(shelf.house.papers, shelf.house.rules, "nobodys"))
    assert [one async for one in one_by_one(["a", "b"])] == ["a", "b"]


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "1999-01", "2026-11-01", "", "二〇二六-11"])
async def test_what_is_no_month_is_none(text: str, shelf: Shelf) -> None:
    """Only a year and a month."""
    assert span_of(text, shelf.house.settings.zone()) is None


async def test_clerks_and_administrators_download_them_and_the_trail_says_so(shelf: Shelf) -> None:
    """A case's dossier for its offices, a month's for administrators alone; both are whole when they arrive."""
    house = shelf.house
    clerk, admin = await house.as_("ye"), await house.as_("hu")
    await clerk.go(f"/desk/cases/{shelf.issued.case_id}/dossier.zip")
    assert clerk.headers["Content-Disposition"] == f'attachment; filename="{shelf.issued.application_number}.zip"'
    assert verify(shelf.file(clerk.body)).cases == [shelf.issued.application_number]
    page = await admin.go("/desk/admin/dossiers")
    assert "2026-11" in page.text
    await admin.go("/desk/admin/dossiers/2026-11")
    assert verify(shelf.file(admin.body)).is_whole
    await admin.go("/desk/admin/dossiers/2026-99")
    assert admin.status == 404
    trail = await house.archive.read(lambda conn: audit.entries(conn, house.rules.county_code, limit=20))
    assert {"export_dossier", "export_dossiers"} <= {entry.action for entry in trail}


@pytest.mark.parametrize("way", ["case", "person", "month"])
async def test_the_command_writes_a_new_file_for_its_owner_alone(
    way: str, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whole, 0600, never over a file that is there; the person's number comes by standard input; the trail says so."""
    number, file = str(shelf.issued.answers["id_number"]), shelf.folder / f"{way}.zip"
    words = {
        "case": ["--case", shelf.issued.application_number],
        "person": ["--person"],
        "month": ["--month", "2026-11"],
    }
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    arguments = parser.parse_args(["export", *words[way], str(file)])
    assert await export(shelf.house.settings, arguments, io.StringIO(f"{number}\n")) == 0
    assert number not in capsys.readouterr().out
    report = verify(file, shelf.house.papers.key().certificate_pem())
    assert report.is_whole
    assert shelf.issued.application_number in report.cases
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        await export(shelf.house.settings, arguments, io.StringIO(f"{number}\n"))
    county = shelf.house.rules.county_code
    (last, *_) = await shelf.house.archive.read(lambda conn: audit.entries(conn, county, limit=1))
    assert last.action == "export_dossier"
    assert number not in str(last.details)


async def test_nobodys_dossier_is_no_file(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    """A number that is no case, a month that is none: said, and no file is left."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    file = shelf.folder / "none.zip"
    arguments = parser.parse_args(["export", "--case", "QY20260101-0001", str(file)])
    assert await export(shelf.house.settings, arguments, io.StringIO()) == 1
    assert "没有这样的办件" in capsys.readouterr().err
    with pytest.raises(NotOurs, match="2026-11"):
        await export(shelf.house.settings, parser.parse_args(["export", "--month", "11", str(file)]), io.StringIO())
    assert not file.exists()


async def test_nothing_of_it_lies_in_the_clear_in_the_house(shelf: Shelf) -> None:
    """Papers, permits, signatures and dossiers made: nothing personal in any file of the data folder."""
    answers = shelf.issued.answers
    told = [str(answers[name]) for name in ("id_number", "phone", "current_address", "hukou_address", "name")]
    assert found_in_clear([shelf.house.settings.data_dir], told) == []


async def test_a_seal_is_the_same_for_the_same_content(shelf: Shelf) -> None:
    """Otherwise no dossier could be built twice."""
    key: OfficeKey = shelf.house.papers.key()
    assert key.seal(b"x") == key.seal(b"x") != key.seal(b"y")
