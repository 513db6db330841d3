/** Shapes of the screens for a class alone. */

import { sheetOf } from "../style.js";

export const sheet = sheetOf(`
  .frame:fullscreen { background: var(--primary-background-color, #fafafa); overflow: auto; }
  .wall {
    --u: calc(100cqw / 1920);
    padding: calc(40 * var(--u)) calc(48 * var(--u));
    box-sizing: border-box;
  }
  .wall .header { flex-wrap: wrap; align-items: center; margin-bottom: calc(28 * var(--u)); }
  .wall h1 {
    font-size: max(24px, calc(60 * var(--u)));
    font-weight: 400;
    margin: 0;
    flex: 1 1 260px;
    line-height: 1.15;
  }
  .wall .date { color: var(--soft); font-size: max(14px, calc(32 * var(--u))); }
  .wall .words { font-size: max(14px, calc(30 * var(--u))); line-height: 1.35; }
  .main, .below, .two, .six, .squares { display: grid; gap: calc(28 * var(--u)); }
  .main { grid-template-columns: minmax(0, 1406fr) minmax(0, 430fr); }
  .two { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .below, .six { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .below { margin-top: calc(28 * var(--u)); }
  .two, .six { margin-bottom: calc(28 * var(--u)); }
  .main .share {
    display: flex;
    flex-direction: column;
    justify-content: space-around;
    align-items: center;
    text-align: center;
  }
  .huge { font-size: max(48px, calc(104 * var(--u))); line-height: 1; }
  .squares { grid-template-columns: repeat(10, 1fr); gap: calc(4 * var(--u)); width: min(320px, 76%); }
  .squares span { aspect-ratio: 1; border-radius: 15%; background: var(--consumption-fill); }
  .squares .sun {
    background: radial-gradient(circle, var(--production) 28%, var(--production-fill) 30%);
  }
  .wall ha-card { border: var(--edge); border-radius: 12px; }
  .below ha-card, .six ha-card, .building, .verdict, .wall footer { display: flex; align-items: center; }
  .below ha-card { gap: calc(24 * var(--u)); --mdc-icon-size: max(28px, calc(64 * var(--u))); }
  .wall footer { gap: 8px 20px; flex-wrap: wrap; margin-top: calc(24 * var(--u)); }
  .wall .small { font-size: max(13px, calc(26 * var(--u))); }
  .dots-of { display: flex; gap: 2px; }
  button.dot { border: 0; padding: 0; min-width: 32px; justify-content: center; }
  .dot::before {
    content: "";
    width: 14px;
    height: 14px;
    border-radius: 7px;
    background: var(--others);
  }
  .dot[aria-current="true"]::before { width: 30px; background: var(--accent); }
  .six ha-card, .building, .verdict {
    gap: calc(28 * var(--u));
    --mdc-icon-size: max(36px, calc(110 * var(--u)));
  }
  .six ha-card { padding-block: max(16px, calc(56 * var(--u))); }
  .verdict { height: auto; --mdc-icon-size: max(28px, calc(56 * var(--u))); }
  .rate { display: flex; align-items: center; gap: 12px; margin-bottom: 12px; white-space: nowrap; }
  .rate > span:first-child { height: max(24px, calc(60 * var(--u))); border-radius: 6px; }
  .striped {
    background-image: repeating-linear-gradient(90deg, transparent 0 18px, #ffffff80 18px 21px);
  }
  .sum { border-top: var(--edge); padding-top: 8px; }
  .week { list-style: none; margin: calc(40 * var(--u)) 0 0; padding: 0; display: flex; gap: calc(70 * var(--u)); }
  .week li { flex: 1; text-align: center; color: var(--soft); font-size: max(14px, calc(36 * var(--u))); }
  .week li > div {
    height: calc(400 * var(--u));
    min-height: 120px;
    padding-top: 1.3em;
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    border-bottom: 2px solid var(--axis);
  }
  .week b { color: var(--text); font-weight: 500; line-height: 1.3; }
  .week div div {
    flex: none;
    display: flex;
    align-items: flex-end;
    background: var(--consumption-fill);
    border-radius: 8px 8px 0 0;
    overflow: hidden;
  }
  .week i { flex: 1; background: var(--production-fill); outline: 2px solid var(--production); }
  .wall .legend { margin: calc(24 * var(--u)) 0 0; }
  .legend.words .swatch { width: 0.8em; height: 0.8em; }
  .clock { width: min(280px, 70%); }
  .clock text { fill: var(--text); }
  .big { font-size: max(24px, calc(52 * var(--u))); line-height: 1.1; }
  .big small { font-size: 55%; color: var(--soft); }
  @container (width < 700px) {
    .main, .below, .two, .six { grid-template-columns: minmax(0, 1fr); }
  }
`);
