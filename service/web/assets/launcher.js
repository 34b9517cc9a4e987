/** A button at the edge of the page and the dialog that it opens. */

import { h } from "./dom.js";
import { LAUNCHER } from "./phrases.js";

/** `content` in a dialog; `onOpened` is called once it is shown. */
export class Launcher {
  constructor(content, onOpened) {
    this.onOpened = onOpened;
    this.button = h("button", { type: "button", class: "launcher", part: "launcher", "aria-haspopup": "dialog", onclick: () => this.open() }, LAUNCHER.open);
    const close = h("button", { type: "button", class: "close", part: "close", "aria-label": LAUNCHER.close, onclick: () => this.dialog.close() }, "×");
    this.dialog = h("dialog", { part: "dialog", "aria-label": LAUNCHER.title }, close, content);
    // A press beside the dialog is one on the dialog itself: its content covers it.
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.elements = [this.button, this.dialog];
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
    this.onOpened();
  }
}
