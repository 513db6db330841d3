/** Shapes of what one does with others. */

import { sheetOf } from "../style.js";

export const sheet = sheetOf(`
  .who h1:not(.pill) { font-size: 20px; overflow-wrap: anywhere; }
  .who .button { min-height: 40px; border-radius: 20px; }
  .who .button.icon { width: 40px; padding: 0; justify-content: center; }
  .two { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); gap: 16px; margin: 16px 0; align-items: start; }
  .two > :only-child { grid-column: 1 / -1; }
  .two h2 small { color: var(--soft); font-weight: 400; }
  .friends { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 270px), 1fr)); gap: 0 28px; }
  .friends > li, .waiting > li { border-top: var(--edge); }
  .line { display: flex; align-items: center; gap: 12px; min-height: 56px; color: inherit; text-decoration: none; min-width: 0; }
  .line > .grow, .line > div { flex: 1; min-width: 0; display: grid; overflow-wrap: anywhere; }
  .line > .amount { display: grid; flex: none; max-width: 45%; font-variant-numeric: tabular-nums; }
  .line > ha-icon { color: var(--soft); flex: none; --mdc-icon-size: 20px; }
  .line .round { background: var(--pale-back); color: var(--soft); font-weight: 500; }
  .under.wanted { color: var(--brown); --mdc-icon-size: 14px; }
  .under.bad { color: var(--bad); --mdc-icon-size: 14px; }
  .parts { align-items: start; margin-bottom: 16px; }
  .part { display: grid; gap: 8px; color: inherit; text-decoration: none; margin: -8px 0; }
  .part .round { background: var(--accent-back); color: var(--accent); }
  .part .track { height: 8px; border-radius: 3px; background: var(--grid); }
  .bar-of.sun { background: var(--production); }
  .bars-of > li { padding: 4px 0; }
  .bars-of > li > div { display: flex; justify-content: space-between; gap: 12px; font-size: 13px; }
  .bars-of .bar-of { height: 8px; }
  .mine > div { font-weight: 500; }
  .waiting { margin-top: 8px; }
  @container (width < 860px) {
    .two { grid-template-columns: minmax(0, 1fr); }
  }
  @container (width < 600px) {
    .who > .strong { flex-basis: 100%; justify-content: center; min-height: 48px; border-radius: 24px; }
  }
`);
