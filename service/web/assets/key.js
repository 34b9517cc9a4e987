/** Ask for the page again with the reader's key, and show it in this one's place. */

import { keptKey, keepKey } from "./kept.js";

const form = document.querySelector("form.key");
const note = document.querySelector(".note");

async function open(key) {
  const headers = { Accept: "text/html", Authorization: `Bearer ${key}` };
  const response = await fetch(location.href, { headers });
  if (response.status === 401) {
    note.textContent = "This key is not known.";
    return;
  }
  keepKey(key);
  if (!response.headers.get("Content-Type").startsWith("text/html")) {
    note.textContent = `${(await response.json()).detail}.`; // too busy, say
    return;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  document.documentElement.replaceWith(document.adoptNode(page.documentElement));
  if (response.ok) await import("./article.js"); // scripts that were parsed so do not run
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  open(document.querySelector("#key").value.trim());
});
if (keptKey()) open(keptKey());
