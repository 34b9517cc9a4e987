"""A distribution that is installed beside the product adds a store and a reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.index.encoder import Encoder
from onrecord.index.errors import UnreadablePage
from onrecord.index.ingest import ingest
from onrecord.index.plugins import READERS, STORES, find_plugins, load_plugin, load_plugins
from onrecord.index.readers import ParsedArticle, read_page
from onrecord.service.archive import open_store
from onrecord.service.settings import Settings

MODULE = '''
from pathlib import Path

from onrecord.index.errors import UnreadablePage
from onrecord.index.local.store import LocalStore
from onrecord.index.readers import ParsedArticle, Rejection


def open_drawer(folder, build, dimension):
    """A store in a folder of its own."""
    return LocalStore(Path(folder) / "drawer", build, dimension)


def read_telegram(raw, name):
    """A telegram: a line with its title, then its text."""
    if not raw.startswith(b"TELEGRAM "):
        return None
    title, _, text = raw.decode().removeprefix("TELEGRAM ").partition("\\n")
    if not text:
        raise UnreadablePage("a telegram without a text")
    return [ParsedArticle(record_id=None, url=None, title=title, text=text)]
'''


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The distribution, laid out as pip does it."""
    site = tmp_path / "site"
    (site / "telegrams-1.0.dist-info").mkdir(parents=True)
    (site / "telegrams.py").write_text(MODULE)
    (site / "telegrams-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: telegrams\nVersion: 1.0\n"
    )
    (site / "telegrams-1.0.dist-info" / "entry_points.txt").write_text(
        f"[{STORES}]\ndrawer = telegrams:open_drawer\n\n"
        f"[{READERS}]\ntelegram = telegrams:read_telegram\n"
    )
    monkeypatch.syspath_prepend(site)
    load_plugins.cache_clear()
    yield
    load_plugins.cache_clear()


def test_a_store_is_opened_by_its_name(tmp_path: Path, encoder: Encoder) -> None:
    settings = Settings(store="drawer", archive=tmp_path / "archive")
    store = open_store(settings, encoder)
    try:
        (tmp_path / "ferry.txt").write_text("Ferry\n\nThe night ferry sails no more this winter.")
        ingest([tmp_path / "ferry.txt"], store, encoder, settings.budget)
        with store.snapshot() as snapshot:
            assert snapshot.stats().articles == 1
    finally:
        store.close()
    assert (tmp_path / "archive" / "drawer" / "archive.sqlite").is_file()


def test_a_store_that_is_not_installed_is_named_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="one of local, milvus, drawer, got cupboard"):
        Settings(store="cupboard")
    with pytest.raises(ValueError, match=r"one of \['drawer'\] of onrecord.stores, got 'cupboard'"):
        load_plugin(STORES, "cupboard")
    assert find_plugins(STORES) == ["drawer"]


def test_a_reader_takes_pages_of_its_kind_and_leaves_the_others() -> None:
    (telegram,) = read_page(b"TELEGRAM Ferry late\nThe ferry was late.", "a.txt")
    assert isinstance(telegram, ParsedArticle)
    assert (telegram.title, telegram.text) == ("Ferry late", "The ferry was late.")
    (plain,) = read_page(b"Ferry late\n\nThe night ferry to the island was late.", "a.txt")
    assert isinstance(plain, ParsedArticle)
    assert "The night ferry to the island was late." in plain.text


def test_a_page_that_its_reader_cannot_read_is_rejected_with_the_reason() -> None:
    with pytest.raises(UnreadablePage, match="a telegram without a text"):
        read_page(b"TELEGRAM Ferry late", "a.txt")
