/** Every word that the element says of its own. */

import { sayDate, sayMoment } from "./dates.js";

export const ASK = {
  tab: "Ask",
  label: "Ask the archive",
  placeholder: "What would you like to know?",
  button: "Ask",
  stop: "Stop",
  promise: "You get what the articles say, word for word, each with its source and its date. Nothing is written for you.",
  tooLong: (count, most) => `${count} of at most ${most} characters`,
  again: "New question",
  followUp: "Ask a follow-up",
  thread: "Earlier in this conversation",
  readAs: "Read as:",
};

const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** What the archive holds, and until when it is current. */
export function sayHoldings({ articles, outlets, published_from: from, published_to: to, current_to: current }) {
  if (!articles) return REASONS.empty_archive;
  const parts = [count(articles, "article")];
  if (outlets.length) parts.push(` from ${count(outlets.length, "outlet")}`);
  if (from) parts.push(from === to ? `, published on ${sayDate(from)}` : `, published from ${sayDate(from)} to ${sayDate(to)}`);
  if (current) parts.push(`; current to ${sayMoment(new Date(current))}`);
  return `${parts.join("")}.`;
}

export const STAGES = {
  waiting: "Asking…",
  reading: "Reading the question…",
  searching: "Searching the archive…",
  quoting: "Cutting the quotes…",
  stopped: "Stopped.",
  slow: "Still at work. The archive is busy or large.",
};

/** The least confidence for each way to say it. */
const CONFIDENCE = [
  [0.85, "The archive very likely answers this."],
  [0.6, "The archive probably answers this."],
  [0, "The archive may answer this. Read the quotes with care."],
];

export function sayConfidence(confidence) {
  return CONFIDENCE.find(([least]) => confidence >= least)[1];
}

export function percent(confidence) {
  return `${Math.round(confidence * 100)} % confidence`;
}

export const REASONS = {
  weak_evidence: "The archive does not answer this.",
  nothing_in_window: "No article passes the filters.",
  empty_archive: "The archive is empty.",
};

export const ANSWER = {
  quotes: "Quotes",
  nearest: "Nearest misses, which do not answer it",
  miss: "Nearest miss",
  count: (count) => (count === 1 ? "1 quote" : `${count} quotes`),
  arriving: (count) => `${count === 1 ? "1 quote" : `${count} quotes`} so far…`,
  sort: "Order",
  sorts: { relevance: "Most relevant first", newest: "Newest first", oldest: "Oldest first" },
  more: "More quotes",
  share: "Copy link to this question",
  shared: "Link copied",
  window: (from, to, outlets) =>
    [
      "Only articles",
      from && to ? `published from ${from} to ${to}` : null,
      from && !to ? `published since ${from}` : null,
      to && !from ? `published until ${to}` : null,
      outlets && outlets.length ? `of ${outlets.join(", ")}` : null,
    ]
      .filter(Boolean)
      .join(" "),
  asQuestion: ", as the question says",
  clear: "Remove the filters",
  archive: (articles) => `Searched ${articles.toLocaleString("en")} ${articles === 1 ? "article" : "articles"}.`,
};

export const QUOTE = {
  label: (at, count) => `Quote ${at} of ${count}`,
  missLabel: (at, count) => `Nearest miss ${at} of ${count}`,
  undated: "undated",
  page: (number) => `p. ${number}`,
  why: "Why?",
  undatedReason: "The page states no date of publication that can be relied on, so none is given.",
  undatedEvidence: (rule, snippet) => `All that the page says (${rule}): “${snippet}”`,
  alsoIn: (count) => (count === 1 ? "Also in 1 article" : `Also in ${count} articles`),
  copy: "Copy quote",
  copyKey: "C",
  cite: "Cite as",
  citeKey: "R",
  styles: { ris: "RIS", bibtex: "BibTeX", csl: "CSL-JSON", markdown: "Markdown", text: "Text" },
  notCited: "The reference could not be had",
  copied: "Copied",
  notCopied: "The browser did not allow copying",
  open: "Open at the quote",
  publisher: "Publisher’s page",
  keys: "Between quotes: ↑ ↓. In a quote, C copies it and R a reference to it.",
  terms: (terms) =>
    [
      "Terms of the page:",
      terms.max_chars ? `at most ${terms.max_chars} characters may be quoted.` : null,
      terms.link_required ? "A link to the article is required." : null,
    ]
      .filter(Boolean)
      .join(" "),
};

export const TIMELINE = {
  label: "When the quotes were published",
  undated: (count) => `${count} undated`,
  points: (count, when) => `${count === 1 ? "1 quote" : `${count} quotes`}, ${when}`,
};

export const FILTERS = {
  title: "Filters",
  inForce: (count) => `Filters (${count})`,
  from: "Published from",
  to: "Published to",
  outlet: "Outlet",
  add: "Add",
  remove: (outlet) => `Remove ${outlet}`,
  reversed: "The first date lies after the second.",
};

export const CHECK = {
  tab: "Check a quote",
  label: "A sentence that is said to stand in the archive",
  placeholder: "Paste the sentence here",
  button: "Check",
  working: "Checking…",
  verdicts: {
    verbatim: "Verbatim. The archive has it word for word.",
    altered: "Altered. The archive has it in other words.",
    not_found: "Not found. The archive has nothing like it.",
  },
  legend: ["Struck out", ": in your sentence only. ", "Underlined", ": in the article only."],
  deleted: "only in your sentence:",
  inserted: "only in the article:",
  matches: "Matches",
  match: (at, count) => `Match ${at} of ${count}`,
  similarity: (similarity) => `${Math.round(similarity * 100)} % of the words agree`,
};

export const FAULTS = {
  offline: "You are offline. Your question is kept; ask again when you are back.",
  unreachable: "The archive cannot be reached. It may be down, or this site may not be allowed to ask it.",
  broken: "The connection was lost before the answer was complete.",
  silent: "The archive has not answered for a while.",
  limited: "Too many questions for now.",
  busy: "The archive is busy.",
  failed: "Something went wrong in the archive’s service.",
  wrong: "That cannot be asked:",
  key: "This archive asks for a key.",
  keyLabel: "Key",
  keyButton: "Use this key",
  retry: "Try again",
  retryIn: (seconds) => `Try again in ${seconds} s`,
};

export const LAUNCHER = { open: "Ask the archive", title: "Ask the archive", close: "Close" };
