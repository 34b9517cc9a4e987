"""Ask a news archive questions in plain words; get verbatim, dated quotes.

    from onrecord import Archive

    with Archive.open("my-archive") as archive:
        archive.build("pages/")
        answer = archive.ask("How many Crimeans were drafted in 2024?")
        for quote in answer.quotes:
            print(quote.text, quote.article.title, quote.article.published.date)

Names are imported at first use, so that `import onrecord` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onrecord.index.errors import OnrecordError as OnrecordError
    from onrecord.index.ranking import Ranking as Ranking
    from onrecord.index.types import Answer as Answer
    from onrecord.index.types import Article as Article
    from onrecord.index.types import Filter as Filter
    from onrecord.index.types import Quote as Quote
    from onrecord.index.types import Span as Span
    from onrecord.service.archive import Archive as Archive
    from onrecord.service.settings import Settings as Settings
    from onrecord.service.verify import Verification as Verification

_HOMES = {
    "Answer": "onrecord.index.types",
    "Archive": "onrecord.service.archive",
    "Article": "onrecord.index.types",
    "Filter": "onrecord.index.types",
    "OnrecordError": "onrecord.index.errors",
    "Quote": "onrecord.index.types",
    "Ranking": "onrecord.index.ranking",
    "Settings": "onrecord.service.settings",
    "Span": "onrecord.index.types",
    "Verification": "onrecord.service.verify",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'onrecord' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
