/** Ask: the question, its filters, the conversation so far and the answer. */

import { AnswerView, MOST_QUOTES } from "./answer.js";
import { copy } from "./clipboard.js";
import { today } from "./dates.js";
import { h, keepFocus, show } from "./dom.js";
import { showFault } from "./fault.js";
import { Filters } from "./filters.js";
import { ANSWER, ASK, QUOTE, REASONS, STAGES, percent, sayConfidence, sayHoldings } from "./phrases.js";
import { Question } from "./question.js";
import { Fault } from "./service.js";
import { Thread } from "./thread.js";

const MOST_CHARACTERS = 1000;
const SLOW_MS = 5000;
const MORE_QUOTES = 10;

/**
 * The view. `host` gives `service`, `topK`, `address(state)` and hears `onAnswer`, `onCopied`,
 * `onFault`, `onKey` and `onState` (what is asked has changed).
 */
export class Ask {
  #questions = []; // of the conversation; the last one is being answered
  #running = null;
  #sort = "relevance";
  #more = 0; // quotes wanted beyond the usual number

  constructor(host) {
    this.host = host;
    const field = { button: ASK.button, most: MOST_CHARACTERS, onStopped: () => this.stop() };
    this.question = new Question({
      ...field,
      id: "question",
      label: ASK.label,
      placeholder: ASK.placeholder,
      onAsked: (question) => this.ask([question]),
    });
    this.followUp = new Question({
      ...field,
      id: "follow-up",
      label: ASK.followUp,
      placeholder: null,
      quiet: true,
      onAsked: (question) => this.ask([...this.#questions, question]),
    });
    this.filters = new Filters({
      onChanged: () => this.#again(),
      suggest: async () => (await host.service.status()).outlets,
    });
    this.holdings = h("p", {});
    this.promise = h("div", { class: "promise" }, h("p", {}, ASK.promise), this.holdings);
    this.thread = new Thread({
      onBack: (questions) => this.ask(questions),
      onFresh: () => this.#startAfresh(),
    });
    this.status = h("p", { class: "status", role: "status", part: "verdict" });
    this.faults = h("div", {});
    this.result = h("div", { class: "result" });
    this.element = h(
      "div",
      { class: "asking" },
      this.question.element,
      this.filters.element,
      this.promise,
      this.thread.element,
      this.status,
      this.faults,
      this.result,
      this.followUp.element,
    );
    this.#reset();
  }

  /** Say what the archive holds; where that cannot be read, a question will tell why. */
  async describe() {
    const status = await this.host.service.status().catch(() => null);
    if (status) this.holdings.textContent = sayHoldings(status);
  }

  get state() {
    return { questions: [...this.#questions], filters: this.filters.value, sort: this.#sort };
  }

  /** Show a state as it was left or shared, and ask its question. */
  restore({ questions, filters, sort }) {
    this.filters.value = filters;
    this.#sort = sort;
    if (questions.length) this.ask(questions, { remember: false });
    else this.#reset();
  }

  /** Ask the last of the questions, the others being the conversation before it. */
  async ask(questions, { remember = true, more = 0 } = {}) {
    this.stop();
    this.#more = more;
    const running = (this.#running = new AbortController());
    const { signal } = running;
    const view = this.#view();
    keepFocus(this.question.button, () => {
      this.#begin(questions);
      this.result.replaceChildren(view.element);
    });
    if (remember) this.host.onState();
    const slow = setTimeout(() => this.#say(STAGES.slow), SLOW_MS);
    try {
      for await (const { name, value } of this.host.service.chat(this.#request(), signal)) {
        if (signal.aborted) return;
        this.#take(name, value, view);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Fault)) throw error;
      this.#fail(error);
    } finally {
      clearTimeout(slow);
      if (this.#running === running) this.#end();
    }
  }

  /** Stop what is being asked; quotes that have arrived stay. */
  stop() {
    if (!this.#running) return;
    this.#running.abort();
    this.#end();
    this.#say(STAGES.stopped);
  }

  focus() {
    this.question.field.focus();
  }

  #take(name, value, view) {
    if (name === "status") this.#say(STAGES[value.stage] || STAGES.waiting);
    if (name === "quote") {
      view.add(value);
      this.#say(ANSWER.arriving(view.count));
    }
    if (name === "answer") {
      view.finish(value);
      this.filters.learn([...value.quotes, ...value.nearest].map((quote) => quote.article.outlet));
      this.#sayVerdict(value);
      show(this.followUp.element, true);
      this.host.onAnswer(value);
    }
  }

  #request() {
    const { from, to, outlets } = this.filters.value;
    return {
      messages: this.#questions.map((content) => ({ role: "user", content })),
      top_k: this.#wanted,
      published_from: from,
      published_to: to,
      outlets: outlets.length ? outlets : null,
      sort: this.#sort,
      today: today(),
    };
  }

  get #wanted() {
    return Math.min(this.host.topK + this.#more, MOST_QUOTES);
  }

  #view() {
    return new AnswerView({
      service: this.host.service,
      wanted: this.#wanted,
      onMore: () => this.ask(this.#questions, { remember: false, more: this.#more + MORE_QUOTES }),
      sort: this.#sort,
      tell: (said) => this.#tell(said),
      onCopied: this.host.onCopied,
      onSorted: (sort) => {
        this.#sort = sort;
        this.host.onState();
      },
      onCleared: () => {
        this.filters.value = {};
        this.#again();
      },
      onShared: async ({ currentTarget: button }) => {
        const copied = await copy({ text: this.host.address(this.state) });
        button.textContent = copied ? ANSWER.shared : QUOTE.notCopied;
        this.#tell(button.textContent);
      },
    });
  }

  #begin(questions) {
    this.#questions = questions;
    this.question.value = questions[questions.length - 1];
    this.followUp.value = "";
    this.question.busy = true;
    this.result.setAttribute("aria-busy", "true");
    this.faults.replaceChildren();
    for (const element of [this.promise, this.followUp.element]) show(element, false);
    this.thread.show(this.#questions.slice(0, -1));
    this.#say(STAGES.waiting);
  }

  #end() {
    this.#running = null;
    this.question.busy = false;
    this.result.removeAttribute("aria-busy");
  }

  #fail(fault) {
    this.#say("");
    const retry = (key) => {
      if (key) this.host.onKey(key);
      this.#again();
    };
    this.faults.replaceChildren(showFault(fault, retry));
    this.host.onFault(fault);
  }

  #again() {
    if (this.#questions.length) this.ask(this.#questions);
    else this.host.onState();
  }

  #reset() {
    this.stop();
    this.#questions = [];
    this.question.value = "";
    this.result.replaceChildren();
    this.faults.replaceChildren();
    this.thread.show(this.#questions.slice(0, -1));
    this.#say("");
    show(this.promise, true);
    show(this.followUp.element, false);
  }

  #startAfresh() {
    this.#reset();
    this.host.onState();
    this.focus();
  }

  #sayVerdict(answer) {
    if (answer.reason) this.#say(REASONS[answer.reason]);
    else {
      this.#say(sayConfidence(answer.confidence));
      const detail = `${ANSWER.count(answer.quotes.length)}, ${percent(answer.confidence)}`;
      this.status.append(" ", h("span", { class: "number" }, detail));
    }
    this.status.classList.add("verdict");
  }

  #say(text) {
    this.status.classList.remove("verdict");
    this.status.textContent = text;
  }

  /** Something that is shown elsewhere, for who hears the page. */
  #tell(said) {
    const told = h("span", { class: "unseen" }, said);
    this.status.append(told);
    setTimeout(() => told.remove(), SLOW_MS);
  }
}
