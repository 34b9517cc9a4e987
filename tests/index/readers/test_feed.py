import pytest

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers import ParsedArticle, Rejection, read_page

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
