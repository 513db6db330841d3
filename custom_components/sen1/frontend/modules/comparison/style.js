/** Shapes of a comparison alone. */

import { sheetOf } from "../style.js";

export const sheet = sheetOf(`
  .periods { display: flex; align-items: center; gap: 8px; padding: 10px 16px; }
  .chosen {
    display: inline-flex;
    align-items: center;
    min-height: 34px;
    padding-inline: 12px 2px;
    border: 1px solid var(--divider-color, var(--grid));
    border-radius: 18px;
    font-size: 13px;
    background: var(--card-background-color, #fff);
  }
  .hollow { border-style: dashed; color: var(--soft); }
  button.plain { border: 0; padding: 0; min-width: 32px; min-height: 32px; justify-content: center; }
  .none, .strip {
    background: repeating-linear-gradient(45deg, var(--axis) 0 1px, transparent 1px 5px);
    border-color: var(--axis);
  }
  .series > li {
    display: flex;
    align-items: center;
    gap: 4px 12px;
    padding: 9px 0;
    border-top: 1px solid var(--divider-color, var(--grid));
  }
  .series .stroke { flex: none; margin: 0; }
  .series .amount { font-variant-numeric: tabular-nums; white-space: nowrap; }
  .series .known { min-width: 84px; text-align: end; }
  .way { margin-top: 6px; text-align: start; }
  dialog.picker {
    width: min(560px, calc(100vw - 32px));
    max-width: none;
    height: min(860px, calc(100vh - 48px));
    padding: 0;
  }
  dialog.picker[open] { display: flex; flex-direction: column; }
  .picker .top, .picker footer { padding: 16px 20px 8px; flex: none; }
  .picker .top button.small { background: none; }
  .picker .top button[aria-pressed="true"] { background: var(--accent-back); }
  .picker header { align-items: center; }
  .picker header button { border: 0; padding: 0 8px; }
  .picker input[type="search"] { width: 100%; box-sizing: border-box; }
  .picker footer {
    display: flex;
    gap: 8px;
    align-items: center;
    flex-wrap: wrap;
    border-top: 1px solid var(--divider-color, var(--grid));
    padding-block: 10px 14px;
  }
  .picker footer p { margin: 0; }
  .picker .rows-of { flex: 1; overflow-y: auto; padding: 0 20px 8px; }
  .group {
    width: 100%;
    border: 0;
    border-bottom: 1px solid var(--divider-color, var(--grid));
    border-radius: 0;
    padding: 0;
    color: var(--text);
    text-align: start;
    font-weight: 500;
  }
  .group .under { font-weight: 400; }
  .pick { display: flex; align-items: center; gap: 10px; min-height: 40px; cursor: pointer; }
  .pick input { width: 18px; height: 18px; min-height: 0; flex: none; accent-color: var(--accent); }
  .pick small { display: block; color: var(--soft); font-size: 12px; }
  .pick .unit, .pick .part { color: var(--soft); font-size: 12px; text-align: end; }
  .pick .unit { min-width: 34px; }
  .pick .part { min-width: 44px; }
  .strip {
    width: 68px;
    height: 8px;
    flex: none;
    border: 1px solid var(--axis);
    border-radius: 3px;
    overflow: hidden;
  }
  .strip i { display: block; height: 100%; background: var(--accent); }
  @media (max-width: 599px) {
    dialog.picker { width: 100vw; height: 100vh; max-height: none; border-radius: 0; margin: 0; }
    .pick .strip { width: 40px; }
  }
  @container (width < 600px) {
    .many { flex-wrap: nowrap; overflow-x: auto; padding-bottom: 4px; scrollbar-width: thin; }
    .many button { flex: none; }
  }
`);
