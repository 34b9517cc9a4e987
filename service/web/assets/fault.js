/** What went wrong, said once and aloud, and the way on. */

import { h } from "./dom.js";
import { FAULTS } from "./phrases.js";

const DETAILED = new Set(["wrong"]);

/** The message, and a button that asks again or a field for the key; `onRetry(key)` goes on. */
export function showFault(fault, onRetry) {
  const detail = DETAILED.has(fault.kind) ? ` ${fault.detail}.` : "";
  const message = h("p", { class: "fault", role: "alert", part: "alert" }, (FAULTS[fault.kind] || FAULTS.failed) + detail);
  return h("div", { class: "faulty" }, message, wayOn(fault, onRetry));
}

function wayOn(fault, onRetry) {
  if (fault.kind === "wrong") return null; // the question has to change
  return fault.kind === "key" ? askKey(onRetry) : retryButton(fault.wait, onRetry);
}

/** A button that can be pressed once the service wants to be asked again. */
function retryButton(wait, onRetry) {
  const button = h("button", { type: "button", class: "quiet", part: "button", onclick: () => onRetry() });
  let left = wait;
  const count = () => {
    button.disabled = left > 0;
    button.textContent = left > 0 ? FAULTS.retryIn(left) : FAULTS.retry;
    if (left > 0) setTimeout(count, 1000);
    left -= 1;
  };
  count();
  return button;
}

function askKey(onRetry) {
  const field = h("input", { type: "password", id: "key", autocomplete: "off", part: "field", required: true });
  const use = (event) => {
    event.preventDefault();
    onRetry(field.value.trim());
  };
  return h(
    "form",
    { class: "key", onsubmit: use },
    h("label", { for: "key" }, FAULTS.keyLabel),
    field,
    h("button", { type: "submit", part: "button" }, FAULTS.keyButton),
  );
}
