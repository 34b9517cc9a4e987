"""Ask an onrecord service a question, and check its quotes against the articles.

pip install httpx2
python ask.py "How many Crimean Tatars does Russia hold in its prisons?"
python ask.py "Who is drafted?" http://news.example    # or ONRECORD_URL=http://…
"""

import os
import sys

import httpx2


def main(question: str, url: str) -> None:
    """Print the quotes that answer the question, or that none does."""
    with httpx2.Client(base_url=url, timeout=30) as service:
        answer = service.post("/query", json={"question": question}).raise_for_status().json()
        if answer["status"] == "no_answer":
            print(f"The archive does not answer this ({answer['reason']}).")
            return
        for quote in answer["quotes"]:
            # The citation is the quote, its outlet, title and date, ready to be printed.
            print(quote["citation"])
            # The highlights are the sentences that carry the evidence.
            for highlight in quote["highlights"]:
                print(f"  -> {highlight['text']}")
            # Offsets count characters of the article's text, as Python's do. The sha256 asks for
            # the version that was quoted, even if the article has changed since.
            article = quote["article"]
            full = service.get(f"/articles/{article['id']}", params={"sha256": article["sha256"]})
            text = full.raise_for_status().json()["text"]
            assert text[quote["start"] : quote["end"]] == quote["text"]
            print()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    default = os.environ.get("ONRECORD_URL", "http://127.0.0.1:8000")
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else default)
