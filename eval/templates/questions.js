// Find, open and close questions. The page is whole without it.
"use strict";
for (const tools of document.querySelectorAll(".tools")) {
  const questions = [...document.querySelectorAll("details.question")];
  const folded = [...document.querySelectorAll("details.folded")];
  const texts = questions.map((question) => question.textContent.toLowerCase());
  const input = tools.querySelector("input");
  const shown = tools.querySelector("output");
  tools.hidden = false;
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    questions.forEach((question, at) => {
      const fits = words.every((word) => texts[at].includes(word));
      question.hidden = !fits;
      found += fits;
    });
    shown.textContent = words.length ? `${found} of ${questions.length}` : "";
    if (words.length) folded.forEach((part) => { part.open = true; });
  });
  for (const button of tools.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      const open = button.value === "open";
      [...folded, ...questions].forEach((part) => { part.open = open; });
    });
  }
}
