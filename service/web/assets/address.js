/**
 * What is asked, as the query of an address: `?q=First+question&q=Follow-up&from=2024-01-01`.
 *
 * Each `q` is a question of the conversation, the last one the one that is answered.
 */

/** The state that an address holds: `{questions, check, filters: {from, to, outlets}, sort}`. */
export function readAddress(search) {
  const query = new URLSearchParams(search);
  const date = (name) => (/^\d{4}-\d\d-\d\d$/.test(query.get(name) || "") ? query.get(name) : null);
  const sort = query.get("sort");
  return {
    questions: query.getAll("q").map((question) => question.trim()).filter(Boolean),
    check: query.get("check"),
    filters: { from: date("from"), to: date("to"), outlets: query.getAll("outlet").filter(Boolean) },
    sort: ["newest", "oldest"].includes(sort) ? sort : "relevance",
  };
}

/** The query that `readAddress` reads, with its question mark; empty for nothing. */
export function writeAddress({ questions = [], check = null, filters = {}, sort = "relevance" }) {
  const query = new URLSearchParams();
  for (const question of questions) query.append("q", question);
  if (check !== null) query.set("check", check);
  for (const name of ["from", "to"]) if (filters[name]) query.set(name, filters[name]);
  for (const outlet of filters.outlets || []) query.append("outlet", outlet);
  if (sort !== "relevance") query.set("sort", sort);
  const written = query.toString();
  return written && `?${written}`;
}
