/** Quotes on the clipboard, as plain text and as HTML. */

import { h } from "./dom.js";

/** What is copied of a quote: `{text, html}`; `address` is where it can be read. */
export function clippingOf(quote, address) {
  const { article } = quote;
  // The citation is “quote” — source; HTML sets the two apart.
  const source = quote.citation.slice(quote.text.length + 2).replace(/^\s*—\s*/, "");
  const cited = h("blockquote", { cite: address });
  cited.append(...quote.text.split("\n").map((line) => h("p", {}, line)));
  const [before, after] = splitAt(source, article.title);
  const link = h("a", { href: address }, article.title);
  const credit = h("p", {}, `— ${before}`, link, after);
  return { text: `${quote.citation}\n${address}`, html: cited.outerHTML + credit.outerHTML };
}

/** Write to the clipboard; whether that was allowed. */
export async function copy({ text, html }) {
  try {
    const kinds = { "text/plain": new Blob([text], { type: "text/plain" }) };
    if (html) kinds["text/html"] = new Blob([html], { type: "text/html" });
    await navigator.clipboard.write([new ClipboardItem(kinds)]);
    return true;
  } catch {
    return copyByCommand(text, html); // no HTTPS, or in a frame without the permission
  }
}

function copyByCommand(text, html) {
  const fill = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData.setData("text/plain", text);
    if (html) event.clipboardData.setData("text/html", html);
  };
  document.addEventListener("copy", fill, { capture: true, once: true });
  try {
    return document.execCommand("copy");
  } finally {
    document.removeEventListener("copy", fill, { capture: true });
  }
}

function splitAt(text, middle) {
  const at = text.indexOf(middle);
  return at < 0 ? [`${text} `, ""] : [text.slice(0, at), text.slice(at + middle.length)];
}
