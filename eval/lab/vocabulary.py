"""Train the byte-pair vocabulary that the project ships, on openly licensed text.

Passages are budgeted in tiktoken tokens, and tiktoken downloads its public vocabularies at first
use; so the default must be the project's own. Trained on the paragraphs of SQuAD 2.0's development
half and of TimeQA (Wikipedia, CC BY-SA), each set weighted once. The same texts give the same file.
Source: Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units".
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

from onrecord.index.tokens import PATTERN, VOCABULARY

SIZE = 16_384
DATASETS = ("squad2-dev-half", "timeqa-human-train")
# TimeQA is distributed with its tokens spaced apart ("U.S. , 1998"); running text is not.
_SPACED_MARK = re.compile(r" ([,.;:!?%)\]]|'s\b|n't\b)")


def train_vocabulary(data: Path, target: Path = VOCABULARY, size: int = SIZE) -> int:
    """Write `size` tokens as `base64 rank` lines to `target`; returns how many were written."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=sorted(_BYTES), show_progress=False
    )
    tokenizer.train_from_iterator(_paragraphs(data), trainer)
    ranked = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    target.write_text("".join(_line(token, rank) for token, rank in ranked))
    return len(ranked)


def _paragraphs(data: Path) -> Iterator[str]:
    for dataset in DATASETS:
        with (data / dataset / "corpus.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                yield unspace(json.loads(line)["text"])


def unspace(text: str) -> str:
    """TimeQA's text with its marks where running text has them."""
    return _SPACED_MARK.sub(r"\1", text)


def _line(token: str, rank: int) -> str:
    raw = bytes(_BYTES[character] for character in token)
    return f"{base64.b64encode(raw).decode()} {rank}\n"


def _byte_alphabet() -> dict[str, int]:
    """The printable character by which the `tokenizers` library writes each byte."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {chr(byte): byte for byte in shown} | {
        chr(256 + place): byte for place, byte in enumerate(hidden)
    }


_BYTES = _byte_alphabet()
