"""From files to the archive: every bad page gets a reason, and the others go on."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from onrecord.index import ingest as ingest_module
from onrecord.index.encoder import Encoder
from onrecord.index.identity import identify
from onrecord.index.ingest import Options, Report, encode_article, ingest, make_article
from onrecord.index.readers import ParsedArticle
from onrecord.index.store import POSTED, Store
from onrecord.index.text.terms import titled
from onrecord.index.types import Article, Budget, Filter

FERRY = (
    "# Ferry delayed by storm\n\n"
    "The ferry to the island was four hours late on Monday because of a storm. Nobody was hurt, "
    "the harbour board said.\n"
)
LIBRARY = (
    "# Library stays open\n\n"
    "The town council voted seven to two on Tuesday to keep the library open on Sundays.\n"
)
NO_IDS = ("", "a b", "ä", "x" * 65, "a/b", "a\n")
MANY_WORDS = "The bridge over the river was painted blue by six volunteers on Sunday."


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder of two pages."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "ferry.md").write_text(FERRY)
    (folder / "library.md").write_text(LIBRARY)
    return folder


class Build:
    """Builds into one store."""

    def __init__(self, store: Store, encoder: Encoder) -> None:
        self.store, self.encoder = store, encoder

    def __call__(self, *paths: Path, **options: bool | int) -> Report:
        return ingest(paths, self.store, self.encoder, Budget(), Options(**options))  # type: ignore[arg-type]

    def texts(self) -> dict[str, str]:
        """Every article's text by its id."""
        with self.store.snapshot() as snapshot:
            page = snapshot.articles(Filter(), None, 1000)
        return {article.id: article.text for article in page.articles}

    def article(self, article_id: str, sha256: str | None = None) -> Article | None:
        """One article."""
        with self.store.snapshot() as snapshot:
            return snapshot.article(article_id, sha256)


@pytest.fixture
def build(store: Store, encoder: Encoder) -> Build:
    """Builds into an empty archive."""
    return Build(store, encoder)


def reasons(report: Report) -> dict[str, str]:
    """Why each file was rejected, by its name."""
    return {Path(one.location).name: one.reason for one in report.rejected}


def test_a_folder_of_pages_becomes_articles(build: Build, news: Path) -> None:
    report = build(news)
    assert len(report.added) == report.passages == 2
    assert report.rejected == report.updated == report.unchanged == report.removed == []
    ferry = build.article(report.added[0])
    assert ferry is not None
    assert ferry.title == "Ferry delayed by storm"
    assert "four hours late on Monday" in ferry.text
    assert ferry.published.date is None
    assert ferry.source == "news/ferry.md"
    assert ferry.source_sha256 != ferry.sha256


BAD = {
    "binary.txt": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "not text: a PNG image"),
    "blank.txt": (b" \n\t\n ", "the file is empty"),
    "empty.html": (b"", "the file is empty"),
    "enormous.txt": (b"The ferry was late. " * 600, "too large: 12,000 bytes, at most 10,000"),
    "list.json": (b"[]", "an empty list: no article in it"),
    "menu.html": (
        b"<html><head><title>x</title></head><body><nav><a href='/'>Home</a></nav></body></html>",
        "article text",
    ),
    "noise.txt": (bytes(range(1, 32)) * 40, "not text"),
    "number.json": (b"12", "expected a JSON object, got int"),
    "record.json": (b'{"title": "No text"}', "no article text"),
    "word.txt": (b"Ferry\n", "too short: 1 word"),
    "wordy.json": (b'{"title": "One", "text": "Ferry"}', "too short: 1 word, expected at least 2"),
}


def test_every_bad_page_gets_its_reason_and_the_rest_is_indexed(build: Build, news: Path) -> None:
    for name, (raw, _) in BAD.items():
        (news / name).write_bytes(raw)
    report = build(news, max_bytes=10_000)
    said = reasons(report)
    assert set(said) == set(BAD)
    for name, (_, reason) in BAD.items():
        for part in reason.split(", at most "):
            assert part in said[name], (name, said[name])
    assert len(report.added) == 2
    assert len(build.texts()) == 2


def test_a_broken_line_costs_only_itself_and_names_itself(build: Build, news: Path) -> None:
    lines = [
        json.dumps({"_id": "one", "text": MANY_WORDS}),
        '{"_id": "two", "text": ',
        "7",
        json.dumps({"_id": "four", "text": "Word"}),
        json.dumps({"_id": "five", "text": MANY_WORDS + " It rained."}),
        json.dumps({"_id": "one", "text": "Another article at the same id."}),
    ]
    (news / "wire.jsonl").write_text("\n".join(lines) + "\n")
    report = build(news / "wire.jsonl")
    assert report.added == ["one", "five"]
    assert [one.reason.split(":")[0] for one in report.rejected] == [
        "line 2",
        "line 3",
        "line 4",
        f"the id one is taken by {news.resolve()}/wire.jsonl",
    ]
    assert build.texts() == {"one": MANY_WORDS, "five": MANY_WORDS + " It rained."}


def test_a_page_of_another_encoding_is_read(build: Build, news: Path) -> None:
    (news / "latin.txt").write_bytes(
        "Die Fähre fuhr am Montag nicht. Über den Grund wurde nichts gesagt, so die Behörde. "
        "Die Fahrgäste mussten länger warten.".encode("cp1252")
    )
    (report,) = [build(news / "latin.txt")]
    (text,) = build.texts().values()
    assert report.rejected == []
    assert "Die Fähre fuhr am Montag nicht. Über den Grund" in text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_page_that_may_not_be_read_says_so(build: Build, news: Path) -> None:
    (news / "ferry.md").chmod(0)
    report = build(news)
    assert reasons(report) == {"ferry.md": "Permission denied"}
    assert len(report.added) == 1


def test_a_page_that_goes_while_building_says_so(
    build: Build, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_pages = ingest_module.find_pages

    def find_and_lose(paths: list[Path]) -> object:
        pages = find_pages(paths)
        (news / "ferry.md").unlink()
        return pages

    monkeypatch.setattr(ingest_module, "find_pages", find_and_lose)
    report = build(news)
    assert reasons(report) == {"ferry.md": "No such file or directory"}
    assert len(report.added) == 1


def test_a_path_that_does_not_exist_stops_the_build(build: Build, news: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        build(news, news / "nowhere")


def test_a_copy_is_rejected_and_names_the_first(build: Build, news: Path) -> None:
    shutil.copy(news / "ferry.md", news / "zz-copy.md")
    report = build(news)
    assert reasons(report) == {"zz-copy.md": f"the same bytes as {news.resolve()}/ferry.md"}
    assert len(report.added) == 2
    assert reasons(build(news)) == reasons(report)


def test_a_copy_of_what_was_edited_since_is_an_article_of_its_own(build: Build, news: Path) -> None:
    build(news)
    (news / "kept.md").write_text(FERRY)
    (news / "ferry.md").write_text(FERRY.replace("four", "five"))
    report = build(news)
    assert report.rejected == []
    assert len(report.updated) == len(report.added) == 1
    assert sum("four hours" in text for text in build.texts().values()) == 1
    assert sum("five hours" in text for text in build.texts().values()) == 1


def test_files_of_one_name_in_folders_of_one_name_meet_at_one_id(
    build: Build, news: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other" / "news"
    other.mkdir(parents=True)
    (other / "ferry.md").write_text(LIBRARY.replace("seven", "six"))
    report = build(news, other)
    assert [one.location for one in report.rejected] == [f"{other.resolve()}/ferry.md"]
    assert report.rejected[0].reason.endswith(f"is taken by {news.resolve()}/ferry.md")
    before = build.texts()
    again = build(other)
    assert again.rejected == report.rejected
    assert build.texts() == before


def test_a_posted_article_is_never_written_over(build: Build, news: Path, encoder: Encoder) -> None:
    posted = Article("one", "Posted", "The posted text stays as it is.")
    build.store.put(posted, encode_article(posted, encoder, Budget()), POSTED)
    (news / "one.json").write_text(json.dumps({"id": "one", "text": MANY_WORDS}))
    report = build(news)
    assert reasons(report) == {"one.json": "the id one is taken by posted"}
    assert build.article("one") == posted


def test_an_id_that_another_writer_takes_meanwhile_is_rejected_and_tried_again(
    build: Build, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def encode_late(article: Article, encoder: Encoder, budget: Budget) -> object:
        if "Ferry" in article.title:
            build.store.put(Article(article.id, "Other", "Other text."), [], "/elsewhere.md")
        return encode_article(article, encoder, budget)

    with monkeypatch.context() as patched:
        patched.setattr(ingest_module, "encode_article", encode_late)
        report = build(news)
    assert [reason.partition(" is taken by ")[2] for reason in reasons(report).values()] == [
        "/elsewhere.md"
    ]
    assert len(report.added) == 1
    again = build(news)  # by then the other file is gone
    assert (len(again.updated), again.rejected) == (1, [])


def test_an_edited_page_keeps_its_id_and_gets_a_new_hash(build: Build, news: Path) -> None:
    name = build(news).added[0]
    old = build.article(name)
    (news / "ferry.md").write_text(FERRY.replace("four", "five"))
    report = build(news)
    new = build.article(name)
    assert (report.updated, report.added) == ([name], [])
    assert len(report.unchanged) == 1
    assert old is not None
    assert new is not None
    assert "five hours late" in new.text
    assert new.sha256 != old.sha256
    assert build.article(name, old.sha256) == old


def test_a_second_build_reads_nothing_again(
    build: Build, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(news)

    def refuse(*_: object) -> None:
        raise AssertionError("a known page was read")

    monkeypatch.setattr(ingest_module, "read_file", refuse)
    monkeypatch.setattr(ingest_module, "encode_article", refuse)
    with build.store.snapshot() as snapshot:
        before = snapshot.stats()
    report = build(news)
    assert report.unchanged == first.added
    assert (report.added, report.updated, report.rejected, report.passages) == ([], [], [], 0)
    with build.store.snapshot() as snapshot:
        assert snapshot.stats() == before


def test_a_newer_reader_reads_known_pages_again(
    build: Build, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(news)
    monkeypatch.setattr(ingest_module, "READING", ingest_module.READING + 1)
    report = build(news)
    assert report.unchanged == first.added
    assert {source.reading for source in build.store.sources.all()} == {ingest_module.READING}


def test_a_page_that_is_gone_stays_unless_it_is_mirrored(build: Build, news: Path) -> None:
    ferry, library = build(news).added
    (news / "ferry.md").unlink()
    assert build(news).removed == []
    assert set(build.texts()) == {ferry, library}
    assert build(news, mirror=True).removed == [ferry]
    assert set(build.texts()) == {library}
    assert not build.store.is_deleted(ferry)
    (news / "ferry.md").write_text(FERRY)
    assert build(news).added == [ferry]


def test_mirroring_leaves_other_folders_and_posted_articles_alone(
    build: Build, news: Path, tmp_path: Path, encoder: Encoder
) -> None:
    posted = Article("posted-one", "Posted", MANY_WORDS)
    build.store.put(posted, encode_article(posted, encoder, Budget()), POSTED)
    other = tmp_path / "other"
    other.mkdir()
    (other / "bridge.txt").write_text(MANY_WORDS)
    (bridge,) = build(other).added
    shutil.rmtree(other)
    ferry, library = build(news).added
    assert build(news, mirror=True).removed == []
    assert set(build.texts()) == {ferry, library, bridge, "posted-one"}


def test_only_removes_what_lies_elsewhere_and_never_what_was_posted(
    build: Build, news: Path, tmp_path: Path, encoder: Encoder
) -> None:
    posted = Article("posted-one", "Posted", MANY_WORDS)
    build.store.put(posted, encode_article(posted, encoder, Budget()), POSTED)
    other = tmp_path / "other"
    other.mkdir()
    (other / "bridge.txt").write_text(MANY_WORDS)
    (bridge,) = build(other).added
    report = build(news, only=True)
    assert report.removed == [bridge]
    assert set(build.texts()) == {*report.added, "posted-one"}
    assert (other / "bridge.txt").exists()
    assert len(build.store.sources.all()) == 2


def test_a_record_that_left_its_file_goes_with_mirror(build: Build, tmp_path: Path) -> None:
    wire = tmp_path / "wire.jsonl"
    lines = [json.dumps({"id": f"a{n}", "text": f"{MANY_WORDS} Day {n}."}) for n in range(3)]
    wire.write_text("\n".join(lines))
    build(wire)
    wire.write_text("\n".join(lines[:2]))
    assert build(wire).removed == []
    assert set(build.texts()) == {"a0", "a1", "a2"}
    wire.write_text("\n".join(lines[1:2] + lines[:1]))
    assert build(wire, mirror=True).removed == ["a2"]
    assert set(build.texts()) == {"a0", "a1"}


def test_a_folder_that_moved_keeps_its_articles(build: Build, news: Path, tmp_path: Path) -> None:
    ids = build(news).added
    moved = tmp_path / "archive-disk" / "news"
    moved.parent.mkdir()
    news.rename(moved)
    report = build(moved)
    assert report.unchanged == ids
    assert (report.added, report.rejected, report.passages) == ([], [], 0)
    assert build.store.location(ids[0]) == f"{moved.resolve()}/ferry.md"
    assert build(moved, only=True, mirror=True).removed == []
    assert set(build.texts()) == set(ids)


def test_a_deleted_article_stays_deleted_until_it_is_asked_for(build: Build, news: Path) -> None:
    ferry, library = build(news).added
    build.store.delete(ferry)
    build.store.publish()
    for _ in range(2):
        report = build(news)
        assert (report.deleted, report.unchanged, report.added) == ([ferry], [library], [])
    (news / "ferry.md").write_text(FERRY.replace("four", "five"))
    assert build(news).deleted == [ferry]
    assert set(build.texts()) == {library}
    report = build(news, undelete=True)
    assert (report.deleted, report.added) == ([], [ferry])
    assert "five hours late" in build.texts()[ferry]
    assert build(news).unchanged == [ferry, library]


def test_a_rejected_page_is_read_again_when_it_is_mended(build: Build, news: Path) -> None:
    (news / "wire.jsonl").write_text('{"id": "one", "text": "')
    assert list(reasons(build(news))) == ["wire.jsonl"]
    assert list(reasons(build(news))) == ["wire.jsonl"]
    (news / "wire.jsonl").write_text(json.dumps({"id": "one", "text": MANY_WORDS}))
    assert build(news).added == ["one"]


def test_a_page_that_breaks_keeps_the_article_it_gave(build: Build, news: Path) -> None:
    ferry = build(news).added[0]
    (news / "ferry.md").write_bytes(b"")
    assert reasons(build(news, mirror=True)) == {"ferry.md": "the file is empty"}
    assert "four hours late" in build.texts()[ferry]


def test_odd_file_names_are_read(build: Build, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (tmp_path / "elsewhere.txt").write_text(MANY_WORDS)
    (folder / "link.txt").symlink_to(tmp_path / "elsewhere.txt")
    (folder / "no ending").write_text(MANY_WORDS + " It rained.")
    (folder / "日本語 “x”.txt").write_text(MANY_WORDS + " It snowed.")
    with open(os.fsencode(folder) + b"/caf\xe9.txt", "w") as file:  # noqa: PTH123
        file.write(MANY_WORDS + " It hailed.")
    report = build(folder)
    assert (len(report.added), report.rejected) == (4, [])
    assert build(folder, mirror=True).unchanged == report.added


def test_the_ids_are_the_same_on_every_machine(build: Build, news: Path) -> None:
    assert build(news).added == ["67fe266430fe96cc", "fc1a4081f52b2ad7"]


@pytest.mark.parametrize(
    ("own", "url", "path", "wanted"),
    [
        ("doc-7.A_b", "https://example.org/a", "news/a.txt", "doc-7.A_b"),
        ("x" * 64, None, None, "x" * 64),
        *((own, "https://example.org/a", "news/a.txt", "b5b10dd0429e69ac") for own in NO_IDS),
        (None, None, "news/a.txt", "c489925b254e307c"),
        (None, None, None, "13b4c5aecd1b6d74"),
    ],
)
def test_a_record_is_named_by_its_own_id_its_url_its_path_or_its_text(
    own: str | None, url: str | None, path: str | None, wanted: str
) -> None:
    parsed = ParsedArticle(record_id=own, url=url, title="Title", text="Some text.")
    assert identify(parsed, path) == wanted


def test_an_indexed_passage_holds_the_vectors_of_passage_and_sentences(encoder: Encoder) -> None:
    reading = ParsedArticle(
        record_id=None, url=None, title="Ferry", text="It was late. Nobody minded."
    )
    article = make_article(reading, "a", "news/a.txt", "ab" * 32)
    assert (article.id, article.source, article.text) == ("a", "news/a.txt", reading.text)
    (indexed,) = encode_article(article, encoder, Budget())
    whole, first, second = encoder.encode_passages(
        [titled("Ferry", reading.text), "It was late.", "Nobody minded."]
    )
    assert np.array_equal(indexed.vector, whole)
    assert np.array_equal(indexed.sentence_vectors, np.stack([first, second]))


def test_progress_reaches_every_byte(store: Store, encoder: Encoder, news: Path) -> None:
    steps: list[tuple[int, int, int]] = []
    ingest([news], store, encoder, Budget(), progress=lambda *step: steps.append(step))
    total = len(FERRY) + len(LIBRARY)
    assert steps[-1] == (total, total, 2)
    assert steps == sorted(steps)


def test_only_makes_room_for_pages_of_the_same_name_and_bytes_first(
    tmp_path: Path, store: Store, encoder: Encoder
) -> None:
    for place in ("here", "there"):
        (tmp_path / place / "seeds").mkdir(parents=True)
        (tmp_path / place / "seeds" / "a.md").write_text("# Ferry\n\nThe ferry left at dawn.\n")
    ingest([tmp_path / "here" / "seeds"], store, encoder, Budget())
    report = ingest([tmp_path / "there" / "seeds"], store, encoder, Budget(), Options(only=True))
    assert (len(report.removed), len(report.added), report.rejected) == (1, 1, [])
    with store.snapshot() as snapshot:
        assert snapshot.stats().articles == 1


def save(folder: Path, name: str, killed: int, modified: str, url: str) -> None:
    """A page as a browser saves it."""
    stated = {
        "@type": "NewsArticle",
        "headline": "Bridge collapse",
        "datePublished": "2024-12-05T08:00:00Z",
        "dateModified": modified,
    }
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(
        f"<html><head><title>Bridge collapse</title><link rel='canonical' href='{url}'>"
        f"<script type='application/ld+json'>{json.dumps(stated)}</script></head><body><article>"
        f"<h1>Bridge collapse</h1><p>The collapse of the bridge killed {killed} people, the rescue "
        f"service said.</p><p>{MANY_WORDS}</p><p>{MANY_WORDS}</p></article></body></html>"
    )


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("names", ["ab", "ba"])
def test_a_page_saved_again_is_a_new_version_whatever_its_file_is_called(
    build: Build, tmp_path: Path, names: str, together: bool
) -> None:
    earlier, later = names
    save(tmp_path / "a", f"{earlier}.html", 3, "2024-12-05T09:00:00Z", "https://a.org/collapse")
    if not together:
        build(tmp_path / "a")
    save(tmp_path / "a", f"{later}.html", 7, "2024-12-09", "http://www.a.org/collapse/?utm_id=1")
    build(tmp_path / "a")
    (text,) = build.texts().values()
    assert "killed 7 people" in text
    build(tmp_path / "a")
    assert [*build.texts().values()] == [text]


def test_an_earlier_copy_says_so_and_a_copy_that_states_no_time_stays_out(
    build: Build, tmp_path: Path
) -> None:
    save(tmp_path / "a", "a.html", 7, "2024-12-09", "https://a.org/collapse")
    save(tmp_path / "a", "b.html", 3, "2024-12-05", "https://a.org/collapse")
    save(tmp_path / "a", "c.html", 9, "", "https://a.org/collapse")
    report = build(tmp_path / "a")
    assert len(report.added) == 1
    assert reasons(report)["b.html"].startswith("an earlier version of the page")
    assert reasons(report)["c.html"].startswith("a copy of the page")


def test_a_page_without_an_address_is_known_by_title_outlet_and_day(
    build: Build, tmp_path: Path
) -> None:
    for name, updated in (("a", "2024-12-05"), ("b", "2024-12-09")):
        (tmp_path / f"{name}.md").write_text(
            f"---\ntitle: Bridge\noutlet: Post\npublished: 2024-12-05\nupdated: {updated}\n---\n"
            f"{MANY_WORDS} This is version {name}."
        )
    build(tmp_path / "a.md", tmp_path / "b.md")
    (text,) = build.texts().values()
    assert text.endswith("version b.")


def test_two_briefs_of_one_title_outlet_and_day_are_two_articles(
    build: Build, tmp_path: Path
) -> None:
    brief = {"title": "In brief", "outlet": "Post", "date": "2024-12-05"}
    lines = [json.dumps({**brief, "text": f"{MANY_WORDS} Number {n}."}) for n in (1, 2)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    assert len(build(tmp_path / "a.jsonl").added) == 2


def test_exports_that_number_alike_keep_all_their_records(build: Build, tmp_path: Path) -> None:
    for name in ("post", "wire"):
        lines = [
            {"id": n, "title": f"{name} {n}", "url": f"https://{name}.org/{n}", "text": MANY_WORDS}
            for n in (1, 2)
        ]
        (tmp_path / "news").mkdir(exist_ok=True)
        (tmp_path / "news" / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    report = build(tmp_path / "news")
    assert len(report.added) == 4
    assert not report.rejected
    assert {"1", "2"} < {*build.texts()}
    assert build(tmp_path / "news").rejected == []
    assert len(build.texts()) == 4


def test_letters_that_were_wrong_before_a_page_was_saved_are_named(
    build: Build, tmp_path: Path
) -> None:
    text = "Бригади ремонтників у річковому порту почали лагодити міст. “Ми чекали”, — сказав він."
    for name, written in (("good", text), ("bad", text.encode().decode("cp1252", "replace"))):
        (tmp_path / f"{name}.txt").write_text(f"Ремонт мосту\n\n{written} {written}\n")
    report = build(tmp_path / "good.txt", tmp_path / "bad.txt")
    assert len(report.added) == 2
    assert [Path(one.location).name for one in report.doubts] == ["bad.txt"]
