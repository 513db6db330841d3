/** Shapes of the past alone. */

import { sheetOf } from "../style.js";

export const sheet = sheetOf(`
  .past-asked { margin-bottom: 12px; }
  .past-asked .place-aside > p { flex-basis: 100%; text-align: end; }
  .segments { display: inline-flex; }
  .segments button { border-radius: 0; margin-inline-start: -1px; color: var(--text); }
  .segments button:disabled { color: var(--soft); }
  .segments button:first-child { border-start-start-radius: 18px; border-end-start-radius: 18px; margin: 0; }
  .segments button:last-child { border-start-end-radius: 18px; border-end-end-radius: 18px; }
  .segments button[aria-pressed="true"] { border: var(--edge); color: var(--accent); font-weight: 500; }
  .segments button:focus-visible { z-index: 1; }
  .mover { display: inline-flex; gap: 6px; }
  .mover > button { width: 36px; padding: 0; justify-content: center; flex: none; color: var(--text); }
  .mover > button:disabled { opacity: 0.5; }
  .date { position: relative; flex: 1; }
  .date button { width: 100%; justify-content: center; color: var(--text); font-weight: 500; }
  .date input { position: absolute; inset: auto 0 0; width: 100%; opacity: 0; pointer-events: none; }
  .figures.left { justify-content: start; }
  .flow-all .keys {
    gap: 12px 48px;
    align-items: start;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 220px), max-content));
  }
  .over { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; margin: 12px 0 4px; }
  .over h3 { flex: 1 1 auto; }
  .ghost-mark { display: inline-block; width: 12px; height: 12px; border: 1.5px dashed var(--ghost); border-bottom: 0; box-sizing: border-box; }
  .explained { background: var(--pale-back); margin: 8px 0 0; }
  .explained ha-icon { color: var(--series-2); flex: none; --mdc-icon-size: 20px; }
  .no-data { --stripe: var(--axis); }
  .striped { --stripe: var(--back); }
  .no-data, .striped {
    background-image: repeating-linear-gradient(45deg, var(--stripe) 0 1.5px, transparent 1.5px 4px);
  }
  .chosen {
    display: inline-flex;
    align-items: center;
    min-height: 36px;
    padding-inline: 12px 2px;
    border: var(--edge);
    border-radius: 18px;
    font-size: 13px;
    overflow-wrap: anywhere;
  }
  .chosen .ghost-mark, .legend .ghost-mark, th .ghost-mark { margin-inline-end: 8px; }
  svg.stroke { display: inline-block; vertical-align: middle; height: 12px; width: 28px; flex: none; }
  .swatch.mine { background: linear-gradient(135deg, var(--consumption-fill) 50%, var(--consumption) 50%); }
  td .under, th .under { display: block; }
  button.plain { border: 0; padding: 0; min-width: 32px; min-height: 32px; justify-content: center; }
  .opening { cursor: pointer; }
  .ways .list > li { padding: 0; }
  .ways .step { gap: 12px; --mdc-icon-size: 24px; flex: 1; padding: 10px 4px; border: 0; border-radius: 8px; min-height: 44px; text-align: start; }
  .more-of [popover] {
    border: 0;
    border-radius: 12px;
    padding: 8px;
    background: var(--back);
    color: var(--text);
    box-shadow: 0 4px 16px rgba(0, 0, 0, 0.3);
  }
  .more-of [popover]:popover-open { display: grid; justify-items: start; }
  @supports (position-area: bottom) {
    .more-of [popover] { position-area: bottom span-left; margin: 4px 0; }
  }
  .sums tfoot > tr > * { border-top: 2px solid var(--axis); }
  button.opens {
    border: 0;
    padding: 8px 0;
    margin: -8px 0;
    min-height: 0;
    color: inherit;
    border-radius: 4px;
  }
  button.opens.all { text-align: start; color: var(--accent); font-weight: 500; }
  button.opens.all::after { content: "⌄"; }
  button.opens:hover { text-decoration: underline; }
  @container (width < 600px) {
    .sums table { font-size: 12px; }
    .sums td, .sums th.number { padding-inline: 5px 2px; }
    .sums th { padding-inline-start: 2px; }
    .past-asked .place-aside { flex-basis: 100%; }
    .place-aside > .mover { flex: 1 1 280px; }
    .place-aside > .segments { flex: 1 1 auto; }
    .place-aside > .segments button { flex: 1; justify-content: center; padding-inline: 8px; }
  }
`);
