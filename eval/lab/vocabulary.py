"""Train the byte-pair vocabulary that ships, and count how common words are, in open text.

Passages are budgeted in tiktoken tokens, and tiktoken downloads its public vocabularies at first
use; so the default must be the project's own. Both files come from SQuAD 2.0's development half and
TimeQA (Wikipedia, CC BY-SA), each set weighted once. The same texts give the same files.
Source: Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units".
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from onrecord.eval.datasets import read_lines
from onrecord.index.text.terms import BACKGROUND, RAREST_SHARE, analyse
from onrecord.index.tokens import PATTERN, VOCABULARY

SIZE = 16_384
DATASETS = ("squad2-dev-half", "timeqa-human-train")
# TimeQA is distributed with its tokens spaced apart ("U.S. , 1998"); running text is not.
_SPACED_MARK = re.compile(r" ([,.;:!?%)\]]|'s\b|n't\b)")


def train_vocabulary(data: Path, target: Path = VOCABULARY, size: int = SIZE) -> int:
    """Write `size` tokens as `base64 rank` lines to `target`; returns how many were written."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    alphabet = bytes_to_unicode()  # type: ignore[no-untyped-call]
    bytes_of = {character: byte for byte, character in alphabet.items()}
    trainer = trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=sorted(bytes_of), show_progress=False
    )
    tokenizer.train_from_iterator(map(unspace, _texts(data, "corpus.jsonl")), trainer)
    ranked = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    raw = ((bytes(bytes_of[character] for character in token), rank) for token, rank in ranked)
    lines = [f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in raw]
    target.write_text("".join(lines))
    return len(ranked)


def count_background(data: Path, target: Path = BACKGROUND) -> int:
    """Write `{word: share}` of words over the least share to `target`; returns how many.

    A word's share is the larger of two: of the paragraphs that hold it, and of the questions; so
    that words of asking ("many", "did") weigh little too.
    """
    passages = _shares(_texts(data, "corpus.jsonl"))
    questions = _shares(_texts(data, "queries.jsonl"))
    shares = {
        word: round(max(passages.get(word, 0.0), questions.get(word, 0.0)), 5)
        for word in passages.keys() | questions.keys()
    }
    common = {word: share for word, share in sorted(shares.items()) if share > RAREST_SHARE}
    target.write_text(json.dumps(common, ensure_ascii=False, indent=0) + "\n")
    return len(common)


def unspace(text: str) -> str:
    """TimeQA's text with its marks where running text has them."""
    return _SPACED_MARK.sub(r"\1", text)


def _texts(data: Path, name: str) -> Iterator[str]:
    for dataset in DATASETS:
        for record in read_lines(data / dataset / name):
            yield record["text"]


def _shares(texts: Iterator[str]) -> dict[str, float]:
    words = [set(analyse(text)) for text in texts]
    counts = Counter(word for text in words for word in text)
    return {word: count / len(words) for word, count in counts.items()}
