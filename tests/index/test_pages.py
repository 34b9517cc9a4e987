"""Which files a build reads."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from onrecord.index.pages import Shard, find_pages, shared_path

SHAS = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(400)]


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    return folder


def test_files_come_in_order_from_every_depth(news: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b/c.html"):
        (news / name).parent.mkdir(parents=True, exist_ok=True)
        (news / name).touch()
    shared = [page.shared for page in find_pages([news])]
    assert shared == ["news/a/b/c.html", "news/a/z.txt", "news/b.txt"]


def test_hidden_files_and_readmes_are_left_out(news: Path) -> None:
    for name in (".git/config", ".a.txt", "README.md", "readme.txt", "README", "a.txt"):
        (news / name).parent.mkdir(exist_ok=True)
        (news / name).touch()
    assert [page.shared for page in find_pages([news])] == ["news/a.txt"]


def test_a_readme_that_is_named_itself_is_read(news: Path) -> None:
    (news / "README.md").touch()
    assert [page.shared for page in find_pages([news / "README.md"])] == ["news/README.md"]


def test_a_file_given_twice_is_one_page_under_its_first_name(news: Path) -> None:
    (news / "2024").mkdir()
    (news / "2024" / "a.txt").touch()
    pages = find_pages([news, news / "2024", news / "2024" / "a.txt"])
    assert [page.shared for page in pages] == ["news/2024/a.txt"]


def test_a_path_that_is_not_there_is_an_error(news: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no file or folder .*nowhere"):
        find_pages([news, news / "nowhere"])


def test_an_empty_folder_has_no_pages(news: Path) -> None:
    assert find_pages([news]) == []


def test_a_link_out_of_the_folder_keeps_the_links_name(news: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.txt").write_text("Text.")
    (news / "link.txt").symlink_to(tmp_path / "elsewhere.txt")
    (page,) = find_pages([news])
    assert page.shared == "news/link.txt"
    assert page.file == tmp_path / "elsewhere.txt"


def test_a_broken_link_is_no_page(news: Path) -> None:
    (news / "link.txt").symlink_to(news / "gone.txt")
    assert find_pages([news]) == []


def test_a_name_that_is_not_utf8_is_spelled_out(news: Path) -> None:
    with open(os.fsencode(news) + b"/caf\xe9.txt", "wb") as file:  # noqa: PTH123
        file.write(b"Text.")
    (page,) = find_pages([news])
    assert page.shared == "news/caf\\udce9.txt"
    assert page.location == f"{news.resolve()}/caf\\udce9.txt"
    assert page.size == 5


def test_a_pages_hash_is_of_its_bytes(news: Path) -> None:
    (news / "a.txt").write_bytes(b"\xff\x00")
    (page,) = find_pages([news])
    assert page.hash() == hashlib.sha256(b"\xff\x00").hexdigest()


def test_a_file_that_went_meanwhile_has_no_size(news: Path) -> None:
    (news / "a.txt").write_text("Text.")
    (page,) = find_pages([news])
    (news / "a.txt").unlink()
    assert page.size == 0
    with pytest.raises(FileNotFoundError):
        page.hash()


def test_the_working_folder_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").touch()
    monkeypatch.chdir(folder)
    assert shared_path(Path("a.txt"), Path()) == "news/a.txt"
    assert shared_path(Path("a.txt"), Path("a.txt")) == "news/a.txt"


@pytest.mark.parametrize("of", [1, 2, 3, 7])
def test_every_page_is_in_exactly_one_part(of: int) -> None:
    for sha256 in SHAS:
        assert [Shard(number, of).takes(sha256) for number in range(1, of + 1)].count(True) == 1


def test_the_parts_are_about_even() -> None:
    sizes = [sum(Shard(number, 4).takes(sha256) for sha256 in SHAS) for number in (1, 2, 3, 4)]
    assert sum(sizes) == 400
    assert min(sizes) > 70
