/** Check a quote: is it in the archive word for word, and if not, what differs? */

import { away, h, keepFocus } from "./dom.js";
import { showFault } from "./fault.js";
import { CHECK, QUOTE } from "./phrases.js";
import { Question } from "./question.js";
import { Fault } from "./service.js";
import { sourceOf } from "./source.js";

const MOST_CHARACTERS = 5000;

/** The view; `host` is as in `Ask`. */
export class Check {
  #running = null;
  #quote = null;

  constructor(host) {
    this.host = host;
    this.question = new Question({
      id: "sentence",
      label: CHECK.label,
      placeholder: CHECK.placeholder,
      button: CHECK.button,
      most: MOST_CHARACTERS,
      onAsked: (quote) => this.check(quote),
      onStopped: () => this.stop(),
    });
    this.status = h("p", { class: "status", role: "status", part: "verdict" });
    this.result = h("div", { class: "result" });
    this.element = h("div", { class: "checking" }, this.question.element, this.status, this.result);
  }

  get state() {
    return { check: this.#quote || "" };
  }

  restore({ check }) {
    if (check) this.check(check, { remember: false });
    else this.#reset();
  }

  async check(quote, { remember = true } = {}) {
    this.stop();
    const running = (this.#running = new AbortController());
    this.#quote = quote;
    this.question.value = quote;
    this.question.busy = true;
    this.#say(CHECK.working);
    keepFocus(this.question.button, () => this.result.replaceChildren());
    if (remember) this.host.onState();
    try {
      const { verdict, matches } = await this.host.service.verify(quote, running.signal);
      this.#say(CHECK.verdicts[verdict], "verdict");
      this.result.replaceChildren(...this.#show(verdict, matches));
    } catch (error) {
      if (running.signal.aborted) return;
      if (!(error instanceof Fault)) throw error;
      this.#fail(error);
    } finally {
      if (this.#running === running) this.#end();
    }
  }

  stop() {
    if (!this.#running) return;
    this.#running.abort();
    this.#end();
    this.#say("");
  }

  focus() {
    this.question.field.focus();
  }

  #show(verdict, matches) {
    const legend = verdict === "altered" ? [sayLegend()] : [];
    const items = matches.map((match, at) => this.#match(match, CHECK.match(at + 1, matches.length)));
    const heading = items.length ? [h("h2", { class: "unseen" }, CHECK.matches)] : [];
    return [...heading, ...legend, h("ol", { class: "quotes", part: "quotes" }, items)];
  }

  #match(match, label) {
    const span = match.headline ? [] : [match.start, match.end];
    const page = this.host.service.page(match.article, ...span);
    const words = h("p", {}, match.diff.map(showPiece));
    return h(
      "li",
      { class: "quote", part: "quote", "aria-label": label },
      sourceOf(match.article, page),
      h("blockquote", { lang: match.article.language, dir: "auto", cite: match.article.url }, words),
      match.article.terms ? h("p", { class: "terms" }, QUOTE.terms(match.article.terms)) : null,
      h("p", { class: "actions" }, away(page, {}, QUOTE.open), h("span", {}, CHECK.similarity(match.similarity))),
    );
  }

  #reset() {
    this.stop();
    this.#quote = null;
    this.question.value = "";
    this.#say("");
    this.result.replaceChildren();
  }

  #end() {
    this.#running = null;
    this.question.busy = false;
  }

  #fail(fault) {
    this.#say("");
    const retry = (key) => {
      if (key) this.host.onKey(key);
      this.check(this.#quote);
    };
    this.result.replaceChildren(showFault(fault, retry));
    this.host.onFault(fault);
  }

  #say(text, style = "") {
    this.status.className = `status ${style}`.trim();
    this.status.textContent = text;
  }
}

function showPiece({ op, text }) {
  if (op === "equal") return text;
  const unseen = h("span", { class: "unseen" }, `${op === "delete" ? CHECK.deleted : CHECK.inserted} `);
  return h(op === "delete" ? "del" : "ins", {}, unseen, text);
}

function sayLegend() {
  const [struck, meaning, under, other] = CHECK.legend;
  return h("p", { class: "legend", "aria-hidden": "true" }, h("del", {}, struck), meaning, h("ins", {}, under), other);
}
