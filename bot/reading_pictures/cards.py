"""What a card says: the front of an ID card (人像面), or the face of an earlier 《浙江省居住证》. Pure parsing.

A field that does not come out clearly is left out: a gap costs the applicant a line of typing, a wrong value more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.reading_pictures.card import Card, CardKind, date_in
from bot.reading_pictures.folding import simplified
from bot.reading_pictures.numbers import numbers_in
from bot.reading_pictures.permits import with_permit
from bot.reading_pictures.rows import Row, rows_of
from bot.reading_pictures.seen import Seen, straightened
from dialogs.readers.ethnicity import PEOPLES
from state_machine.codes import Sex

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇\U00020000-\U000323af"


def read_card(pieces: Sequence[Seen], today: date) -> Card:
    """The card in an upright picture's text. `today` is needed to know a birth date in the future."""
    rows = rows_of(straightened([_folded(one) for one in pieces]))
    texts = [row.text for row in rows]
    kind = kind_of(texts)
    places = _Places.of(rows)
    born = _born(rows, places)
    sex = _sex(texts)
    number = _number(texts, today, born, sex)
    card = Card(
        kind=kind,
        number=number,
        name=_name(rows, places),
        sex=sex,
        ethnicity=_ethnicity(texts),
        born=born,
        address=_address(rows, places, kind),
    )
    return with_permit(card, texts) if kind is CardKind.PERMIT else card


def kind_of(texts: Sequence[str]) -> CardKind:
    """By the words every such card carries."""
    whole = "".join(texts)
    if re.search(r"居[住往佳]证|居[住往]地|证件编号|签发日期", whole):
        return CardKind.PERMIT
    signs = sum(
        bool(re.search(sign, whole)) for sign in (r"公民身[份分]", r"姓名", r"[住往佳]址", r"性别", r"民族", r"出生")
    )
    return CardKind.ID_CARD if signs >= 2 else CardKind.UNKNOWN


def _folded(one: Seen) -> Seen:
    return Seen(simplified(one.text), one.score, one.corners)


_SEX_ROW = re.compile(r"性别|民族|^[性姓]?别?[男女]")
_BORN_ROW = re.compile(r"出生|(?:19|20)\d{2}年\d{1,2}月?\d{0,2}")
_NUMBER_ROW = re.compile(r"公民|身[份分]号|号码$|\d{15,}")
_ADDRESS_LABEL = re.compile(
    r"^[^\u4e00-\u9fff]*(?:常[住往]户口所在地[住往佳]?[址扯]?|户籍地?[址扯]|[住往佳][址扯止]|[址扯](?=..))[::]?"
)
_RESIDENCE = re.compile(r"^居[住往]地")


@dataclass(frozen=True)
class _Places:
    """In which lines things stand; None: not found."""

    sex: int | None
    born: int | None
    number: int | None
    residence: int | None

    @classmethod
    def of(cls, rows: Sequence[Row]) -> _Places:
        def first(pattern: re.Pattern[str], after: int = -1) -> int | None:
            return next((n for n, row in enumerate(rows) if n > after and pattern.search(row.text)), None)

        sex = first(_SEX_ROW)
        after = -1 if sex is None else sex
        dated = next((n for n, row in enumerate(rows) if after < n <= after + 3 and date_in(row.text)), None)
        born = first(_BORN_ROW, after) if dated is None else dated
        above = born if born is not None else sex
        return cls(sex, born, first(_NUMBER_ROW, -1 if above is None else above), first(_RESIDENCE))


def _number(texts: Sequence[str], today: date, born: date | None, sex: Sex | None) -> str | None:
    """The one number that checks, and does not speak against the birth date and the sex printed beside it."""
    fitting = [one for one in numbers_in(texts, today) if "11" <= one.number[:2] <= "65"]
    if born is not None:
        fitting = [one for one in fitting if one.birth_date == born]
    if sex is not None:
        fitting = [one for one in fitting if one.sex is sex]
    return fitting[0].number if len(fitting) == 1 else None


_NAME_LABEL = re.compile(r"^[^\u4e00-\u9fff]*(?:[姓性娃][名各]|[姓名](?=[^名]{2}))[::]?")
_DOT = re.compile(rf"(?<=[{HAN}])[.\-,·、:*](?=[{HAN}])")
_NAME = re.compile(rf"[{HAN}]{{2,4}}|[{HAN}]{{1,12}}(?:·[{HAN}]{{1,12}}){{1,4}}")


def _name(rows: Sequence[Row], places: _Places) -> str | None:
    """Behind 姓名, in the line above 性别."""
    at = next((n for n, row in enumerate(rows) if re.search(r"[姓娃][名各]", row.text[:4])), None)
    if at is None and places.sex:
        at = places.sex - 1
    if at is None:
        return None
    said = _DOT.sub("·", _NAME_LABEL.sub("", rows[at].text))
    said = re.sub(rf"(?:性别|民族).*$|^[^{HAN}]+|[^{HAN}]+$", "", said)
    return said if _NAME.fullmatch(said) else None


def _sex(texts: Sequence[str]) -> Sex | None:
    for text in texts:
        if found := re.search(
            r"(?:性别|^[性姓别]{0,2})([男女])(?:民族|$|[^\u4e00-\u9fff])|性别([男女])|^([男女])民", text
        ):
            return Sex.MALE if "男" in found[0] else Sex.FEMALE
    return None


def _ethnicity(texts: Sequence[str]) -> str | None:
    """One of the 56 names (GB/T 3304) behind 民族."""
    for text in texts:
        if found := re.search(r"民[族旅]?(.{1,6})$", text):
            told = found[1].removesuffix("族")
            if f"{told}族" in PEOPLES:
                return f"{told}族"
    return None


def _born(rows: Sequence[Row], places: _Places) -> date | None:
    if places.born is None:
        return None
    return date_in(rows[places.born].text)


def _address(rows: Sequence[Row], places: _Places, kind: CardKind) -> str | None:
    """The band of lines between birth date and number; on a permit it ends where the place of residence begins."""
    above = places.born if places.born is not None else places.sex
    if above is None:
        return None
    below = places.number if places.number is not None else len(rows)
    if kind is CardKind.PERMIT and places.residence is not None:
        below = min(below, places.residence)
    said = "".join(_in_column(rows[above + 1 : below]))
    said = re.sub(rf"[^0-9A-Za-z{HAN}()#\-·]", "", said)
    return said if len(said) >= 6 and re.search(rf"[{HAN}]{{4}}", said) else None


def _in_column(band: Sequence[Row]) -> Iterator[str]:
    """The lines of the address, which all begin below its first character, without the label before it.

    What the engine saw in the portrait or on the table beside the card stands elsewhere, or is of another size.
    """
    edge = size = 0.0
    for row in band:
        end = 0.0
        for one in row.pieces:
            text = one.text.replace(" ", "")
            rest = text if size else _ADDRESS_LABEL.sub("", text)
            begins = one.right - one.width * len(rest) / max(len(text), 1)
            if one.score < 0.5 or not rest:
                continue
            if not size:
                if not re.search(rf"[{HAN}].*[{HAN}]", rest):
                    continue
                edge, size = begins, one.height
            elif not 0.6 * size <= one.height <= 1.6 * size:
                continue
            if abs(begins - edge) <= 1.6 * size if not end else -size <= one.left - end <= 1.5 * size:
                yield rest
                end = one.right
