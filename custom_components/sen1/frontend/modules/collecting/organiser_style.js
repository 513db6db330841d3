/** Shapes of the page of an organiser of collections, and of its dialogues. */

import { sheetOf } from "../style.js";

export const organiserSheet = sheetOf(`
  .page-head { display: flex; gap: 12px 16px; align-items: center; flex-wrap: wrap; margin: 0 4px 16px; }
  .page-head h2 { font-size: 22px; font-weight: 400; overflow-wrap: anywhere; }
  .page-head .grow { flex-basis: 260px; }
  .page-head .chips, .choosing .chips { margin: 0; }
  .numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px 0; }
  .numbers > div { padding-inline: 16px; border-inline-start: var(--edge); }
  .numbers > div:first-child { padding-inline-start: 0; border: 0; }
  .numbers .figure { margin: 2px 0; }
  .absent > li { display: flex; gap: 8px; align-items: center; justify-content: space-between; min-height: 40px; padding-block: 2px; border-bottom: var(--edge); }
  .absent .name { flex: 1; white-space: normal; overflow-wrap: anywhere; }
  .absent .amount { white-space: nowrap; color: var(--soft); }
  ha-card.absent-card, ha-card.group-card { height: auto; }
  ha-card.absent-card {
    display: grid;
    grid-template-columns: minmax(0, 260px) minmax(0, 1fr);
    gap: 12px 32px;
    align-items: center;
  }
  .absent-card .deeds { display: grid; gap: 8px; margin-top: 12px; justify-items: stretch; }
  .absent-card .deeds button { justify-content: center; min-height: 40px; border-radius: 20px; }
  .absent-card .absent { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 0 32px; }
  .group-pair { display: grid; grid-template-columns: minmax(0, 1fr) 300px; gap: 16px; margin-bottom: 4px; }
  .group-pair > div { container-type: inline-size; }
  .group-pair ha-card.absent-card { height: 100%; align-content: start; }
  .group-alone { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
  .choosing { display: flex; gap: 8px 24px; flex-wrap: wrap; justify-content: space-between; }
  .group-figures { display: flex; gap: 4px 36px; flex-wrap: wrap; margin: 8px 0; }
  .group-figures .figure { white-space: normal; }
  .costs-title { margin: 16px 0 4px; }
  ha-card.told-shares { height: auto; margin-bottom: 16px; }
  ha-card.told-shares .chips { margin: 12px 0 0; }
  .scrolled, dialog.wide .message { max-height: 320px; overflow-y: auto; }
  .searching { display: flex; gap: 8px; flex-wrap: wrap; align-items: center; margin-bottom: 8px; }
  .searching input { flex: 1 1 220px; min-width: 0; }
  .chosen-bar { display: flex; gap: 8px 12px; align-items: center; flex-wrap: wrap; min-height: 48px; padding: 4px 12px; background: color-mix(in srgb, var(--accent-back) 60%, transparent); }
  ha-card.members { padding: 0; height: auto; overflow: hidden; }
  .members table td, .members table th { text-align: start; padding: 7px 6px; }
  .members table .number { text-align: end; padding-inline-end: 16px; }
  .members table td:first-child, .members table th:first-child { padding-inline-start: 12px; width: 24px; }
  .members tr.chosen > *, .members .each > li.chosen { background: var(--chosen); }
  .members thead button { border: 0; padding: 0; min-height: 32px; color: inherit; font-size: 12px; border-radius: 4px; text-align: start; }
  .members thead [aria-sort] button { color: var(--text); font-weight: 500; }
  .members td .tap { display: grid; place-items: center; min-height: 24px; }
  .members tr.folds td { background: var(--pale-back); padding-block: 0; }
  .members .folds button { border: 0; padding: 0 8px; min-height: 36px; font-weight: 500; font-size: 13px; width: 100%; border-radius: 0; }
  .gauge { display: inline-flex; gap: 8px; align-items: center; white-space: nowrap; }
  .gauge i {
    width: 52px;
    height: 7px;
    border-radius: 2px;
    overflow: hidden;
    background: repeating-linear-gradient(45deg, var(--hatch) 0 1px, transparent 1px 4px);
    border: 1px solid var(--others);
    box-sizing: border-box;
  }
  .gauge b { display: block; height: 100%; background: var(--others); }
  .totals { display: flex; justify-content: space-between; gap: 12px; padding: 12px; border-top: var(--edge); flex-wrap: wrap; }
  .members .each > li { display: grid; grid-template-columns: 24px minmax(0, 1fr) auto; gap: 2px 10px; padding: 10px 12px; border-top: var(--edge); align-items: center; }
  .members .each > li.folds { display: block; padding: 0; background: var(--pale-back); }
  .members .each label { display: contents; cursor: pointer; }
  .members .each .who { overflow-wrap: anywhere; }
  .members .each .under { grid-column: 2 / -1; }
  .foot-note { color: var(--soft); font-size: 12px; margin: 8px 4px; }

  /* Its dialogues. */
  dialog textarea {
    font: inherit;
    width: 100%;
    box-sizing: border-box;
    min-height: 120px;
    color: var(--text);
    background: var(--pale-back);
    border: 0;
    border-bottom: 1px solid var(--axis);
    border-radius: 4px 4px 0 0;
    padding: 8px 12px;
    resize: vertical;
  }
  dialog.wide .both { align-items: start; margin-top: 12px; }
  dialog.wide .scrolled { margin-top: 8px; }
  dialog .labelled { display: block; margin-top: 12px; }
  dialog .labelled > span { display: block; font-size: 12px; color: var(--soft); margin-bottom: 4px; }
  dialog input[type="file"] { border-radius: 4px; padding: 6px 0; border: 0; width: 100%; }
  dialog.wide .header.beside { align-items: center; margin: 16px 0 8px; }

  @container (width < 560px) {
    .numbers { grid-template-columns: 1fr 1fr; gap: 16px 0; }
    .numbers > div:nth-child(odd) { padding-inline-start: 0; border: 0; }
    ha-card.absent-card { grid-template-columns: minmax(0, 1fr); }
    .searching input { flex-basis: 100%; }
    .page-head .chips { width: 100%; }
    .page-head .chips > * { flex: 1; justify-content: center; min-height: 40px; }
  }
  @media (max-width: 600px) {
    dialog.wide .both { flex-direction: column; align-items: center; }
    dialog.wide .both .grow { width: 100%; }
  }
`);
