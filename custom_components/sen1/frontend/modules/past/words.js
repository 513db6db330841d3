/** How periods, steps and moments of the past are called. */

import { CENTS, ENERGY_DIGITS, inOne } from "../formats.js";

/** Return the name of a period: its date, its days, its month or its year. */
export function nameOf({ unit, begin, end }, formats) {
  if (unit === "day") return formats.longDate(begin);
  if (unit === "year") return formats.date(begin, { year: "numeric" });
  if (unit === "month") return formats.date(begin, { month: "long", year: "numeric" });
  return formats.range(begin, end);
}

/** Return the name of a period in few letters. */
export function shortNameOf({ unit, begin, end }, formats) {
  if (unit !== "day") return nameOf({ unit, begin, end }, formats);
  return formats.date(begin, { day: "numeric", month: "short", year: "numeric" });
}

/** Return the name of a step in the table. */
export function stepName(begin, unit, formats) {
  if (unit === "day") return formats.time(begin);
  if (unit === "year") return formats.date(begin, { month: "long" });
  return formats.date(begin, { weekday: "short", day: "numeric" });
}

/** Return when the highest power was, with its day where the step is longer. */
export function momentOf(time, unit, formats, at) {
  if (unit === "day") return formats.time(time);
  const day =
    unit === "year" ? { day: "numeric", month: "short" } : { weekday: "short", day: "numeric" };
  return `${formats.date(time, day)} ${at} ${formats.time(time)}`;
}

/** Return what the highest power is called. */
export const highestOf = ({ isMean }, words) => words[isMean ? "highest_half_hour" : "highest"];

/** Return the highest power of a step, and when it was. */
export const peakOf = ({ values, at }, i, unit, { formats, text }) =>
  inOne([
    formats.power(values[i], "W"),
    Number.isFinite(at[i]) && momentOf(at[i], unit, formats, text.at),
  ]);

/** Return what stands under the bars: what is now is strong, and a phone has room for few. */
export function labelsOf({ begins, begun }, { unit, isNow, isNarrow, formats }) {
  const write = {
    day: (begin) => formats.hour(begin),
    week: (begin) =>
      formats.date(begin, isNarrow ? { weekday: "short" } : { weekday: "short", day: "numeric" }),
    month: (begin) => formats.date(begin, { day: "numeric" }),
    days: (begin) => formats.date(begin, { day: "numeric" }),
    year: (begin) => formats.date(begin, { month: isNarrow ? "narrow" : "short" }),
  };
  const many = Math.ceil(begins.length / (isNarrow ? 6 : 31));
  const every = { day: isNarrow ? 6 : 3, month: isNarrow ? 7 : 1, days: many }[unit] ?? 1;
  return begins
    .map((begin, at) => ({ at, text: write[unit](begin), isStrong: isNow && at === begun - 1 }))
    .filter(({ at, isStrong }) => at % every === 0 || (isStrong && !isNarrow && every === 1));
}

/** Return the name of a tariff period; Home Assistant has the words of a sensor's states. */
export function tariffName(tariff, { hass, text }) {
  if (!tariff) return text.no_tariff;
  const key = `component.sen1.entity.sensor.tariff_period_in_force.state.${tariff}`;
  return hass.localize(key) || tariff;
}

/** Return the digits of a sum: those of Home's own figures. */
export const digitsOf = (unit) => (unit === "kWh" ? ENERGY_DIGITS : 2);

/** Return how values of what is shown are written: in money, or in their unit. */
export const writing =
  ({ isMoney, unit }, formats, digits = digitsOf(unit)) =>
  (value) =>
    isMoney ? formats.money(value) : formats.quantity(value, unit, digits);

/** Return the digits of the rows: hours are small. */
export function rowDigits(shown, period) {
  if (shown.isMoney) return CENTS;
  return digitsOf(shown.unit) + (period.unit === "day" ? 1 : 0);
}
