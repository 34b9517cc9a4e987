#!/bin/sh
# Ask an onrecord service with curl.
#
#   sh curl.sh                          # asks http://127.0.0.1:8000
#   sh curl.sh http://news.example      # asks another one; so does ONRECORD_URL=http://…
#
# Every answer is JSON. Add `| python3 -m json.tool` to lay it out.
set -eu
url="${1:-${ONRECORD_URL:-http://127.0.0.1:8000}}"

# A question in plain words. The answer holds quotes, word for word, each with its article, or the
# status "no_answer" and the reason.
curl --silent --show-error --fail "$url/query" \
  --header 'Content-Type: application/json' \
  --data '{"question": "How many Crimean Tatars does Russia hold in its prisons?", "top_k": 1}'
echo

# The same with filters: published in 2024 or later, newest first.
curl --silent --show-error --fail "$url/query" \
  --header 'Content-Type: application/json' \
  --data '{"question": "Who is drafted?", "published_from": "2024-01-01", "sort": "newest"}'
echo

# What the archive holds, newest first. "next" goes into ?after= for the next page.
curl --silent --show-error --fail "$url/articles?limit=2"
echo

# Did an article really say this? "verbatim", "altered" (with the difference) or "not_found".
curl --silent --show-error --fail "$url/verify" \
  --header 'Content-Type: application/json' \
  --data '{"quote": "132 of these prisoners were Crimean Tatars"}'
echo
