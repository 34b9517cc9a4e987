/** The frame's parameters are the element's attributes; a key stands behind the #, out of logs. */

const NAMES = ["placeholder", "top-k", "published-from", "published-to", "outlets", "theme"];

const element = document.createElement("onrecord-ask");
const query = new URLSearchParams(location.search);
for (const name of NAMES) if (query.has(name)) element.setAttribute(name, query.get(name));
const key = new URLSearchParams(location.hash.slice(1)).get("key");
if (key) element.setAttribute("key", key);
document.querySelector("main").append(element);
