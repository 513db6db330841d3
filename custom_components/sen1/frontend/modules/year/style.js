/** Shapes of the year alone. */

import { sheetOf } from "../style.js";

export const sheet = sheetOf(`
  .aside { white-space: nowrap; }
  .goals { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
  .goals ha-card { height: auto; }
  .goals .small-ones { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr)); }
  .goals .button, button.whole { width: 100%; justify-content: center; }
  .edit { color: var(--soft); display: grid; place-items: center; width: 36px; height: 36px; margin: -8px -8px 0 0; border-radius: 50%; }
  .goal-keys { display: grid; gap: 12px 24px; grid-template-columns: auto auto minmax(150px, 1fr); align-items: start; margin: 4px 0 12px; }
  .state { display: flex; gap: 6px; align-items: start; --mdc-icon-size: 20px; }
  .state ha-icon { flex: none; }
  .sums tfoot th, .sums tfoot td { font-weight: 500; }
  .said { display: grid; gap: 2px; }
  .sums tfoot > tr > * { border-top: 2px solid var(--axis); }
  .four { display: grid; gap: 12px 24px; grid-template-columns: repeat(4, minmax(0, 1fr)); }
  .gauge .sun { background: var(--production-fill); }
  .gauge .sent { background: repeating-linear-gradient(135deg, var(--injected) 0 1.5px, var(--injected-fill) 1.5px 6px); }
  .bar-of.cold { background: var(--series-2); }
  .bar-of.ghost { background: none; border: 1.5px dashed var(--ghost); box-sizing: border-box; }
  .figure.small { font-size: 18px; white-space: normal; }
  .header.with-icon { justify-content: start; align-items: center; }
  .header.with-icon ha-icon { color: var(--accent); --mdc-icon-size: 28px; }
  button.primary { width: 100%; justify-content: center; margin-top: 8px; background: var(--strong); color: var(--on-strong); border-color: transparent; font-weight: 500; }
  button.primary:disabled { opacity: 0.6; }
  .two { display: flex; gap: 8px; margin: 8px 0; }
  .two > button:first-child { flex: 1; justify-content: center; }
  .frame { --strong: #00708f; --on-strong: #fff; }
  .frame.dark { --strong: #4fc3e0; --on-strong: #141414; }
  dialog label { display: grid; gap: 4px; margin: 8px 0; }
  .empty .button { margin-top: 8px; }
  @container (width < 560px) {
    .goal-keys { grid-template-columns: repeat(2, auto); }
    .goal-keys > .state { grid-column: 1 / -1; }
    .goal-keys .answer { font-size: 28px; }
    .four { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  }
`);
