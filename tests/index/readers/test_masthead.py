import pytest

from onrecord.index.readers.masthead import read_outlet


def outlet(*chrome: str, page: str = "") -> str | None:
    return read_outlet(chrome, (), (), page or "\n".join(chrome))[0]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("© 2019 News Nation. All rights reserved.", "News Nation"),
        ("Copyright 2011-2024 by The Daily Post | Terms", "The Daily Post"),
        ("Copyright © 2024 Dailypost.com", "Dailypost.com"),
        ("© All rights reserved", None),
        ("Sign in", None),
    ],
)
def test_the_copyright_line_names_the_outlet(line: str, name: str | None) -> None:
    assert outlet(line) == name


def test_a_domain_takes_the_form_in_which_the_page_writes_the_name() -> None:
    assert outlet("Copyright © 2024 Dailypost.com", "for Daily Post readers") == "Daily Post"


def test_an_article_belongs_to_the_name_if_it_always_stands_there() -> None:
    page = "The Harbour Times\nShe is an editor at the Harbour Times."
    assert read_outlet((), (), ["Ann Lee is an editor at the Harbour Times."], page)[0] == (
        "The Harbour Times"
    )


def test_a_name_said_once_of_its_newsletter_is_no_outlet() -> None:
    assert outlet("Ann Lee's newsletter") is None


def test_a_news_desk_in_the_byline_names_the_outlet() -> None:
    assert read_outlet((), ["The Harbour Times news desk"], (), "")[0] == "The Harbour Times"
