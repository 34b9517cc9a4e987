"""The measures of a run: of each question, and of the run as a whole.

`per_question` gives every measure that is a mean over questions; `abstention` has those of a run
as a whole. A name is the part it measures and the measure: `articles/nDCG@10`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from onrecord.eval.datasets import Truth
from onrecord.eval.judge import Case
from onrecord.eval.measures import abstention, quotes, rankings

Values = Mapping[str, Mapping[str, float]]


def per_question(cases: Sequence[Case], truths: Mapping[str, Truth]) -> Values:
    """Each measure's value for each question that it can be told for, by question id."""
    found = {
        **quotes.measure(cases),
        **quotes.measure_facts(cases, truths),
        **rankings.measure(cases),
        **abstention.measure(cases),
    }
    return {name: values for name, values in found.items() if values}
