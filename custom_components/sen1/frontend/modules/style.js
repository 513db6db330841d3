/** Colours and shapes: hue says what is measured, lightness says whose it is. */

export const light = `
  --production: #a86000; --production-fill: #ffb74d; --production-pale: #ffe3b8;
  --consumption: #0d4a8f; --consumption-fill: #4890d0; --consumption-pale: #c4dcf0;
  --injected: #8b2fe0; --injected-fill: #e3cffa;
  --series-2: #23988a; --series-3: #5e1040; --others: #8494a4; --ghost: #6f6f6f;
  --good: #2e7d32; --good-back: #e6f4e7; --bad: #c5221f; --bad-back: #fdecea; --warn-back: #fff6e5;
  --brown: #8a5a00; --hatch: rgba(0, 0, 0, 0.16);
  --accent: #00708f; --accent-back: #e0f3f9; --grid: #e4e4e4; --axis: #bdbdbd;
  --text: var(--primary-text-color, #141414); --soft: #5e5e5e; --on-line: #fff;
  --pale-back: #f1f3f5; --usual: #dfe4e9; --track: #eceef0;`;
const dark = `
  --production: #f5a93c; --production-fill: #c07a10; --production-pale: #5a3f12;
  --consumption: #8ec5ff; --consumption-fill: #3579b5; --consumption-pale: #24425c;
  --injected: #9d6cf5; --injected-fill: #38235f;
  --series-2: #5ff0d4; --series-3: #de4a82; --others: #5d6d7a; --ghost: #9a9a9a;
  --good: #81c784; --good-back: #1d341f; --bad: #ff8a80; --bad-back: #3b1f1d; --warn-back: #362a12;
  --brown: #e0b25a; --hatch: rgba(255, 255, 255, 0.2);
  --accent: #4fc3e0; --accent-back: #0d3945; --grid: #303030; --axis: #5a5a5a;
  --text: var(--primary-text-color, #e1e1e1); --soft: #a6a6a6; --on-line: #141414;
  --pale-back: #2a2a2a; --usual: #2d353b; --track: #2d2f31;`;

/** Return rules as a sheet that many roots can have. */
export function sheetOf(rules) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  return sheet;
}

/** Have sheets for what a card draws only now and then. */
export function wear({ root }, ...sheets) {
  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, ...sheets])];
}

export const sheet = sheetOf(`
  :host { display: block; }
  /* The picker of cards takes the focus from what it shows; of a long card it shows the beginning. */
  :host([tabindex="-1"]) { width: 100%; max-height: 340px; overflow: hidden; }
  .frame {
    ${light}
    --edge: 1px solid var(--divider-color, var(--grid));
    --back: var(--card-background-color, #fff);
    color: var(--text);
    font: 14px/1.4 var(--ha-font-family-body, Roboto, sans-serif);
    container-type: inline-size;
  }
  .frame.dark {
    ${dark}
  }
  ha-card { padding: 16px; height: 100%; box-sizing: border-box; }
  h2 { font-size: 16px; font-weight: 500; margin: 0; line-height: 1.3; }
  h3 { font-size: 14px; font-weight: 500; margin: 0; }
  p { margin: 0; }
  th { font-weight: 400; text-align: start; }
  .aside, .amount, .end, td, th.number, .rows > div > span:last-child { text-align: end; }
  .under, .note, .aside, .chip, thead th { color: var(--soft); font-size: 12px; }
  .note { margin-top: 8px; }
  .header, .figures, .rows > div { display: flex; justify-content: space-between; gap: 12px; }
  .header { align-items: start; margin-bottom: 8px; }
  .figures { align-items: baseline; flex-wrap: wrap; }
  .figure, table { font-variant-numeric: tabular-nums; }
  .figure { font-size: 28px; line-height: 1.2; white-space: nowrap; }
  .figure small { font-size: 14px; color: var(--soft); }
  .figure.second { font-size: 20px; }
  .answer { font-size: 40px; line-height: 1.15; }
  table { width: 100%; border-collapse: collapse; }
  thead th { padding: 6px 4px; vertical-align: bottom; }
  td, tbody th, tfoot th { padding: 8px 4px; border-top: var(--edge); }
  thead td { border: 0; }
  .soft, .resting, .title ha-icon { color: var(--soft); }
  .swatch, .stroke, .chip { display: inline-block; }
  .chip, .loading, .picture { background: var(--pale-back); }
  .swatch, .stroke { margin-inline-end: 8px; }
  .swatch, .bar span { border: 1px solid transparent; border-radius: 3px; box-sizing: border-box; }
  .swatch { width: 12px; height: 12px; vertical-align: -1px; }
  .stroke { width: 22px; vertical-align: middle; }
  .chip { border-radius: 10px; padding: 1px 8px; margin-inline-start: 8px; }
  .bar { display: flex; gap: 2px; height: 14px; margin: 10px 0 6px; }
  .bar span { min-width: 2px; }
  .rows { display: grid; }
  .rows > div { padding: 8px 0; border-top: var(--edge); }
  .rows > div > span:first-child { color: var(--soft); flex: none; max-width: 50%; }
  ul, ol:where([class]) { list-style: none; margin: 0; padding: 0; }
  .lined > li + li { border-top: var(--edge); }
  .list > li, .alert, .step, .title, details.fold > summary {
    display: flex;
    gap: 12px;
    align-items: center;
  }
  .list > li { padding: 10px 0; border-top: var(--edge); }
  .list > li > div { flex: 1; min-width: 0; overflow-wrap: anywhere; }
  .turn > li { flex-wrap: wrap; }
  .turn > li:first-child { border-top: 0; }
  .turn > li > div { flex-basis: 200px; }
  .good, .alert.good ha-icon { color: var(--good); }
  .bad, .alert.error ha-icon { color: var(--bad); }
  .alert { border-radius: 8px; padding: 10px 12px; margin-bottom: 8px; color: var(--text); }
  .alert > div, .step > div { flex: 1; }
  strong { font-weight: 500; }
  .alert p { font-size: 12px; }
  .alert.good { background: var(--good-back); }
  .alert.error { background: var(--bad-back); }
  .alert.warning, .alert.read-by { background: var(--warn-back); }
  .alert.read-by ha-icon { color: var(--brown); flex: none; }
  button ha-icon, .button ha-icon { color: inherit !important; }
  .alert.warning ha-icon { color: #ffa600; }
  .step { color: var(--text); text-decoration: none; }
  .empty { display: grid; justify-items: center; gap: 6px; text-align: center; padding: 24px 8px; }
  .empty > ha-icon { color: var(--soft); --mdc-icon-size: 36px; }
  .loading { border-radius: 4px; overflow: hidden; }
  .loading span {
    display: block;
    height: 3px;
    width: 35%;
    background: var(--primary-color, #009ac7);
    animation: move 1.6s infinite;
  }
  @keyframes move {
    from { margin-inline-start: -35%; }
    to { margin-inline-start: 100%; }
  }
  @media (prefers-reduced-motion: reduce) {
    .loading span { animation: none; width: 100%; }
  }
  button, .button, select, input {
    font: inherit;
    border: var(--edge);
    border-radius: 18px;
    min-height: 36px;
  }
  button, .button {
    color: var(--accent);
    background: none;
    padding: 0 14px;
    cursor: pointer;
    display: inline-flex;
    align-items: center;
    gap: 6px;
    text-decoration: none;
    --mdc-icon-size: 18px;
    box-sizing: border-box;
  }
  button.small { min-height: 32px; padding: 0 12px; font-size: 13px; }
  [aria-pressed="true"], .full { background: var(--accent-back); border-color: transparent; }
  .button.strong, button.strong { background: #00708f; color: #fff; border-color: transparent; }
  button.strong:disabled { background: var(--pale-back); color: var(--soft); }
  button.danger { color: var(--bad); }
  button.icon { padding: 0; width: 36px; justify-content: center; flex: none; }
  button.text { border-color: transparent; }
  button:disabled { color: var(--soft); cursor: default; }
  :where(button, a, select, input, textarea, summary, [tabindex]):focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  :is(h1, h2)[tabindex]:focus-visible { outline: none; }
  select, input { color: var(--text); background: var(--back); padding: 0 12px; max-width: 100%; }
  a.link { color: var(--accent); }
  .chips { display: flex; gap: 8px; flex-wrap: wrap; align-items: center; margin: 8px 0; }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  svg { display: block; width: 100%; height: auto; overflow: visible; font-size: 11px; }
  svg text { fill: var(--soft); }
  svg text.strong { fill: var(--text); }
  .grow { flex: 1; min-width: 0; }
  .figures .grow { flex-basis: 240px; }
  .gap { margin: 0 0 16px; height: auto; }
  .legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 13px; margin-bottom: 8px; }
  .legend li { display: flex; align-items: center; }
  .hatched {
    background-image: repeating-linear-gradient(45deg, var(--injected) 0 1.5px, transparent 1.5px 6px);
  }
  .keys {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
    gap: 12px;
    margin-bottom: 12px;
  }
  .columns { display: grid; gap: 16px; }
  .columns.auto { grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr)); }
  .title { gap: 8px; margin: 20px 4px 8px; --mdc-icon-size: 20px; }
  .title h2 { font-weight: 400; flex: 1; }
  ha-card.flow { height: auto; padding-block: 8px; }
  .fine { display: inline-flex; align-items: center; gap: 8px; white-space: nowrap; }
  .levels { display: inline-flex; gap: 2px; }
  .levels i { width: 5px; height: 12px; background: var(--grid); }
  .levels .on { background: var(--accent); }
  .dots { list-style: disc; padding-inline-start: 20px; }
  ha-form { --primary-color: var(--accent); }
  .before { color: var(--accent); margin-inline-end: 8px; --mdc-icon-size: 22px; }
  .rows.plain > div { border: 0; padding: 3px 0; }
  dialog {
    border: 0;
    border-radius: 12px;
    padding: 20px;
    max-width: min(420px, calc(100vw - 32px));
    box-sizing: border-box;
    background: var(--back);
    container-type: normal !important;
  }
  dialog::backdrop { background: rgba(0, 0, 0, 0.5); }
  dialog p { margin: 8px 0; }
  dialog .end { justify-content: flex-end; }
  .address { overflow-wrap: anywhere; }
  .ranks li {
    display: grid;
    grid-template-columns: minmax(90px, 28%) 1fr 3.2em;
    gap: 8px;
    align-items: center;
    padding: 5px 8px;
    border-radius: 8px;
  }
  .ranks .mine { background: var(--accent-back); font-weight: 700; }
  .ranks .gap-row { display: block; text-align: center; color: var(--soft); }
  .name { overflow: hidden; text-overflow: ellipsis; }
  .track { height: 18px; }
  .bar-of { display: block; height: 100%; border-radius: 3px; background: var(--others); }
  .mine .bar-of { background: var(--consumption); }
  details.fold > summary { min-height: 44px; cursor: pointer; list-style: none; }
  details.fold > summary::before {
    content: "";
    width: 7px;
    height: 7px;
    margin: 0 4px;
    border: solid var(--soft);
    border-width: 0 2px 2px 0;
    transform: rotate(-45deg);
    flex: none;
  }
  details.fold[open] > summary::before { transform: rotate(45deg); }
  .above { margin: 16px 0 8px; }
  .round, .picture { width: 36px; height: 36px; flex: none; }
  .round {
    display: grid;
    place-items: center;
    border-radius: 50%;
    background: var(--accent-back);
    color: var(--accent);
  }
  .picture { object-fit: cover; border-radius: 6px; font-size: 0; }
  @container (width < 480px) {
    .wide { display: none; }
    .figures .end { text-align: start; }
    td, tbody th, thead th { padding-inline: 2px; }
  }
  @media (pointer: coarse) {
    button, button.small, .button, select, input { min-height: 40px; }
  }
`);
