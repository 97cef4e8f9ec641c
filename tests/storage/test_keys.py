"""The master keyring, sealing and blind indexes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import KeyringUnsafe, Sealed
from storage.keys import Keyring
from storage.sealing import Algorithm, DataKey

SECRET = bytes(range(32))


def test_the_first_start_makes_a_keyring_only_its_owner_reads(tmp_path: Path) -> None:
    """The file is 0600 in a 0700 folder and the second start reads the same keys."""
    path = tmp_path / "keys" / "master.json"
    key, wrapped = Keyring.open(path).new_data_key("a1")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert Keyring.open(path).data_key("a1", wrapped).secret == key.secret


@pytest.mark.parametrize("loose", ["file", "folder"])
def test_a_keyring_others_can_read_is_refused(tmp_path: Path, loose: str) -> None:
    """Looser permissions stop the start."""
    path = tmp_path / "keys" / "master.json"
    Keyring.open(path)
    path.chmod(0o640) if loose == "file" else path.parent.chmod(0o750)
    with pytest.raises(KeyringUnsafe, match="mode"):
        Keyring.open(path)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"current": 2, "masters": {"1": "AA=="}, "blind_index": "AA=="}'])
def test_what_is_no_keyring_is_refused(tmp_path: Path, content: str) -> None:
    """A damaged file is refused by name, without its content in the message."""
    path = tmp_path / "keys" / "master.json"
    Keyring.open(path)
    path.write_text(content)
    with pytest.raises(KeyringUnsafe, match="is not a keyring"):
        Keyring.open(path)


def test_rotation_adds_a_version_and_old_wraps_still_open(tmp_path: Path) -> None:
    """After rotating, new keys use the new version, old ones open, and can be wrapped anew."""
    path = tmp_path / "keys" / "master.json"
    ring = Keyring.open(path)
    key, wrapped = ring.new_data_key("a1")
    assert ring.rotate() == 2
    again = Keyring.open(path)
    assert again.versions == (1, 2)
    assert again.data_key("a1", wrapped).secret == key.secret
    renewed = again.rewrap("a1", wrapped)
    assert (again.version_of(wrapped), again.version_of(renewed)) == (1, 2)
    assert again.data_key("a1", renewed).secret == key.secret
    assert "masters" in json.loads(path.read_text())


def test_a_data_key_belongs_to_its_owner(tmp_path: Path) -> None:
    """A wrapped key moved to another row does not unwrap."""
    path = tmp_path / "keys" / "master.json"
    _, wrapped = Keyring.open(path).new_data_key("a1")
    with pytest.raises(Sealed):
        Keyring.open(path).data_key("a2", wrapped)
    with pytest.raises(Sealed):
        Keyring.in_memory().data_key("a1", wrapped)


@given(st.binary(max_size=300), st.sampled_from(list(Algorithm)), st.sampled_from(list(Algorithm)))
def test_a_sealed_value_opens_where_it_was_put(plain: bytes, sealed_with: Algorithm, opened_with: Algorithm) -> None:
    """Both algorithms open each other's values by the algorithm byte, in the right place only."""
    sealed = DataKey(SECRET, sealed_with).seal(plain, "turns", "r1", "said")
    key = DataKey(SECRET, opened_with)
    assert sealed[0] == sealed_with
    assert key.open(sealed, "turns", "r1", "said") == plain
    for place in (("turn", "r1", "said"), ("turns", "r2", "said"), ("turns", "r1", "reply")):
        with pytest.raises(Sealed):
            key.open(sealed, *place)


@given(st.integers(min_value=0, max_value=40), st.sampled_from(list(Algorithm)))
def test_an_altered_byte_is_noticed(at: int, algorithm: Algorithm) -> None:
    """Any flipped bit, and any missing end, is refused as `Sealed`."""
    key = DataKey(SECRET, algorithm)
    sealed = bytearray(key.seal(b"some answer!", "turns", "r1", "said"))
    assert len(sealed) == 41
    sealed[at] ^= 0x80
    with pytest.raises(Sealed):
        key.open(bytes(sealed), "turns", "r1", "said")
    with pytest.raises(Sealed):
        key.open(bytes(sealed[:at]), "turns", "r1", "said")


def test_no_key_shows_in_a_representation() -> None:
    """A data key printed by accident shows its algorithm only."""
    assert repr(DataKey(SECRET)) == "DataKey(AES_256_GCM)"


def test_a_blind_index_is_equal_for_equal_and_opaque_otherwise() -> None:
    """Full-width digits, spaces, hyphens and a small x find the same person; a kind never matches another."""
    index = Keyring.in_memory().index
    assert index.id_number("33112619900101001x") == index.id_number("３３１１２６ 19900101 001X")
    assert index.phone("+86 136-1234-5678") == index.phone("13612345678")
    assert index.phone("13612345678") != index.id_number("13612345678")
    assert index.phone("13612345678") != Keyring.in_memory().index.phone("13612345678")
