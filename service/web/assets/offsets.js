/** The service counts code points, JavaScript UTF-16 units; they differ beyond the BMP. */

const BEYOND_BMP = /[\ud800-\udbff]/;

/** A function that slices `text` by half-open offsets in code points. */
export function slicerOf(text) {
  if (!BEYOND_BMP.test(text)) return (start, end) => text.slice(start, end);
  const points = Array.from(text);
  return (start, end) => points.slice(start, end).join("");
}

/** How many code points a text has. */
export function lengthOf(text) {
  return BEYOND_BMP.test(text) ? Array.from(text).length : text.length;
}

/** The pieces of a quote in order, each `{text, marked}`; `highlights` are offsets of the article. */
export function piecesOf(quote) {
  const slice = slicerOf(quote.text);
  const pieces = [];
  let at = 0;
  for (const { start, end } of quote.highlights) {
    pieces.push({ text: slice(at, start - quote.start), marked: false });
    pieces.push({ text: slice(start - quote.start, end - quote.start), marked: true });
    at = end - quote.start;
  }
  pieces.push({ text: slice(at, quote.end - quote.start), marked: false });
  return pieces.filter((piece) => piece.text);
}
