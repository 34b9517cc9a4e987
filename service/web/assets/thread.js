/** The conversation before a question: each earlier one can be gone back to. */

import { h, show } from "./dom.js";
import { ASK } from "./phrases.js";

/** `onBack(questions)` asks again up to one of them, `onFresh()` begins anew. */
export class Thread {
  constructor({ onBack, onFresh }) {
    this.onBack = onBack;
    this.list = h("ol", {});
    const fresh = h("button", { type: "button", class: "quiet", part: "button", onclick: onFresh }, ASK.again);
    this.element = h("nav", { class: "thread", "aria-label": ASK.thread }, this.list, fresh);
  }

  show(earlier) {
    const back = (question, at) => {
      const go = () => this.onBack(earlier.slice(0, at + 1));
      return h("li", {}, h("button", { type: "button", class: "link", dir: "auto", onclick: go }, question));
    };
    this.list.replaceChildren(...earlier.map(back));
    show(this.element, earlier.length > 0);
  }
}
