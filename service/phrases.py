"""Every sentence of the service's own that stands beside quotes; no other is ever written."""

from __future__ import annotations

REASONS = {
    "weak_evidence": "The archive does not answer this.",
    "nothing_in_window": "No article in the archive passes the filters.",
    "empty_archive": "The archive is empty: run `onrecord build` first.",
}
NEAREST = "Nearest misses, which do not answer it:"
ALSO_IN = "also in:"
SOURCE = "source"  # what a link to an article is called
