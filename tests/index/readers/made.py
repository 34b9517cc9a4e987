"""Documents and containers of one article, made as programs make them."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage

import docx
import openpyxl

TITLE = "Bridge closed after cracks are found"
BODY = (
    "The old bridge over the river was closed to all traffic on Monday, the city council said.",
    "Engineers found cracks in two of its pillars during a routine inspection last week.",
    "It is expected to open again in May, once the pillars have been repaired and tested.",
)
HTML = (
    f"<!DOCTYPE html><html lang='en'><head><title>{TITLE}</title></head><body><article>"
    f"<h1>{TITLE}</h1><p>5 December 2024</p>{''.join(f'<p>{text}</p>' for text in BODY)}"
    "</article></body></html>"
)
PLAIN = "\n\n".join((TITLE, "By Ann Lee", "5 December 2024", *BODY))


def make_pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF of one column, a line below the other; an empty line is a gap."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b""]
    kids = []
    for lines in pages:
        shown = []
        for line in lines:
            text = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            shown.append(f"({text}) Tj T*")
        stream = f"BT /F1 11 Tf 14 TL 60 780 Td {' '.join(shown)} ET".encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    objects[2] = (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    )
    written, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF" % (size, table, size, len(written))
    )


def make_word(paragraphs: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word document whose first paragraph has the style of a title, with a table at its end."""
    document = docx.Document()
    for number, text in enumerate(paragraphs):
        document.add_paragraph(text, style="Normal" if number else "Title")
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for cells, row in zip(table.rows, rows, strict=True):
            for cell, text in zip(cells.cells, row, strict=True):
                cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def make_opendocument(paragraphs: Sequence[str]) -> bytes:
    """A text of OpenDocument."""
    inside = "".join(f"<text:p>{text}</text:p>" for text in paragraphs)
    content = (
        '<?xml version="1.0"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
        f"{inside}</office:text></office:body></office:document-content>"
    )
    return make_zip(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content.encode()}
    )


def make_rtf(paragraphs: Sequence[str]) -> bytes:
    """An RTF document in Windows-1252."""
    text = r"\par ".join(paragraphs)
    escaped = "".join(one if one < "\x80" else f"\\'{one.encode('cp1252').hex()}" for one in text)
    return (r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times;}}\f0 " + escaped + "}").encode()


def make_excel(rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def make_zip(files: Mapping[str, bytes]) -> bytes:
    """A ZIP folder."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in files.items():
            packed.writestr(name, raw)
    return stream.getvalue()


def make_mail(body: str, subtype: str = "plain", **headers: str) -> EmailMessage:
    """A mail with a subject, a day and a sender."""
    mail = EmailMessage()
    given = {
        "Subject": TITLE,
        "From": "Ann Lee <ann@paper.example>",
        "To": "desk@paper.example",
        "Date": "Thu, 05 Dec 2024 23:30:00 -0500",
        "Message-ID": "<1@paper.example>",
    }
    for name, value in (given | {k.replace("_", "-"): v for k, v in headers.items()}).items():
        mail[name] = value
    mail.set_content(body, subtype=subtype)
    return mail


def make_warc(pages: Mapping[str, tuple[str, str, bytes]]) -> bytes:
    """A web archive: by address the status, the type of content and the body of an answer."""
    packed = b""
    for url, (status, kind, body) in pages.items():
        answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        heads = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
            f"WARC-Date: 2025-01-10T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:{len(packed)}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n"
        )
        packed += gzip.compress(heads.encode() + b"\r\n" + answer + b"\r\n\r\n")
    return packed
