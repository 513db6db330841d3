/** Shapes of what is shared and of trust alone. */

import { sheetOf } from "../style.js";

export const sheet = sheetOf(`
  .promise { padding: 16px 20px; margin-bottom: 16px; flex-wrap: wrap; --mdc-icon-size: 32px; }
  .promise > div { flex-basis: 220px; }
  .promise h2 { font-size: 20px; font-weight: 400; }
  .beneath { display: flex; align-items: center; gap: 8px 16px; flex-wrap: wrap; margin: 12px 0; }
  .beneath span { flex: 1; min-width: 180px; }
  .key { --mdc-icon-size: 18px; margin-inline-start: 6px; vertical-align: -3px; }
  .key.verified, .state.good ha-icon { color: var(--good); }
  .key.seen, .state.different ha-icon, .alert.told ha-icon { color: var(--brown); }
  .key.unknown { color: var(--soft); }
  .key.stopped { color: var(--bad); }
  .keys-told { margin: 12px 0 4px; font-size: 12px; color: var(--soft); }
  .keys-told .key { margin: 0 6px 0 0; }
  .six {
    margin: 8px 0;
    display: grid;
    grid-template-columns: repeat(3, auto);
    justify-content: space-evenly;
    gap: 6px 16px;
    font-size: 20px;
    font-weight: 500;
    font-variant-numeric: tabular-nums;
  }
  .head { display: flex; align-items: center; gap: 4px; }
  .head .key, .box .key { margin: 0; }
  .tools { display: flex; gap: 8px; flex-wrap: wrap; align-items: center; margin-bottom: 8px; }
  .tools input[type="search"] { flex: 1 1 180px; min-width: 0; }
  .tools select { flex: 1 1 100px; min-width: 0; }
  .either { display: inline-flex; }
  .either button { border-radius: 0; }
  .either button:first-child { border-start-start-radius: 18px; border-end-start-radius: 18px; }
  .either button:last-child { border-start-end-radius: 18px; border-end-end-radius: 18px; }
  .either button + button { border-inline-start: 0; }
  button.fold {
    border: 0;
    border-radius: 4px;
    min-height: 0;
    padding: 2px 0;
    color: inherit;
    text-align: start;
    font-weight: 500;
    gap: 8px;
    --mdc-icon-size: 20px;
  }
  button.fold .kind, .heard ha-icon:first-child { color: var(--accent) !important; }
  .grouped .within { padding-inline-start: 28px; }
  .share-row {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 130px 130px 100px 84px;
    gap: 4px 12px;
    align-items: center;
    overflow-wrap: anywhere;
  }
  .share-row .chips { margin: 0; flex-wrap: nowrap; justify-content: flex-end; }
  button.icon { border: 0; }
  ha-card:has(> .parts) { margin-top: 16px; }
  .parts > li:has(> :nth-child(2)) { padding-bottom: 12px; }
  .wrong { color: var(--bad); font-size: 12px; display: flex; gap: 8px; align-items: center; flex-wrap: wrap; }
  ha-card:has(> .wishes) { margin-bottom: 16px; }
  .wishes > li { display: flex; gap: 8px 12px; flex-wrap: wrap; align-items: center; padding: 6px 0; }
  .wishes > li > div { flex: 1 1 220px; min-width: 0; overflow-wrap: anywhere; }
  .share-home { margin: -4px 0 12px; }
  .share-home button, dialog.wide footer button { min-height: 40px; border-radius: 20px; padding: 0 20px; }
  .folded > li { padding: 8px 0; }
  .line { display: flex; gap: 8px; align-items: center; justify-content: space-between; }
  .line > :first-child { min-width: 0; flex: 1; overflow-wrap: anywhere; }
  .folded .folded { margin: 8px 0 0 28px; }
  .folded .folded > li:first-child { border-top: var(--edge); }
  .trust { display: grid; grid-template-columns: 1fr 20% 20% auto; }
  .trust > li { display: contents; }
  .trust > li > *, dialog.wide footer { display: flex; flex-wrap: wrap; align-items: center; }
  .trust > li > * { padding: 9px 12px 9px 0; border-bottom: var(--edge); gap: 6px; }
  .trust > li:last-child > * { border-bottom: 0; }
  .trust .rest { grid-column: 3 / -1; }
  .trust .name + .rest { grid-column: 2 / -1; }
  .trust .days { justify-content: flex-end; font-variant-numeric: tabular-nums; }
  .trust .name { overflow: visible; font-weight: 500; gap: 0; }
  .state, .box ha-icon.bad { --mdc-icon-size: 18px; }
  .state.good { color: inherit; }
  .alert.told { align-items: start; }
  .alert.none { background: var(--pale-back); }
  .mine-numbers { max-width: 320px; }
  .whole {
    width: 100%;
    border: 0;
    padding: 12px 0;
    text-align: start;
    color: var(--text);
    font-weight: 400;
    justify-content: space-between;
    gap: 12px;
    --mdc-icon-size: 24px;
  }
  .whole .grow { display: grid; }
  .whole ha-icon { color: var(--soft) !important; }
  @container (width < 760px) {
    .share-home button { width: 100%; justify-content: center; min-height: 46px; border-radius: 23px; }
    .trust { display: block; }
    .trust > li { display: flex; align-items: center; gap: 12px; padding: 8px 0; }
    .trust > li > * { border: 0; padding: 0; }
    .trust .since, .trust .state span, .share-row .last { display: none; }
    .trust .name { flex: 1; }
    .trust .days { order: 2; white-space: nowrap; }
    .trust .rest { flex: none; max-width: 55%; }
    .promise { flex-wrap: nowrap; padding: 12px 16px; --mdc-icon-size: 26px; }
    .promise > div { flex-basis: 0; }
    .promise h2 { font-size: 16px; font-weight: 500; }
    .share-row { grid-template-columns: minmax(0, 1fr) auto; }
    .share-row > :first-child { grid-row: span 2; }
    .share-row:not(.open, .grant) .chips { display: none; }
    .share-row .chips { grid-column: 1 / -1; justify-content: flex-start; }
  }

  /* The dialogues about keys and journals. */
  dialog.wide { max-width: min(680px, calc(100vw - 24px)); border-radius: 24px; padding: 24px; }
  dialog.wide h2 { font-size: 22px; font-weight: 400; margin-inline-end: 40px; }
  dialog.wide .alert { margin-top: 8px; }
  dialog.wide .alert p { margin: 0; }
  dialog.wide .box p { margin: 4px 0; }
  dialog.wide > button.icon { position: absolute; inset-block-start: 16px; inset-inline-end: 16px; }
  .halves { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; margin: 12px 0; }
  .box, .heard, .detail { border: var(--edge); border-radius: 12px; }
  .box { padding: 12px 16px; }
  .box.alarm { border-color: var(--bad); }
  .box h3 { display: flex; align-items: center; gap: 6px; }
  .why { display: flex; gap: 12px; align-items: center; margin: 8px 0; }
  .why ha-icon { color: var(--soft); flex: none; }
  .alert.call { background: var(--accent-back); align-items: start; }
  .alert.call ha-icon { color: var(--accent); }
  .heard { min-height: 60px; padding: 10px 16px; margin-top: 8px; gap: 14px; }
  dialog.wide footer { gap: 8px 16px; justify-content: space-between; margin-top: 16px; }
  dialog.wide footer > :only-child { margin-inline-start: auto; }
  dialog.wide footer .under { flex: 1 1 200px; margin: 0; }
  .verdict ha-icon { flex: none; }
  .verdict li { display: flex; gap: 10px; padding: 8px 0; align-items: start; }
  @media (max-width: 600px) {
    dialog.wide { padding: 16px; border-radius: 20px; }
    dialog.wide footer button { width: 100%; justify-content: center; min-height: 46px; border-radius: 23px; }
    .halves { grid-template-columns: 1fr; }
  }
`);
