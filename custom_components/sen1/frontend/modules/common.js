/** What is compared, of series or of two periods: what all of them know at the same time. */

import { LEAST_KNOWN } from "./fetched.js";

/**
 * Return the part of each step that is compared, of the parts that each of several knows, 0 to 1. Of one
 * alone that is all it knows.
 */
export function common([first, ...others]) {
  if (!others.length) return first;
  return first.map((part, i) => {
    const least = Math.min(part, ...others.map((parts) => parts[i] ?? 0));
    return least < LEAST_KNOWN ? 0 : least;
  });
}

/** Return how long is compared, ms, undefined if that is all that is known of each. */
export function timeOf(compared, all, step) {
  const sum = (parts) => parts.reduce((steps, part) => steps + part, 0);
  return Math.max(...all.map(sum)) - sum(compared) > 0.01 ? sum(compared) * step : undefined;
}

/** Return over how much is counted, in words; nothing where that is all that is known of each. */
export function countedOver(text, formats, time) {
  if (time === undefined) return undefined;
  const days = Math.round(time / 86_400_000);
  if (days > 1) return text.common.days(days);
  return time > 0 ? text.common.hours(formats.number(time / 3_600_000, 1)) : text.common.none;
}

/**
 * Return what a series comes to over the parts of steps that are compared, null where nothing is known: its
 * `sum`, in steps of a mean, its `mean`, and `min`, `max` and when that begins, which only whole steps tell
 * that are not of a day.
 */
export function summary({ values, parts, ofDays, isAmount }, compared, begin, step) {
  let [sum, total, known, min, max, at] = [0, 0, 0, NaN, NaN, undefined];
  compared.forEach((part, i) => {
    if (!part) return;
    const value = isAmount ? values[i] / parts[i] : values[i];
    sum += value * part;
    if (part < LEAST_KNOWN) return;
    total += value * part;
    known += part;
    if (part < 1 || ofDays[i]) return;
    if (!(value >= min)) min = value;
    if (!(value <= max)) [max, at] = [value, new Date(+begin + i * step)];
  });
  return compared.some(Boolean) ? { min, max, at, mean: total / known, sum } : null;
}

/** Return a series with nothing in the steps that tell only of their day. */
export const hourly = (told) => ({
  ...told,
  parts: told.parts.map((part, i) => (told.ofDays[i] ? 0 : part)),
});
