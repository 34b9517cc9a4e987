"""Split a build over workers that know nothing of each other."""

from __future__ import annotations

from dataclasses import dataclass

HEX_DIGITS = 15  # of a sha256: enough to part pages evenly


@dataclass(frozen=True, slots=True)
class Shard:
    """The `number`-th, from 1, of `of` parts of the pages."""

    number: int
    of: int

    def takes(self, sha256: str) -> bool:
        """Whether a page of these bytes is in the part; every page is in exactly one.

        The bytes decide, so that copies of a page meet in one worker, which refuses the second.
        """
        return int(sha256[:HEX_DIGITS], 16) % self.of == self.number - 1
