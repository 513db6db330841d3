/** What is compared: the period, the earlier one, and the powers of both; fetched once for each. */

import { daysIn, daysOf, earlier, PRESETS } from "./calendar.js";
import { grouped, powers, stepOf, summary } from "./recorder.js";
import { available, configured } from "./series.js";

const HOUR = 3_600_000;
/** Longer periods are drawn day by day. */
const LONG_DAYS = 62;
const AGAIN_MS = 300_000;

export class Compared {
  /** Fetch for a card; `onChange` is called when there is more to show. */
  constructor(onChange) {
    this.onChange = onChange;
    this.status = "loading";
    this.asked = "";
  }

  /** Return the series of a configuration, or those this person may choose from. */
  static series = (card) =>
    card.config.series?.length
      ? configured(card.hass, card.config.series)
      : available(card.hass, card.text);

  static period = (config, zone) =>
    (PRESETS[config.period] ?? PRESETS.last_7_days)(Date.now(), zone);

  /** See to it that series are there for a period, and for an earlier one if `how` says which. */
  want(hass, series, period, how) {
    // A period that goes on is asked for again and again, one that is over once.
    const turn = +period.end > Date.now() ? Math.floor(Date.now() / AGAIN_MS) : 0;
    const asked = JSON.stringify([series, period, how, turn, hass.connected]);
    if (asked === this.asked) return;
    const isSame =
      this.period && +this.period.begin === +period.begin && +this.period.end === +period.end;
    this.asked = asked;
    if (!hass.connected) {
      this.status = isSame && this.values ? "offline" : "loading";
      return;
    }
    if (!isSame) {
      this.status = "loading";
      this.values = undefined;
    }
    this.fetch(hass, series, period, how, asked);
  }

  async fetch(hass, series, period, how, asked) {
    try {
      const zone = hass.config.time_zone;
      const ids = [...new Set(series)];
      const step = stepOf(period);
      const before = how && earlier(period, how, zone);
      const [values, old] = await Promise.all([
        powers(hass, ids, period, step),
        before ? powers(hass, ids, before, stepOf(before)) : {},
      ]);
      if (asked !== this.asked) return;
      Object.assign(this, {
        period,
        step,
        values,
        before,
        old,
        oldStep: before && stepOf(before),
        zone,
        status: "ready",
      });
    } catch (error) {
      if (asked !== this.asked) return;
      Object.assign(this, { status: "error", error });
    }
    this.onChange();
  }

  has = (id) => this.values?.[id]?.some((value) => !Number.isNaN(value)) ?? false;

  /** Return the summary of a series, and that of the earlier period, or neither's. */
  summary = (id) => summary(this.values[id], this.period.begin, this.step);
  earlier = (id) => this.before && summary(this.old[id] ?? [], this.before.begin, this.oldStep);

  /** Return by which part of it an energy changed, or undefined where there is none before. */
  change(id) {
    const before = this.earlier(id)?.energy;
    return before > 0 ? (this.summary(id).energy - before) / before : undefined;
  }

  /** Return what is drawn of a series: means of days in a long period. */
  drawn(id) {
    const values = this.values[id];
    return this.isLong ? this.byDay(values, this.period, this.step) : values;
  }

  /** Return the earlier period laid over this one, step upon step. */
  ghost(id) {
    const old = this.before && this.old[id];
    if (!old) return undefined;
    const values = this.isLong ? this.byDay(old, this.before, this.oldStep) : old;
    const step = this.isLong ? this.drawnStep : this.oldStep;
    const at = (i) => Math.floor((i * this.drawnStep) / step);
    const length = this.drawn(id).length;
    return Float64Array.from({ length }, (_, i) => values[at(i)] ?? NaN);
  }

  get isLong() {
    return daysIn(this.period) > LONG_DAYS;
  }

  get drawnStep() {
    return this.isLong ? 24 * HOUR : this.step;
  }

  byDay = (values, period, step) =>
    grouped(values, period.begin, step, daysOf(period, this.zone), period.end);
}
