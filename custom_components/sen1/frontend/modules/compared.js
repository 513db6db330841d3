/** What is compared: the period, the earlier one, and the powers of both; fetched once for each. */

import { daysIn, daysOf, earlier, PRESETS } from "./calendar.js";
import { grouped, summary } from "./recorder.js";

const HOUR = 3_600_000;
const STEPS = { five_minutes: HOUR / 12, half_hour: HOUR / 2, hour: HOUR };
/** What is counted; of all else in a unit of its own there are means. */
const VOLUMES = ["m³", "L", "mL", "ft³", "CCF", "MCF", "gal", "fl. oz."];
/** Longer periods are drawn day by day. */
const LONG_DAYS = 62;
const AGAIN_MS = 300_000;

/** Return a sum as the sensors tell it, to 0.1 Wh: what comes after that is noise of its parts. */
const exact = (value) => Math.round(value * 1e4) / 1e4;

/** Return the step that a period is fetched in. */
export function stepOf(period) {
  const days = daysIn(period);
  if (days < 1) return "five_minutes";
  return days <= 8 ? "half_hour" : "hour";
}

/** Return the values of series in equal steps, NaN where nothing is known, and their units. */
export async function valuesOf(hass, ids, period) {
  const name = stepOf(period);
  const { values, unit } = await hass.callWS({
    type: "sen1/values",
    ids,
    begin: period.begin.toISOString(),
    end: period.end.toISOString(),
    step: name,
  });
  const read = (list) => Float64Array.from(list ?? [], (value) => value ?? NaN);
  return {
    step: STEPS[name],
    units: unit,
    values: Object.fromEntries(ids.map((id) => [id, read(values[id])])),
  };
}

export class Compared {
  /** Fetch for a card; `onChange` is called when there is more to show. */
  constructor(onChange) {
    this.onChange = onChange;
    this.status = "loading";
    this.asked = "";
  }

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
      const before = how && earlier(period, how, zone);
      const [now, old] = await Promise.all([
        valuesOf(hass, ids, period),
        before ? valuesOf(hass, ids, before) : {},
      ]);
      if (asked !== this.asked) return;
      Object.assign(this, {
        period,
        ...now,
        before,
        old: old.values,
        oldStep: old.step,
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

  unit = (id) => this.units?.[id] ?? "kW";
  isPower = (id) => this.unit(id) === "kW";

  /** Whether a step has what was counted in it, and not a mean. */
  isAmount = (id) => VOLUMES.includes(this.unit(id));

  /** Return what a series comes to: an energy, an amount or a mean, and its unit. */
  total(id, found = this.summary(id), step = this.step) {
    if (this.isPower(id)) return { value: found && exact(found.energy), unit: "kWh" };
    const unit = this.unit(id);
    if (!this.isAmount(id)) return { value: found?.mean, unit };
    return { value: found && exact((found.energy * HOUR) / step), unit };
  }

  /** Return what it came to in the earlier period. */
  totalBefore(id) {
    const found = this.earlier(id);
    return found ? this.total(id, found, this.oldStep) : undefined;
  }

  /** Return by which part of it a total changed, or undefined where there is none before. */
  change(id) {
    const before = this.totalBefore(id)?.value;
    return before > 0 ? (this.total(id).value - before) / before : undefined;
  }

  /** Return the part of the time that is known, of a period that goes on: that has passed. */
  known(id) {
    const values = this.values[id];
    const passed = Math.floor(
      (Math.min(Date.now(), this.period.end) - this.period.begin) / this.step,
    );
    const steps = Math.min(values.length, Math.max(passed, 1));
    let count = 0;
    for (let at = 0; at < steps; at += 1) count += Number.isNaN(values[at]) ? 0 : 1;
    return count / steps;
  }

  /** Return what is drawn of a series: means of days in a long period, or what each counted. */
  drawn(id) {
    const values = this.values[id];
    return this.isLong ? this.byDay(values, this.period, this.step, this.isAmount(id)) : values;
  }

  /** Return the earlier period laid over this one, step upon step. */
  ghost(id) {
    const old = this.before && this.old[id];
    if (!old) return undefined;
    const isSum = this.isAmount(id);
    const values = this.isLong ? this.byDay(old, this.before, this.oldStep, isSum) : old;
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

  byDay = (values, period, step, isSum) =>
    grouped(values, period.begin, step, daysOf(period, this.zone), period.end, isSum);
}
