"""What can go wrong, in words that a person can act on. `service/app.py` maps these to HTTP."""

from __future__ import annotations


class OnrecordError(Exception):
    """Anything this project raises on purpose; its text is fit to be shown."""


class UnreadablePage(OnrecordError):
    """A page that cannot become an article; the text is the reason for the report."""


class QuestionTooLong(OnrecordError):
    """A question of more characters than the service takes."""


class Conflict(OnrecordError):
    """Two different sources met at one article id; the first one stays."""


class ArchiveMismatch(OnrecordError):
    """The archive on disk was built with other settings than the ones in force."""


class ArchiveBusy(OnrecordError):
    """Another process is writing to the archive."""


class ArchiveUnwritable(OnrecordError):
    """The disk is full or read-only; what was not stored was not acknowledged."""


class ArchiveDamaged(OnrecordError):
    """The record of truth cannot be read; what is derived from it is never the reason."""


class ModelUnusable(OnrecordError):
    """The encoder's model is missing, damaged or of a kind that cannot be used."""


class ArchiveUnreachable(OnrecordError):
    """The database that holds the archive is away; what it did not store was not acknowledged."""


class ExtraMissing(OnrecordError):
    """A library that only some installations need is not there; the text says how to add it."""


# While one of these is so nothing is acknowledged that was not stored: come back later.
UNUSABLE = (ArchiveBusy, ArchiveUnwritable, ArchiveUnreachable, ArchiveDamaged, ArchiveMismatch)
