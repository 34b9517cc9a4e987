import pytest

from onrecord.index.readers.authors import read_authors


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("By Ann Lee", ("Ann Lee",)),
        ("by Ann Lee February 23, 2025 2:03 AM 2 min read", ("Ann Lee",)),
        ("By Ann Lee and Bo Ek", ("Ann Lee", "Bo Ek")),
        ("Ann Lee, Bo Ek & Cy Day", ("Ann Lee", "Bo Ek", "Cy Day")),
        ("Authors: Ann Lee, The Post news desk", ("Ann Lee", "The Post news desk")),
        ("Ann Lee, Senior Correspondent", ("Ann Lee",)),
        ("Written by Ann Lee | Updated: 3 May 2024", ("Ann Lee",)),
        ("Jean-Luc O’Neill", ("Jean-Luc O’Neill",)),
        (["By Ann Lee", "Lee, Ann"], ("Ann Lee", "Lee, Ann")),
        ([{"@type": "Person", "name": "Ann Lee"}], ("Ann Lee",)),
        ("https://www.facebook.com/post", ()),
        ("admin", ()),
        ("", ()),
        (None, ()),
        (3, ()),
        ({"name": None}, ()),
    ],
)
def test_authors_are_names_only(written: object, names: tuple[str, ...]) -> None:
    assert read_authors(written) == names
