import json

import pytest

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.html import MAX_MARKUP, MAX_TAGS, read_html
from onrecord.index.readers.parsed import ParsedArticle
from onrecord.index.types import Evidence, Terms

BODY = [
    "The old bridge over the river was closed to all traffic on Monday, the city council said.",
    "Engineers found cracks in two of its pillars during a routine inspection last week.",
    "It is expected to open again in May, once the pillars have been repaired and tested.",
    "Until then, two ferries will carry people between the banks, free of charge, every hour.",
]
STATED = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Bridge closed after cracks are found",
    "datePublished": "2024-12-05T10:00:00+02:00",
    "dateModified": "2024-12-06",
    "author": [{"@type": "Person", "name": "Ann Lee"}],
    "publisher": {"@type": "Organization", "name": "The Harbour Times"},
}


def page(head: str = "", top: str = "", foot: str = "", body: list[str] | None = None) -> str:
    paragraphs = "".join(f"<p>{text}</p>\n" for text in body or BODY)
    return (
        f"<!DOCTYPE html><html lang='en-GB'><head>{head}</head><body><nav><a href='/'>Home</a>"
        f"<a href='/n'>News</a></nav><main><article>{top}{paragraphs}</article></main>"
        f"<footer>{foot}</footer></body></html>"
    )


def stated(**changes: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({**STATED, **changes})}</script>'


def read(head: str = "", top: str = "", foot: str = "") -> ParsedArticle:
    return read_html(page(head, top, foot))


def test_the_text_is_the_page_own_blocks_without_its_chrome() -> None:
    reading = read(top="<h1>Bridge closed</h1>", foot="<p>All rights reserved.</p>")
    assert reading.text.split("\n") == BODY


def test_white_space_collapses_and_no_other_character_changes() -> None:
    odd = (
        "The  bridge\n\t“closed” &mdash;\u00a0on <b>Mon</b>day, the city council said in a letter."
    )
    text = read_html(page(body=[odd, *BODY])).text
    assert text.startswith("The bridge “closed” —\u00a0on Monday, the city council")


def test_linked_data_fills_the_fields() -> None:
    reading = read(stated() + '<link rel="canonical" href="https://a.org/bridge">')
    assert reading.title == "Bridge closed after cracks are found"
    assert (reading.outlet, reading.authors) == ("The Harbour Times", ("Ann Lee",))
    assert (reading.url, reading.language) == ("https://a.org/bridge", "en")
    assert reading.published.date == "2024-12-05"
    assert reading.evidence["published"] == (
        Evidence("JSON-LD datePublished", "2024-12-05T10:00:00+02:00"),
        Evidence("JSON-LD dateModified", "2024-12-06"),
    )


def test_linked_data_inside_a_graph_or_broken_does_no_harm() -> None:
    graph = json.dumps({"@graph": [{"@type": "WebSite", "name": "x"}, STATED]})
    broken = '<script type="application/ld+json">{"@type": [[[</script>'
    script = f'{broken}<script type="application/ld+json">{graph}</script>'
    assert read(script).title == "Bridge closed after cracks are found"


@pytest.mark.parametrize(
    ("head", "top", "title"),
    [
        ('<meta property="og:title" content="Bridge closed">', "", "Bridge closed"),
        ("<title>Bridge closed | The Harbour Times</title>", "<h1>Bridge closed</h1>",
         "Bridge closed"),
        ('<title>Bridge closed - The Harbour Times</title>'
         '<meta property="og:site_name" content="The Harbour Times">', "", "Bridge closed"),
        ("<title>Bridge closed - for good</title>", "", "Bridge closed - for good"),
    ],
)  # fmt: skip
def test_the_title_loses_the_name_of_the_site_only(head: str, top: str, title: str) -> None:
    assert read(head, top).title == title


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/relative", "ftp://a.org/x", "http://"])
def test_only_web_addresses_are_kept(url: str) -> None:
    assert read(f'<link rel="canonical" href="{url}">').url is None


def test_terms_are_read_outside_of_the_article_only() -> None:
    rule = "Quote at most 300 characters and include a link to the source."
    assert read(foot=f"<p>{rule}</p>").terms == Terms(300, True, rule)
    spoken = "The poem may be quoted up to 300 characters, its author said in court on Monday."
    assert read_html(page(body=[*BODY, spoken, *BODY])).terms is None


def test_an_article_in_a_button_that_was_never_closed_is_read() -> None:
    text = page().replace("<main>", "<button><main>")
    assert read_html(text).text.split("\n") == BODY


@pytest.mark.parametrize(
    "text",
    [
        "<html></html>",
        "<html><body><script>var a = 'one two three four five six seven';</script></body></html>",
        "<html><body>" + "<a href='/'>Menu</a><br>" * 500 + "</body></html>",
        "<html><body>" + "<div>" * 50_000 + "words " * 20 + "</div>" * 50_000 + "</body></html>",
        "<!-- -->",
    ],
)
def test_a_page_without_an_article_is_refused(text: str) -> None:
    with pytest.raises(UnreadablePage, match="no article"):
        read_html(text)


def test_markup_without_measure_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(UnreadablePage, match="too large"):
        read_html("<p>" + "a " * (MAX_MARKUP // 2))


SUMMARY = "The old bridge over the river is closed; it opens again in May."


def shell(head: str, body: str = "<div id='app'></div>") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>Bridge</title>{head}</head><body>{body}</body></html>"
    )


def linked(**fields: object) -> str:
    article = {"@type": "NewsArticle", "headline": "Bridge closed", **fields}
    return f'<script type="application/ld+json">{json.dumps(article)}</script>'


def described(kind: str) -> str:
    summary = f'<meta name="description" content="{SUMMARY}">'
    return f'<meta property="og:type" content="{kind}">{summary}'


def test_a_page_built_in_the_browser_is_read_by_its_stated_body() -> None:
    reading = read_html(shell(linked(articleBody="\n\n".join(BODY), datePublished="2024-12-05")))
    assert reading.text.split("\n") == BODY
    assert (reading.title, reading.published.date) == ("Bridge closed", "2024-12-05")


def test_a_page_behind_a_paywall_is_read_by_its_summary() -> None:
    assert read_html(shell(described("article"))).text == SUMMARY


def test_what_is_shown_wins_over_what_is_stated() -> None:
    shown = "".join(f"<p>{text}</p>" for text in BODY)
    page = shell(linked(description=SUMMARY), f"<article>{shown}</article>")
    assert read_html(page).text.split("\n") == BODY


def test_a_front_page_is_no_article_for_its_description() -> None:
    with pytest.raises(UnreadablePage, match="no article text"):
        read_html(shell(described("website")))


def test_too_many_tags_are_refused_with_both_numbers() -> None:
    with pytest.raises(UnreadablePage, match=r"200,00\d tags of HTML, expected at most 200,000"):
        read_html("<br>" * (MAX_TAGS + 2))


ARTICLE = "<!DOCTYPE html><html><body><article><h1>Bridge closed</h1>{}</article></body></html>"


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_a_line_that_only_links_elsewhere_is_no_article() -> None:
    link = "<p><a href='/x'>FERRY SINKS IN THE HARBOUR AFTER A STORM</a></p>"
    text = read_html(ARTICLE.format(paragraphs(BODY[:2]) + link + paragraphs(BODY[2:]))).text
    assert text.split("\n") == BODY


def test_a_sentence_with_a_link_in_it_stays() -> None:
    told = "The council <a href='/x'>said so on Monday morning in a long letter</a> to all papers."
    text = read_html(ARTICLE.format(paragraphs([BODY[0], told, *BODY[1:]]))).text
    assert "The council said so on Monday morning in a long letter to all papers." in text


def test_paragraphs_in_a_second_container_of_the_same_kind_join_the_article() -> None:
    more = [text.replace("bridge", "tunnel").replace("pillars", "walls") for text in BODY]
    container = "<div class='row'><div class='body'>{}</div></div>"
    button = "<div class='ad'><button>Read on</button></div>"
    both = container.format(paragraphs(BODY)) + button + container.format(paragraphs(more))
    assert set(read_html(ARTICLE.format(both)).text.split("\n")) == {*BODY, *more}


def test_other_stories_below_an_article_are_not_its_text() -> None:
    cards = "".join(
        f"<li class='c'><span>City</span><h3><a href='/{n}'>Another story number {n}</a></h3>"
        f"<p>The museum of salt has found {n} boilers in its cellar, its director said.</p></li>"
        for n in range(5)
    )
    text = read_html(page(body=[*BODY, f"</p><ul>{cards}</ul><p>"])).text
    assert text.split("\n") == BODY
    bare = "<a href='/1'>A link to another story</a><br>"  # in the body itself
    assert read_html(page().replace("</main>", f"</main>{bare * 4}")).text.split("\n") == BODY


def test_parts_of_one_story_with_linked_headings_stay() -> None:
    parts = "".join(
        f"<div class='part'><h3><a href='#p{n}'>What happened at {n}</a></h3><p>{text}</p></div>"
        for n, text in enumerate(BODY)
    )
    assert all(text in read_html(page(body=[f"</p>{parts}<p>"])).text for text in BODY)


@pytest.mark.parametrize(
    "attribute",
    ["style='display:none'", "style='visibility: hidden'", "hidden", "aria-hidden='true'",
     "style='position:absolute;left:-9999px'", "style='text-decoration: line-through'"],
)  # fmt: skip
def test_what_a_page_hides_or_strikes_out_is_not_quoted(attribute: str) -> None:
    hidden = f"</p><p {attribute}>An older version says that the mayor resigned on Sunday.</p><p>"
    assert "mayor" not in read_html(page(body=[*BODY, hidden])).text
    struck = "The pillars cost <del>nine</del> ten million in all, the council told the press."
    assert "cost ten million" in read_html(page(body=[*BODY, struck])).text


def test_an_article_that_waits_for_its_script_is_read_though_it_is_hidden() -> None:
    assert read_html(page().replace("<article>", "<article style='display:none'>")).text


def test_a_row_of_a_table_is_a_line_and_a_table_of_layout_is_none() -> None:
    row = "<tr><td>Brody</td><td>2,911</td></tr>"
    table = f"</p><table><tr><th>Town</th><th>Cars</th></tr>{row}</table><p>"
    assert "Town\tCars\nBrody\t2,911" in read_html(page(body=[*BODY, table])).text
    layout = f"<table><tr><td><p>{BODY[0]}</p></td><td><p>{BODY[1]}</p></td></tr></table>"
    assert "\t" not in read_html(page(body=[*BODY[2:], f"</p>{layout}<p>", BODY[3]])).text


def test_a_list_right_below_a_paragraph_belongs_to_the_article() -> None:
    items = "<ul><li>Six bolts had been missing.</li><li>Nobody had signed the log.</li></ul>"
    bare = "".join(f"<p>{text}</p>" for text in BODY)
    text = read_html(f"<html><body><h1>Notes</h1>{bare}{items}<p>{BODY[0]}</p></body></html>").text
    assert "Six bolts" in text
    assert "Nobody had signed" in text


def test_a_title_that_is_the_sites_name_comes_last() -> None:
    head = "".join(
        f"<meta {name}='{key}' content='Harbour News - Latest'>"
        for name, key in (("property", "og:title"), ("name", "application-name"))
    )
    assert read(head=head, top="<h1>Bridge closed</h1>").title == "Bridge closed"


@pytest.mark.parametrize(
    ("foot", "outlet"),
    [
        ("©&nbsp;2024", None),
        ("Copyright 2024", None),
        ("© 2002, 2024 Harbour Post", "Harbour Post"),
    ],
)
def test_a_year_is_no_outlet(foot: str, outlet: str | None) -> None:
    assert read(foot=f"<p>{foot}</p>").outlet == outlet


def test_a_widget_is_no_author() -> None:
    assert read(foot="<p>by Taboola by Taboola</p>").authors == ()


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Von Anna Schmidt | 5. Dezember 2024, 14:35 Uhr", ("Anna Schmidt",)),
        ("Publié le 5 décembre 2024 à 14h30, mis à jour le 6 décembre 2024", ()),
        ("05.12.24, 14:30 Uhr", ()),
        ("公開日：2024年12月5日(木) 14時30分", ()),
        ("5 ديسمبر 2024", ()),
    ],
)
def test_a_line_of_day_and_author_in_any_language_is_no_text(
    line: str, authors: tuple[str, ...]
) -> None:
    reading = read(top=f"<h1>Bridge closed</h1><p>{line}</p>")
    assert (reading.published.date, reading.authors) == ("2024-12-05", authors)
    assert reading.text.split("\n") == BODY


def test_a_correction_that_begins_with_its_day_is_text() -> None:
    line = (
        "Updated 11.02.23, 11:52 EST: This article has been updated to correct the number of the "
        "pillars that were found to be cracked."
    )
    assert line in read_html(page(body=[*BODY, line])).text
