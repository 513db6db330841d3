/** Shapes of the screen of a challenge for a hall, besides those of the screens for a class. */

import { sheetOf } from "../style.js";

export const sheet = sheetOf(`
  .hall .date { font-size: max(14px, calc(34 * var(--u))); }
  .hall .main { align-items: stretch; grid-template-columns: minmax(0, 1315fr) minmax(0, 480fr); }
  .hall .main > ha-card { padding: calc(28 * var(--u)) calc(34 * var(--u)); }
  .hall .words { margin-bottom: calc(8 * var(--u)); }
  .hall .below .words { margin: 0; }
  .hall ol { list-style: none; margin: 0; padding: 0; }
  .hall li {
    display: grid;
    grid-template-columns: calc(48 * var(--u)) minmax(0, 340fr) minmax(0, 560fr) minmax(4.2em, 210fr);
    gap: 4px calc(28 * var(--u));
    align-items: center;
    min-height: calc(var(--row) * var(--u));
    border-bottom: var(--edge);
    box-sizing: border-box;
  }
  .hall .rank, .hall .percent { font-size: max(22px, calc(52 * var(--u))); line-height: 1.1; white-space: nowrap; }
  .hall .rank { text-align: center; }
  .hall .percent { text-align: end; font-variant-numeric: tabular-nums; }
  .hall .name { font-size: max(16px, calc(36 * var(--u))); font-weight: 700; line-height: 1.15; overflow-wrap: anywhere; }
  .hall .count { font-size: max(14px, calc(28 * var(--u))); color: var(--soft); }
  .hall .track { height: calc(64 * var(--u)); min-height: 18px; }
  .hall .track > span { display: block; height: 100%; box-sizing: border-box; min-width: 2px; border-radius: 6px; background: var(--consumption-fill); }
  .hall .first .track > span { background: var(--consumption); }
  .hall .untold {
    border: 2px dashed var(--soft);
    border-radius: 6px;
    min-height: calc(60 * var(--u));
    display: grid;
    place-items: center;
    text-align: center;
    background-image: repeating-linear-gradient(45deg, var(--hatch) 0 1.5px, transparent 1.5px 12px);
  }
  .hall .untold span { background: var(--back); padding: 2px 14px; font-size: max(14px, calc(28 * var(--u))); }
  .hall .many li { grid-template-columns: calc(48 * var(--u)) minmax(0, 500fr) minmax(0, 400fr) minmax(4.2em, 210fr); }
  .hall .many .who { display: flex; gap: 0 calc(16 * var(--u)); align-items: baseline; flex-wrap: wrap; }
  .hall .many .rank, .hall .many .percent { font-size: max(20px, calc(40 * var(--u))); }
  .hall .many .name { font-size: max(15px, calc(30 * var(--u))); }
  .hall .many .count { font-size: max(14px, calc(26 * var(--u))); }
  .hall .many .track, .hall .many .untold { height: calc(46 * var(--u)); min-height: 0; }
  .hall .many .untold span { font-size: max(14px, calc(26 * var(--u))); padding-block: 0; }
  .hall .small { margin-top: calc(16 * var(--u)); }
  .hall .squares { width: min(calc(328 * var(--u)), 86%); min-width: 200px; margin: calc(14 * var(--u)) 0; }
  .hall .squares .saved { background: none; border: max(2px, calc(3 * var(--u))) solid var(--good); box-sizing: border-box; display: grid; place-items: center; }
  .hall .squares .saved::after {
    content: "";
    width: 52%;
    height: 26%;
    border-inline-start: max(2px, calc(3.5 * var(--u))) solid var(--good);
    border-bottom: max(2px, calc(3.5 * var(--u))) solid var(--good);
    transform: translateY(-30%) rotate(-45deg);
  }
  .hall .below { margin-top: calc(24 * var(--u)); }
  .hall .below ha-card { padding: calc(20 * var(--u)) calc(34 * var(--u)); min-height: calc(160 * var(--u)); color: var(--text); }
  .hall .below ha-icon { color: var(--consumption); flex: none; }
  @container (width < 700px) {
    .hall .main { grid-template-columns: minmax(0, 1fr); }
    .hall li, .hall .many li { grid-template-columns: 28px minmax(0, 1fr) auto; padding-block: 8px; }
    .hall .track, .hall .untold { grid-column: 2 / -1; grid-row: 2; }
    .hall .squares { gap: 3px; }
    .hall .main > ha-card, .hall .below ha-card, .wall.hall { padding: 16px; }
  }
`);
