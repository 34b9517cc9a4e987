/** A field for a question, or a sentence, and its button. */

import { h } from "./dom.js";
import { lengthOf } from "./offsets.js";
import { ASK } from "./phrases.js";

const NEARLY = 0.9; // of the most characters: from here on they are counted

/** A form that calls `onAsked(text)`; while busy, its button stops instead by `onStopped()`. */
export class Question {
  constructor({ id, label, placeholder, button, most, onAsked, onStopped, quiet = false }) {
    Object.assign(this, { most, label: button });
    const send = (event) => {
      event.preventDefault();
      if (this.busy) onStopped();
      else if (this.value && lengthOf(this.value) <= most) onAsked(this.value);
      else this.field.focus();
    };
    const sendByKey = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      if (this.busy) event.preventDefault();
      else send(event);
    };
    this.field = h("textarea", {
      id,
      rows: 1,
      placeholder,
      part: "field",
      dir: "auto",
      "aria-describedby": `${id}-count`,
      onkeydown: sendByKey,
      oninput: () => this.#count(),
    });
    this.button = h("button", { type: "submit", part: "button", class: quiet ? "quiet" : null }, button);
    this.counter = h("p", { id: `${id}-count`, class: "count" });
    this.element = h(
      "form",
      { class: quiet ? "question follow" : "question", onsubmit: send },
      h("label", { for: id }, label),
      h("div", { class: "row" }, this.field, this.button),
      this.counter,
    );
  }

  get value() {
    return this.field.value.trim();
  }

  set value(text) {
    this.field.value = text;
    this.#count();
  }

  get busy() {
    return this.button.dataset.busy !== undefined;
  }

  set busy(busy) {
    this.button.toggleAttribute("data-busy", busy);
    this.button.textContent = busy ? ASK.stop : this.label;
  }

  #count() {
    const count = lengthOf(this.value);
    this.counter.textContent = count > NEARLY * this.most ? ASK.tooLong(count, this.most) : "";
    this.field.setAttribute("aria-invalid", count > this.most);
  }
}
