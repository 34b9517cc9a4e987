import pytest

from onrecord.index.readers.language import read_language, settle_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The bridge over the river was closed on Monday morning.", "en"),
        ("Міст через річку закрили в понеділок уранці.", "uk"),
        ("Die Brücke über den Fluss wurde am Montag gesperrt.", "de"),
        ("Le pont sur la rivière a été fermé lundi matin.", "fr"),
        ("OK 12", "und"),
        ("", "und"),
    ],
)
def test_the_words_tell_the_language(text: str, code: str) -> None:
    assert read_language(text) == code


@pytest.mark.parametrize(("tag", "code"), [("en-GB", "en"), ("uk_UA", "uk"), ("Pt", "pt")])
def test_a_declared_language_wins(tag: str, code: str) -> None:
    assert read_language("Die Brücke über den Fluss wurde gesperrt.", tag) == code


@pytest.mark.parametrize("tag", ["", "und", "??", "a language", None, 7])
def test_what_is_no_language_tag_is_not_believed(tag: object) -> None:
    assert read_language("Die Brücke über den Fluss wurde gesperrt.", tag) == "de"


def test_a_long_text_speaks_for_itself_whatever_its_template_declares() -> None:
    german = "Die alte Brücke über den Fluss wurde am Montag für allen Verkehr gesperrt. " * 5
    assert settle_language(german, "en-US") == "de"
    assert settle_language("Die Brücke ist zu.", "en-US") == "en"
