/** The steps of a period in a file. */

import { toField } from "../calendar.js";
import { closed } from "../closing.js";
import { CENTS } from "../formats.js";
import { STEPS } from "./spans.js";
import { sunOf } from "./sums.js";
import { columnsOf } from "./table.js";
import { shortNameOf } from "./words.js";

/** The digits of a kWh to the Wh. */
const WATT_HOURS = 3;

/** Return the columns of a file: to the Wh and the cent, the oldest first. */
export function fileOf(card, shown) {
  const { text, formats, leafed, period, peaks } = card;
  const { zone } = formats;
  const words = text.past;
  const { series, steps, isMoney, same, unit } = shown;
  const begun = steps.begins.slice(0, steps.begun);
  const titled = (title, inUnit) => `${title} (${inUnit})`;
  const roof = card.isElectric && sunOf(leafed.current, steps);
  const ofRoof = (quantity, values, total) => ({
    title: titled(text.quantities[quantity], "kWh"),
    values: closed(values, WATT_HOURS, total),
    digits: WATT_HOURS,
  });
  const moment = (time) => {
    const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "short" });
    return `${toField(time, zone)} ${clock.format(time)}`;
  };
  const begins =
    period.unit === "day" ? begun.map(moment) : begun.map((time) => toField(time, zone));
  return [
    { title: words.step[STEPS[period.unit]], values: begins },
    ...columnsOf(card, shown, WATT_HOURS).map(
      ({ title, of = title, unit: inUnit, values, digits }) => ({
        title: titled(of, inUnit),
        values,
        digits,
      }),
    ),
    peaks && {
      title: words.at_time,
      values: begun.map((_, i) => (peaks.at[i] ? moment(peaks.at[i]) : "")),
    },
    roof?.used && ofRoof("self_consumed", roof.used, roof.totals.used),
    roof?.sold && ofRoof("sold", roof.sold, roof.totals.sold),
    same && {
      title: titled(shortNameOf(leafed.before, formats), isMoney ? formats.symbol : unit),
      values: closed(same.values.slice(0, steps.begun), isMoney ? CENTS : WATT_HOURS, same.total),
      digits: isMoney ? CENTS : WATT_HOURS,
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
