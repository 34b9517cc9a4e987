from onrecord.index.readers.html import read_html
from tests.index.readers.test_html import BODY

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
