/**
 * The element's looks, as a constructed sheet: no page's content policy has to allow it.
 *
 * Sizes are in em of the place it stands in; colours, fonts and radius are custom properties.
 */

const CSS = `
:host {
  --ink: var(--onrecord-ink, light-dark(#1c1b19, #e9e6df));
  --paper: var(--onrecord-paper, light-dark(#fffefb, #171614));
  --soft: var(--onrecord-muted, light-dark(#5f5b53, #a8a296));
  --line: var(--onrecord-line, light-dark(#d9d4c8, #3a3731));
  --edge: light-dark(#857f73, #807a6e);
  --accent: var(--onrecord-accent, light-dark(#8c1d18, #f0a29b));
  --on-accent: var(--onrecord-on-accent, light-dark(#ffffff, #1c1b19));
  --mark: var(--onrecord-mark, light-dark(#fbeaa6, #5a4a12));
  --sans: var(--onrecord-font, system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif);
  --serif: var(--onrecord-quote-font, "Iowan Old Style", "Palatino Linotype", Palatino, P052, Charter, Georgia, "Liberation Serif", serif);
  --radius: var(--onrecord-radius, 3px);
  color-scheme: light dark;
  display: block;
  color: var(--ink);
  font: 1em/1.5 var(--sans);
  text-align: start;
}
:host([hidden]), [hidden] { display: none !important; }
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([mode="launcher"]) { display: contents; }
*, ::before, ::after { box-sizing: border-box; }
p, ol, ul, h2, h3, blockquote { margin: 0; padding: 0; font-size: inherit; }
ol, ul { list-style: none; }

.panel {
  background: var(--paper);
  padding: 1.25em;
  overflow-wrap: anywhere;
}
/* In a place that is as wide as its content, such as a dialog, the panel asks for 45em whatever it
   shows and whatever the font: its content counts for nothing. A narrower place gives it less. */
.panel::before { content: ""; display: grid; grid-template-columns: minmax(0, 45em); }
.panel > * { contain: inline-size; }
a { color: inherit; text-underline-offset: .18em; text-decoration-thickness: 1px; }
a:hover { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: var(--radius); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

/* Fields and buttons */
button, input, select, textarea { font: inherit; color: inherit; }
input, select, textarea {
  font-size: max(16px, 1em);
  background: var(--paper);
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  padding: .5em .65em;
  max-width: 100%;
}
::placeholder { color: var(--soft); opacity: 1; }
button {
  background: var(--accent);
  color: var(--on-accent);
  border: 1px solid var(--accent);
  border-radius: var(--radius);
  padding: .5em 1.1em;
  min-height: 2.5em;
  cursor: pointer;
}
button.quiet { background: none; color: var(--ink); border-color: var(--edge); padding: .25em .75em; min-height: 2em; }
button.quiet:hover, .chips button:hover { border-color: var(--accent); color: var(--accent); }
button.link { background: none; border: 0; color: inherit; padding: .25em 0; min-height: 0; text-align: start; text-decoration: underline; text-underline-offset: .18em; text-decoration-thickness: 1px; }
button.link:hover { color: var(--accent); }
button:disabled { opacity: 1; color: var(--soft); border-color: var(--line); cursor: default; }
summary { cursor: pointer; width: fit-content; padding-block: .22em; }

.tabs { display: flex; gap: 1.5em; border-bottom: 1px solid var(--line); margin-bottom: 1.25em; }
.tabs button {
  background: none; border: 0; border-bottom: 2px solid transparent; border-radius: 0;
  color: var(--soft); padding: .35em 0; margin-bottom: -1px;
}
.tabs button[aria-selected="true"] { color: var(--ink); border-color: var(--accent); }

.question label { display: block; font-weight: 600; margin-bottom: .4em; }
.row { display: flex; gap: .6em; align-items: start; }
.row textarea { flex: 1; min-width: 0; resize: vertical; field-sizing: content; min-height: 2.5em; max-height: 14em; line-height: 1.4; }
@supports (field-sizing: content) { .row textarea { resize: none; } }
.asking .question:not(.follow) textarea { font-family: var(--serif); font-size: max(16px, 1.2em); }
.row button { flex: none; min-width: 4.6em; align-self: stretch; max-height: 3.2em; }
.checking textarea { min-height: 6em; font-family: var(--serif); font-size: max(16px, 1.1em); }
.count:empty { display: none; }
.count { color: var(--soft); font-size: .875em; margin-top: .3em; }
textarea[aria-invalid="true"] { border-color: var(--accent); border-width: 2px; }

.filters { margin-top: .6em; font-size: .9375em; color: var(--soft); }
.filters[open] { color: var(--ink); }
.fields { display: flex; flex-wrap: wrap; gap: .6em 1em; align-items: end; padding-top: .6em; }
.fields label { flex: 1 1 11em; max-width: 100%; display: grid; gap: .2em; font-size: .875em; color: var(--soft); }
.fields input { color: var(--ink); min-width: 0; width: 100%; }
.fields input, .fields button { height: 44px; }
.chips { display: flex; flex-wrap: wrap; gap: .4em; margin-top: .6em; }
.chips li { display: flex; align-items: center; border: 1px solid var(--line); border-radius: var(--radius); padding-inline-start: .6em; }
.chips button { background: none; color: inherit; border: 0; min-height: 0; min-width: 28px; padding: .1em .5em; line-height: 1.5; }

.promise { margin-top: 1.5em; color: var(--soft); max-width: 38em; display: grid; gap: .5em; }
.status { margin-top: 1.5em; color: var(--soft); min-height: 1.5em; }
.status:empty { margin-top: 0; min-height: 0; }
.status.verdict { color: var(--ink); font: 600 1.25em/1.35 var(--serif); }
.status .number { font: .75em/1.5 var(--sans); color: var(--soft); white-space: nowrap; }
.result[aria-busy="true"] { border-top: 2px solid var(--line); margin-top: .75em; animation: waiting 1.4s ease-in-out infinite alternate; }
@keyframes waiting { to { border-color: var(--accent); } }
.fault { border-inline-start: 3px solid var(--accent); padding-inline-start: .8em; }
.faulty { display: grid; gap: .8em; justify-items: start; margin-top: 1em; }
.key { display: flex; flex-wrap: wrap; gap: .6em; align-items: center; }

.thread { display: flex; flex-wrap: wrap; gap: .5em 1.5em; align-items: start; justify-content: space-between; margin-top: 1.25em; }
.thread ol { flex: 1 1 16em; border-inline-start: 1px solid var(--line); padding-inline-start: .9em; color: var(--soft); }
.follow { margin-top: 2em; padding-top: 1.25em; border-top: 1px solid var(--line); }
.follow label { font-size: .9375em; }

/* The answer */
.notes { color: var(--soft); font-size: .9375em; display: grid; gap: .4em; margin-top: .25em; }
.notes em { color: var(--ink); font-family: var(--serif); }
.tools { display: flex; flex-wrap: wrap; gap: .6em 1.25em; align-items: center; justify-content: space-between; margin-top: 1em; font-size: .9375em; }
.tools label { color: var(--soft); }
.tools select { padding: .25em .4em; }
.answer h2 { margin-top: 1.5em; font: 600 1em/1.4 var(--sans); color: var(--soft); }
.more { margin-top: 1em; }
.hint, .legend { color: var(--soft); font-size: .875em; margin-top: 1.25em; }

.timeline { margin-top: 1.25em; }
.strip { position: relative; height: 30px; }
.strip::before { content: ""; position: absolute; inset: 14px 0 auto; border-top: 2px solid var(--line); }
.strip li { position: absolute; top: 1px; margin-inline-start: -14px; }
.strip button {
  display: grid; place-items: center; width: 28px; height: 28px; min-height: 0; padding: 0;
  background: none; border: 0; color: var(--on-accent); font: 600 12px/1 var(--sans);
}
.strip button::before { content: ""; grid-area: 1/1; width: 12px; height: 12px; border-radius: 50%; background: var(--accent); border: 2px solid var(--paper); box-sizing: content-box; }
.strip span { grid-area: 1/1; z-index: 1; }
.strip .several button::before { width: 20px; height: 20px; }
.strip button:hover::before { background: var(--ink); }
.scale { display: grid; grid-template-columns: 1fr auto 1fr; gap: 1em; color: var(--soft); font-size: .8125em; }
.scale :nth-child(2) { text-align: center; }
.scale :nth-child(3) { text-align: end; }

.quotes { margin-top: .75em; }
.quote { padding: 1.5em 0; border-top: 1px solid var(--line); }
.quote:focus-visible { outline-offset: -2px; padding-inline: .8em; margin-inline: -.8em; }
.kicker { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .9em; font-size: .8125em; color: var(--soft); }
.kicker b { color: var(--accent); letter-spacing: .02em; }
.quote h3 { font: 600 1.1875em/1.3 var(--serif); margin-top: .15em; text-wrap: pretty; }
.quote h3 a { text-decoration: none; }
.quote h3 a:hover { text-decoration: underline; }
.authors { font-size: .875em; color: var(--soft); }
.undated summary { list-style: none; }
.undated summary::-webkit-details-marker { display: none; }
.undated .why { text-decoration: underline; text-underline-offset: .18em; }
.undated p { max-width: 36em; padding: .3em 0; }
blockquote { margin-top: .7em; padding-inline-start: 1em; border-inline-start: 3px solid var(--line); }
blockquote p { font: 1.0938em/1.62 var(--serif); max-width: 40em; white-space: pre-line; }
mark { background: var(--mark); color: inherit; padding: .08em 0; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.terms { margin-top: .6em; font-size: .875em; color: var(--soft); }
.actions { display: flex; flex-wrap: wrap; gap: .5em 1.1em; align-items: center; margin-top: .9em; font-size: .9375em; color: var(--soft); }
.actions select { padding: .2em .4em; }
.actions a { color: var(--ink); padding: .25em 0; }
.also { margin-top: .7em; font-size: .9375em; color: var(--soft); }
.also li { padding: .3em 0 0; }
.miss { border-top-style: dashed; }
.miss .label { font-size: .8125em; color: var(--soft); font-style: italic; }
.miss blockquote { border-inline-start-style: dashed; }
del { text-decoration: line-through; text-decoration-thickness: 2px; text-decoration-color: var(--accent); color: var(--soft); }
ins { color: var(--ink); text-decoration: underline; text-decoration-thickness: 2px; background: var(--mark); text-underline-offset: .15em; }

/* The launcher */
.launcher { position: fixed; inset-block-end: 1.25em; inset-inline-end: 1.25em; z-index: 2147483000; box-shadow: 0 2px 12px rgb(0 0 0 / .25); }
dialog {
  background: var(--paper); color: var(--ink);
  border: 1px solid var(--line); border-radius: var(--radius);
  width: min(46em, calc(100vw - 1.5em)); max-height: calc(100dvh - 2em);
  padding: 0; overflow: auto; overscroll-behavior: contain;
}
dialog::backdrop { background: rgb(0 0 0 / .45); }
.close { position: absolute; z-index: 1; inset-block-start: .6em; inset-inline-end: .6em; background: none; border: 0; color: var(--soft); font-size: 1.25em; padding: 0; width: 2em; min-height: 2em; }
.close:hover { color: var(--accent); }

@media (prefers-reduced-motion: reduce) {
  .result[aria-busy="true"] { animation: none; border-color: var(--accent); }
}
@media (forced-colors: active) {
  mark { forced-color-adjust: none; background: Mark; color: MarkText; }
  .strip button::before { background: ButtonText; }
  .strip button { color: ButtonFace; forced-color-adjust: none; }
  .tabs button[aria-selected="true"] { border-color: Highlight; }
}
`;

export const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
