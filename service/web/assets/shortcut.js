/** A key that leads to the element from anywhere on its page. */

const MODIFIERS = { ctrl: "ctrlKey", meta: "metaKey", alt: "altKey", shift: "shiftKey" };
const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

/** Call `act` on a shortcut such as `mod+k`, "mod" being Cmd on Apple's machines and Ctrl elsewhere. */
export function listen(shortcut, act, signal) {
  const keys = shortcut.toLowerCase().split("+").map((key) => key.trim());
  const key = keys.pop();
  const wanted = keys.map((name) => (name === "mod" ? (isApple ? "meta" : "ctrl") : name));
  const onKey = (event) => {
    const held = Object.keys(MODIFIERS).filter((name) => event[MODIFIERS[name]]);
    const strange = held.filter((name) => name !== "shift" && !wanted.includes(name));
    if (event.key.toLowerCase() !== key || strange.length) return;
    if (!wanted.every((name) => held.includes(name))) return;
    if (!wanted.length && isTyping(event)) return;
    event.preventDefault();
    act();
  };
  document.addEventListener("keydown", onKey, { signal });
}

/** A key alone is text where text is typed. */
function isTyping(event) {
  const [target] = event.composedPath();
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName || "");
}
