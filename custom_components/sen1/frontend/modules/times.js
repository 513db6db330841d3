/** The times under the picture of a period. */

import { daysIn, daysOf, momentOf, monthsOf, partsOf } from "./calendar.js";

const HOUR = 3_600_000;

/** Return the lines between the days, hours or months of a period, and their names. */
export function timesOf(period, formats, isNarrow) {
  const days = daysIn(period);
  if (days < 1) return minutesUnder(period, formats);
  if (days <= 1) return hoursUnder(period, formats, isNarrow);
  if (days <= 62) return daysUnder(period, formats, isNarrow);
  return monthsUnder(period, formats, isNarrow);
}

function minutesUnder({ begin, end }, formats) {
  const times = [0, 1, 2, 3, 4].map((quarter) => new Date(+begin + (quarter * (end - begin)) / 4));
  const labels = times.map((time) => ({ time, text: formats.time(time), anchor: "middle" }));
  labels[0].anchor = "start";
  labels[4].anchor = "end";
  return { marks: times.slice(1, -1), labels };
}

function hoursUnder({ begin, end }, formats, isNarrow) {
  const day = partsOf(begin, formats.zone);
  const hours = (isNarrow ? [6, 12, 18] : [3, 6, 9, 12, 15, 18, 21]).map((hour) =>
    momentOf(formats.zone, { ...day, hour }),
  );
  const labels = [
    { time: begin, text: formats.hour(begin), anchor: "start" },
    ...hours.map((time) => ({ time, text: formats.hour(time), anchor: "middle" })),
    { time: end, text: formats.lastHour(end), anchor: "end" },
  ];
  return { marks: hours, labels };
}

function daysUnder(period, formats, isNarrow) {
  const days = daysOf(period, formats.zone);
  const number = (day) => formats.date(day, { day: "numeric" });
  const name = (day) => formats.date(day, { weekday: "short" });
  const labels = (shown, write) =>
    shown.map((day) => ({ time: new Date(+day + 12 * HOUR), text: write(day) }));
  if (daysIn(period) <= 8) {
    const both = (day) => `${name(day)} ${number(day)}`;
    return { marks: days.slice(1), labels: labels(days, isNarrow ? name : both) };
  }
  const every = isNarrow ? 7 : 3;
  const shown = days.filter((_, i) => i % every === 0);
  return { marks: [], labels: labels(shown, number) };
}

function monthsUnder(period, formats, isNarrow) {
  const months = monthsOf(period, formats.zone);
  const every = months.length > 13 ? 3 : 1;
  const shown = months.filter((_, i) => i % every === 0);
  return {
    marks: shown.slice(1),
    labels: shown.map((month) => ({
      time: new Date(+month + 15 * 24 * HOUR),
      text: formats.date(month, { month: isNarrow ? "narrow" : "short" }),
    })),
  };
}
