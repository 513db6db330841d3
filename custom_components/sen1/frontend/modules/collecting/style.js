/** Shapes of both pages of collections. */

import { sheetOf } from "../style.js";

export const sheet = sheetOf(`
  .frame { --chosen: #f4fbfd; }
  .frame.dark { --chosen: #10252b; }
  .message p { overflow-wrap: anywhere; }
  button.plain { border: 0; padding: 0 4px; min-height: 32px; }
  .state { display: inline-flex; gap: 6px; align-items: center; white-space: nowrap; --mdc-icon-size: 18px; }
  .state.up_to_date ha-icon, .state.in ha-icon { color: var(--good); }
  .state.silent ha-icon { color: var(--brown); }
  .state.waiting ha-icon, .state.paused ha-icon, .state.over ha-icon { color: var(--soft); }
  .tip.below { position: relative; top: 0; }
  .hair { position: absolute; top: 0; bottom: 0; width: 1px; background: var(--text); pointer-events: none; }
`);
