/** On an article's page: mark what `#START-END` names, and bring it into view. */

import { h } from "./dom.js";
import { slicerOf } from "./offsets.js";

const NOT_THERE = "The address names a place that this text does not have.";

const text = document.querySelector(".text");
const note = document.querySelector(".note");
const blocks = [...text.children].map((block) => ({
  block,
  start: Number(block.dataset.start),
  content: block.textContent,
}));

/** The half-open offsets in code points that the address names, or nothing. */
function spanOf(hash) {
  const found = /^#(\d+)-(\d+)$/.exec(hash);
  return found && { start: Number(found[1]), end: Number(found[2]) };
}

function mark() {
  for (const { block, content } of blocks) block.textContent = content;
  document.querySelector("script[data-quotation]")?.remove();
  note.textContent = "";
  const span = spanOf(location.hash);
  if (!span) return;
  const marked = blocks.map((one) => markBlock(one, span)).filter(Boolean);
  if (!marked.length) {
    note.textContent = NOT_THERE;
    return;
  }
  marked[0].tabIndex = -1;
  marked[0].focus({ preventScroll: true });
  marked[0].scrollIntoView({ block: "start" });
  const whole = blocks.map(({ content }) => content).join("\n");
  describe(slicerOf(whole)(span.start, span.end));
}

/** Mark the part of a block that lies in the span. */
function markBlock({ block, start, content }, span) {
  const slice = slicerOf(content);
  const [from, to] = [Math.max(span.start - start, 0), span.end - start];
  const inside = to > from ? slice(from, to) : "";
  if (!inside || block.hidden) return null;
  const found = h("mark", {}, inside);
  block.replaceChildren(slice(0, from), found, slice(to, Infinity));
  return found;
}

/** Say to machines what is quoted here. Source: schema.org, "Quotation". */
function describe(quoted) {
  const article = JSON.parse(document.querySelector("script[data-article]").textContent);
  const quotation = {
    "@context": "https://schema.org",
    "@type": "Quotation",
    text: quoted,
    isPartOf: { "@id": article["@id"] },
    url: location.href,
  };
  document.head.append(
    h("script", { type: "application/ld+json", "data-quotation": true }, JSON.stringify(quotation)),
  );
}

mark();
addEventListener("hashchange", mark);
