/** One quote: its source, its words with the evidence marked, and what can be done with it. */

import { clippingOf, copy } from "./clipboard.js";
import { away, h } from "./dom.js";
import { piecesOf } from "./offsets.js";
import { QUOTE, ANSWER } from "./phrases.js";
import { alsoIn, sourceOf } from "./source.js";

const TOLD_MS = 2500;
let style = Object.keys(QUOTE.styles)[0]; // of references, the one that was chosen last

/** A list item that takes the focus; `place` is `{at, count, missed}`, `tell` announces. */
export function showQuote(quote, place, { service, onCopied, tell }) {
  const { article } = quote;
  const page = service.page(article, quote.start, quote.end);
  const button = h("button", { type: "button", class: "quiet", part: "button", onclick: copyQuote }, QUOTE.copy);
  const styles = Object.entries(QUOTE.styles).map(([value, name]) => h("option", { value }, name));
  const chosen = ({ currentTarget: list }) => {
    style = list.value;
    list.value = "";
    copyReference();
  };
  const references = h("select", { "aria-label": QUOTE.cite, onchange: chosen }, h("option", { value: "" }, QUOTE.cite), ...styles);
  const words = h("p", {});
  for (const { text, marked } of piecesOf(quote)) {
    words.append(marked && !place.missed ? h("mark", { part: "evidence" }, text) : text);
  }
  const item = h(
    "li",
    { class: place.missed ? "quote miss" : "quote", part: "quote", tabindex: "0", onkeydown: readKey },
    place.missed ? h("p", { class: "label" }, ANSWER.miss) : null,
    sourceOf(article, page, quote.page),
    h("blockquote", { lang: article.language, dir: "auto", cite: article.url }, words),
    article.terms ? h("p", { class: "terms" }, QUOTE.terms(article.terms)) : null,
    h(
      "div",
      { class: "actions" },
      button,
      references,
      away(page, {}, QUOTE.open),
      article.url ? away(quote.link, {}, QUOTE.publisher) : null,
    ),
    alsoIn(quote.also_in, (other) => service.page(other)),
  );
  const label = place.missed ? QUOTE.missLabel : QUOTE.label;
  item.place = (at, count) => item.setAttribute("aria-label", label(at, count));
  item.place(place.at, place.count);
  return item;

  async function copyQuote() {
    const clipping = clippingOf(quote, quote.link || page);
    const copied = await copy(clipping);
    say(copied ? QUOTE.copied : QUOTE.notCopied);
    if (copied) onCopied({ quote, ...clipping });
  }

  async function copyReference() {
    const text = await service.citation(quote, style).catch(() => null);
    if (text === null) say(QUOTE.notCited);
    else say((await copy({ text })) ? QUOTE.copied : QUOTE.notCopied);
  }

  function say(said) {
    button.textContent = said;
    tell(said);
    setTimeout(() => (button.textContent = QUOTE.copy), TOLD_MS);
  }

  function readKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = { ArrowDown: item.nextElementSibling, ArrowUp: item.previousElementSibling }[event.key];
    if (event.target.localName === "select") return; // its keys choose
    const key = event.key.toUpperCase();
    if (key === QUOTE.copyKey) copyQuote();
    else if (key === QUOTE.citeKey) copyReference();
    else if (to) focusQuote(to);
    else return;
    event.preventDefault();
  }
}

/** Bring a quote into view and put the focus on it. */
export function focusQuote(item) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}
