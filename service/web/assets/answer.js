/** What came back: quotes as they arrive, then the verdict, the timeline and the order. */

import { sayDate, sortQuotes } from "./dates.js";
import { h, show } from "./dom.js";
import { ANSWER, ASK, QUOTE } from "./phrases.js";
import { focusQuote, showQuote } from "./quote.js";
import { showTimeline } from "./timeline.js";

export const MOST_QUOTES = 50; // that the service gives

/** One answer; `options`: `service`, `sort`, `wanted` quotes, `tell` and what to call on choices. */
export class AnswerView {
  #quotes = [];
  #items = new Map();

  constructor(options) {
    this.options = options;
    this.sort = options.sort;
    this.notes = h("div", { class: "notes" });
    this.tools = this.#buildTools();
    this.timeline = h("div", {});
    this.heading = h("h2", { class: "unseen" }, ANSWER.quotes);
    this.list = h("ol", { class: "quotes", part: "quotes" });
    this.more = h("button", { type: "button", class: "quiet more", part: "button", onclick: options.onMore }, ANSWER.more);
    this.hint = h("p", { class: "hint" }, QUOTE.keys);
    const parts = [this.notes, this.tools, this.timeline, this.heading, this.list, this.more, this.hint];
    for (const part of [this.tools, this.heading, this.more, this.hint]) show(part, false);
    this.element = h("div", { class: "answer", part: "answer" }, parts);
  }

  get count() {
    return this.#quotes.length;
  }

  /** Show a quote that has arrived, before the whole is known. */
  add(quote, missed = false) {
    const place = { at: this.#quotes.push(quote), count: this.#quotes.length, missed };
    const item = showQuote(quote, place, this.options);
    this.#items.set(quote, item);
    this.list.append(item);
    this.heading.textContent = missed ? ANSWER.nearest : ANSWER.quotes;
    this.heading.className = missed ? "" : "unseen";
    show(this.heading, true);
  }

  /** Show the whole answer. */
  finish(answer) {
    const missed = answer.status === "no_answer";
    // The quotes have arrived one by one; only nearest misses come with the whole.
    if (missed) for (const quote of answer.nearest) this.add(quote, true);
    const count = this.count;
    this.notes.replaceChildren(...this.#notesOn(answer));
    show(this.tools, true);
    show(this.tools.firstChild, count > 1 && !missed);
    show(this.more, !missed && count === this.options.wanted && count < MOST_QUOTES);
    show(this.hint, count > 0);
    this.#arrange(missed);
  }

  #arrange(missed = false) {
    const ordered = sortQuotes(this.#quotes, this.sort);
    const items = ordered.map((quote) => this.#items.get(quote));
    items.forEach((item, at) => item.place(at + 1, items.length));
    // Where nothing moves, nothing is moved: a quote that has the focus would lose it.
    if (items.some((item, at) => item !== this.list.children[at])) this.list.replaceChildren(...items);
    const strip = missed ? null : showTimeline(ordered, (quote) => focusQuote(this.#items.get(quote)));
    this.timeline.replaceChildren(...(strip ? [strip] : []));
  }

  #notesOn(answer) {
    const { filters } = answer;
    const notes = [];
    if (answer.standalone_question !== answer.question) {
      notes.push(h("p", {}, `${ASK.readAs} `, h("em", { dir: "auto" }, answer.standalone_question)));
    }
    if (filters.published_from || filters.published_to || filters.outlets) {
      const [from, to] = [filters.published_from, filters.published_to].map((day) => day && sayDate(day));
      const read = filters.read_from === "question";
      const said = ANSWER.window(from, to, filters.outlets) + (read ? ANSWER.asQuestion : "");
      const clear = h("button", { type: "button", class: "quiet", part: "button", onclick: this.options.onCleared }, ANSWER.clear);
      notes.push(h("p", {}, `${said}. `, read ? null : clear));
    }
    notes.push(h("p", {}, ANSWER.archive(answer.archive.articles)));
    return notes;
  }

  #buildTools() {
    const choose = h("select", {
      id: "sort",
      part: "field",
      onchange: () => {
        this.sort = choose.value;
        this.#arrange();
        this.options.onSorted(this.sort);
      },
    });
    for (const [value, name] of Object.entries(ANSWER.sorts)) {
      choose.append(h("option", { value, selected: value === this.sort }, name));
    }
    const share = h("button", { type: "button", class: "quiet", part: "button", onclick: this.options.onShared }, ANSWER.share);
    const order = h("label", { for: "sort" }, `${ANSWER.sort} `, choose);
    return h("div", { class: "tools" }, order, share);
  }
}
