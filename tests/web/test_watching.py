"""The watch that every other test relies on sees what goes wrong."""

from __future__ import annotations

import pytest

from tests.web.browsing import Watch
from tests.web.site import Site, strict


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p style='color: red'>x</p>", "policy violated: style-src-attr inline"),
        ("<script>1</script>", "policy violated: script-src-elem inline"),
        ("<img src='https://stranger.example/x.png' alt=''>", "policy violated: img-src https"),
    ],
)
def test_what_a_strict_policy_forbids_is_noted(
    real: str, site: Site, watch: Watch, body: str, fault: str
) -> None:
    watch.open(site.put(body, policy=strict(real)))
    watch.wait_for(fault)
    watch.expect(".")


def test_an_error_and_a_request_to_a_stranger_are_noted(site: Site, watch: Watch) -> None:
    page = watch.open(site.put("", policy=None))
    page.evaluate("setTimeout(() => { throw new Error('a fault of ours') })")
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => {})")
    watch.wait_for("thrown: .*a fault of ours")
    watch.wait_for("a stranger was asked: http://127.0.0.1:9/")
    watch.expect(".")
