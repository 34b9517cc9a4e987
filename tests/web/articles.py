"""A small paper for the browser: every kind of date, terms, duplicates, and text that bites."""

from __future__ import annotations

from onrecord.index.types import Article, Evidence, Terms
from tests.service.conftest import dated

LOCK_TEXT = (
    "The canal lock at Brambleford reopened on Monday after nine weeks of repairs. Workers "
    "replaced 148 oak beams and tested the gates with the basin full. The canal trust expects "
    "twelve boats a day.\n"
    "The old beams went to a sawmill. They become benches along the towpath."
)
LOCK = Article(
    "lock",
    "Canal lock reopens",
    LOCK_TEXT,
    outlet="Brook Courier",
    authors=("The canal desk",),
    url="https://courier.example/lock?page=1",
    language="en",
    published=dated("2024-03-04"),
    terms=Terms(5_000, True, "Quote up to 5,000 characters with a link."),
    evidence={
        "published": (Evidence("field published", "2024-03-04"), Evidence("body", "on Monday")),
        "title": (Evidence("field title", "Canal lock reopens"),),
    },
)
GREENHOUSE = Article(
    "greenhouse",
    "Greenhouse turns into a swimming hall",
    "The greenhouse on Kiln Street becomes a swimming hall with three pools. Its 2,700 panes of "
    "glass stay where they are.",
    outlet="Millbrook Times",
    url="https://times.example/greenhouse",
    language="en",
    published=dated("2024-12"),
)
WINDMILL = Article(
    "windmill",
    "Windmill grinds again",
    "The windmill of Brambleford grinds spelt again. In its first season it milled 36 tonnes.",
    outlet="Millbrook Times",
    language="en",
    published=dated("2023"),
)
TRAM = Article(
    "tram",
    "Night tram stops",
    "The night tram between Brambleford and Kiln Street runs no more. It had 11 riders a night.",
    language="en",
)
WEIR_TEXT = (
    "The weir above Brambleford was lowered by forty centimetres because fish could not pass it. "
    "A ladder of 23 stone steps leads them upstream now."
)
WEIRS = (
    Article("weir-late", "Weir lowered", WEIR_TEXT, outlet="Gamma", published=dated("2022-06-01")),
    Article("weir-early", "Weir lowered", WEIR_TEXT, outlet="Alpha", published=dated("2022-05")),
    Article("weir-never", "Weir lowered", WEIR_TEXT, outlet="Beta"),
)
HOSTILE_TITLE = '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script> & "title"'
HOSTILE = Article(
    "hostile",
    HOSTILE_TITLE,
    "The parser fair showed 77 broken pages </p></blockquote><script>window.hacked=3</script> of "
    '<b onclick="window.hacked=4">old</b> sites. </script><svg onload="window.hacked=5"> Visitors '
    "counted &amp; named every {{ brace }} among them.",
    outlet='<b onmouseover="window.hacked=6">Outlet</b>',
    authors=('<a href="javascript:window.hacked=7">desk</a>',),
    language="en",
    published=dated("2024-07-01"),
    evidence={"title": (Evidence("field <title>", HOSTILE_TITLE),)},
)
ASTRAL_TEXT = (
    "🐝🍯🌼 Bees 𝔰warmed early 🏡 in the gardens of Millbrook this spring. The hives on the slope "
    "gave 59 jars of honey. 🐝 Nobody 𝔢xpected so much.\n"
    "🌾 The second harvest 🍯 follows in August."
)
ASTRAL = Article(
    "astral",
    "Bees swarm early 🐝",
    ASTRAL_TEXT,
    outlet="Brook Courier",
    language="en",
    published=dated("2023-12-31"),
)
ARABIC = Article(
    "arabic",
    "افتتاح مكتبة متنقلة على ضفة النهر",
    "افتتحت البلدية مكتبة متنقلة على ضفة النهر يوم السبت. تضم المكتبة 415 كتابا وتفتح أبوابها "
    "ثلاثة أيام في الأسبوع.",
    outlet="صحيفة النهر",
    language="ar",
    published=dated("2024-09-14"),
)
PAPER = (LOCK, GREENHOUSE, WINDMILL, TRAM, *WEIRS, HOSTILE, ASTRAL, ARABIC)

BEAMS = "How many oak beams were replaced at the lock?"
EVIDENCE = "Workers replaced 148 oak beams and tested the gates with the basin full."
