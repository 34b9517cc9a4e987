/** `<onrecord-ask>`: the archive's questions and quotes on any page. */

import { readAddress, writeAddress } from "./address.js";
import { Ask } from "./ask.js";
import { Check } from "./check.js";
import { h } from "./dom.js";
import { keepKey, keptKey } from "./kept.js";
import { Launcher } from "./launcher.js";
import { ASK, CHECK } from "./phrases.js";
import { Service } from "./service.js";
import { listen } from "./shortcut.js";
import { sheet } from "./styles.js";
import { Tabs } from "./tabs.js";

const HERE = new URL("../..", import.meta.url).href; // the service that sent this module
const DEFAULT_TOP_K = 5;
const MOST_TOP_K = 50;

/** Attributes are documented in the README, events are `onrecord-answer`, `-copy` and `-error`. */
export class OnrecordAsk extends HTMLElement {
  static observedAttributes = ["endpoint", "key", "mode", "placeholder", "shortcut"];

  #listening = new AbortController();
  #built = false;
  #givenKey = null; // by the reader; the page around cannot see it
  #title = null;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    if (!this.#built) this.#build();
    this.#listen();
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.ask.stop();
    this.check.stop();
  }

  attributeChangedCallback(name) {
    if (!this.#built) return;
    if (name === "mode") this.#place();
    if (name === "placeholder") this.#setPlaceholder();
    if (name === "shortcut" && this.isConnected) this.#listen();
  }

  /** The service that is asked. */
  get service() {
    const key = this.#givenKey || this.getAttribute("key") || this.#keptKey;
    return new Service(this.getAttribute("endpoint") || HERE, key);
  }

  /** How many quotes are wanted. */
  get topK() {
    const given = Number.parseInt(this.getAttribute("top-k"), 10) || DEFAULT_TOP_K;
    return Math.min(Math.max(given, 1), MOST_TOP_K);
  }

  /** Where a state can be read by whoever gets the link. */
  address(state) {
    return `${this.service.endpoint}/${writeAddress(state)}`;
  }

  /** Put the cursor into the field, opening the dialog where there is one. */
  focus() {
    if (this.launcher) this.launcher.open();
    else this.tabs.shown.focus();
  }

  onAnswer = (answer) => this.#emit("answer", answer);
  onCopied = (clipping) => this.#emit("copy", clipping);
  onFault = ({ kind, status, detail, wait }) => this.#emit("error", { kind, status, detail, wait });

  onKey = (key) => {
    this.#givenKey = key;
    if (this.#keepsState) keepKey(key);
  };

  onState = () => {
    if (!this.#keepsState) return;
    const query = writeAddress(this.tabs.shown.state);
    if (query !== location.search) history.pushState(null, "", query || location.pathname);
    this.#entitle();
  };

  #build() {
    this.#built = true;
    this.ask = new Ask(this);
    this.check = new Check(this);
    const views = [
      { id: "ask", name: ASK.tab, view: this.ask },
      { id: "check", name: CHECK.tab, view: this.check },
    ];
    this.tabs = new Tabs(views, () => this.onState());
    this.panel = h("div", { class: "panel", part: "panel" }, this.tabs.list, this.tabs.panels);
    this.ask.filters.value = this.#presetFilters;
    this.#setPlaceholder();
    this.#place();
    this.#restore();
    if (this.#keepsState) this.ask.describe();
  }

  #place() {
    const launched = this.getAttribute("mode") === "launcher";
    this.launcher = launched ? new Launcher(this.panel, () => this.tabs.shown.focus()) : null;
    this.shadowRoot.replaceChildren(...(launched ? this.launcher.elements : [this.panel]));
  }

  #setPlaceholder() {
    this.ask.question.field.placeholder = this.getAttribute("placeholder") || ASK.placeholder;
  }

  #listen() {
    this.#listening.abort();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const shortcut = this.getAttribute("shortcut");
    if (shortcut) listen(shortcut, () => this.focus(), signal);
    if (this.#keepsState) window.addEventListener("popstate", () => this.#restore(), { signal });
  }

  #restore() {
    if (!this.#keepsState) return;
    const state = readAddress(location.search);
    const checks = state.check !== null;
    this.tabs.show(checks ? "check" : "ask");
    if (checks) this.check.restore(state);
    else this.ask.restore({ ...state, filters: this.#orPreset(state.filters) });
    this.#entitle();
  }

  /** The page is called by what is asked, in the browser's history as well. */
  #entitle() {
    this.#title ??= document.title;
    const { questions = [], check } = this.tabs.shown.state;
    const asked = questions[questions.length - 1] || check;
    document.title = asked ? `${asked} – ${this.#title}` : this.#title;
  }

  #orPreset(filters) {
    return filters.from || filters.to || filters.outlets.length || location.search ? filters : this.#presetFilters;
  }

  get #presetFilters() {
    const names = (this.getAttribute("outlets") || "").split(",");
    return {
      from: this.getAttribute("published-from"),
      to: this.getAttribute("published-to"),
      outlets: names.map((name) => name.trim()).filter(Boolean),
    };
  }

  /** Whether the page's address is the element's to write: `url-state` says so. */
  get #keepsState() {
    return this.hasAttribute("url-state");
  }

  get #keptKey() {
    return this.#keepsState ? keptKey() : null;
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(`onrecord-${name}`, { detail, bubbles: true, composed: true }));
  }
}
