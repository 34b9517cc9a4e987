/** Where a text stands: outlet, date and headline, and why a date is missing. */

import { sayDate } from "./dates.js";
import { away, h } from "./dom.js";
import { QUOTE } from "./phrases.js";

/** The line above a text, and its headline. */
export function sourceOf(article, address, page = null) {
  return h(
    "header",
    { class: "source", part: "source" },
    h("p", { class: "kicker" }, article.outlet ? h("b", {}, article.outlet) : null, dateOf(article), page ? QUOTE.page(page) : null),
    h("h3", { part: "headline", dir: "auto" }, away(address, { lang: article.language }, article.title)),
    article.authors.length ? h("p", { class: "authors", dir: "auto" }, article.authors.join(", ")) : null,
  );
}

/** The articles that say the same. */
export function alsoIn(articles, addressOf) {
  if (!articles.length) return null;
  const line = (article) =>
    h(
      "li",
      {},
      away(addressOf(article), { lang: article.language, dir: "auto" }, article.title),
      ` ${[article.outlet, article.published ? sayDate(article.published) : QUOTE.undated].filter(Boolean).join(", ")}`,
    );
  return h(
    "details",
    { class: "also" },
    h("summary", {}, QUOTE.alsoIn(articles.length)),
    h("ul", {}, articles.map(line)),
  );
}

/** The date as far as it is known; undated with the reason. */
function dateOf(article) {
  if (article.published) {
    return h("time", { datetime: article.published }, sayDate(article.published));
  }
  const evidence = article.published_evidence;
  return h(
    "details",
    { class: "undated" },
    h("summary", {}, `${QUOTE.undated}. `, h("span", { class: "why" }, QUOTE.why)),
    h("p", {}, QUOTE.undatedReason),
    evidence ? h("p", {}, QUOTE.undatedEvidence(evidence.rule, evidence.snippet)) : null,
  );
}
