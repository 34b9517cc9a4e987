/** Two views of which one is shown. Source: ARIA Authoring Practices, "Tabs". */

import { h, show } from "./dom.js";

/** The list of tabs for `views`, each `{id, name, view}`; `onChosen(id)` hears of a choice. */
export class Tabs {
  constructor(views, onChosen) {
    this.views = views;
    this.onChosen = onChosen;
    this.tabs = views.map(({ id, name }) =>
      h("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`, onclick: () => this.choose(id) }, name),
    );
    this.panels = views.map(({ id, view }) =>
      h("div", { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}` }, view.element),
    );
    this.list = h("div", { role: "tablist", class: "tabs", part: "tabs", onkeydown: (event) => this.#readKey(event) }, this.tabs);
    this.show(views[0].id);
  }

  get shown() {
    return this.views.find(({ id }) => id === this.id).view;
  }

  show(id) {
    this.id = id;
    this.views.forEach((view, at) => {
      const shown = view.id === id;
      this.tabs[at].setAttribute("aria-selected", shown);
      this.tabs[at].tabIndex = shown ? 0 : -1;
      show(this.panels[at], shown);
    });
  }

  choose(id) {
    this.show(id);
    this.onChosen(id);
  }

  #readKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const sign = getComputedStyle(this.list).direction === "rtl" ? -1 : 1;
    const at = this.views.findIndex(({ id }) => id === this.id) + sign * step;
    const next = (at + this.views.length) % this.views.length;
    event.preventDefault();
    this.choose(this.views[next].id);
    this.tabs[next].focus();
  }
}
