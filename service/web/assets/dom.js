/** Make elements. Text is only ever text: nothing here parses markup. */

/** An element; keys that begin with "on" are listeners, others attributes; null leaves one out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** A link that leaves the reader's answer where it is. */
export function away(href, attributes, ...children) {
  return h("a", { href, target: "_blank", rel: "noopener", ...attributes }, ...children);
}

/** Show or hide. */
export function show(element, shown) {
  element.hidden = !shown;
}

/** Do `act`; where that takes away what has the focus, `heir` gets it. */
export function keepFocus(heir, act) {
  const focused = heir.getRootNode().activeElement;
  act();
  if (focused && (!focused.isConnected || focused.closest("[hidden]"))) heir.focus();
}
