/** Shapes of the buildings alone. */

import { sheetOf } from "../style.js";

export const sheet = sheetOf(`
  .chips [type="search"], .chips select { flex: 0 1 220px; min-width: 0; }
  table.sites td, table.sites th { padding-inline: 6px; }
  table.sites .sorted { background: color-mix(in srgb, var(--accent-back) 45%, transparent); }
  table.sites thead .sorted { color: var(--text); }
  table.sites tfoot > tr > * { border-top: 2px solid var(--axis); font-weight: 500; }
  table.sites tfoot .under { font-weight: 400; }
  table.sites .under { white-space: nowrap; }
  table.sites .start, td:has(> .wrap) { text-align: start; }
  tr.link { cursor: pointer; }
  tr.link:hover { background: var(--pale-back); }
  button.plain {
    display: inline;
    border: 0;
    border-radius: 4px;
    padding: 2px 0;
    min-height: 0;
    color: inherit;
    text-align: inherit;
  }
  .place { display: flex; gap: 12px; align-items: center; min-width: 0; }
  .place ha-icon { color: var(--soft); flex: none; }
  .place a { color: inherit; font-weight: 500; text-decoration: none; }
  .place a:hover { text-decoration: underline; }
  .now { display: flex; gap: 8px; align-items: center; justify-content: flex-end; }
  .now span { min-width: 3em; text-align: end; white-space: nowrap; }
  .spark { width: 58px; height: 26px; flex: none; }
  .fine.wrap { white-space: normal; gap: 6px; font-size: 13px; --mdc-icon-size: 18px; }
  .keys.two, .keys.three { gap: 8px; margin: 8px 0; }
  .keys.two { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .keys.three { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  @container (width < 600px) {
    .chips [type="search"], .chips select { flex: 1 1 100%; }
  }
`);
