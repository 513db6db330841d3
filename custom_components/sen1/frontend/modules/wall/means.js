/** Means of the hours of a day, of the home's clock. */

import { partsOf } from "../calendar.js";
import { sumOf } from "../closing.js";

/**
 * Return the mean energy of each of the 24 hours, kWh, of powers in equal steps; NaN where nothing
 * is known. `onlyWeekdays` leaves Saturdays and Sundays out.
 */
export function hourMeans(values, begin, step, zone, onlyWeekdays = false) {
  const hours = Array.from({ length: 24 }, () => []);
  values.forEach((value, i) => {
    const { hour, weekday } = partsOf(+begin + i * step, zone);
    const isCounted = !Number.isNaN(value) && !(onlyWeekdays && weekday % 6 === 0);
    if (isCounted) hours[hour].push(value);
  });
  return hours.map((known) => sumOf(known) / known.length);
}

/** Return the hour with the highest value. */
export const highest = (values) =>
  values.indexOf(Math.max(...values.filter((value) => !Number.isNaN(value))));
