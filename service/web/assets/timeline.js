/** A strip that shows when the quotes were published; each point leads to its quotes. */

import { middleDay, sayDate } from "./dates.js";
import { h } from "./dom.js";
import { TIMELINE } from "./phrases.js";

// Points nearer than this share of the strip become one: on a narrow screen their targets of 24
// pixels would overlap.
const NEAR = 0.09;
const MARGIN = 0.05; // of the strip, at both ends

/** The strip for at least two quotes of which one is dated, else nothing. `onChosen` gets a quote. */
export function showTimeline(quotes, onChosen) {
  const dated = quotes.filter((quote) => quote.article.published);
  if (quotes.length < 2 || !dated.length) return null;
  const points = group(dated);
  const undated = quotes.length - dated.length;
  const dates = dated.map((quote) => quote.article.published).sort((a, b) => middleDay(a) - middleDay(b));
  const [first, last] = [sayDate(dates[0]), sayDate(dates[dates.length - 1])];
  const rest = undated ? TIMELINE.undated(undated) : "";
  const scale = first === last ? ["", first, rest] : [first, rest, last]; // one point is in the middle
  return h(
    "section",
    { class: "timeline", part: "timeline", "aria-label": TIMELINE.label },
    h("ol", { class: "strip" }, points.map((point) => showPoint(point, onChosen))),
    h(
      "p",
      { class: "scale", "aria-hidden": "true" },
      scale.map((said) => h("span", {}, said)),
    ),
  );
}

function showPoint({ from, to, quotes }, onChosen) {
  const dates = quotes.map((quote) => quote.article.published);
  const [first, last] = [sayDate(dates[0]), sayDate(dates[dates.length - 1])];
  const label = TIMELINE.points(quotes.length, first === last ? first : `${first} – ${last}`);
  let next = 0;
  const choose = () => onChosen(quotes[next++ % quotes.length]);
  const point = h(
    "button",
    { type: "button", "aria-label": label, title: label, onclick: choose },
    quotes.length > 1 ? h("span", {}, String(quotes.length)) : null,
  );
  const item = h("li", { class: quotes.length > 1 ? "several" : "one" }, point);
  item.style.setProperty("inset-inline-start", `${(50 * (from + to)).toFixed(2)}%`);
  return item;
}

/** The quotes from the first to the last, those near each other together; `from` and `to` are shares. */
function group(quotes) {
  const days = new Map(quotes.map((quote) => [quote, middleDay(quote.article.published)]));
  const ordered = [...quotes].sort((a, b) => days.get(a) - days.get(b));
  const first = days.get(ordered[0]);
  const length = days.get(ordered[ordered.length - 1]) - first;
  const groups = [];
  for (const quote of ordered) {
    const share = length ? (days.get(quote) - first) / length : 0.5;
    const at = MARGIN + share * (1 - 2 * MARGIN);
    const previous = groups[groups.length - 1];
    if (previous && at - previous.from < NEAR) Object.assign(previous, { to: at, quotes: [...previous.quotes, quote] });
    else groups.push({ from: at, to: at, quotes: [quote] });
  }
  return groups;
}
