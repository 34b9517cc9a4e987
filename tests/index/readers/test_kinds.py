import pytest

from onrecord.index.readers.kinds import Kind, recognise


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("<!DOCTYPE html><html><p>x</p></html>", "a.txt", Kind.HTML),
        ("<!-- saved --><html lang=en>", "a", Kind.HTML),
        ("<p>One</p>\n<p>Two</p>", "a.txt", Kind.HTML),
        ("Plain words, no tag at all.", "a.html", Kind.TEXT),
        ("Is 3 < 4 and 5 > 4?", "a.txt", Kind.TEXT),
        ('{"title": "a"}', "a.txt", Kind.JSON),
        ('{"title": "a"}\n{"title": "b"}', "a.json", Kind.JSON_LINES),
        ('{"title": "a"}\n{"broken', "a.jsonl", Kind.JSON_LINES),
        ('{\n "title": "a"\n}', "a.jsonl", Kind.JSON),
        ("[1, 2]", "a.json", Kind.JSON),
        ("[Kyiv] A bracket opens this text.", "a.txt", Kind.TEXT),
        ('{"title": "a", "text": ', "a.txt", Kind.JSON),
        ("---\ntitle: a\n---\nText", "a.txt", Kind.MARKDOWN),
        ("Words", "a.md", Kind.MARKDOWN),
        ('<?xml version="1.0"?><rss version="2.0">', "a.html", Kind.FEED),
        ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><rss>', "a.txt", Kind.FEED),
    ],
)
def test_the_content_tells_the_kind(text: str, name: str, kind: Kind) -> None:
    assert recognise(text, name) is kind


def test_many_comments_in_front_of_a_page_are_passed_quickly() -> None:
    assert recognise("<!-- a -->" * 4_000 + "<html>", "a.txt") is Kind.HTML
