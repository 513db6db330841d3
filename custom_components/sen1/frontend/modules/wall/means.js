/** Means of the hours of a day, of the home's clock. */

/**
 * Return the mean energy of each of the 24 hours, kWh, of powers in equal steps; NaN where nothing
 * is known. `onlyWeekdays` leaves Saturdays and Sundays out.
 */
export function hourMeans(values, begin, step, zone, onlyWeekdays = false) {
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hour: "numeric",
    weekday: "short",
    hourCycle: "h23",
  });
  const sums = new Float64Array(24);
  const counts = new Float64Array(24);
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    const parts = clock.formatToParts(+begin + i * step);
    const { hour, weekday } = Object.fromEntries(parts.map((one) => [one.type, one.value]));
    if (onlyWeekdays && ["Sat", "Sun"].includes(weekday)) return;
    sums[Number(hour)] += value;
    counts[Number(hour)] += 1;
  });
  return sums.map((sum, hour) => (counts[hour] ? sum / counts[hour] : NaN));
}

/** Return the hour with the highest value. */
export function highest(values) {
  return values.reduce((most, value, hour) => (value > (values[most] ?? -1) ? hour : most), -1);
}
