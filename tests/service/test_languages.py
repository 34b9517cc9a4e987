"""Archives in other languages than English: found by words, and by meaning with another encoder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onrecord import Archive
from onrecord.index.encoder import Encoder
from onrecord.service.settings import Settings

# Of each language two articles with their headlines, and what is asked about the first one.
NEWS = {
    "uk": (
        ("Новий кран", "Порт отримав новий кран вагою сорок тонн, розповіли його начальники."),
        ("Стара пекарня", "Пекарню на вулиці Млиновій перебудують на школу для дітей."),
        "скільки важать крани порту",
    ),
    "ru": (
        ("Новая библиотека", "Город открыл библиотеку, в которой девять тысяч старых книг."),
        ("Паром", "Паром на остров снова ходит после ремонта, сообщили владельцы судна."),
        "сколько книг в городских библиотеках",
    ),
    "de": (
        ("Neuer Kran", "Der Hafen bekam einen neuen Kran, der vierzig Tonnen schwere Lasten hebt."),
        (
            "Alte Bäckerei",
            "Die Bäckerei in der Mühlgasse wird zu einer Schule umgebaut.",
        ),
        "Welche Lasten heben die Kräne des Hafens?",
    ),
    "fr": (
        ("Nouvelle grue", "Le port a reçu une nouvelle grue qui soulève des charges de 40 tonnes."),
        ("Boulangerie", "L’ancienne boulangerie de la rue du Moulin deviendra une école."),
        "Quelle charge les grues du port soulèvent-elles ?",
    ),
    "es": (
        ("Grúa nueva", "El puerto recibió una grúa nueva que levanta cargas de 40 toneladas."),
        ("Panadería", "La panadería de la calle del Molino se convertirá en una escuela."),
        "¿Qué cargas levantan las grúas del puerto?",
    ),
    "pl": (
        ("Nowy dźwig", "Port otrzymał nowy dźwig, który podnosi ładunki po czterdzieści ton."),
        ("Stara piekarnia", "Piekarnię przy ulicy Młyńskiej przebudują na szkołę dla dzieci."),
        "jakie ładunki podnoszą dźwigi w portach",
    ),
    "ar": (
        ("رافعة جديدة", "استلم الميناء رافعة جديدة تحمل أربعين طناً كما قال مدير الميناء."),
        ("مخبز قديم", "سيتحول المخبز القديم في شارع الطاحونة إلى مدرسة للأطفال."),
        "كم تحمل رافعات الموانئ",
    ),
    "zh": (
        ("新起重机", "港口收到一台新的起重机，可以吊起四十吨的货物，港务局长说。"),
        ("老面包店", "磨坊街的老面包店将改建成一所可以容纳八十名儿童的学校。"),
        "港口的起重机能吊起多少吨货物？",
    ),
}


def fill(archive: Archive, language: str) -> None:
    """Add that language's articles."""
    for title, text in NEWS[language][:2]:
        archive.add({"title": title, "text": text, "language": language})


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Archive]:
    """One archive in all these languages."""
    folder = tmp_path_factory.mktemp("languages")
    with Archive.from_settings(Settings(archive=folder), encoder) as opened:
        for language in NEWS:
            fill(opened, language)
        yield opened


@pytest.mark.parametrize("language", NEWS)
def test_other_forms_of_words_find_an_article_of_their_language(
    archive: Archive, language: str
) -> None:
    (title, _), _, question = NEWS[language]
    answer = archive.ask(question)
    assert (answer.quotes or answer.nearest)[0].article.title == title


def test_an_archive_knows_its_languages(archive: Archive) -> None:
    with archive.store.snapshot() as snapshot:
        assert snapshot.stats().languages == ("ar", "de", "es", "fr", "pl", "ru", "uk")


@pytest.fixture(scope="module")
def multilingual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that gives a word the same vector in each of three languages."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    meanings = ("crane кран kran", "harbour порт hafen", "bakery пекарню bäckerei", "school школу")
    words: dict[str, Any] = {"[UNK]": 0}
    rows = [torch.zeros(len(meanings) + 1)]
    for at, meaning in enumerate(meanings):
        for word in meaning.split():
            words[word] = len(rows)
            rows.append(torch.eye(len(meanings) + 1)[at])
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    static = StaticEmbedding(tokenizer, embedding_weights=torch.stack(rows).numpy())
    folder = tmp_path_factory.mktemp("model") / "multilingual"
    SentenceTransformer(modules=[static], device="cpu").save(str(folder))
    return folder


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("question", "title"), [("a harbour crane", "Новий кран"), ("the bakery", "Стара пекарня")]
)
def test_a_multilingual_encoder_finds_what_no_word_leads_to(
    tmp_path: Path, multilingual: Path, question: str, title: str
) -> None:
    settings = {"encoder": str(multilingual), "cache": tmp_path / "cache", "reranker": "none"}
    with Archive.open(tmp_path / "archive", **settings) as archive:
        fill(archive, "uk")
        answer = archive.ask(question)
    best = (answer.quotes or answer.nearest)[0]
    assert best.article.title == title
    assert best.ranks["words"] is None
