/** What is looked at: kept while the tab is open, so that leafing outlives a reload of its page. */

import { UNITS } from "./spans.js";

const keyOf = (site) => `sen1.past.${site ?? ""}`;

/** Return what a card of a site looked at last in this tab; `at`, a date, is missing of what is now. */
export function choiceOf(site) {
  let kept = {};
  try {
    kept = JSON.parse(sessionStorage.getItem(keyOf(site))) ?? {};
  } catch {
    // A page may be forbidden to keep anything.
  }
  return {
    site: kept.site,
    unit: UNITS.includes(kept.unit) ? kept.unit : "month",
    at: /^\d{4}-\d\d-\d\d$/.test(kept.at) ? kept.at : undefined,
    what: kept.what,
    isMoney: kept.isMoney === true,
    isAlone: kept.isAlone === true,
  };
}

/** Keep it. */
export function keepChoice(site, choice) {
  try {
    sessionStorage.setItem(keyOf(site), JSON.stringify(choice));
  } catch {
    // Then a reload begins with this month.
  }
}
