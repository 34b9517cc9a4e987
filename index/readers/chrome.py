"""Label the blocks of a page that are not its article: its chrome.

The rules are English here and in six languages in `phrases`, and name no site. `control` is a line
that is only a button, a menu entry or a counter. `section` is the heading of something other than
the article (most popular); so is `related`, but it often occurs within the article (read also).
`comments` begins or separates what readers wrote. `notice` is prose about the site, its
subscriptions, cookies, rights and readers; a paragraph of more than 45 words needs two such
phrases. `caption` credits a photograph. `stamp` is a line with only a time or a date, as news feeds
have them. `biography` says who an author is.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from onrecord.index.readers import phrases
from onrecord.index.readers.authors import ROLE
from onrecord.index.times.dates import find_dates, is_only_around

CONTROL = re.compile(
    r"""
    (?:skip\ to\ .{0,30}|menu|search|home|log\ ?in|sign\ ?(?:in|up)|register|
    subscribe(?:\ now)?|share(?:\ (?:this|on|via|the)\b.{0,30})?|tweet|e-?mail(?:\ this)?|
    print(?:\ this.{0,20})?|save|copy\ link|link\ copied.?|facebook|twitter|linkedin|
    whats\ ?app|pinterest|reddit|telegram|instagram|messenger|youtube|rss|flipboard|(?:read|
    show|load|see|view|learn|find\ out|watch)\ (?:more|all|less)\b.{0,12}|more|next|previous|
    prev|back|close|play|pause|mute|listen|watch(?:\ (?:now|live|video|the\ video))?|video|
    photos?|gallery|image|slideshow|avatar|advertisement|advertising|ads?|sponsored|promoted|
    edit\ post|pre-?order\ now|shop\ now|buy\ now|(?:\d+\s*)?(?:shares?|likes?|views?|
    replies)(?:\s*\(?\d+\)?)?|comment|(?:leave|post|add)\ a?\ ?comment.{0,12}|
    continue\ reading.{0,40}|(?:click|tap)\ (?:here|to).{0,40}|(?:top|featured|breaking|live|
    exclusive|opinion|updated?)|\*?\s?indicates\ required|follow(?:\ us)?(?:\ on\b.{0,40})?|
    image\ \d+\ of\ \d+|\d+\ of\ \d+|\d+\s*/\s*\d+|story\ continues(?:\ below.{0,20})?|
    article\ continues.{0,30}|\(?adsbygoogle.*|[\d\W_]+|.{0,40}\b\d+\s?-?min(?:ute)?s?\s(?:read|
    listen)|(?:hide|view|read|see|show)\ (?:caption|comments?|transcript)|toggle\ .{0,20}|
    getty(?:\ images)?|reuters|afp|ap(?:\ photo)?|(?:file|stock)\ (?:photo|image)|
    enlarge\ .{0,20})
    """,
    re.I | re.X,
)
SECTION = re.compile(
    r"""
    (?:most|more)\ (?:popular|read|viewed|shared|watched|discussed|commented).*|
    trending(?:\ .{0,20})?|popular(?:\ .{0,24})?|(?:related|similar|recommended|
    suggested)(?:\ (?:articles?|stor(?:y|ies)|content|news|posts?|topics?|tags?|coverage|
    videos?|links?|reading|items|to\ this.*|for\ you|by.*))?:?|you\ (?:may|
    might)\ (?:also\ )?(?:like|be\ interested.*|enjoy|have\ missed)|(?:more|also|
    other)\ (?:from|on|in|by|stories|news|articles|about)\b.*|news\ ?feed|latest(?:\ .{0,24})?|
    (?:recent|top|other|all|featured)\ (?:news|posts?|articles?|stories|headlines|comments|
    videos?).*|editors?['’]?s?['’]?\ (?:picks?|choice)|(?:read|up|watch|what\ to\ read)\ next|
    about\ the\ (?:authors?|writers?)|authors?:.*|share\ this(?:\ (?:article|story|post|
    page))?.*|leave\ a\ (?:comment|reply).*|post\ (?:a|your)\ comment.*|(?:sponsored|promoted|
    paid)\ (?:content|links?|stories|posts?)|(?:from|around)\ (?:our\ partners|the\ web).*|
    don['’]t\ miss.*|in\ other\ news|(?:see|read|must)\ (?:also|read)\b.*|newsletters?|
    (?:filed\ under|topics?|tags?|categories|category|keywords?|more\ on\ this.*|
    read\ more(?:\ (?:about|on).*)?|explore\ more.*)\s?:?.{0,80}|follow\ us.*|
    stay\ (?:connected|informed|updated).*|sign\ up\ (?:for|to).*|get\ the\ latest.*|©.*|
    copyright\b.*|elsewhere\ on.*|if\ you\ liked.*|contact\ (?:us|the\ author|the\ reporter).*|
    sources?:|references:?|notes?:|footnotes:?|share\ your\ .*
    """,
    re.I | re.X,
)
RELATED = re.compile(
    r"""
    (?:related|similar|recommended|suggested)(?:\ (?:articles?|stor(?:y|ies)|content|news|posts?|
    coverage|reading|links?|for\ you))?\s?:?|(?:see|read|must)\ (?:also|read)\b.*|also\ read\b.*|
    read\ more(?:\ (?:about|on|here).*)?\s?:?|more\ on\ this.*
    """,
    re.I | re.X,
)
COMMENTS = re.compile(
    r"""
    (?:[\[(]?\s?\d+\s|(?:top|all|best|reader|facebook|recent|latest|view|show|read|your|
    user)\ (?:\w+\ )?)?comments?(?:\s?\(?\d+\)?)?[:\])]?(?:\ section|\ policy)?|
    \d+\ (?:responses?|replies|thoughts?|comments?)\b.{0,120}|(?:join|start|
    view)\ the\ (?:conversation|discussion).*|leave\ a\ (?:comment|reply).*|
    (?:\S+\ ){1,4}(?:says?|said|wrote|on\ .{6,40}\ (?:said|says)):|reply|log\ in\ to\ (?:reply|
    comment).*|report\ (?:abuse|comment).*
    """,
    re.I | re.X,
)
NOTICE = re.compile(
    r"""
    ©|\bcopyright\b|all\ rights\ reserved|\bcookies?\b|privacy\ (?:policy|notice|statement|
    and\ cookie)|terms\ (?:of|and)\ (?:use|service|conditions)|\bsubscri(?:be|bers?|ptions?)\b|
    newsletters?|sign(?:ing)?\ up|sign\ in|log\ in|ad[-\s]?block|advertising\ revenue|
    become\ a\ (?:patron|member|subscriber|supporter)|support\ (?:us|our\ (?:work|journalism|
    team|mission))|the\ support\ of\ readers|consider\ (?:supporting|donating|subscribing)|
    our\ (?:journalism|reporting|newsroom|app|community|website|readers|partners|team|content|
    products)|help\ us\ (?:produce|continue|keep)|suggest\ a\ correction|(?:highlight|
    select)\ the\ text|ctrl\s?\+\s?enter|leave\ your\ (?:suggestions|comments?)|follow\ (?:us|
    me|him|her|@\w+)\b|social\ networks|(?:on|join)\ (?:our\ )?(?:facebook|twitter|telegram|
    instagram)\b|enable\ javascript|(?:your|this)\ browser|your\ (?:e-?mail|inbox|account|
    password|subscription)|e-?mail\ address|confirmation\ e-?mail|create\ (?:an|your)\ account|
    already\ (?:a\ (?:subscriber|member)|registered|have\ an)|written\ permission|
    without\ (?:the\ )?(?:prior\ |express\ |written\ )*permission|may\ not\ be\ (?:published|
    reproduced|republished|redistributed)|republish|reproduced\ with|when\ referencing\ our|
    active\ hyperlink|supported\ by\ the|external\ (?:sites|content|links)|affiliate\ (?:links?|
    commission)|earn\ (?:a\ )?commission|created\ with\ ai|ai\ assistance|download\ (?:our|
    the)\ app|available\ on\ (?:ios|app\ store|google\ play)|send\ (?:us\ )?(?:your\ )?(?:tips|
    feedback|an\ email)|(?:this|the)\ (?:article|story|post|piece)\ (?:was\ )?(?:originally|
    first)\ (?:appeared|published)|\d+-character|please\ (?:enter|leave|note|read)|
    comments?\ (?:are|policy|section)|special\ discount|for\ as\ little\ as|free\ trial|
    first-ever\ magazine|(?:click|tap)\ here|posted\ in|filed\ under|registered\ in\ england|
    hosted\ by|powered\ by
    """,
    re.I | re.X,
)
CREDIT = re.compile(
    r"""
    \((?:[^()]{0,80}\b(?:Getty|Reuters|REUTERS|AFP|AP|EPA|Shutterstock|[Pp]hotos?|[Ii]mages?|
    via|[Cc]ourtesy|[Hh]andout|[Ss]creen(?:grab|shot)|TASS|Anadolu|[Ii]llustration|
    [Pp]ress\ [Ss]ervice)\b[^()]{0,60})\)\s*$|
    \([^()/]{3,40}/[^()/]{2,40}(?:/[^()]{2,40})?\)\s*$|^\s*(?:(?:File|Stock|Cover|Main|Featured|
    Lead|Top)\s)?(?:[Pp]hotos?|[Ii]mages?|[Pp]ictures?|[Cc]redits?|[Cc]aption|PHOTO|
    IMAGE)\b(?:\ [Cc]redit)?\s?(?::|by\b|for\ illustrati|\||/|©)|(?:[.!?”"]|^|
    \|)\s*(?:[Pp]hoto(?:graph)?|[Ii]mage|[Pp]icture|[Ii]llustration|[Ss]creenshot|
    [Ii]nfographic|[Vv]ideo|[Cc]redits?)s?\s?(?:\ [Cc]redit)?(?:by\ |:|[Cc]ourtesy|/|
    ©)[^.!?]{2,80}\.?$|[\w.]/(?:Getty\ Images|Shutterstock|AFP|Reuters|REUTERS|EPA|
    AP(?:\ Photo)?|TASS)\W*$|\b[Ii]ll?ustrative\ purposes
    """,
    re.X,
)
RIGHTS = re.compile(
    r"©|\ball rights reserved|\bcopyright (?:\d{4}|by|©)|"
    r"may not be (?:published|reproduced|republished)|"
    r"(?:this|the) (?:article|story|post) (?:was )?(?:originally|first) (?:appeared|published)|"
    r"min read|uses? cookies|terms of (?:use|service)|privacy policy",
    re.I,
)
ADDRESS = re.compile(
    r"\b(?:you|your|we|our|ours|us|please)\b|\b(?:be among|get it|click|tap|visit|"
    r"download|follow|join|sign up|subscribe|register|read|share|submit|help)\b(?=.{0,60}$)|"
    r"^(?:click|visit|download|follow|join|sign|subscribe|register|read|share|submit|help|get|enter|send|support|become)\b",
    re.I,
)
QUOTED = re.compile(r'“[^”]*”?|"[^"]*"?|«[^»]*»?')
BULLET = re.compile(r"^(?:[*+•·▪▸►‣–-]|o(?=\s+[A-Z])|\d{1,2}\.)\s+")
UPDATE = re.compile(r"\b(?:last\s)?(?:updated|modified)\b.*$", re.I)
BIOGRAPHY = re.compile(
    r"""
    ^(?:[^\W\d_][\w.’'-]*\s){1,5}(?:is|was|has\ been)\ (?:an?|the|our)\b|
    ^(?:[^\W\d_][\w.’'-]*\s){1,4}(?:covers|writes|reports|edits|works|joined)\b|^(?:reporting|
    editing|additional\ reporting|writing)\ (?:by|from)\b|contributed\ to\ this\ (?:report|
    story|article)|the\ (?:author|writer)\ is\b|^(?:he|she|they)\ (?:holds?|
    has\ a)\ .{0,30}degree
    """,
    re.I | re.X,
)
BYLINE = re.compile(
    r"^\s*(?:(?:written|posted|published|reported|words|story)\s+)?by:?\s+[^\W\d_]|^\s*(?-i:By[A-Z][a-z])",
    re.I,
)
DATED_BYLINE = re.compile(r"(?<=[\w.|•·-])\s+by:?\s+(?=[^\W\d_])", re.I)
STAMPED = re.compile(
    r"^(?:(?:last\ )?(?:published|updated|posted|modified|created)\b|first\ published)|"
    r"^\d{1,2}[:.]\d\d\s*(?:[ap]\.?m\.?)?$|^(?:\d+|an?|one)\s(?:sec|min|hour|hr|day|week|month|year)\w*\sago\b",
    re.I | re.X,
)


Label = Literal[
    "control", "section", "related", "comments", "notice", "caption", "stamp", "biography", "byline"
]

LONG_NOTICE = 45  # words; an article may mention cookies once, but a notice mentions them twice
MAX_CAPTION = 90  # words
MAX_LABELLED = 3_000  # characters; no block of chrome is longer, and patterns stay fast


def find_label(text: str, words: int, ends_sentence: bool) -> Label | None:
    """Name the kind of chrome that a block is, seen by itself; None where it may be article."""
    if len(text) > MAX_LABELLED:
        return None
    written, text = text, BULLET.sub("", text)
    bare = text.strip(" \u00a0>»›+-–|•·*:.")
    if not bare or (words <= 8 and len(text) <= 120 and _is_only(bare, CONTROL, phrases.CONTROL)):
        return "control"
    if words <= 24 and len(text) <= 300 and not ends_sentence:
        if _is_only(text, COMMENTS, phrases.COMMENTS):
            return "comments"
        if (found := phrases.RELATED.match(text)) and text[found.end() :].lstrip()[:1] in ("", ":"):
            return "related"
    if words <= 12 and len(text) <= 120 and RELATED.fullmatch(text):
        return "related"
    if words <= 12 and not text.endswith((".", "?")) and _is_only(text, SECTION, phrases.SECTION):
        return "section"
    if words <= 24 and len(text) <= 300 and is_stamp(text) and not BYLINE.match(text):
        return "stamp"
    if words <= 40 and _is_byline(text) and not ends_sentence:
        return "byline"
    if words <= MAX_CAPTION and (CREDIT.search(text) or phrases.CREDIT.search(text)):
        return "caption"
    if _is_notice(written, words, ends_sentence):
        return "notice"
    if words <= 120 and BIOGRAPHY.search(text) and ROLE.search(text[:200]):
        return "biography"
    return None


def _is_only(text: str, *patterns: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(text) for pattern in patterns)


def _is_notice(text: str, words: int, ends_sentence: bool) -> bool:
    """Whether a block is about the site and addresses its reader.

    "Subscribers left" may be news, "subscribe to our newsletter" is not. Quoted speech is ignored.
    """
    spoken = QUOTED.sub("", text)
    if words <= LONG_NOTICE and phrases.NOTICE.search(spoken):
        return True
    hits = len({found[0].lower() for found in NOTICE.finditer(spoken)})
    dense = words <= LONG_NOTICE / 2 or hits > words / LONG_NOTICE
    if not hits or not dense:
        return False
    if words <= 12 and not ends_sentence:
        return True
    return bool(RIGHTS.search(spoken) or ADDRESS.search(spoken))


def _is_byline(text: str) -> bool:
    """Whether a line opens with `By`, perhaps with a date after the name, or before the `By`."""
    date = next(find_dates(text[:200]), None)
    name = text[: date.start].rstrip(" |,;·•–—-") if date and date.start else text
    if BYLINE.match(text) or phrases.BYLINE.match(name):
        return True
    by = DATED_BYLINE.search(text[:120])
    return by is not None and is_stamp(text[: by.start()])


def is_stamp(text: str) -> bool:
    """Whether a line is a time, a date or both, alone or after `Published` or `Updated`."""
    if STAMPED.match(text) and len(text) < 100:
        return True
    dates = list(find_dates(text))
    if not dates:
        return False
    beside = [text[one.end : two.start] for one, two in pairwise(dates)]
    after = UPDATE.sub("", " ".join([*beside, text[dates[-1].end :]]))
    return is_only_around(f"{text[: dates[0].start]} {after}")


def is_credit_line(text: str) -> bool:
    """Whether a line is an outlet and an author without a space, as link cards print them."""
    return len(text) < 90 and bool(
        re.fullmatch(
            r"(?:[A-Z][\w.&’'-]*\s){0,5}[A-Z][\w.&’'-]*[a-z](?:[A-Z][\w.’'-]+)(?:\s[A-Z][\w.’'-]*){0,3}",
            text,
        )
    )
