"""What only a 《浙江省居住证》 says: its number, who issued it, until when it is valid (《居住证暂行条例》 art. 4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.reading_pictures.card import Card, date_in
from bot.reading_pictures.folding import digits

_NUMBER = re.compile(r"(?:证件编号|居[住往]证号码?|证件号码|证号)[::]?([0-9A-Za-z]{10,24}?)(?=[^0-9A-Za-z]|$)")
_ISSUER = re.compile(r"签发机关[::]?([\u4e00-\u9fff]{2,24}?(?:公安局(?:[\u4e00-\u9fff]{1,8}?分局)?|派出所))")
_VALID = re.compile(r"有效期[限至]?[::]?(.+)$")
_DATES = re.compile(r"(?:19|20)\d{2}[年.\-/]?\d{1,2}[月.\-/]\d{1,2}")


def with_permit(card: Card, texts: Sequence[str]) -> Card:
    """The card with what its lower lines say."""
    return replace(card, permit_number=_number(texts, card), issuer=_issuer(texts), valid_until=_valid_until(texts))


def _number(texts: Sequence[str], card: Card) -> str | None:
    for text in texts:
        if found := _NUMBER.search(text):
            told = digits(found[1]) if not found[1][0].isalpha() else found[1]
            return None if told == card.number else told
    return None


def _issuer(texts: Sequence[str]) -> str | None:
    for text in texts:
        if found := _ISSUER.search(text):
            return found[1]
    return None


def _valid_until(texts: Sequence[str]) -> date | None:
    """The last day: the later of the two dates behind 有效期限."""
    for text in texts:
        if found := _VALID.search(text):
            told = [day for one in _DATES.findall(digits(found[1])) if (day := date_in(one))]
            if told and ("至" not in found[0][:5] or len(told) == 1):
                return max(told) if len(told) == 2 or "至" in found[0] else None
    return None
