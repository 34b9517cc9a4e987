"""Rules of the contract that an OpenAPI document cannot state, so that requests drawn from it break
them; each with what a refusal says. Schemathesis takes any other refusal of such a request as a
fault.

A schema knows one field at a time, not what is in a cursor nor what makes a page an article; and
2.0 is an integer to it, which the contract wants written as 2.
"""

from __future__ import annotations

import re

from schemathesis import Case, HookContext, Response
from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import RejectedPositiveData

WINDOW = "published_from is after published_to|it lies after published_to"
INTEGER = "/top_k: Input should be a valid integer"
# Of a user's message alone: what the assistant said may be empty.
QUESTION = (
    "/messages/[0-9]+/content: String should have at (least 1 character|most 1000 characters)"
)
LAST = "the last message must be (the user's|a question of 1 to 1000 characters)"
PAGE = "not text: |too short: |no article text found|the file is empty|expected one article"
URL = "/url: (Input should be a valid URL|URL scheme should be)"
DATE = "/published: expected a calendar date"
RULES = {
    "POST /query": [WINDOW, INTEGER],
    "POST /chat": [WINDOW, INTEGER, QUESTION, LAST],
    "GET /articles": [WINDOW, "it is not a cursor that this archive gave"],
    "POST /articles": [PAGE, URL, DATE],
    "POST /v1/chat/completions": [LAST, "expected parts of type text"],
}


def filter_failure(context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """Whether a failure counts: not where one of the rules refused what the schema allows."""
    if not isinstance(failure, RejectedPositiveData):
        return True
    rules = RULES.get(case.operation.label, [])
    return not any(re.search(rule, response.text) for rule in rules)
