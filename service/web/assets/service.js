/** Ask the service; whatever goes wrong becomes a `Fault`. */

import { readEvents } from "./events.js";

// The service says something every 15 s even while it has nothing to say.
const SILENCE_MS = 40_000;

const KINDS = { 401: "key", 403: "key", 429: "limited", 503: "busy" };

/** What went wrong, in kinds that the reader can act on; `wait` is in seconds. */
export class Fault extends Error {
  constructor(kind, { detail = "", status = 0, wait = 0 } = {}) {
    super(detail || kind);
    Object.assign(this, { kind, detail, status, wait });
  }
}

/** A service at a base address, asked with a reader's key or none. */
export class Service {
  constructor(endpoint, key) {
    this.endpoint = endpoint.replace(/\/+$/, "");
    this.key = key;
  }

  /** The events of an answer: `status`, `quote` and `answer`, as they come. */
  async *chat(request, signal) {
    const watch = watchSilence(signal);
    try {
      const response = await this.#post("/chat", request, "text/event-stream", watch.signal);
      watch.heard();
      let answered = false;
      for await (const { name, value } of readEvents(response.body, watch.heard)) {
        if (name === "error") throw faultOf(value, null);
        if (name === "done") return;
        answered ||= name === "answer";
        yield { name, value };
      }
      if (!answered) throw new Fault("broken");
    } catch (error) {
      throw readable(error, signal, watch);
    } finally {
      watch.stop();
    }
  }

  /** The verdict on a quote. */
  async verify(quote, signal) {
    const watch = watchSilence(signal);
    try {
      const response = await this.#post("/verify", { quote }, "application/json", watch.signal);
      watch.heard();
      return await response.json();
    } catch (error) {
      throw readable(error, signal, watch);
    } finally {
      watch.stop();
    }
  }

  /** What the archive holds, and until when it is current. */
  async status() {
    const response = await this.#fetch("/status", {});
    return response.json();
  }

  /** A reference to a quote, in one of the service's styles. */
  async citation({ article, start, end }, style) {
    const query = new URLSearchParams({ format: style, start, end, sha256: article.sha256 });
    const response = await this.#fetch(`/articles/${encodeURIComponent(article.id)}/citation?${query}`, {});
    return response.text();
  }

  /** Where people read an article; with a span, marked there. */
  page(article, start, end) {
    const span = start === undefined ? "" : `#${start}-${end}`;
    return `${this.endpoint}/articles/${encodeURIComponent(article.id)}${span}`;
  }

  #post(path, body, accept, signal) {
    const headers = { "Content-Type": "application/json", Accept: accept };
    return this.#fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  }

  async #fetch(path, options) {
    const headers = { Accept: "application/json", ...options.headers };
    if (this.key) headers.Authorization = `Bearer ${this.key}`;
    const response = await fetch(this.endpoint + path, { ...options, headers });
    if (response.ok) return response;
    throw faultOf(await response.json().catch(() => ({})), response);
  }
}

function faultOf(problem, response) {
  const status = response ? response.status : problem.status;
  const kind = KINDS[status] || (status >= 400 && status < 500 ? "wrong" : "failed");
  const wait = Number(response && response.headers.get("Retry-After")) || 0;
  const field = (problem.errors || [])[0];
  return new Fault(kind, { status, wait, detail: (field || problem).detail });
}

/** What `fetch` throws, as a fault; what the reader stopped stays an `AbortError`. */
function readable(error, signal, watch) {
  if (error instanceof Fault || (signal && signal.aborted)) return error;
  if (watch.silent) return new Fault("silent");
  if (error instanceof SyntaxError) return new Fault("failed", { detail: "no service answers there" });
  if (!navigator.onLine) return new Fault("offline");
  return new Fault(watch.begun ? "broken" : "unreachable");
}

/** A signal that also fires when nothing was heard for too long. */
function watchSilence(signal) {
  const controller = new AbortController();
  const watch = { signal: controller.signal, silent: false, begun: false };
  const abort = () => controller.abort();
  const expire = () => {
    watch.silent = true;
    abort();
  };
  let timer = setTimeout(expire, SILENCE_MS);
  if (signal) signal.addEventListener("abort", abort, { once: true });
  watch.heard = () => {
    watch.begun = true;
    clearTimeout(timer);
    timer = setTimeout(expire, SILENCE_MS);
  };
  watch.stop = () => {
    clearTimeout(timer);
    if (signal) signal.removeEventListener("abort", abort);
  };
  return watch;
}
