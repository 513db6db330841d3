/** Shapes of the dialogue that shares. */

import { RULES as fieldRules } from "../fields_style.js";
import { sheetOf } from "../style.js";

export const shareSheet = sheetOf(`
  ${fieldRules}
  dialog.wide.share { max-width: min(1000px, calc(100vw - 24px)); width: 1000px; }
  dialog.share p { margin: 0; }
  .pair-of-fields, .three-fields { display: grid; gap: 16px; align-items: start; }
  .pair-of-fields { grid-template-columns: 1fr 1fr; margin-top: 12px; }
  .three-fields { grid-template-columns: repeat(3, 1fr); margin-top: 16px; }
  .field .key { margin: 0 4px 0 0; --mdc-icon-size: 15px; vertical-align: text-bottom; }
  .field optgroup { background: var(--back); }
  .beside-heading { align-items: baseline; gap: 4px 16px; flex-wrap: wrap; margin-top: 16px; }
  .details { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 12px; }
  .detail { padding: 13px 15px; display: flex; flex-direction: column; gap: 6px; }
  .detail.chosen {
    border: 2px solid var(--accent);
    padding: 12px 14px;
    background: color-mix(in srgb, var(--accent-back) 40%, transparent);
  }
  .detail-head { display: flex; justify-content: space-between; align-items: center; gap: 8px; }
  .detail-head label { display: flex; align-items: center; gap: 10px; flex: 1; cursor: pointer; }
  .detail-head strong { font-weight: 500; font-size: 15px; }
  .tag {
    align-self: flex-start;
    border-radius: 12px;
    padding: 1px 10px;
    font-size: 12px;
    background: var(--pale-back);
    border: 1px solid transparent;
    --mdc-icon-size: 14px;
  }
  .tag.enough { background: transparent; border-color: var(--accent); }
  .tag ha-icon { color: var(--accent); margin-inline-end: 4px; }
  .detail svg { max-width: 360px; }
  .tells { display: flex; gap: 8px; font-size: 13px; --mdc-icon-size: 18px; margin-top: auto !important; }
  .tells ha-icon { color: var(--soft); flex: none; }
  .tells.warned ha-icon { color: #ffa600; }
  .no-past { position: relative; }
  .no-past > p:last-child {
    position: absolute;
    inset: 18px 24px 0;
    display: grid;
    place-content: center;
    text-align: center;
    font-size: 13px;
  }
  .age { display: flex; gap: 10px; align-items: center; margin-top: 12px; }
  dialog.wide.share .read-by { margin-top: 16px; }
  .share footer .under { font-size: 13px; }
  .share footer .chips { margin: 0; flex-wrap: nowrap; }
  @media (max-width: 760px) {
    .details, .pair-of-fields, .three-fields { grid-template-columns: minmax(0, 1fr); gap: 12px; }
    .detail svg { max-width: none; }
    dialog.wide.share footer { display: grid; justify-content: stretch; }
    .share footer .chips { flex-direction: column-reverse; align-items: stretch; }
    .share footer button { justify-content: center; }
  }
`);
