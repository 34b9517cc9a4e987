"""Read the outlet of a plain-text page from what its chrome says about the site.

The candidates and their weights are: a copyright line (4), the author's biography ("is an editor
at the X", 3), a desk or staff in the byline ("the X news desk", 3), and the site's mentions of its
own things ("the X's newsletter", "the work of X", 2; only where the page names X twice). Weights
add up over a page. The name's form is the one that the page writes most often; a leading "The"
belongs to it where the page never writes the name without an article. Names in the article's text
or in a teaser are no evidence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from onrecord.index.readers.authors import ROLE
from onrecord.index.types import Evidence

MAX_OUTLET = 60  # characters
_WORD = r"[A-Z0-9][\w.&-]*\w"
_NAME = rf"((?:[Tt]he )?{_WORD}(?: (?:(?:of|and|de|for|&) )?{_WORD}){{0,4}})"
_OWN = (
    r"(?:first-ever |daily |weekly |own |free |latest |new )*"
    r"(?:magazine|newsletters?|podcasts?|newsroom|contributor|correspondent|"
    r"editorial (?:board|team))"
)
_HOLDER = (  # "Copyright © 2019-2024 by" and the like
    r"(?:©|ⓒ|\([cC]\)|[Cc]opyright\b|COPYRIGHT\b)(?:[\s©,]|\([cC]\)|[Cc]opyright\b)*(?:by\s+)?"
    r"(?:\d{4}(?:\s*[-–,]\s*(?:\d{2,4}|present))*)?[\s,.|–-]*(?:(?:by|[Cc]opyright)\s+)?"
)
_ABOUT_ITSELF = r"\b(?:[Tt]he work of|[Ww]elcome to|[Ss]ubscribe to|[Hh]yperlink to)"
_RULES: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("copyright line", 4, re.compile(rf"{_HOLDER}{_NAME}")),
    (
        "author's biography",
        3,
        re.compile(rf"\b(?:is|was|as) (?:an?|the|our) [^.]{{0,80}}? (?:at|for|with|of) {_NAME}"),
    ),
    ("byline", 3, re.compile(rf"{_NAME} (?:[Nn]ews ?[Dd]esk|[Ss]taff|[Nn]ewsroom|[Ee]ditorial)")),
    ("masthead", 2, re.compile(rf"{_NAME}['’]s? {_OWN}\b")),
    ("masthead", 2, re.compile(rf"{_ABOUT_ITSELF} {_NAME}")),
)
# A copyright line, unlike a picture's credit, has a year, reserves rights or names a company.
_SITE_RIGHTS = re.compile(
    r"(?:©|ⓒ|\([cC]\)|copyright)[^.]{0,30}\b(?:19|20)\d\d\b|rights? reserved|"
    r"\b(?:inc|llc|ltd|limited|gmbh|corp)\b",
    re.I,
)
_CUT = re.compile(
    r"(?:\.\s|\s[|–—-]\s|,|\bAll [Rr]ights?\b|\bInc\b|\bLtd\b|\bLLC\b|\bNews [Dd]esk\b).*$|"
    r"[.\s]+$|\s(?:19|20)\d\d$"
)
_DOMAIN = re.compile(r"\.(?:com|org|net|info|news|co|uk|ua|de|fr|eu|us|tv|io)\b.*$", re.I)
_GENERIC_WORDS = (
    "all the this rights reserved us our we privacy reuters facebook twitter telegram "
    "instagram google"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())


@dataclass(frozen=True, slots=True)
class _Claim:
    key: str
    name: str
    weight: int
    evidence: Evidence


def read_outlet(
    chrome: Iterable[str], bylines: Iterable[str], biographies: Iterable[str], page: str
) -> tuple[str | None, list[Evidence]]:
    """Name the outlet with its evidence, the winner first; (None, []) without any evidence."""
    claims: list[_Claim] = []
    for rule, weight, pattern in _RULES:
        blocks = {"byline": bylines, "author's biography": biographies}.get(rule, chrome)
        found = [claim for block in blocks for claim in _claims(rule, weight, pattern, block)]
        claims += [
            claim
            for claim in found
            if rule != "masthead" or page.count(re.sub(r"^[Tt]he\s", "", claim.name)) > 1
        ]
    if not claims:
        return None, []
    weights: Counter[str] = Counter()
    for claim in claims:
        weights[claim.key] += claim.weight
    best = max(weights, key=lambda key: weights[key])
    won = [claim for claim in claims if claim.key == best]
    lost = [claim for claim in claims if claim.key != best]
    return _form(won[0], page), [claim.evidence for claim in won + lost]


def _claims(rule: str, weight: int, pattern: re.Pattern[str], block: str) -> Iterable[_Claim]:
    if len(block) > 2_000:
        return
    if rule == "copyright line" and not _SITE_RIGHTS.search(block):
        return
    for found in pattern.finditer(block):
        if rule == "author's biography" and not ROLE.search(found[0]):
            continue
        name = _CUT.sub("", found[1]).strip(" .,-&")
        key = squash(name)
        if (
            len(key) < 3
            or key.isdigit()
            or name.lower() in _GENERIC
            or key in _GENERIC
            or len(name) > MAX_OUTLET
        ):
            continue
        yield _Claim(key, name, weight, Evidence(rule, found[0].strip()))


def squash(name: str) -> str:
    """Reduce a name and a domain to the same letters: `The Daily Post`, `dailypost.com`."""
    name = re.sub(r"^the\s", "", _DOMAIN.sub("", name), flags=re.I)
    return re.sub(r"[\W_]+", "", name).casefold()


def _form(claim: _Claim, page: str) -> str:
    """Choose the form in which the page writes the name, with its article if it always has one."""
    letters = r"[\s.&’'-]{0,3}".join(map(re.escape, claim.key))
    spelled = re.compile(rf"(\b[Tt]he\s)?\b({letters})(?![a-z]|\.\w)", re.I)
    seen = [(found[1], found[2]) for found in spelled.finditer(page)]
    forms = Counter(form for _, form in seen if form[0].isupper() and "\n" not in form)
    if not forms:
        return claim.name
    spaced = [form for form, _ in forms.most_common() if " " in form]
    form = spaced[0] if spaced else forms.most_common(1)[0][0]
    articles = [article for article, name in seen if name == form]
    if all(articles) and any(article and article[0] == "T" for article in articles):
        return f"The {form}"
    return form
