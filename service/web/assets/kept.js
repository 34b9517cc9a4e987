/** The key that a reader has given to the archive's own pages, kept in this browser. */

const NAME = "onrecord-key";

export function keptKey() {
  return localStorage.getItem(NAME);
}

export function keepKey(key) {
  localStorage.setItem(NAME, key);
}
