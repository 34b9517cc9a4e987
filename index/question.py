"""A question as ranking and confidence read it: its terms, its vector, in the archive's spelling.

A term of the question is a word or a number, in every form in which the archive may have it: its
stems in the languages of the archive, the sound of a name, the value of a number. A word that the
archive has in none of these forms may be a slip of the keyboard. It is read as a word one slip away
that stands beside the question's other words. The encoder and the reranker, which know words by
their letters, read the question as the archive spells it.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product

from onrecord.index.encoder import Encoder, Vectors
from onrecord.index.store import IndexedPassage, Snapshot
from onrecord.index.text.spelling import is_word, read_numbers, slips, sounds_alike
from onrecord.index.text.terms import (
    ENGLISH,
    RAREST_SHARE,
    is_stop_word,
    read_acronym,
    read_compounds,
    read_sounds,
    read_stems,
    read_terms,
    read_unspaced,
    share,
    split_words,
    term_id,
)
from onrecord.index.times.periods import ANY_TIME, AskedTime
from onrecord.index.types import Filter

STOP_WORD_SHARE = 0.2  # of texts that hold a stop word of a language other than English
COMMON_SHARE = 0.08  # a word of more texts is no slip, and no slip is read as it
MOST_SLIPS = 4  # in one question
CONTEXT_PASSAGES = 10  # in which a misspelt word is looked for, beside the question's others
LONG_WORD, MIN_HEADLINE_WORDS = 4, 4  # headlines have capitals in words of so many letters
_BEGINS = re.compile(r"(?:^|[.?!:;…–—])[\s\"'“”„«‘(\[]*$")


@dataclass(frozen=True, slots=True)
class QuestionTerm:
    """One word or number, at `start` to `end` of the question, and the terms that stand for it.

    `stems` are of the word as it is written, `others` of other spellings: a name's sounds, a
    number's value, a compound in one word. `searched` are those that word search looks for, of
    those that the archive has; a word `is_foreign` if the archive only has other spellings of it.
    `share` is that of the open texts that hold the word. A name is a number, or a word that is
    capitalised although no sentence begins there.
    """

    start: int
    end: int
    word: str
    stems: tuple[str, ...]
    others: tuple[str, ...]
    share: float
    is_name: bool
    searched: tuple[str, ...] = ()
    is_foreign: bool = False

    @property
    def forms(self) -> tuple[str, ...]:
        """All terms that stand for it."""
        return (*self.stems, *self.others)

    @property
    def weight(self) -> float:
        """The inverse document frequency in open text."""
        return -math.log(max(self.share, RAREST_SHARE))


@dataclass(frozen=True, slots=True)
class AnalysedQuestion:
    """`text` is in the archive's spelling, `vector` its unit vector, `time` what it asks about."""

    text: str
    terms: tuple[QuestionTerm, ...]
    vector: Vectors
    time: AskedTime = ANY_TIME

    def searched(self, common_share: float) -> list[str]:
        """What word search looks for: no stop words, unless there is nothing else."""
        rare = [term for term in self.terms if term.share <= common_share]
        return list(dict.fromkeys(chain(*(term.searched for term in rare or self.terms))))


def read_question(
    text: str, snapshot: Snapshot, encoder: Encoder, time: AskedTime = ANY_TIME
) -> AnalysedQuestion:
    """The question as it is asked of that archive."""
    terms, spelled = _respell(text, find_terms(text, snapshot), snapshot)
    return AnalysedQuestion(spelled, tuple(terms), encoder.encode_question(spelled), time)


def read_question_terms(text: str, languages: Sequence[str] = ()) -> list[QuestionTerm]:
    """The terms of a question to an archive with passages in English and these languages."""
    words, spoken = list(split_words(text)), (ENGLISH, *languages)
    numbers = [*read_numbers(text)]
    capitals_tell = not _is_headline([word for _, _, word in words])
    terms = [
        QuestionTerm(start, end, text[start:end], (text[start:end],), (), 0.0, is_name=False)
        for start, end in read_unspaced(text)
    ]
    for start, end, word in words:
        stems = _distinct(form for one in spoken for form in read_stems(word, one))
        if not stems or any(number.start <= start < number.end for number in numbers):
            continue
        others = _distinct((form for one in spoken for form in read_terms(word, one)), stems)
        weighed = STOP_WORD_SHARE if is_stop_word(word, languages) else share(stems[0])
        capital = word[0].isupper() and capitals_tell and not _BEGINS.search(text[:start])
        named = capital or word[0].isdigit()
        if capitals_tell and (acronym := read_acronym(word)):
            stems, others = acronym, ()
        terms.append(QuestionTerm(start, end, word, stems, others, weighed, named))
    for start, end, value in numbers:
        word = text[start:end]
        stems = read_stems(word) if word.isalpha() else (value,)
        named = any(map(str.isdigit, word))
        others = _distinct((value,), stems)
        terms.append(QuestionTerm(start, end, word, stems, others, share(stems[0]), named))
    for start, end, compound in read_compounds(text):
        terms = [
            replace(term, others=_distinct((*term.others, *read_stems(compound)), term.stems))
            if start <= term.start < end
            else term
            for term in terms
        ]
    return sorted(terms, key=lambda term: term.start)


def _distinct(forms: Iterable[str], without: Sequence[str] = ()) -> tuple[str, ...]:
    return tuple(form for form in dict.fromkeys(forms) if form not in without)


def _is_headline(words: Sequence[str]) -> bool:
    """Whether every long word is capitalised, so that capitals do not tell names."""
    long = [word for word in words if len(word) >= LONG_WORD and word.isalpha()]
    return len(long) >= MIN_HEADLINE_WORDS and all(word[0].isupper() for word in long)


def find_terms(text: str, snapshot: Snapshot) -> list[QuestionTerm]:
    """A question's terms with what is searched for in that archive.

    A word that the archive has in no form may be a name, although it is not capitalised.
    """
    terms = read_question_terms(text, snapshot.stats().languages)
    rare = [term for term in terms if term.share <= COMMON_SHARE]
    known = snapshot.document_frequencies({form for term in rare for form in term.forms})
    found = []
    for term in terms:
        if term.share > COMMON_SHARE:
            found.append(replace(term, searched=term.stems))
            continue
        others = term.others
        if known.keys().isdisjoint(term.forms) and term.word.isalpha():
            others = _distinct((*others, *read_sounds(term.word)), term.stems)
            known |= snapshot.document_frequencies({*others})
        # A term of other spellings is of this spelling too: if both were searched, it would count
        # twice.
        best = max(others, key=lambda form: known.get(form, 0), default="")
        most = known.get(best, 0)
        stems = [form for form in term.stems if known.get(form, 0) > most]
        searched = (*stems, *([best] if most else []))
        foreign = bool(searched) and known.keys().isdisjoint(term.stems) and term.word.isalpha()
        found.append(replace(term, others=others, searched=searched, is_foreign=foreign))
    return found


def _respell(
    text: str, terms: Sequence[QuestionTerm], snapshot: Snapshot
) -> tuple[list[QuestionTerm], str]:
    """The terms with slips of the keyboard corrected, and the text as the archive spells it."""
    respelt = list(terms)
    unknown = [at for at, term in enumerate(terms) if not term.searched]
    # Many unknown words are another language or nonsense, and no slips.
    slipped = {at: _read_slips(terms[at], snapshot) for at in unknown if len(unknown) <= MOST_SLIPS}
    foreign = [term for term in terms if term.is_foreign]
    if not any(slipped.values()) and not foreign:
        return respelt, text
    rare = [term for term in terms if term.share <= COMMON_SHARE]
    wanted = chain(*(term.searched for term in rare), *slipped.values())
    nearest = snapshot.matching(_distinct(wanted), CONTEXT_PASSAGES, Filter())
    read = snapshot.passages([key for key, _ in nearest])
    context = [read[key] for key, _ in nearest if key in read]
    changes = {}
    for at, meant in slipped.items():
        term = terms[at]
        others = [form for one in rare for form in one.searched]
        for form, passage in product(meant, context):
            written = _find_spelling((form,), passage, meant[form])
            if written is None or not (_holds(passage, others) or not others):
                continue
            likely = slips(term.word.casefold(), is_name=True)
            if written.istitle() and likely.isdisjoint(meant[form]):
                continue
            respelt[at] = replace(term, others=(*term.others, form), searched=(form,))
            changes[term.start, term.end] = written
            break
    for term in foreign:
        found = (_find_spelling(term.searched, passage) for passage in context)
        written = next(filter(None, found), None)
        if written is not None:
            changes[term.start, term.end] = written
    for (start, end), written in sorted(changes.items(), reverse=True):
        text = text[:start] + written + text[end:]
    return respelt, text


def _read_slips(term: QuestionTerm, snapshot: Snapshot) -> dict[str, set[str]]:
    """The archive's terms that one slip makes the word of, each with the words it stands for.

    A word of the dictionary is no slip, unless it sounds like the word that was meant.
    """
    word = term.word.casefold()
    meant = slips(word, is_name=term.is_name)
    if meant and is_word(word):
        meant = {one for one in meant if not term.is_name and sounds_alike(one, word)}
    forms: dict[str, set[str]] = defaultdict(set)
    for one in sorted(meant):
        for form in read_stems(one):
            forms[form].add(one)
    rare = {form for form in forms if share(form) <= COMMON_SHARE}
    return {form: forms[form] for form in snapshot.document_frequencies(rare)}


def _holds(passage: IndexedPassage, forms: Iterable[str]) -> bool:
    there = {*passage.term_ids.terms.tolist()}
    return any(term_id(form) in there for form in forms)


def _find_spelling(
    forms: Sequence[str], passage: IndexedPassage, preferred: Collection[str] = ()
) -> str | None:
    """How a passage writes what these terms stand for; None where it does not have it."""
    if not _holds(passage, forms):
        return None
    text = passage.passage.text
    written = [
        text[start:end]
        for start, end, word in split_words(text)
        if not {*read_terms(word, passage.language)}.isdisjoint(forms)
    ]
    same = [word for word in written if word.casefold() in preferred]
    return next(iter([*same, *written]), None)
