/** The publication window and the outlets that a question is limited to. */

import { h, show } from "./dom.js";
import { FILTERS } from "./phrases.js";

const NONE = { from: null, to: null, outlets: [] };

/** A form part with `value` (`{from, to, outlets}`), `onChanged()` and names from `suggest()`. */
export class Filters {
  #outlets = [];

  constructor({ onChanged, suggest }) {
    this.#build(onChanged, suggest);
    this.#show();
  }

  get value() {
    return { from: this.from.value || null, to: this.to.value || null, outlets: [...this.#outlets] };
  }

  set value(value) {
    const { from, to, outlets } = { ...NONE, ...value };
    this.from.value = from || "";
    this.to.value = to || "";
    this.#outlets = [...outlets];
    this.#show();
  }

  /** What is wrong with them, or nothing. */
  get fault() {
    const { from, to } = this.value;
    return from && to && from > to ? FILTERS.reversed : "";
  }

  /** Outlets to choose from, beside those that are known already. */
  learn(outlets) {
    const known = new Set([...this.names.children].map((option) => option.value));
    const fresh = [...new Set(outlets)].filter((outlet) => outlet && !known.has(outlet));
    this.names.append(...fresh.map((outlet) => h("option", { value: outlet })));
  }

  #build(onChanged, suggest) {
    const changed = () => {
      this.#show();
      if (!this.fault) onChanged();
    };
    const add = () => {
      const outlet = this.outlet.value.trim();
      if (!outlet || this.#outlets.includes(outlet)) return;
      this.#outlets.push(outlet);
      this.outlet.value = "";
      changed();
    };
    const addByKey = (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault(); // Enter would send the question
      add();
    };
    const once = () => {
      if (this.element.open && !this.names.children.length) suggest().then((names) => this.learn(names), () => {});
    };
    this.from = h("input", { type: "date", id: "from", part: "field", onchange: changed });
    this.to = h("input", { type: "date", id: "to", part: "field", onchange: changed });
    this.names = h("datalist", { id: "names" });
    this.outlet = h("input", { type: "text", id: "outlet", list: "names", autocomplete: "off", part: "field", onkeydown: addByKey });
    this.title = h("summary", {});
    this.chips = h("ul", { class: "chips" });
    this.message = h("p", { class: "fault", role: "alert" });
    this.#changed = changed;
    this.element = h(
      "details",
      { class: "filters", ontoggle: once },
      this.title,
      h(
        "div",
        { class: "fields" },
        h("label", { for: "from" }, FILTERS.from, this.from),
        h("label", { for: "to" }, FILTERS.to, this.to),
        h("label", { for: "outlet" }, FILTERS.outlet, this.outlet),
        h("button", { type: "button", class: "quiet", part: "button", onclick: add }, FILTERS.add),
        this.names,
      ),
      this.chips,
      this.message,
    );
  }

  #changed = () => {};

  #show() {
    const { from, to, outlets } = this.value;
    const count = outlets.length + (from || to ? 1 : 0);
    this.title.textContent = count ? FILTERS.inForce(count) : FILTERS.title;
    const drop = (outlet) => () => {
      this.#outlets = this.#outlets.filter((other) => other !== outlet);
      this.outlet.focus();
      this.#changed();
    };
    const chip = (outlet) =>
      h("li", {}, outlet, h("button", { type: "button", "aria-label": FILTERS.remove(outlet), onclick: drop(outlet) }, "×"));
    this.chips.replaceChildren(...outlets.map(chip));
    this.message.textContent = this.fault;
    show(this.chips, outlets.length > 0);
    show(this.message, Boolean(this.fault));
  }
}
