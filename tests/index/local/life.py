"""A writer that lives until it is killed, and says on a pipe what it begins and what it has done.

As a program it waits for one line `FOLDER SEED` after another, forks a writer for each and prints
its process' id; what the writer says goes to standard output too.
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path

from onrecord.index.local import vectors, words
from tests.index.local.toy import open_toy, put

NAMES = [f"a{number}" for number in range(12)]
SMALL = 5  # changes beside a base; a few hundred acts write many bases


def live(folder: Path, seed: int) -> None:
    """Change the archive at random, for ever."""
    chance = random.Random(seed)
    vectors.CHANGES = SMALL
    words.ALWAYS_REWRITTEN = chance.choice([0, 50_000])
    words.REMOVED_SHARE = 0.5
    vectors.EXACT_UP_TO = 150_000
    store = open_toy(folder)
    say("opened")
    for number in range(1_000_000):
        name, text = chance.choice(NAMES), f"ferry {seed} {number}\nferry {chance.randint(0, 3)}"
        act = chance.choice(["put", "put", "put", "delete", "publish", "publish", "rebuild"])
        say("begin", act, name, text)
        if act == "put":
            put(store, name, text)
        elif act == "delete":
            store.delete(name, tombstone=False)
        elif act == "publish":
            store.publish()
        else:
            store.rebuild()
        say("done")


def say(*words: str) -> None:
    """A line that is there even if the next instruction is the last."""
    os.write(1, (json.dumps(words) + "\n").encode())


def main() -> None:
    """Fork a writer for each line of standard input, one after the other."""
    for line in sys.stdin:
        folder, seed = line.split()
        child = os.fork()
        if not child:
            live(Path(folder), int(seed))
        say("pid", str(child))
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
