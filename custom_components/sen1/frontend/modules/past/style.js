/** Shapes of the past alone. */

import { sheetOf } from "../style.js";

export const sheet = sheetOf(`
  .past-asked { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; padding: 12px 16px; height: auto; margin-bottom: 16px; }
  .past-asked + .title { margin-top: 0; }
  .past-asked > p { flex-basis: 100%; text-align: end; }
  .segments { display: inline-flex; }
  .segments button { border-radius: 0; margin-inline-start: -1px; color: var(--text); }
  .segments button:disabled { color: var(--soft); }
  .segments button:first-child { border-start-start-radius: 18px; border-end-start-radius: 18px; margin: 0; }
  .segments button:last-child { border-start-end-radius: 18px; border-end-end-radius: 18px; }
  .segments button[aria-pressed="true"] {
    border-color: var(--divider-color, var(--grid));
    color: var(--accent);
    font-weight: 500;
  }
  .segments button:focus-visible { z-index: 1; }
  .mover { display: inline-flex; gap: 6px; }
  .mover > button { width: 36px; padding: 0; justify-content: center; flex: none; color: var(--text); }
  .mover > button:disabled { opacity: 0.5; }
  .date { position: relative; flex: 1; }
  .date button { width: 100%; justify-content: center; color: var(--text); font-weight: 500; }
  .date input { position: absolute; inset: auto 0 0; width: 100%; opacity: 0; pointer-events: none; }
  .figures.left { justify-content: start; }
  .check { display: flex; gap: 4px; align-items: center; --mdc-icon-size: 16px; }
  .check ha-icon { color: inherit; flex: none; }
  ha-card.flow-all { height: auto; }
  .flow-all .keys {
    gap: 12px 24px;
    align-items: start;
    grid-template-columns: 1.6fr repeat(3, minmax(0, 1fr));
  }
  .over { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; margin: 12px 0 4px; }
  .over h3 { flex: 1 1 auto; }
  .over .legend { margin: 0; }
  .ghost-mark { width: 12px; height: 12px; border: 1.5px dashed var(--ghost); border-bottom: 0; box-sizing: border-box; }
  .no-data {
    background-image: repeating-linear-gradient(45deg, var(--axis) 0 1.5px, transparent 1.5px 4px);
  }
  .explained {
    display: flex;
    gap: 12px;
    align-items: center;
    background: var(--pale-back);
    border-radius: 8px;
    padding: 10px 16px;
    margin-top: 8px;
    font-size: 12px;
  }
  .explained ha-icon { color: var(--series-2); flex: none; --mdc-icon-size: 20px; }
  .explained strong { font-weight: 500; }
  .striped {
    background-image: repeating-linear-gradient(
      45deg, var(--card-background-color, #fff) 0 1.5px, transparent 1.5px 4px
    );
  }
  .sums tfoot > tr > * { border-top: 2px solid var(--axis); }
  .sums strong { font-weight: 500; }
  button.opens {
    border: 0;
    padding: 8px 0;
    margin: -8px 0;
    min-height: 0;
    color: inherit;
    border-radius: 4px;
    font-variant-numeric: inherit;
  }
  button.opens:hover { text-decoration: underline; }
  @container (width < 600px) {
    .past-asked > .grow { display: none; }
    .flow-all .keys { grid-template-columns: repeat(2, minmax(0, 1fr)); }
    .flow-all .keys > div:first-child { grid-column: 1 / -1; }
    .sums table { font-size: 12px; }
    .sums td, .sums th.number { padding-inline: 5px 2px; }
    .sums th { padding-inline-start: 2px; }
    .past-asked > label, .past-asked > .mover { flex: 1 1 auto; }
    .past-asked > .segments { flex: 1 1 auto; }
    .past-asked > .segments button { flex: 1; justify-content: center; }
    .past-asked select { width: 100%; }
  }
`);
