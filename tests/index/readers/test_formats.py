import pytest

from onrecord.index.readers.formats import Format, recognise


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("<!DOCTYPE html><html><p>x</p></html>", "a.txt", Format.HTML),
        ("<!-- saved --><html lang=en>", "a", Format.HTML),
        ("<p>One</p>\n<p>Two</p>", "a.txt", Format.HTML),
        ("Plain words, no tag at all.", "a.html", Format.TEXT),
        ("Is 3 < 4 and 5 > 4?", "a.txt", Format.TEXT),
        ('{"title": "a"}', "a.txt", Format.JSON),
        ('{"title": "a"}\n{"title": "b"}', "a.json", Format.JSON_LINES),
        ('{"title": "a"}\n{"broken', "a.jsonl", Format.JSON_LINES),
        ('{\n "title": "a"\n}', "a.jsonl", Format.JSON),
        ("[1, 2]", "a.json", Format.JSON),
        ("[Kyiv] A bracket opens this text.", "a.txt", Format.TEXT),
        ('{"title": "a", "text": ', "a.txt", Format.JSON),
        ("---\ntitle: a\n---\nText", "a.txt", Format.MARKDOWN),
        ("Words", "a.md", Format.MARKDOWN),
        ('<?xml version="1.0"?><rss version="2.0">', "a.html", Format.FEED),
        ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><rss>', "a.txt", Format.FEED),
    ],
)
def test_the_content_tells_the_kind(text: str, name: str, kind: Format) -> None:
    assert recognise(text, name) is kind


def test_many_comments_in_front_of_a_page_are_passed_quickly() -> None:
    assert recognise("<!-- a -->" * 4_000 + "<html>", "a.txt") is Format.HTML
