"""Chrome in six languages: each label known by its line, and articles that only mention it."""

from __future__ import annotations

import pytest

from onrecord.index.readers.blocks import Block

LINES = {
    "related": [
        "Читайте також: Барж на Дністрі поменшало вдвічі", "Читайте также: Барж стало меньше",
        "Lesen Sie auch: Weniger Kähne auf dem Fluss", "Lire aussi : Moins de péniches",
        "Lea también: Menos barcazas en el río", "Czytaj też: Mniej barek na rzece",
    ],
    "control": ["Реклама:", "Поделиться", "Anzeige", "Partager", "Publicidad", "Udostępnij"],
    "section": ["Останні новини", "Популярное", "Meistgelesen", "Les plus lus", "Lo más leído",
                "Najczęściej czytane"],
    "comments": ["Коментарі (5)", "Комментарии", "12 Kommentare", "Commentaires", "Comentarios (3)",
                 "Dodaj komentarz"],
    "notice": [
        "Підписуйтесь на наш Telegram-канал, щоб першими дізнаватися новини міста.",
        "Если вы заметили ошибку, выделите её и нажмите Ctrl+Enter.",
        "Abonnieren Sie unseren Newsletter und verpassen Sie nichts.",
        "Abonnez-vous pour lire tous nos articles.", "Síguenos en todas las redes.",
        "Zapisz się, aby codziennie dostawać wiadomości.",
    ],
    "byline": ["Автор: Олена Марчук", "Текст: Ирина Белова", "Von Anna Schmidt", "Par Anne Petit",
               "Por Ana García", "Autor: Jan Kowalski"],
    "caption": ["Фото: Портова газета", "Foto: dpa", "Crédit photo: AFP", "Zdjęcie: PAP"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "label"), [(line, label) for label, lines in LINES.items() for line in lines]
)
def test_a_line_of_chrome_is_known(line: str, label: str) -> None:
    assert Block(line).label == label


@pytest.mark.parametrize(
    "line",
    [
        "Von der Leyen kündigte am Montag neue Hilfen für die Region an.",
        "Реклама на мостах заборонена з понеділка, повідомили в мерії.",
        "Комментарии министра вызвали споры в парламенте.",
        "Les plus lus de ces romans ont été traduits en ukrainien.",
        "Por la mañana abrieron el puente a los camiones.",
        "Популярне серед рибалок місце закрили до весни.",
    ],
)
def test_a_sentence_with_such_words_is_the_articles(line: str) -> None:
    assert Block(line).label is None
