/** The steps of a period in figures, on the page and in a file. */

import { toField } from "../calendar.js";
import { closed } from "../closing.js";
import { columnHead, h, tableOf, tableRow } from "../dom.js";
import { CENTS, inWords } from "../formats.js";
import { STEPS } from "./spans.js";
import { changeOf, isLike, isWhole, printedOf, stepChange, sunOf } from "./sums.js";
import { momentOf, rowDigits, shortNameOf, stepName, tariffName } from "./words.js";

/** A phone has room for so many tariff periods beside their sum. */
const FEW = 2;

/**
 * Return the columns: `{title, unit, cells, sum}`, what is written in each row that has begun and
 * under all; `isWide` ones are left out on a phone.
 */
function columnsOf(card, shown) {
  const { text, formats, period, leafed } = card;
  const words = text.past;
  const { series, steps, layers, unit, isMoney, same, total } = shown;
  const digits = rowDigits(shown, period);
  const printed = printedOf(shown, digits);
  const number = (value) => formats.number(value, digits);
  const begun = steps.begins.slice(0, steps.begun);
  const moneyUnit = formats.symbol;
  const shownIn = isMoney ? moneyUnit : unit;
  const other = isMoney
    ? {
        values: series.values,
        total: series.total,
        digits: rowDigits({ ...shown, isMoney: false }, period),
        unit,
        title: words.energy,
      }
    : {
        values: series.costs ?? [],
        total: series.total_cost,
        digits: CENTS,
        unit: moneyUnit,
        title: words.cost,
      };
  const others = closed(
    begun.map((_, i) => other.values[i] ?? null),
    other.digits,
    other.total ?? undefined,
  );
  // Beside the weather there is no room for the highest powers, which have their own strip.
  const weather = card.weather?.columns(shown) ?? [];
  const peaks = weather.length ? undefined : card.peaks;
  const change = (value) => inWords(100 * value, card);
  return [
    ...layers.map(({ tariff }, at) => ({
      title: tariffName(tariff, card),
      unit: shownIn,
      cells: printed.layers.map((row) => number(row[at])),
      // Of many periods a day has two: the others are to be read over.
      isQuiet: printed.layers.map((row) => row[at] === 0),
      sum: number(printed.totals[at]),
      isWide: layers.length > FEW,
    })),
    {
      title: text.total,
      unit: shownIn,
      cells: printed.values.map(number),
      sum: number(total),
      isStrong: true,
    },
    Number.isFinite(other.total) && {
      title: other.title,
      unit: other.unit,
      cells: others.map((value) => formats.number(value, other.digits)),
      sum: formats.number(other.total, other.digits),
    },
    ...(peaks ? peakColumns(card, peaks, begun) : []),
    same && {
      title: shortNameOf(leafed.before, formats),
      unit: shownIn,
      cells: printed.same.map(number),
      sum: number(same.total),
      isWide: true,
    },
    same &&
      isLike(period) && {
        title: text.change,
        cells: begun.map((_, i) => change(stepChange(shown, i))),
        sum: change(same.isComparable ? changeOf(total, same.total) : undefined),
        isWide: true,
      },
    ...weather,
  ].filter(Boolean);
}

function peakColumns({ text, formats, period }, { values, at, unit, top, isMean }, begun) {
  const moment = (i, isSum) => {
    if (!Number.isFinite(at[i])) return "–";
    if (period.unit === "year" || isSum) return momentOf(at[i], period.unit, formats, text.at);
    return formats.time(at[i]);
  };
  return [
    {
      title: isMean ? text.past.highest_half_hour : text.maximum,
      unit,
      cells: begun.map((_, i) => formats.number(values[i], 2)),
      sum: formats.number(values[top], 2),
      isWide: true,
    },
    {
      title: text.past.at_time,
      cells: begun.map((_, i) => moment(i, false)),
      sum: moment(top, true),
      isWide: true,
      isSoft: true,
    },
  ];
}

/** Return the card of the table: the newest first, its sum below. */
export function table(card, shown) {
  const { text, period, isNarrow } = card;
  const words = text.past;
  const step = STEPS[period.unit];
  const note = card.weather?.note(shown);
  const columns = columnsOf(card, shown).filter(({ isWide }) => !(isNarrow && isWide));
  const rows = shown.steps.begins.slice(0, shown.steps.begun).map((begin, i) => {
    const cells = columns.map(({ cells: all, isStrong, isSoft, isQuiet }) =>
      h(
        "td",
        { class: (isSoft || isQuiet?.[i]) && "soft" },
        isStrong ? h("strong", null, all[i]) : all[i],
      ),
    );
    return tableRow(rowName(card, shown, begin, i), cells);
  });
  const heads = columns.map(({ title, unit }) =>
    columnHead([title, unit && [h("br"), unit]], "number"),
  );
  const sums = columns.map(({ sum, isSoft }) =>
    h("td", { class: isSoft && "soft" }, h("strong", null, sum)),
  );
  return h(
    "ha-card",
    { class: "sums" },
    tableOf(null, [columnHead(words.step[step]), heads], rows.reverse(), {
      caption: h("caption", { class: "hidden" }, words.in_figures[step]),
      foot: tableRow(h("strong", null, words.counted_steps[step](rows.length)), sums),
    }),
    isNarrow &&
      Number.isFinite(shown.series.total_cost) &&
      h("p", { class: "note" }, words.energy_only),
    !isNarrow && note && h("p", { class: "note" }, note),
  );
}

/** Return the name of a row, which opens the step as a period of its own; what is missing is said. */
function rowName(card, shown, begin, i) {
  const { text, formats, period, isNow, leafed } = card;
  const name = stepName(begin, period.unit, formats);
  const isLast = isNow && i === shown.steps.begun - 1;
  const percent = formats.percent(Math.floor(100 * shown.series.known[i]));
  const under = [
    isLast && period.unit !== "year" && text.past.until(formats.time(leafed.now)),
    isLast &&
      period.unit === "year" &&
      text.past.until(formats.date(leafed.now, { day: "numeric", month: "short" })),
    shown.values[i] === null && text.unknown,
    shown.values[i] !== null && !isWhole(shown, i) && text.past.known_of(percent),
  ];
  return [
    period.unit === "day"
      ? name
      : h("button", { type: "button", class: "opens", onclick: () => card.open(i) }, name),
    under.some(Boolean) && h("span", { class: "under" }, ` ${under.filter(Boolean).join(", ")}`),
  ];
}

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
  const roof = card.what === "electricity" && sunOf(leafed.current, steps);
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
      title: titled(peaks.isMean ? words.highest_half_hour : words.highest, peaks.unit),
      values: peaks.values.slice(0, steps.begun),
      digits: 3,
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
    ...(card.weather?.fileColumns(shown) ?? []),
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
  const digits = { day: 10, week: 10, month: 7, year: 4 }[period.unit];
  return `sen1-${name}-${toField(period.begin, formats.zone).slice(0, digits)}.csv`;
};
