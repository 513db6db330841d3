/** Shapes of Home alone. */

import { sheetOf } from "../style.js";

export const sheet = sheetOf(`
  .home { display: grid; gap: 16px; grid-template-columns: repeat(12, minmax(0, 1fr)); }
  .home > * { grid-column: span 4; }
  .home > .today { grid-column: span 5; }
  .home > .now { grid-column: span 7; }
  .home > .alert, .home > .turn, .home > .flow { grid-column: 1 / -1; margin: 0; }
  .home > :only-child { grid-column: 1 / -1; }
  .tap { position: relative; }
  .tap .header { margin-bottom: 4px; }
  .tap h2 a { color: inherit; text-decoration: none; outline: none; }
  .tap h2 a::after { content: ""; position: absolute; inset: 0; border-radius: 12px; }
  .tap:has(a:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; }
  .figure.money { font-size: 24px; }
  .figure.around { font-size: 16px; color: var(--soft); }
  .beside-it { display: flex; gap: 6px; margin-top: 8px; color: var(--soft); font-size: 13px; --mdc-icon-size: 18px; min-height: 20px; }
  .before-it { display: flex; gap: 16px; margin-top: 10px; padding-top: 10px; border-top: var(--edge); font-size: 13px; font-variant-numeric: tabular-nums; }
  .before-it span:first-child { flex: 1; color: var(--soft); }
  .parts { font-size: 13px; }
  .parts tbody > tr > * { border: 0; padding: 3px 0 3px 8px; }
  .parts tbody > tr > th { padding-inline-start: 0; }
  .coming { border: 1px dashed var(--ghost); border-radius: 8px; padding: 10px 12px; margin-top: 12px; background: repeating-linear-gradient(135deg, var(--hatch) 0 1.5px, transparent 1.5px 6px); }
  .coming p { display: flex; gap: 10px; align-items: center; border-radius: 6px; padding: 8px 10px; background: var(--back); font-size: 13px; }
  .moment { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; margin: 4px 0 6px; }
  .limit { flex: 1; min-width: 150px; }
  .bars { display: flex; gap: 1px; height: 74px; margin-top: 8px; --line: var(--consumption); --fill: var(--consumption-fill); --tone: var(--consumption-pale); }
  .bars span { position: relative; flex: 1; min-width: 0; margin-bottom: 16px; border-bottom: 1px solid var(--axis); }
  .bars i, .bars b { position: absolute; inset-inline: 12%; bottom: 0; box-sizing: border-box; }
  .bars i { border: 1px solid var(--fill); border-bottom: 0; border-radius: 2px 2px 0 0; background: var(--tone); }
  .bars b { inset-inline: 2%; border-top: 1.6px solid var(--ghost); }
  .bars small { position: absolute; top: 100%; left: 50%; transform: translateX(-50%); font-size: 11px; line-height: 16px; color: var(--soft); }
  .bars.sun { --line: var(--production); --fill: var(--production-fill); --tone: var(--production-pale); }
  .bars .newest { --tone: var(--line); --fill: var(--line); }
  .bars .newest small { color: var(--text); font-weight: 700; }
  .bars .other { --tone: var(--others); --fill: var(--others); }
  .bars .coming-step i, .bars .unknown-step i { border-style: dashed; background: none; }
  .bars .unknown-step i { background: repeating-linear-gradient(135deg, var(--hatch) 0 1.5px, transparent 1.5px 5px); }
  .begin button.step { width: 100%; border: 0; padding: 0; border-radius: 8px; text-align: start; }
  .home .flow > .step { padding: 12px 0; }
  .home .flow > .step + .step { border-top: var(--edge); }
  .told { display: inline-flex; white-space: nowrap; gap: 7px; align-items: center; --mdc-icon-size: 16px; }
  .told.known { padding: 4px 11px; border-radius: 14px; background: var(--pale-back); }
  .live { width: 8px; height: 8px; border-radius: 4px; background: var(--good); }
  .foot { margin: 16px 4px; color: var(--soft); font-size: 13px; }
  .foot summary { display: flex; flex-wrap: wrap; gap: 4px 24px; justify-content: center; align-items: center; min-height: 36px; cursor: pointer; list-style: none; --mdc-icon-size: 20px; }
  .foot summary > span { display: inline-flex; gap: 8px; align-items: center; }
  .foot .list { color: var(--text); }
  .begin { display: grid; gap: 16px; max-width: 640px; margin: 0 auto; }
  .begin h1 { font-size: 24px; font-weight: 400; margin: 16px 0 0; }
  .begin .lead { font-size: 16px; color: var(--soft); }
  .begin .chip { margin: 6px 0 0; background: var(--accent-back); color: var(--accent); }
  .nothing-out { display: flex; gap: 12px; color: var(--soft); }
  @container (width < 900px) {
    .home > *, .home > .today, .home > .now { grid-column: span 12; }
    .home > .month, .home > .year { grid-column: span 6; }
  }
  @container (width < 600px) {
    .home { gap: 12px; }
    .home > :is(.month, .year) .figures { display: block; }
    .home > :is(.month, .year) .beside-it ha-icon { display: none; }
  }
  @container (width < 320px) {
    .home > .month, .home > .year { grid-column: span 12; }
  }
`);
