/**
 * Read server-sent events from a response's body.
 *
 * `EventSource` cannot post a question. Source: WHATWG HTML, "Server-sent events".
 */

const LINE_END = /\r\n|\n|\r/;

/** The events of a stream of bytes, each `{name, value}` with `value` parsed from JSON. */
export async function* readEvents(stream, onBytes = () => {}) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = { name: "message", lines: [] };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return; // an event without the empty line that ends it does not count
      onBytes();
      // A last "\r" may be the first half of "\r\n", so that it waits for what follows.
      const [, whole, half] = /^(.*?)(\r?)$/s.exec(rest + value);
      const lines = whole.split(LINE_END);
      rest = lines.pop() + half;
      for (const line of lines) {
        if (line) readLine(line, event);
        else {
          if (event.lines.length) {
            yield { name: event.name, value: JSON.parse(event.lines.join("\n")) };
          }
          event = { name: "message", lines: [] };
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function readLine(line, event) {
  const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
  if (field === "event") event.name = value;
  if (field === "data") event.lines.push(value);
}
