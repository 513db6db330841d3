/** Shapes of the page of a challenge alone. */

import { sheetOf } from "../style.js";

/** What a rule does, which the page of an invitation shows too, with the team that it asks for. */
export const ruleSheet = sheetOf(`
  .team-asked { margin-block: 8px; }
  .rule { display: flex; gap: 14px; padding: 10px 14px; border-radius: 8px; background: color-mix(in srgb, var(--accent-back) 55%, transparent); --mdc-icon-size: 20px; font-size: 13px; }
  .rule ha-icon { color: var(--accent); flex: none; }
`);

export const sheet = sheetOf(`
  .page-head { display: flex; gap: 8px 24px; align-items: end; flex-wrap: wrap; margin: 0 4px 16px; }
  .page-head h2 { font-size: 20px; font-weight: 400; overflow-wrap: anywhere; }
  .page-head .grow { flex-basis: 320px; }
  .progress, .place { text-align: end; }
  .progress .weeks { display: flex; gap: 4px; justify-content: flex-end; margin-bottom: 4px; }
  .progress .weeks span { flex: 0 1 26px; min-width: 6px; height: 10px; border-radius: 2px; background: var(--grid); overflow: hidden; }
  .progress .weeks i { display: block; height: 100%; background: var(--accent); }
  .challenge { display: grid; gap: 16px; grid-template-columns: minmax(0, 61fr) minmax(0, 39fr); }
  .challenge > ha-card { display: flex; flex-direction: column; }

  .teams, .homes { margin: 0 -12px; }
  .teams > li, .homes > li, .steps > li { display: grid; align-items: center; }
  .teams > li, .homes > li { border-radius: 8px; }
  .teams > li {
    grid-template-columns: 24px minmax(130px, 5fr) minmax(0, 6fr) 68px;
    gap: 2px 12px;
    padding: 10px 12px;
    min-height: 38px;
  }
  .teams > .mine, .homes > .mine { background: var(--accent-back); }
  .teams strong, .captains strong { font-weight: 500; overflow-wrap: anywhere; }
  .teams .mine strong, .homes .mine .name { font-weight: 700; }
  .teams .rank { font-size: 18px; text-align: center; }
  .percent { font-size: 20px; text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
  .teams .track { height: 26px; }
  .track > span { display: block; height: 100%; box-sizing: border-box; min-width: 2px; border-radius: 3px; background: var(--others); }
  .mine .track > span, .steps .used .track > span { background: var(--consumption); }
  .everyone { border-top: var(--edge); border-radius: 0 !important; }
  .everyone .track > span { background: none; border: 2px solid var(--text); }
  .untold {
    border: 1px dashed var(--soft);
    border-radius: 3px;
    padding: 3px 12px;
    min-height: 26px;
    box-sizing: border-box;
    background-image: repeating-linear-gradient(45deg, var(--hatch) 0 1px, transparent 1px 6px);
  }
  .untold span { background: var(--back); padding-inline: 4px; box-decoration-break: clone; -webkit-box-decoration-break: clone; font-size: 13px; }
  .teams-card .rule { margin-top: auto; }
  .blank { padding: 12px 0; display: grid; gap: 6px; justify-items: start; --mdc-icon-size: 28px; }
  .blank > ha-icon, .weeks-card small { color: var(--soft); }

  .answered { display: flex; justify-content: space-between; align-items: end; gap: 12px; flex-wrap: wrap; margin-bottom: 8px; }
  .answered .is, .steps .percent, .homes .percent { font-size: 14px; }
  .place sup { font-size: 16px; line-height: 0; }
  .steps > li { grid-template-columns: minmax(90px, 28%) minmax(0, 1fr) auto; gap: 8px; padding: 4px 0; }
  .track { height: 16px; }
  .mine-card > .under { margin-top: 6px; }

  .weeks-card .bars { width: 30%; }
  .weeks-card .track { height: 8px; }
  .weeks-card tfoot > tr > * { font-weight: 500; }

  .homes > li { grid-template-columns: 22px minmax(0, 5fr) minmax(0, 4fr) 58px; gap: 8px; padding: 3px 12px; }
  .homes .who { min-width: 0; line-height: 1.25; }
  .homes .name { display: block; }
  .homes > .gap-row { display: block; text-align: center; color: var(--soft); }
  .mark { display: inline-flex; gap: 4px; align-items: center; font-size: 12px; color: var(--soft); --mdc-icon-size: 14px; }
  .mark.checked { color: var(--good); }
  .mark.differs { color: var(--brown); }
  .privacy { display: flex; gap: 14px; margin-top: auto; padding-top: 12px; border-top: var(--edge); font-size: 13px; --mdc-icon-size: 20px; }
  .homes-card .note { margin-bottom: 12px; }
  .privacy ha-icon { color: var(--good); flex: none; }

  .captains > li { display: flex; gap: 8px 16px; align-items: center; justify-content: space-between; flex-wrap: wrap; padding: 8px 0; border-top: var(--edge); }
  .captains > li:first-child { border: 0; }
  .captains > li > div { flex: 1 1 140px; min-width: 0; }
  .captains select { flex: 0 1 200px; min-width: 0; }
  .lacking-card { grid-column: 1 / -1; }
  .lacking-card .names { margin: 4px 0 12px; color: var(--soft); overflow-wrap: anywhere; }
  .lacking-card .button { align-self: start; margin-top: 12px; }

  .deeds { display: flex; justify-content: space-between; gap: 12px 24px; flex-wrap: wrap; margin-top: 16px; }
  .deeds > div { display: flex; gap: 12px; align-items: center; flex-wrap: wrap; }
  .deeds button { min-height: 40px; border-radius: 20px; padding: 0 18px; font-weight: 500; }
  .deeds .greyed { background: var(--pale-back); border-color: transparent; }

  @container (width < 820px) {
    .challenge { grid-template-columns: minmax(0, 1fr); }
  }
  @container (width < 560px) {
    .page-head .progress, .progress .weeks { text-align: start; justify-content: flex-start; }
    .progress, .deeds > div { width: 100%; }
    .progress .weeks span { flex: 1 1 6px; }
    .teams > li { grid-template-columns: 24px minmax(0, 1fr) auto; padding-block: 7px; }
    .teams .track, .teams .untold { grid-column: 2 / -1; grid-row: 2; }
    .teams .track { height: 14px; }
    .homes > li { padding-block: 2px; }
    .deeds button { flex: 1 0 auto; justify-content: center; }
  }
`);
