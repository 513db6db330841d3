/** Shapes of the page of a member of collections, as wide as one reads. */

import { sheetOf } from "../style.js";

export const memberSheet = sheetOf(`
  .sheet-card { max-width: 620px; margin: 0 auto 16px; height: auto; padding: 20px; }
  .narrow-title { max-width: 620px; margin-inline: auto; }
  .sheet-card h3 { font-size: 16px; margin: 24px 0 4px; }
  .inviter { display: flex; gap: 16px; align-items: center; margin-bottom: 16px; }
  .inviter h2 { font-size: 22px; font-weight: 400; overflow-wrap: anywhere; }
  .inviter .round { width: 48px; height: 48px; --mdc-icon-size: 26px; }
  .marked { vertical-align: bottom; display: inline-flex; align-items: center; gap: 4px; --mdc-icon-size: 18px; }
  .marked ha-icon, .paste .right ha-icon, .upright .done ha-icon { color: var(--good); }
  .told { margin-bottom: 12px; overflow-wrap: anywhere; }
  .told > p:last-child { font-size: 16px; white-space: pre-line; }
  .ask { border: var(--edge); border-radius: 12px; padding: 13px; margin-top: 12px; min-width: 0; }
  .ask.chosen { border: 2px solid var(--accent); padding: 12px; background: var(--chosen); }
  .ask-head { display: flex; gap: 4px 12px; align-items: center; justify-content: space-between; flex-wrap: wrap; }
  .ask-head label { flex: 1 1 140px; }
  .ask-head strong { font-weight: 500; font-size: 15px; }
  .sheet-card input[type="checkbox"], .sheet-card input[type="radio"] {
    width: 20px;
    height: 20px;
  }
  .ask > .under, .agreeing > .under, .naming > :is(.field, .shown, .under) { margin-inline-start: 32px; }
  .ask .field, .back-part .legend, .ranks.places, .paste .button.strong { margin-top: 8px; }
  .paste .field { margin: 16px 0 8px; }
  .ask .seen, .sheet-card .parted { margin-top: 12px; }
  .ask svg { max-width: 360px; margin-top: 4px; }
  .warned { display: flex; gap: 10px; margin-top: 12px; font-size: 13px; --mdc-icon-size: 20px; }
  .warned ha-icon { color: #ffa600; flex: none; }
  .warned.mild ha-icon, .none, .ranks.places .rank { color: var(--soft); }
  .ask .none { margin: 4px 0 0 32px; font-size: 13px; }
  .fact { padding: 8px 12px; background: var(--pale-back); border-radius: 4px; margin-top: 8px; }
  .back > li { display: flex; gap: 12px; padding: 4px 0; --mdc-icon-size: 20px; overflow-wrap: anywhere; }
  .back ha-icon { color: var(--accent); flex: none; }
  h4 { font-size: 14px; font-weight: 500; margin: 0 0 4px; overflow-wrap: anywhere; }
  .back-part { border-top: var(--edge); padding: 12px 0; margin-top: 8px; }
  .back-part + h4 { border-top: var(--edge); padding-top: 12px; }
  .answers { font-size: 18px; line-height: 1.35; }
  .ranks.places li { grid-template-columns: 2em minmax(90px, 34%) 1fr 3.4em; font-variant-numeric: tabular-nums; }
  .ranks.places .rank { text-align: end; }
  .ranks.places .mine .rank { color: inherit; }
  .terms { margin-top: 16px; border-top: var(--edge); padding-top: 8px; }
  .rows.terms > div { border: 0; padding: 6px 0; align-items: center; }
  .agreeing { border: var(--edge); border-radius: 12px; padding: 10px 13px; margin: 16px 0; }
  .agreeing .line { display: flex; gap: 12px; align-items: center; }
  .agreeing .line label { flex: 1; }
  .charter {
    background: var(--pale-back);
    border-radius: 8px;
    padding: 12px 16px;
    margin-top: 8px;
    max-height: 50vh;
    overflow-y: auto;
    white-space: pre-line;
    overflow-wrap: anywhere;
  }
  .alert.waits { background: var(--pale-back); }
  .press { border-top: var(--edge); margin: 16px -20px -20px; padding: 12px 20px 16px; text-align: center; }
  .press .under { font-size: 13px; margin-bottom: 8px; }
  .press button { width: 100%; justify-content: center; min-height: 48px; border-radius: 24px; font-size: 16px; font-weight: 500; }
  .press button.text { margin-top: 4px; min-height: 44px; font-size: 14px; }
  .paste .wrong { color: var(--bad); }
  .paste .under.right { display: flex; gap: 4px; align-items: center; --mdc-icon-size: 16px; }
  .upright { list-style: none; margin: 12px 0; padding: 0; }
  .upright > li { display: flex; gap: 12px; padding: 8px 0; --mdc-icon-size: 22px; }
  .upright .awaited ha-icon { color: var(--accent); }
  .parted > li { display: flex; gap: 4px 12px; align-items: center; justify-content: space-between; flex-wrap: wrap; padding: 6px 0; overflow-wrap: anywhere; }
  .notes > li { padding: 6px 0; white-space: pre-line; overflow-wrap: anywhere; }
  .spread { display: flex; gap: 8px 16px; align-items: start; justify-content: space-between; flex-wrap: wrap; }
  .spread > :first-child { flex: 1 1 240px; min-width: 0; overflow-wrap: anywhere; }
  .parted button.plain { padding: 0; text-align: start; }
  @container (width < 560px) {
    .sheet-card { padding: 16px; }
    .press { margin: 16px -16px -16px; padding: 12px 16px 16px; }
  }
`);
