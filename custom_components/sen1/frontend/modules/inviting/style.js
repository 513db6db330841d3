/** Shapes of the page of invitations alone. */

import { RULES as fieldRules } from "../fields_style.js";
import { sheetOf } from "../style.js";

export const sheet = sheetOf(`
  ${fieldRules}
  .lead { color: var(--soft); font-size: 12px; margin: 0 4px 12px; }
  form h2 { margin-bottom: 12px; }
  .fields { display: flex; gap: 16px; flex-wrap: wrap; margin-bottom: 16px; }
  .halves { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 40px; margin: 8px 0; }
  fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
  legend { padding: 0; }
  fieldset .alert { margin-top: 8px; }
  .tick, .exchanged li { display: flex; align-items: center; gap: 12px; min-height: 40px; }
  .tick { justify-content: space-between; }
  .tick label { flex: 1; }
  .tick label span, .link-page ha-card { min-width: 0; }
  .tick select { min-height: 32px; border: 0; padding: 0; }
  .tick + .tick { border-top: var(--edge); }
  .exchanged .grow, .both .grow { overflow-wrap: anywhere; }
  button.fold {
    border: 0;
    border-top: var(--edge);
    border-radius: 0;
    width: 100%;
    min-height: 40px;
    padding: 0;
    color: inherit;
    gap: 8px;
    justify-content: flex-start;
    --mdc-icon-size: 20px;
  }
  .none { color: var(--soft); padding: 8px 0; }
  .deed { display: flex; align-items: center; gap: 12px 24px; flex-wrap: wrap; margin-top: 16px; }
  .deed p { flex: 1 1 260px; }
  .button.strong { min-height: 40px; border-radius: 20px; justify-content: center; }
  .link-page { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }
  .exchange-card { grid-column: 1 / -1; }
  .both { display: flex; gap: 20px; align-items: center; margin-bottom: 12px; }
  .qr { width: 200px; flex: none; border: var(--edge); border-radius: 12px; overflow: hidden; }
  .both .address { font-size: 13px; margin: 4px 0 8px; }
  .link-card .rows { border-top: var(--edge); padding-top: 8px; }
  .link-card .alert { margin: 8px 0 0; }
  .verified, .act .well { display: inline-flex; gap: 6px; align-items: center; --mdc-icon-size: 18px; }
  .verified ha-icon { color: var(--good); flex: none; }
  .text-card .header { align-items: center; }
  .message { background: var(--pale-back); border-radius: 8px; padding: 12px 16px; }
  .message .address, .progress .awaited ha-icon { color: var(--accent); }
  /* It is there before it says something, and takes no room. */
  [role="status"]:empty { position: absolute; }
  .said { color: var(--good); font-size: 13px; }
  .invitations > li {
    display: grid;
    grid-template-columns: 22% minmax(0, 1fr) 25%;
    gap: 12px 16px;
    align-items: center;
    padding: 16px 0;
  }
  .who { min-width: 0; overflow-wrap: anywhere; }
  .over h3 { color: var(--soft); }
  .act {
    display: flex;
    gap: 8px;
    justify-content: flex-end;
    align-items: center;
    flex-wrap: wrap;
  }
  .act .chip { margin: 0; padding: 3px 10px; color: var(--text); }
  .act .well { background: var(--good-back); gap: 4px; --mdc-icon-size: 16px; }
  .chip.well ha-icon, .progress .done ha-icon { color: var(--good); }
  .progress { display: flex; flex-wrap: wrap; gap: 4px 12px; }
  .progress > li { flex: 1 0 110px; display: flex; gap: 8px; font-size: 13px; color: var(--soft); --mdc-icon-size: 20px; }
  .progress .done, .progress .awaited { color: var(--text); }
  @container (width < 900px) {
    .lead { font-size: 14px; }
    .halves, .link-page { grid-template-columns: minmax(0, 1fr); }
    .exchange-card { order: 1; }
    .text-card { order: 2; }
    .deed .button { width: 100%; min-height: 44px; }
    .invitations > li { grid-template-columns: minmax(0, 1fr) auto; }
    .progress, .act.long { grid-column: 1 / -1; }
    .act { grid-row: 1; grid-column: 2; }
    .act.long { grid-row: auto; justify-content: flex-start; }
  }
  @container (width < 480px) {
    .both { flex-direction: column; text-align: center; }
    .both .grow { width: 100%; }
    .both .chips { justify-content: center; }
    .qr { width: 220px; }
    .chips .button.strong { flex: 1 1 auto; }
  }
`);
