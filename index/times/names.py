"""Names of months and weekdays, and the words that pages write beside a date.

The names are those of the Unicode Common Locale Data Repository.

Source: CLDR, "Calendars", by babel.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from anyascii import anyascii
from babel import Locale

LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "ro", "pl", "cs", "sk", "hu", "sv", "da", "nb", "fi",
    "tr", "ru", "uk", "bg", "el", "hr", "sl", "lt", "lv", "et", "ca", "id", "ar", "he", "fa",
)  # fmt: skip
MIN_LETTERS = 3
_ENGLISH = Locale("en")
_MONTHS, _WEEKDAYS = (
    {width: kind["format"][width] for width in ("wide", "abbreviated")}
    for kind in (_ENGLISH.months, _ENGLISH.days)
)
MONTH_NAMES = tuple(_MONTHS["wide"][number] for number in range(1, 13))
WEEKDAY_NAMES = tuple(_WEEKDAYS["wide"][number] for number in range(7))  # from Monday
# The other languages take a third of a second to read, which most questions can do without.
_ENGLISH_MONTHS = {
    name.casefold(): number for names in _MONTHS.values() for number, name in names.items()
}
# Patterns of English names, whole or abbreviated, for expressions that ignore case.
MONTH = rf"(?:{'|'.join(MONTH_NAMES)}|(?:{'|'.join(_MONTHS['abbreviated'].values())}|Sept)\b\.?)"
WEEKDAY = rf"(?:{'|'.join(WEEKDAY_NAMES)})"
# What is published and what is updated, in the languages of many newspapers.
PUBLISHED = (
    "published posted publication veröffentlicht erstellt publié publiée publicado publicada "
    "publicato pubblicato gepubliceerd publicerad julkaistu opublikowano dodano utworzono "
    "publikováno zveřejněno megjelent опубліковано опублікована додано створено опубликовано "
    "опубликована добавлено создано публикуване yayınlanma "
    "发布时间 发布于 发表于 公開日 掲載日 配信 작성 입력"
)
UPDATED = (
    "updated modified edited corrected revised aktualisiert geändert korrigiert modifié modifiée "
    "corrigé actualizado actualizada modificado corregido aggiornato bijgewerkt uppdaterad "
    "päivitetty zaktualizowano aktualizacja zmieniono aktualizováno frissítve оновлено змінено "
    "виправлено обновлено изменено исправлено güncelleme 更新 최종수정"
)
# Words of times and days: "14:30 Uhr", "5 грудня 2024 р. о 14:30".
_FILLERS = (
    "date dated datum data fecha stand дата on at of last from first the tues wednes thurs am um "
    "uhr vom der den le à a mis en h heures jour el las los de del hrs hora horas alle ore dell "
    "ora om klo kl op r roku godz o dnia w v hod gada m d о об від рік року р год годині в г "
    "года от во час saat tarihi 上午 下午 午前 午後 오전 오후 日 時 分"
)


@cache
def month_numbers() -> dict[str, int]:
    """The month, from 1, of each word that names one and no other in any of the languages.

    A name that means different months in different languages (Polish and Croatian `listopad`) is
    left out, because a line does not say which one is meant.
    """
    found: dict[str, set[int]] = defaultdict(set)
    for language in LANGUAGES:
        for widths in Locale(language).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in widths[width].items():
                    plain = name.casefold().strip(".").replace("’", "'")
                    found[plain].add(number)
                    found[anyascii(plain) if plain < "\u0250" else plain].add(number)
    found["sept"].add(9)
    return {
        name: min(numbers)
        for name, numbers in found.items()
        if len(numbers) == 1 and len(name) >= MIN_LETTERS
    }


@cache
def date_words() -> frozenset[str]:
    """Case-folded words that may be beside a date in a line that says nothing else."""
    days = (
        name
        for language in (*LANGUAGES, "zh", "ja", "ko")
        for names in Locale(language).days["format"].values()
        for name in names.values()
    )
    listed = " ".join((*days, PUBLISHED, UPDATED, _FILLERS))
    return frozenset(re.findall(r"[^\W\d_]+", listed.casefold()))


def month_number(name: str) -> int | None:
    """The month, from 1, that a word names in any of the languages, whatever its case."""
    plain = name.casefold().strip(".").replace("’", "'")
    return _ENGLISH_MONTHS.get(plain) or month_numbers().get(plain)
