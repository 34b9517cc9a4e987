"""Pages that are one: their addresses, and which of two copies is the newer."""

from __future__ import annotations

import pytest

from onrecord.index.identity import PageIdentity, updated_at, vary_url
from onrecord.index.types import Article, Evidence, Published


def article(url: str | None = None, updated: str | None = None, text: str = "Text.") -> Article:
    evidence = {"published": (Evidence("JSON-LD dateModified", updated),)} if updated else {}
    published = Published("2024-12-05", "day")
    return Article(
        "a", "Bridge", text, outlet="Post", url=url, published=published, evidence=evidence
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://www.post.example/bridge/", "https://post.example/bridge?utm_source=x&fbclid=1",
        "https://m.post.example/bridge", "https://amp.post.example/bridge#top",
        "https://post.example/bridge/amp", "https://post.example/bridge?outputType=amp",
    ],
)  # fmt: skip
def test_addresses_of_one_page_vary(url: str) -> None:
    assert "https://post.example/bridge" in vary_url(url)


def test_an_address_with_another_query_is_another_page() -> None:
    assert "https://post.example/read?id=2" in vary_url("http://post.example/read?id=2&utm_id=1")
    assert "https://post.example/read?id=2" not in vary_url("https://post.example/read?id=1")


def test_pages_are_the_same_by_address_or_by_title_outlet_and_day() -> None:
    one = PageIdentity.of(article("https://a.example/1"))
    assert one.is_same(PageIdentity.of(article("http://www.a.example/1/", text="Other.")))
    assert not one.is_same(PageIdentity.of(article("https://a.example/2")))
    assert PageIdentity.of(article()).is_same(PageIdentity.of(article(text="Other.")))


def test_the_newer_of_two_is_known_across_zones() -> None:
    early, late = article(updated="2024-12-05T09:00:00+02:00"), article(updated="2024-12-05T08:00Z")
    first, second = updated_at(early), updated_at(late)
    assert first
    assert second
    assert first < second
    assert updated_at(article()) is None
