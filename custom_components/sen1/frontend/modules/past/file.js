/** The steps of a period in a file. */

import { toField } from "../calendar.js";
import { closed } from "../closing.js";
import { STEPS } from "./spans.js";
import { printedOf, sunOf } from "./sums.js";
import { shortNameOf, tariffName } from "./words.js";

/** Return the columns of a file: to the Wh and the cent, the oldest first. */
export function fileOf(card, shown) {
  const { text, formats, leafed, period } = card;
  const { zone } = formats;
  const words = text.past;
  const { series, steps, isMoney, same, unit } = shown;
  const begun = steps.begins.slice(0, steps.begun);
  const digits = isMoney ? 2 : 3;
  const printed = printedOf(shown, digits);
  const shownIn = isMoney ? formats.symbol : unit;
  const titled = (title, inUnit) => `${title} (${inUnit})`;
  const sums = (title, inUnit, { values, total }, to) => ({
    title: titled(title, inUnit),
    values: closed(
      begun.map((_, i) => values[i] ?? null),
      to,
      total ?? undefined,
    ),
    digits: to,
  });
  const { peaks } = card;
  const roof = card.isElectric && sunOf(leafed.current, steps);
  const ofRoof = (quantity, values, total) => ({
    title: titled(text.quantities[quantity], "kWh"),
    values: closed(values, 3, total),
    digits: 3,
  });
  const moment = (time) => {
    const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "short" });
    return `${toField(time, zone)} ${clock.format(time)}`;
  };
  const begins =
    period.unit === "day" ? begun.map(moment) : begun.map((time) => toField(time, zone));
  return [
    { title: words.step[STEPS[period.unit]], values: begins },
    ...shown.layers.map(({ tariff }, at) => ({
      title: titled(tariffName(tariff, card), shownIn),
      values: printed.layers.map((row) => row[at]),
      digits,
    })),
    { title: titled(text.quantities[shown.name], shownIn), values: printed.values, digits },
    isMoney && sums(words.energy, unit, series, 3),
    !isMoney &&
      Number.isFinite(series.total_cost) &&
      sums(words.cost, formats.symbol, { values: series.costs, total: series.total_cost }, 2),
    peaks && {
      title: titled(peaks.isMean ? words.highest_half_hour : words.highest, "W"),
      values: peaks.values.slice(0, steps.begun),
      digits: 0,
    },
    peaks && {
      title: words.at_time,
      values: begun.map((_, i) => (peaks.at[i] ? moment(peaks.at[i]) : "")),
    },
    roof?.used && ofRoof("self_consumed", roof.used, roof.totals.used),
    roof?.sold && ofRoof("sold", roof.sold, roof.totals.sold),
    same && {
      title: titled(shortNameOf(leafed.before, formats), shownIn),
      values: printed.same,
      digits,
    },
    ...(card.weather ? fileColumns(card.weather, shown) : []),
    {
      title: words.known_part,
      values: begun.map((_, i) => Math.floor(100 * series.known[i])),
      digits: 0,
    },
  ].filter(Boolean);
}

/** Return the name of a file: the site and the period. */
export const fileName = ({ site, period, formats }) => {
  const name = site.name.replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase();
  const digits = { month: 7, year: 4 }[period.unit] ?? 10;
  return `sen1-${name}-${toField(period.begin, formats.zone).slice(0, digits)}`;
};

/** Return the columns of a file, of months that have begun. */
function fileColumns(weather, { steps }) {
  if (!weather.isCold || !weather.isYear) return [];
  const { text } = weather.card;
  const words = text.past;
  const { cold, corrected, months } = weather;
  const column = (title, unit, values, digits) => ({
    title: `${title} (${unit})`,
    values: Array.from({ length: steps.begun }, (_, i) => (months.includes(i) ? values[i] : null)),
    digits,
  });
  const name = text.quantities[corrected?.quantity ?? "bought"];
  return [
    column(words.cold_of_month, words.degree_days, cold.degree_days, 1),
    cold.usual_years && column(words.usual_cold, words.degree_days, cold.usual, 1),
    weather.isCorrected && column(`${words.in_normal}, ${name}`, "kWh", corrected.corrected, 3),
  ].filter(Boolean);
}
