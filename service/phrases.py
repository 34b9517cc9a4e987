"""Every sentence of the service's own that stands beside quotes; no other is ever written."""

from __future__ import annotations

REASONS = {
    "weak_evidence": "The archive does not answer this.",
    "nothing_in_window": "No article in the archive passes the filters.",
    "empty_archive": "The archive is empty: run `onrecord build` first.",
}
VERDICTS = {
    "verbatim": "Verbatim: the archive has it word for word.",
    "altered": "Altered: the archive has it in other words.",
    "not_found": "Not found: the archive has nothing like it.",
}
NEAREST = "Nearest misses, which do not answer it:"
ALSO_IN = "also in:"
SOURCE = "source"  # what a link to an article is called
