import pytest

from onrecord.index.readers.terms import read_terms
from onrecord.index.types import Terms


@pytest.mark.parametrize(
    ("statement", "most", "link"),
    [
        ("If citing us, give an active hyperlink and a maximum 500-character extract.", 500, True),
        ("You may quote no more than 300 characters of any article.", 300, False),
        ("Reprinting up to 1,000 characters is allowed with a link to the original.", 1000, True),
        ("Excerpts of 250 characters or less are free to use.", 250, False),
        ("You may quote up to 100 words.", None, False),
        ("Republishing requires a direct link to the source.", None, True),
    ],
)  # fmt: skip
def test_terms_of_reuse_are_read_with_their_sentence(
    statement: str, most: int | None, link: bool
) -> None:
    assert read_terms([f"About us. {statement} Thank you."]) == Terms(most, link, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "The message was limited to 500 characters.",
        "All rights reserved.",
        "Follow this link to subscribe.",
        "The novel has 300 characters.",
    ],
)
def test_other_talk_of_characters_and_links_is_no_terms(statement: str) -> None:
    assert read_terms([statement]) is None
