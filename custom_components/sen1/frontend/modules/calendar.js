/** Civil days, weeks, months and years of the home, whatever zone the browser is in. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const formats = new Map();

/** Of each zone, by how much its clocks are ahead of UTC as a day of UTC begins, by its number. */
const midnights = new Map();

/** Return what the calendar and the clock of the home show at a time; months and weekdays, of which the first is Sunday, count from 0. */
export function partsOf(time, zone) {
  const shown = new Date(+time + offset(time, zone));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth(),
    day: shown.getUTCDate(),
    weekday: shown.getUTCDay(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
  };
}

/** Return by how much the clocks of a zone are ahead of UTC at a time, ms. */
function offset(time, zone) {
  const day = Math.floor(time / DAY);
  const before = offsetAtMidnight(day, zone);
  // No zone changes its clocks twice within a day.
  return before === offsetAtMidnight(day + 1, zone) ? before : readOffset(+time, zone);
}

function offsetAtMidnight(day, zone) {
  if (!midnights.has(zone)) midnights.set(zone, new Map());
  const known = midnights.get(zone);
  if (!known.has(day)) known.set(day, readOffset(day * DAY, zone));
  return known.get(day);
}

/** Ask the browser, which takes long. */
function readOffset(time, zone) {
  if (!formats.has(zone)) {
    const options = { timeZone: zone, timeZoneName: "longOffset" };
    formats.set(zone, new Intl.DateTimeFormat("en-US", options));
  }
  const parts = formats.get(zone).formatToParts(time);
  const { value } = parts.find(({ type }) => type === "timeZoneName");
  // "GMT+02:00", or "GMT" alone; before 1912 with seconds, which nobody here measured.
  return -Date.parse(`1970-01-01T00:00:00${value.slice(3, 9) || "Z"}`);
}

/**
 * Return when a date of the home begins; months count from 0, days may be any number.
 *
 * Of two midnights the first is meant; where there is none, the moment that its clock is moved on.
 */
export const dayBegin = (zone, year, month, day) => momentOf(zone, { year, month, day });

/** Return when the calendar and the clock of the home show this; see `dayBegin` for hours that change. */
export function momentOf(zone, { year, month, day, hour = 0, minute = 0, second = 0 }) {
  const written = Date.UTC(year, month, day, hour, minute, second);
  // As the clocks went on the day before, then as they go on the day after.
  const times = [-DAY, DAY].map((by) => written - offset(written + by, zone));
  const isShown = (time) => time + offset(time, zone) === written;
  return new Date(times.find(isShown) ?? times[0]);
}

/** Return the date of the home at a time, moved by days. */
export function startOfDay(time, zone, days = 0) {
  const { year, month, day } = partsOf(time, zone);
  return dayBegin(zone, year, month, day + days);
}

/** Return the period of a unit that holds a time, moved by `by` units: `{unit, begin, end}`. */
export function periodAt(time, unit, zone, by = 0) {
  const { year, month, weekday } = partsOf(time, zone);
  if (unit === "hour") {
    // Some zones are ahead by half-hours.
    const ahead = offset(time, zone);
    const begin = (Math.floor((+time + ahead) / HOUR) + by) * HOUR - ahead;
    return { unit, begin: new Date(begin), end: new Date(begin + HOUR) };
  }
  const begins = {
    month: (at) => dayBegin(zone, year, month + at, 1),
    year: (at) => dayBegin(zone, year + at, 0, 1),
    two_years: (at) => dayBegin(zone, year - 1 + 2 * at, 0, 1),
  }[unit];
  if (begins) return { unit, begin: begins(by), end: begins(by + 1) };
  const length = unit === "week" ? 7 : 1;
  const back = unit === "week" ? (weekday + 6) % 7 : 0;
  return span(time, zone, by * length - back, length, unit);
}

/** Return a number of days, the first of which is `from` days from a time. */
export const span = (time, zone, from, days, unit = "days") => ({
  unit,
  begin: startOfDay(time, zone, from),
  end: startOfDay(time, zone, from + days),
});

/** The periods the schools compared, with those a dashboard begins with. */
export const PRESETS = {
  today: (now, zone) => periodAt(now, "day", zone),
  yesterday: (now, zone) => periodAt(now, "day", zone, -1),
  day_before: (now, zone) => periodAt(now, "day", zone, -2),
  same_day: (now, zone) => periodAt(now, "day", zone, -7),
  this_week: (now, zone) => periodAt(now, "week", zone),
  last_week: (now, zone) => periodAt(now, "week", zone, -1),
  last_hour: (now, zone) => periodAt(now, "hour", zone, -1),
  last_7_days: (now, zone) => span(now, zone, -7, 7),
  last_30_days: (now, zone) => span(now, zone, -30, 30),
  last_90_days: (now, zone) => span(now, zone, -90, 90),
  this_month: (now, zone) => periodAt(now, "month", zone),
  last_month: (now, zone) => periodAt(now, "month", zone, -1),
  this_year: (now, zone) => periodAt(now, "year", zone),
  last_year: (now, zone) => periodAt(now, "year", zone, -1),
  two_years: (now, zone) => periodAt(now, "two_years", zone),
};

/** Return how many days of the calendar a period has. */
export const daysIn = ({ begin, end }) => Math.round((end - begin) / DAY);

/** Return the period before or after one, of the same kind. */
export function move(period, by, zone) {
  if (period.unit !== "days") return periodAt(new Date(period.end - 1), period.unit, zone, by);
  return span(period.begin, zone, by * daysIn(period), daysIn(period));
}

/** Return the same period of a year ago. */
export function yearEarlier(period, zone) {
  // A day of the week is compared with the same day of the week.
  if (daysIn(period) <= 7) return span(period.begin, zone, -364, daysIn(period));
  const { year, month, day } = partsOf(period.begin, zone);
  const end = partsOf(period.end, zone);
  return {
    unit: period.unit,
    begin: dayBegin(zone, year - 1, month, day),
    end: dayBegin(zone, end.year - 1, end.month, end.day),
  };
}

/** Return the beginnings of the days of a period. */
export function daysOf({ begin, end }, zone) {
  const days = [];
  for (let day = begin; day < end; day = startOfDay(begin, zone, days.length)) days.push(day);
  return days;
}

/** Return the beginnings of the months of a period. */
export function monthsOf({ begin, end }, zone) {
  const { year, month } = partsOf(begin, zone);
  const months = [];
  let first = begin;
  while (first < end) {
    months.push(first);
    first = dayBegin(zone, year, month + months.length, 1);
  }
  return months;
}

/** Return a date as its field writes it, and the reverse. */
export const toField = (time, zone) => {
  const { year, month, day } = partsOf(time, zone);
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
};
export const fromField = (text, zone) => {
  const [year, month, day] = text.split("-").map(Number);
  return dayBegin(zone, year, month - 1, day);
};
