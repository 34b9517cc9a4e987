"""Feeds and sitemaps: the articles in their entries, and the pages that they name."""

from __future__ import annotations

import gzip

import pytest

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers import ParsedArticle, Rejection, read_page
from onrecord.index.readers.feeds import Link, Links, read_links

RSS = """<?xml version="1.0"?><rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>The Harbour Times</title><language>en</language>
<item><title>Bridge closed</title><link>https://a.org/1</link>
<pubDate>Sun, 23 Feb 2025 02:03:00 +0000</pubDate><description>Short.</description>
<content:encoded>
&lt;p&gt;The bridge was closed.&lt;/p&gt;
&lt;p&gt;It opens in May.&lt;/p&gt;</content:encoded></item>
<item><title>Empty</title></item></channel></rss>"""


def test_each_entry_of_a_feed_is_an_article() -> None:
    reading, empty = read_page(RSS.encode(), "feed.txt")
    assert isinstance(reading, ParsedArticle)
    assert isinstance(empty, Rejection)
    assert (reading.title, reading.outlet) == ("Bridge closed", "The Harbour Times")
    assert (reading.published.date, reading.url) == ("2025-02-23", "https://a.org/1")
    assert reading.text == "The bridge was closed.\nIt opens in May."
    assert empty.locator == "entry 2"


def test_entities_of_a_feed_never_unfold() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    bomb += "".join(
        f'<!ENTITY {new} "{"&" + old + ";&" + old + ";"}">'
        for old, new in zip("abcde", "bcdef", strict=False)
    )
    bomb += "]><rss><channel><item><title>t</title><description>&f;</description></item>"
    bomb += "</channel></rss>"
    (entry,) = read_page(bomb.encode(), "a.txt")
    assert isinstance(entry, Rejection)


def test_a_feed_without_entries_is_refused() -> None:
    with pytest.raises(UnreadablePage, match="without entries"):
        read_page(b'<?xml version="1.0"?><rss><channel></channel></rss>', "a.txt")


def test_instructions_and_other_links_in_a_feed_do_no_harm() -> None:
    feed = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title>
    <?php echo 1 ?><entry><?x y?><link rel="enclosure" href="https://a.org/a.mp3"/>
    <link rel="alternate" href="https://a.org/2"/><title>Bridge closed</title>
    <author><name>Ann Lee</name></author><published>2025-02-23T02:03:00Z</published>
    <content type="html">The bridge was closed on Monday.</content></entry></feed>"""
    (reading,) = read_page(feed.encode(), "a.xml")
    assert isinstance(reading, ParsedArticle)
    assert (reading.url, reading.authors) == ("https://a.org/2", ("Ann Lee",))
    assert reading.text == "The bridge was closed on Monday."


@pytest.mark.parametrize("half", ["&#xd800;", "&#xDFFF;", "&#55296;", "&#x000dbff;"])
def test_half_a_surrogate_pair_in_a_feed_is_read_as_in_html(half: str) -> None:
    page = RSS.replace("Bridge closed", f"Bridge {half} closed &#x1d509;")
    reading, _ = read_page(page.encode(), "feed.xml")
    assert isinstance(reading, ParsedArticle)
    assert reading.title == "Bridge \ufffd closed \U0001d509"


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title>
<link rel="self" href="https://a.org/feed"/>
<entry><link rel="edit" href="/edit/1"/><link href="/1#top"/><updated>2025-02-23</updated></entry>
<entry><link rel="alternate" href="https://a.org/2"/></entry>
<entry><link href="https://a.org/2"/></entry><entry><link href="mailto:desk@a.org"/></entry>
</feed>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc> https://a.org/1 </loc><lastmod>2025-02-23T08:00Z</lastmod></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://a.org/news.xml.gz</loc><lastmod>2025-02-23</lastmod></sitemap>
</sitemapindex>"""


def links(feed: str | bytes) -> Links:
    raw = feed.encode() if isinstance(feed, str) else feed
    return read_links(raw, "https://a.org/feed")


def test_a_feed_names_its_pages_each_once_with_the_time_of_its_change() -> None:
    named = (Link("https://a.org/1", "2025-02-23"), Link("https://a.org/2", None))
    assert links(ATOM) == Links(pages=named)
    assert links(RSS) == Links(pages=(Link("https://a.org/1", None),))


def test_a_sitemap_names_pages_and_an_index_names_sitemaps() -> None:
    pages = (Link("https://a.org/1", "2025-02-23T08:00Z"),)
    assert links(SITEMAP) == links(gzip.compress(SITEMAP.encode())) == Links(pages=pages)
    assert links(INDEX) == Links(sitemaps=(Link("https://a.org/news.xml.gz", "2025-02-23"),))


def test_a_page_that_is_no_feed_is_refused_with_the_address_of_its_feed() -> None:
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    with pytest.raises(UnreadablePage, match=r"sitemap; its feed is https://a.org/rss$"):
        links(page)
    with pytest.raises(UnreadablePage, match=r"neither a feed nor a sitemap$"):
        links("<html><p>nothing</p></html>")


def test_a_sitemap_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(UnreadablePage, match="too large"):
        links(gzip.compress(b" " * 60_000_000))
    with pytest.raises(UnreadablePage, match="broken gzip"):
        links(b"\x1f\x8b rubbish")
