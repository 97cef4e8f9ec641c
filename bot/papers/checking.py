"""What `hurentong doctor` says about papers: fonts, the signing key, where a permit's code leads."""

from __future__ import annotations

from collections.abc import Iterator

from bot.papers.signing import SigningKeyWrong, open_key
from bot.papers.typesetting import Typesetter
from bot.settings import Settings

#: A character of a real name, a common one, and the dot of minority names.
SAMPLE = "𬱖㛃喆·张"


def signs_missing(settings: Settings) -> tuple[str, ...]:
    """Signs of the sample the fonts at hand do not have."""
    typesetter = Typesetter(settings.papers.fonts_dir)
    try:
        return typesetter.glyphs.missing(SAMPLE)
    finally:
        typesetter.close()


def key_trouble(settings: Settings) -> str:
    """Why the operator's key does not open; empty where it does or none is named."""
    path = settings.papers.signing_key_path
    if path is None:
        return ""
    try:
        open_key(path, settings.papers.signing_password, path, settings.county.name)
    except SigningKeyWrong as wrong:
        return str(wrong)
    return ""


def before_real_use(settings: Settings) -> Iterator[str]:
    """What still makes the permits samples."""
    if not settings.public_url:
        yield "public_url 还空着：电子证上的二维码只在本机打得开 (the permit's code opens on this machine only)"
    if settings.papers.signing_key_path is None:
        yield "papers.signing_key_path 还空着：用演示密钥签名 (signed with the demo's own key)"
    if settings.papers.sample_permits:
        yield "papers.sample_permits 是 true：电子证都写着样本 (permits say that they are samples)"
