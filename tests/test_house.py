"""The house checks itself: front door, wording of the docs, nothing that must not be here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
#: Spelled in pieces, so that this file does not find itself.
FORBIDDEN = [
    "pypi" + r"\.org",
    "python" + "hosted",
    "registry" + r"\.npmjs",
    "deb" + r"\.debian\.org",
    "/ro" + "ot/|/ho" + "me/[a-z]+/",
]


def tracked() -> list[Path]:
    """Every file git keeps."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: nothing to look through")
    return [HOUSE / name for name in listed.stdout.split("\0") if name and (HOUSE / name).is_file()]


def test_no_tracked_file_names_a_registry_or_a_path_of_one_machine() -> None:
    """Neither code, docs nor the lock file say where packages were downloaded or where somebody worked."""
    pattern = re.compile("|".join(FORBIDDEN).encode())
    found = [str(file.relative_to(HOUSE)) for file in tracked() if pattern.search(file.read_bytes())]
    assert found == []


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_front_door_opens_with_the_commands(name: str) -> None:
    """Both READMEs show `make run` and `make test` before anything else but the title and one paragraph."""
    opening = (HOUSE / name).read_text(encoding="utf-8")[:700]
    assert "make run" in opening
    assert "make test" in opening


@pytest.mark.parametrize(
    "page", sorted((HOUSE / "docs").glob("*.md")) + sorted(HOUSE.glob("*.md")), ids=lambda p: p.name
)
def test_every_link_inside_the_docs_leads_somewhere(page: Path) -> None:
    """Links and pictures with a relative address point at files that exist."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


def test_what_the_lock_file_pins_carries_hashes() -> None:
    """Every pinned package has at least one SHA-256."""
    lock = (HOUSE / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", lock.strip())
    assert len(entries) > 50
    assert [entry.split("==")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_decoders_are_made_before_threads_or_one_at_a_time() -> None:
    """No `msgspec…decode(…, type=…)`: two threads that make the same type's decoder at once end the process."""
    rooms = [file for room in ("bot", "dialogs", "state_machine", "storage") for file in (HOUSE / room).rglob("*.py")]
    made_on_the_way = re.compile(r"msgspec(?:\.\w+)*\.(?:decode|convert)\([^\n]*\btype=")
    assert [str(file) for file in rooms if made_on_the_way.search(file.read_text(encoding="utf-8"))] == []
