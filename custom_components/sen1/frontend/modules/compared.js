/** What is compared: the powers and amounts of a period, over what all know. */

import { daysIn, daysOf } from "./calendar.js";
import { common, hourly, summary, timeOf } from "./common.js";
import { Fetched, LEAST_KNOWN, sure } from "./fetched.js";
import { inWatts } from "./formats.js";
import { coverage, grouped } from "./recorder.js";

const HOUR = 3_600_000;
/** Longer periods are drawn day by day. */
const LONG_DAYS = 62;

/** Return a sum as the sensors tell it, to 0.1 Wh: what comes after that is noise of its parts. */
const exact = (value) => Math.round(value * 1e4) / 1e4;

const isKnown = ({ parts }) => parts.some((part) => part >= LEAST_KNOWN);

export class Compared extends Fetched {
  /** Find the `parts` of steps that all know that have data. */
  compare() {
    const parts = Object.values(this.told)
      .filter(isKnown)
      .map((told) => told.parts);
    this.parts = parts.length ? common(parts) : new Float64Array();
    this.time = timeOf(this.parts, parts, this.step);
  }

  /** Return the parts of steps by which a series is counted; where all have nothing in common, its own. */
  counted = (id) => (isKnown(this) && isKnown(this.told[id]) ? this.parts : this.told[id].parts);

  /** Return the summary of a series, or null. */
  summary = (id, parts = this.counted(id)) =>
    summary(this.told[id], parts, this.period.begin, this.step);

  isPower = (id) => (this.units?.[id] ?? "kW") === "kW";

  /** Return the unit in which the values of a series are told, and values as they are told in it. */
  unit = (id) => (this.isPower(id) ? "W" : this.units[id]);
  inUnit = (id, values) => (this.isPower(id) ? inWatts(values) : values);

  /** Whether a step has what was counted in it, and not a mean. */
  isAmount = (id) => this.told[id].isAmount;

  /** Whether days alone are known of a series, and the steps are shorter. */
  isOfDays = (id) => this.has(id) && !isKnown(hourly(this.told[id]));

  /** Return what a series comes to: an energy, an amount or a mean, and its unit. */
  total(id, found = this.summary(id)) {
    const [unit, factor] = this.isPower(id) ? ["kWh", this.step / HOUR] : [this.unit(id), 1];
    const isSum = this.isPower(id) || this.isAmount(id);
    return { value: isSum ? found && exact(found.sum * factor) : found?.mean, unit };
  }

  /** Return what a production covers of a consumption, hour by hour, with the `time` it is counted over, as above. */
  coverage(production, consumption) {
    const [made, used] = [this.told[production], this.told[consumption]];
    const parts = common([made, used].map((one) => hourly(one).parts));
    const time = timeOf(parts, [made.parts, used.parts], this.step);
    return { ...coverage(made.values, used.values, this.step, parts), time };
  }

  /** Return the part of the time that is known, of a period that goes on: that has passed. */
  known(id) {
    const { parts } = this.told[id];
    const passed = Math.min(Date.now(), this.period.end) - this.period.begin;
    const steps = Math.min(parts.length, Math.max(Math.floor(passed / this.step), 1));
    return parts.subarray(0, steps).reduce((sum, part) => sum + part, 0) / steps;
  }

  /** Return what is drawn of a series: means of days in a long period, or what each counted. */
  drawn = (id) => (this.stepOf(id) > this.step ? this.byDay(this.told[id]) : this.values[id]);

  /** Return what is drawn where a day says nothing of its hours. */
  hourly = (id) => (this.isLong ? this.drawn(id) : sure(hourly(this.told[id])));

  get isLong() {
    return daysIn(this.period) > LONG_DAYS;
  }

  get drawnStep() {
    return this.isLong ? 24 * HOUR : this.step;
  }

  /** Return the step that a series is drawn in: what is counted by days has a bar a day. */
  stepOf = (id) =>
    this.isAmount(id) && this.isOfDays(id) && daysIn(this.period) > 1 ? 24 * HOUR : this.drawnStep;

  /** Return the days of the period, NaN where less than half is known. */
  byDay({ values, parts, isAmount }) {
    const { period } = this;
    const starts = daysOf(period, this.zone);
    const sums = (list) => grouped(list, period.begin, this.step, starts, period.end, true);
    const known = sums(parts);
    const all = sums(isAmount ? values : values.map((value, i) => value * parts[i]));
    return all.map((sum, i) => {
      const steps = ((starts[i + 1] ?? period.end) - starts[i]) / this.step;
      if (!(known[i] >= LEAST_KNOWN * steps)) return NaN;
      return isAmount ? sum : sum / known[i];
    });
  }
}
