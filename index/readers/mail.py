"""Read mail (`.eml`) and pages that browsers save as mail (`.mhtml`).

A mail's title, day and sender are its headers; its text is its plain text, else the blocks of its
HTML, without signature, quoted lines and chrome. Of a mail that forwards another, it is the
other's. A sender who sends to a list is an outlet, any other an author. What is attached is read
too, each file as one of its kind. Of a saved page only the HTML is read: the day in its headers is
that of saving.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser, Parser
from email.utils import parseaddr

import webencodings

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.containers import note_capture, read_part
from onrecord.index.readers.decode import decode, tidy
from onrecord.index.readers.documents import read_document
from onrecord.index.readers.parsed import ParsedArticle, Rejection, count_words
from onrecord.index.readers.records import clean_url, read_fields

MIN_PLAIN_WORDS = 25  # a plain part of fewer only says that there is HTML
MAX_PARTS = 500
_BOX = re.compile(rb"(?:\A|(?<=\n))From [^\n]*\n(?=[A-Za-z-]+:)")  # above each mail of a mailbox
SIGNATURE = re.compile(r"^-- ?$.*", re.M | re.S)
# The headers of an earlier mail in the text of a later one.
_INNER = re.compile(
    r"^(?:-{3,} ?.{0,40}(?:message|повідомлення|сообщение|Nachricht) ?-{3,}\n+)?"
    r"((?:\*?(?:From|To|Cc|Date|Sent|Subject|Reply-To):\*? .*\n){3,})",
    re.M | re.I,
)
_FORWARD = re.compile(r"^(?:(?:fwd?|re|aw|wg|пересл)\s*:\s*)+", re.I)
QUOTED = re.compile(
    r"^(?:>.*|On .{10,100} wrote:|_{10,}|-{3,} ?(?:Original|Forwarded) Message ?-{3,})$", re.M
)
_LISTED = ("List-Id", "List-Unsubscribe", "List-Post", "Feedback-ID")
_UNSUBSCRIBE = re.compile(
    r"\bunsubscribe\b|відписатися|отписаться|abmelden|désabonner|wypisz", re.I
)
_MALFORMED = (ValueError, LookupError, AttributeError, TypeError, AssertionError)


def read_mail(raw: bytes, name: str) -> Iterator[ParsedArticle | Rejection]:
    """Read a mail and what is attached to it, each mail of a mailbox (`.mbox`), or a saved page.

    Raises `UnreadablePage` where neither has an article.
    """
    mails = _BOX.split(raw)[1:]
    if len(mails) > 1:
        for number, mail in enumerate(mails, 1):
            yield from read_part(mail, f"{number}.eml")
        return
    message = BytesParser(policy=policy.default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    plain, markup, attached = _divide(message)
    if message.get("Snapshot-Content-Location") or _header(message, "From").startswith("<Saved by"):
        yield _read_saved(message, markup)
        return
    headers: Message = message
    text = "\n\n".join(_text(part) for part in plain)
    if count_words(text) < MIN_PLAIN_WORDS and markup:
        from onrecord.index.readers.pagetree import block_texts, parse  # slow to import

        text = "\n\n".join(block_texts(parse(_text(markup[0]))))
    elif _header(message, "Content-Type").count("flowed"):
        text = re.sub(r"(?<=\S) \n(?=\S)", " ", text)
    if inner := _INNER.search(text):
        before = text[: inner.start()]
        if count_words(before) < MIN_PLAIN_WORDS:  # forwarded: what counts is whose it was
            headers, text = Parser().parsestr(inner[1].strip()), text[inner.end() :]
        else:  # answered: what was answered is another one's
            text = before
    if text.strip() or not attached:
        try:
            yield read_document(QUOTED.sub("", SIGNATURE.sub("", text)), _fields(headers, text))
        except UnreadablePage as reason:
            if not attached:
                raise
            yield Rejection("the mail itself", str(reason))
    for number, part in enumerate(attached, 1):
        file = part.get_filename() or f"{number}.eml"
        inner = part.get_content() if part.get_content_type() == "message/rfc822" else None
        payload = inner.as_bytes() if inner is not None else part.get_payload(decode=True)
        yield from read_part(payload if isinstance(payload, bytes) else b"", file)


def _divide(
    message: EmailMessage,
) -> tuple[list[EmailMessage], list[EmailMessage], list[EmailMessage]]:
    """A mail's parts of plain text and of HTML, and its attachments, pictures left out."""
    plain: list[EmailMessage] = []
    markup: list[EmailMessage] = []
    attached: list[EmailMessage] = []
    waiting = [message]
    while waiting and len(plain) + len(markup) + len(attached) < MAX_PARTS:
        part = waiting.pop(0)
        kind = part.get_content_type()
        if part.is_multipart() and kind != "message/rfc822":
            waiting[:0] = [one for one in part.iter_parts() if isinstance(one, EmailMessage)]
        elif kind == "message/rfc822" or part.get_content_disposition() == "attachment":
            attached.append(part)
        elif kind in ("text/plain", "text/html"):
            (plain if kind == "text/plain" else markup).append(part)
    return plain, markup, [one for one in attached if one.get_content_maintype() != "image"]


def _read_saved(message: EmailMessage, markup: list[EmailMessage]) -> ParsedArticle:
    if not markup:
        raise UnreadablePage("a saved page without HTML in it")
    from onrecord.index.readers.html import read_html  # slow to import

    page = read_html(_text(markup[0]))
    saved = (_header(one, field) for one in (markup[0], message) for field in _PLACES)
    url = next(filter(None, map(clean_url, saved)), None)
    return note_capture(page, url, _header(message, "Date"))


_PLACES = ("Content-Location", "Snapshot-Content-Location")


def _fields(message: Message, text: str) -> ParsedArticle:
    sender, address = parseaddr(_header(message, "From"))
    is_list = any(message.get(name) for name in _LISTED) or _UNSUBSCRIBE.search(text)
    return read_fields(
        {
            "title": _FORWARD.sub("", _header(message, "Subject")),
            "date": _header(message, "Date") or _header(message, "Sent"),
            "outlet" if is_list else "author": sender or address,
        }
    )


def _header(message: Message, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except _MALFORMED:  # headers that the parser of the standard library cannot read
        return ""


def _text(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        return ""
    named = webencodings.lookup(part.get_content_charset() or "")
    if named is not None:
        return tidy(named.codec_info.decode(payload, "replace")[0])
    return decode(payload)
