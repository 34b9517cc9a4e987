"""The errors that the project raises, with texts that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping


class OnrecordError(Exception):
    """The base of all these errors; their text may be shown to users."""


class UnreadablePage(OnrecordError):
    """A page that cannot become an article; the text is the reason that a build reports."""


class QuestionTooLong(OnrecordError):
    """A question of more characters than the service takes."""


class Conflict(OnrecordError):
    """Articles from two sources have the same id; the stored one stays."""


class ArchiveMismatch(OnrecordError):
    """The archive on disk was built with other settings than the ones in force."""


class ArchiveBusy(OnrecordError):
    """Another process is writing to the archive."""


class ArchiveUnwritable(OnrecordError):
    """The disk is full or read-only; what was not stored was not acknowledged."""


class ArchiveDamaged(OnrecordError):
    """The record of truth cannot be read; derived indexes are rebuilt instead."""


class ModelUnusable(OnrecordError):
    """The encoder's model is missing, damaged or of a kind that cannot be used."""


class ArchiveUnreachable(OnrecordError):
    """The archive's database cannot be reached; what it did not store was not acknowledged."""


class ExtraMissing(OnrecordError):
    """An optional library is not installed; the text says how to install it."""


def describe_mismatch(wanted: Mapping[str, object], found: Mapping[str, object]) -> str:
    """Both values of every setting in which an archive differs; empty where it does in none."""
    return ", ".join(
        f"{name} is {value}, the archive has {found.get(name)}"
        for name, value in wanted.items()
        if value != found.get(name)
    )


# Under these nothing is acknowledged that was not stored; clients may try again later.
UNUSABLE = (ArchiveBusy, ArchiveUnwritable, ArchiveUnreachable, ArchiveDamaged, ArchiveMismatch)
