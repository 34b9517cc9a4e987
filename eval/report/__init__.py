"""Reports to read: what a run is worth, and what changed between two, each one HTML file.

A report needs nothing but itself: style, script and plots stand in the page, and its policy
forbids the browser to load anything. The same folders always give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

REPORT = "report.html"


def write_report(folder: Path) -> Path:
    """Write a run's report into its folder. Raises `FileNotFoundError` for an unfinished run."""
    from onrecord.eval.figures import read
    from onrecord.eval.report.run_page import render_run
    from onrecord.eval.run import read_run

    figures, cases = read(folder)
    target = folder / REPORT
    target.write_text(render_run(figures, cases, read_run(folder)), encoding="utf-8")
    return target


def write_comparison(comparison: Mapping[str, Any], a: Path, b: Path, target: Path) -> Path:
    """Write the report of what changed from run `a` to run `b`, both folders, into `target`.

    Raises `FileNotFoundError` where a run is unfinished or the target's folder is missing.
    """
    from onrecord.eval.report.comparison_page import read_side, render_comparison

    page = render_comparison(comparison, read_side(a), read_side(b))
    target.write_text(page, encoding="utf-8")
    return target
