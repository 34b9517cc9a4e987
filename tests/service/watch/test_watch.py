"""Watching folders and feeds: what is new comes in, and what failed is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onrecord.index.encoder import Encoder
from onrecord.index.errors import ArchiveBusy
from onrecord.index.ingest import Rejected
from onrecord.service import watch as watching
from onrecord.service.archive import Archive
from onrecord.service.settings import Settings
from onrecord.service.watch import Poll, Watch
from onrecord.service.watch.fetch import Fetcher, Hosts
from onrecord.service.watch.spool import Spool
from tests.service.watch.site import Site

BOLTS = "Engineers replaced 312 bolts and tested the arm with a load of forty tonnes on Monday."
LAMPS = "The council of Varnholm bought 85 lamps for the coast road, which was dark for a year."
Open = Callable[..., Watch]


def page(title: str, sentence: str) -> str:
    """A page that browsers would show; its text is long enough to be an article."""
    body = f"<p>{sentence}</p><p>The port authority expects nine ships a day until the summer.</p>"
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body * 2}</body></html>"
    )


def feed(*paths: str, changed: str = "") -> str:
    """An Atom feed of those pages."""
    updated = f"<updated>{changed}</updated>" if changed else ""
    entries = (f'<entry><link href="{path}"/>{updated}</entry>' for path in paths)
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'


@pytest.fixture
def archive(tmp_path: Path, encoder: Encoder) -> Iterator[Archive]:
    """An empty archive."""
    settings = Settings(archive=tmp_path / "archive")
    with Archive.from_settings(settings, encoder) as opened:
        yield opened


@pytest.fixture
def watch(archive: Archive) -> Iterator[Open]:
    """Opens a watch of sources, like a process that starts."""
    spools = []

    def open_watch(*sources: str) -> Watch:
        spools.append(Spool(archive.settings.archive))
        hosts = Hosts(source for source in sources if watching.is_address(source))
        return Watch(archive, sources, Fetcher(hosts, pause=0.0), spools[-1])

    yield open_watch
    for spool in spools:
        spool.__exit__()


def titles(archive: Archive) -> list[str]:
    return sorted(article.title for article in archive.articles())


def tried(poll: Poll) -> dict[str, str]:
    """What failed, by its end, and why."""
    return {failed.location.rpartition("/")[2]: failed.reason for failed in poll.failed}


def age(watch: Watch, hours: float) -> None:
    """Let all pages have been asked for so long ago."""
    asked = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
    watch.spool._index.execute("UPDATE pages SET asked = ?", (asked,))


def test_a_feeds_pages_come_in_once_under_their_addresses(
    site: Site, watch: Open, archive: Archive
) -> None:
    site.put("/feed", feed("/crane", "/lamps"), etag='"1"')
    site.put("/crane", page("Crane reopens", BOLTS), content_type="text/html")
    site.put("/lamps", page("Lamps for the road", LAMPS), content_type="text/html")
    poll = watch(f"{site.url}/feed").poll()
    assert (len(poll.report.added), poll.failed) == (2, [])
    (crane,) = (one for one in archive.articles() if one.title == "Crane reopens")
    assert crane.url == f"{site.url}/crane"
    assert BOLTS in crane.text
    site.asked.clear()
    poll = watch(f"{site.url}/feed").poll()  # another process
    assert (poll.report.added, poll.failed, site.paths) == ([], [], ["/feed"])
    assert not poll.report.unchanged  # pages that were read are not read again
    assert site.asked[-1][1]["if-none-match"] == '"1"'


def test_a_page_that_changed_is_a_new_version(site: Site, watch: Open, archive: Archive) -> None:
    site.put("/feed", feed("/crane", changed="2026-01-01T08:00Z"))
    site.put("/crane", page("Crane reopens", BOLTS))
    watch(f"{site.url}/feed").poll()
    (before,) = archive.articles()
    site.put("/crane", page("Crane reopens", BOLTS.replace("312", "321")))
    assert not watch(f"{site.url}/feed").poll().report.updated  # nothing says that it changed
    site.put("/feed", feed("/crane", changed="2026-01-01T09:00Z"))
    assert watch(f"{site.url}/feed").poll().report.updated == [before.id]
    (after,) = archive.articles()
    assert "321 bolts" in after.text
    assert archive.article(before.id, before.sha256) == before


def test_a_page_of_which_nothing_is_said_is_asked_for_again_after_a_day(
    site: Site, watch: Open
) -> None:
    site.put("/feed", feed("/crane"))
    site.put("/crane", page("Crane reopens", BOLTS), etag='"1"')
    watched = watch(f"{site.url}/feed")
    watched.poll()
    age(watched, hours=25)
    site.asked.clear()
    assert not watched.poll().report.updated
    assert site.paths == ["/feed", "/crane"]
    assert site.asked[-1][1]["if-none-match"] == '"1"'
    site.put("/crane", page("Crane reopens", BOLTS.replace("312", "321")), etag='"2"')
    age(watched, hours=25)
    assert len(watched.poll().report.updated) == 1


def test_the_same_page_again_is_no_change(site: Site, watch: Open, archive: Archive) -> None:
    site.put("/feed", feed("/crane"))
    site.put("/crane", page("Crane reopens", BOLTS))
    watched = watch(f"{site.url}/feed")
    watched.poll()
    (file,) = watched.spool.folder.glob("*.mhtml")
    written = file.stat().st_mtime_ns
    age(watched, hours=25)
    assert not watched.poll().report.updated
    assert file.stat().st_mtime_ns == written


def test_an_index_of_sitemaps_leads_to_pages(site: Site, watch: Open, archive: Archive) -> None:
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    named = "".join(f"<sitemap><loc>/{name}.xml</loc></sitemap>" for name in ("gone", "news"))
    site.put("/sitemap.xml", f"<sitemapindex {space}>{named}</sitemapindex>")
    site.put("/news.xml", f"<urlset {space}><url><loc>/crane</loc></url></urlset>")
    site.put("/crane", page("Crane reopens", BOLTS))
    assert tried(watch(f"{site.url}/sitemap.xml").poll()) == {"gone.xml": "HTTP 404 Not Found"}
    assert titles(archive) == ["Crane reopens"]


def test_a_page_in_an_encoding_that_only_its_server_names(
    site: Site, watch: Open, archive: Archive
) -> None:
    site.put("/feed", feed("/kran"))
    text = "Кран порту Одеси знову працює: інженери замінили 312 болтів і випробували стрілу."
    raw = page("Кран працює", text).encode("koi8-u")
    site.put("/kran", raw, content_type="text/html; charset=KOI8-U")
    watch(f"{site.url}/feed").poll()
    (article,) = archive.articles()
    assert text in article.text


def test_a_document_is_kept_as_it_is(site: Site, watch: Open, archive: Archive) -> None:
    site.put("/feed", feed("/notes.md"))
    site.put("/notes.md", f"# Notes of the night\n\n{BOLTS}\n", content_type="text/markdown")
    watch(f"{site.url}/feed").poll()
    assert titles(archive) == ["Notes of the night"]


def test_what_fails_is_said_and_the_rest_comes_in(
    site: Site, watch: Open, archive: Archive, tmp_path: Path
) -> None:
    paths = ("/gone", "https://elsewhere.example/x", "/empty", "/crane")
    site.put("/feed", feed(*paths))
    site.put("/empty", "<html><p>Menu</p></html>")
    site.put("/crane", page("Crane reopens", BOLTS))
    watched = watch(f"{site.url}/feed", str(tmp_path / "nowhere"), f"{site.url}/none")
    failed = tried(watched.poll())
    assert titles(archive) == ["Crane reopens"]
    assert failed.keys() == {"gone", "x", "empty", "nowhere", "none"}
    assert failed["gone"] == failed["none"] == "HTTP 404 Not Found"
    assert failed["x"] == "elsewhere.example was not named: --host allows it"
    assert failed["nowhere"] == "there is no such file or folder"
    site.asked.clear()
    watched.poll()
    assert site.paths == ["/feed", "/none"]  # pages that failed have an hour
    age(watched, hours=2)
    assert tried(watched.poll()).keys() == failed.keys()


def test_a_host_that_is_down_is_not_asked_for_every_page(site: Site, watch: Open) -> None:
    site.put("/feed", feed(*(f"/{number}" for number in range(9))))
    for number in range(9):
        site.put(f"/{number}", "", 500)
    poll = watch(f"{site.url}/feed").poll()
    assert site.paths == ["/feed", "/0", "/1", "/2"]
    assert Rejected(f"{site.url}/feed", "HTTP 500 Internal Server Error") in poll.failed


def test_a_page_that_never_comes_keeps_no_other_out(
    site: Site, watch: Open, archive: Archive
) -> None:
    site.put("/feed", feed("/broken", "/crane"))
    site.put("/broken", "", 500)
    site.put("/crane", page("Crane reopens", BOLTS))
    watch(f"{site.url}/feed").poll()
    assert titles(archive) == ["Crane reopens"]


def test_a_host_that_asked_for_time_is_left_alone_by_the_next_process_too(
    site: Site, watch: Open
) -> None:
    site.put("/feed", "", 503, retry_after="600")
    assert "asked to be left alone" in tried(watch(f"{site.url}/feed").poll())["feed"]
    site.asked.clear()
    assert "asked to be left alone" in tried(watch(f"{site.url}/feed").poll())["feed"]
    assert not site.asked


def test_a_feed_with_a_password_is_the_same_host_and_the_reason_does_not_tell_it(
    site: Site, watch: Open
) -> None:
    site.put("/feed", "", 503, retry_after="600")
    source = f"http://me:secret@{site.host}/feed"
    watched = watch(source)
    (failed,) = watched.poll().failed
    assert site.asked[-1][1]["authorization"].startswith("Basic ")
    assert "secret" not in failed.reason
    assert watched.spool.until(site.host) is not None


def test_a_long_feed_comes_in_parts(
    site: Site, watch: Open, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "MOST_PAGES", 2)
    site.put("/feed", feed("/1", "/2", "/3"), etag='"1"')
    for number in (1, 2, 3):
        site.put(f"/{number}", page(f"Story number {number}", f"{BOLTS} It is story {number}."))
    poll = watch(f"{site.url}/feed").poll()
    assert tried(poll) == {"feed": "1 pages are left for the next time"}
    assert len(titles(archive)) == 2
    assert not watch(f"{site.url}/feed").poll().failed  # the feed is the same, and not done
    assert len(titles(archive)) == 3


def test_a_folder_is_watched_beside_a_feed(
    site: Site, watch: Open, archive: Archive, tmp_path: Path
) -> None:
    site.put("/feed", feed("/crane"))
    site.put("/crane", page("Crane reopens", BOLTS))
    folder = tmp_path / "mail"
    folder.mkdir()
    watched = watch(f"{site.url}/feed", str(folder))
    watched.poll()
    (folder / "lamps.md").write_text(f"# Lamps for the road\n\n{LAMPS}\n")
    watched.poll()
    assert titles(archive) == ["Crane reopens", "Lamps for the road"]
    sources = {source.name: source for source in archive.intake.sources()}
    assert sources.keys() == {f"{site.url}/feed", "mail"}
    assert all(source.taken_in for source in sources.values())


def test_what_was_downloaded_while_the_archive_was_busy_comes_in_later(
    site: Site, watch: Open, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put("/feed", feed("/crane"))
    site.put("/crane", page("Crane reopens", BOLTS))

    def put(*_: object) -> None:
        raise ArchiveBusy("another process is writing")

    with monkeypatch.context() as patch:
        patch.setattr(type(archive.store), "put", put)
        poll = watch(f"{site.url}/feed").poll()
        assert poll.failed == [Rejected("the archive", "another process is writing")]
    assert archive.intake.sources() == []
    watch(f"{site.url}/feed").poll()
    assert titles(archive) == ["Crane reopens"]
