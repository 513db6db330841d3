/** What is known of series in a period, fetched once, and how far what a sensor tells is known. */

import { daysIn, fromField, PRESETS, startOfDay } from "./calendar.js";
import { first } from "./installation.js";

const HOUR = 3_600_000;
const STEPS = { five_minutes: HOUR / 12, half_hour: HOUR / 2, hour: HOUR };
const AGAIN_MS = 300_000;

/** A step of which less is known stands for nothing, as in `history/periods.py`. */
export const LEAST_KNOWN = 0.5;

/** From so many % on a time is known well enough to be held against another. */
const COMPARABLE = 95;

/** Return the step that a period is fetched in; who has but a link is given none finer than `finest`. */
export function stepOf(period, { finest } = {}) {
  if (finest) return finest;
  const days = daysIn(period);
  if (days < 1) return "five_minutes";
  return days <= 8 ? "half_hour" : "hour";
}

/** Return what is known of series in equal steps, and their units. */
export async function valuesOf(hass, ids, period, name = stepOf(period, hass)) {
  const answer = await hass.callWS({
    type: "sen1/values",
    ids,
    begin: period.begin.toISOString(),
    end: period.end.toISOString(),
    step: name,
  });
  const told = Object.fromEntries(ids.map((id) => [id, toldOf(answer, id)]));
  const values = Object.fromEntries(ids.map((id) => [id, sure(told[id])]));
  return { step: STEPS[name], units: answer.unit, told, values };
}

/**
 * Return what is told of a series: its `values`, NaN where nothing is known, the `parts` of its steps that
 * are known, 0 to 1, which of them are `ofDays`, and whether it has amounts, not means.
 */
function toldOf(answer, id) {
  const values = Float64Array.from(answer.values[id] ?? [], (value) => value ?? NaN);
  const parts = values.map((value) => (Number.isNaN(value) ? 0 : 1));
  for (const [i, part] of answer.partial[id] ?? []) parts[i] = part;
  const ofDays = new Uint8Array(values.length);
  for (const [first, stop] of answer.of_days[id] ?? []) ofDays.fill(1, first, stop);
  return { values, parts, ofDays, isAmount: answer.is_amount[id] ?? false };
}

/** Return the values of the steps of which half is known at least, NaN in others. */
export const sure = ({ values, parts }) =>
  values.map((value, i) => (parts[i] < LEAST_KNOWN ? NaN : value));

export class Fetched {
  /** Fetch for a card; `onChange` is called when there is more to show. */
  constructor(onChange) {
    this.onChange = onChange;
    this.status = "loading";
    this.asked = "";
  }

  static period = (config, zone) =>
    (PRESETS[config.period] ?? PRESETS.last_7_days)(Date.now(), zone);

  /** See to it that series are there for a period. */
  want(hass, series, period) {
    // A period that goes on is asked for again and again, one that is over once.
    const turn = +period.end > Date.now() ? Math.floor(Date.now() / AGAIN_MS) : 0;
    const asked = JSON.stringify([series, period, turn, hass.connected]);
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
    this.fetch(hass, series, period, asked);
  }

  async fetch(hass, series, period, asked) {
    try {
      const zone = hass.config.time_zone;
      const found = await valuesOf(hass, [...new Set(series)], period);
      if (asked !== this.asked) return;
      Object.assign(this, { ...found, period, zone, status: "ready" });
      this.compare?.();
    } catch (error) {
      if (asked !== this.asked) return;
      Object.assign(this, { status: "error", error });
    }
    this.onChange();
  }

  has = (id) => this.values?.[id]?.some((value) => !Number.isNaN(value)) ?? false;
}

/** Return the last day that an entity knows, if that is before today; midnight ends the one before it. */
export function lastKnown({ states, config }, entity) {
  const known = Date.parse(states[entity]?.attributes.known_until);
  return known <= startOfDay(Date.now(), config.time_zone) ? new Date(known - 1) : undefined;
}

/** Return the energy of the same dates of last year, where both years are known well enough, or undefined. */
export function sameLastYear({ known, same_last_year: same, same_last_year_known: then }) {
  return known >= COMPARABLE && then >= COMPARABLE && same > 0 ? same : undefined;
}

/** Return the mean energy of a day of this year, as far as somebody read the meter: `{energy, begin}`. */
export function perDay({ states, config }, here) {
  const { state, attributes = {} } = states[first(here, "bought_year")] ?? {};
  const begin = attributes.begin && fromField(attributes.begin, config.time_zone);
  const days = (Date.parse(attributes.known_until) - begin) / (24 * HOUR);
  return attributes.known >= COMPARABLE && days >= 1 ? { energy: state / days, begin } : undefined;
}
