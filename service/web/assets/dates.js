/** Dates to the precision that is known: "2024", "2024-12" or "2024-12-05". */

const MONTHS = [
  ..."January February March April May June July August September October November December".split(" "),
];
const DAY_MS = 86_400_000;

/** `5 December 2024`, `December 2024` or `2024`. */
export function sayDate(date) {
  const [year, month, day] = date.split("-").map(Number);
  return [day, month && MONTHS[month - 1], year].filter(Boolean).join(" ");
}

/** `5 December 2024, 14:05` where the reader is. */
export function sayMoment(moment) {
  const [hours, minutes] = [moment.getHours(), moment.getMinutes()].map((part) => String(part).padStart(2, "0"));
  return `${sayDate(today(moment))}, ${hours}:${minutes}`;
}

/** The first day of the period, in days since 1970. */
export function firstDay(date) {
  return Date.parse(`${date}-01-01`.slice(0, 10)) / DAY_MS;
}

/** The middle of the period, in days since 1970: where a partial date is drawn. */
export function middleDay(date) {
  return firstDay(date) + ({ 4: 182, 7: 15 }[date.length] || 0);
}

/** Today where the reader is, as `YYYY-MM-DD`: what "last week" is read against. */
export function today(now = new Date()) {
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return parts.map((part, at) => String(part).padStart(at ? 2 : 4, "0")).join("-");
}

/** Quotes by date as the service sorts them: undated last, ties by score. */
export function sortQuotes(quotes, sort) {
  if (sort === "relevance") return quotes;
  const sign = sort === "newest" ? -1 : 1;
  const day = (quote) => (quote.article.published ? sign * firstDay(quote.article.published) : Infinity);
  const compare = (a, b) => (day(a) === day(b) ? 0 : day(a) - day(b));
  return [...quotes].sort((a, b) => compare(a, b) || b.score - a.score);
}
