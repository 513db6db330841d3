/** One's own beside a group of homes: the powers of the last days, and what both come to in a day. */

import { Fetched } from "../fetched.js";
import { ownOf } from "./received.js";

/** What is fetched for a card, once for each group. */
export class Beside {
  all = new Map();

  constructor(card) {
    this.card = card;
  }

  /**
   * Return what is `fetched` of a group that an entity tells of, and the powers, kW, of the group and of
   * one's `own` home: undefined where none is known.
   */
  of(entity, { direction, statistic }, site) {
    const { card, all } = this;
    const ids = [ownOf(site, direction), statistic];
    if (!all.has(entity)) all.set(entity, new Fetched(() => card.redraw()));
    const fetched = all.get(entity);
    fetched.want(card.hass, ids.filter(Boolean), Fetched.period({}, card.formats.zone));
    const [own, group] = ids.map((id) => (fetched.has(id) ? fetched.values[id] : undefined));
    return { fetched, own, group };
  }
}

/** Return what powers come to in a day, kWh, in the mean of the steps of which all are known; and their part. */
export function perDay(...all) {
  const known = [...all[0].keys()].filter((i) => all.every((one) => Number.isFinite(one[i])));
  const days = all.map((one) => (24 * known.reduce((sum, i) => sum + one[i], 0)) / known.length);
  return { days, part: known.length / all[0].length };
}
