/** The steps of a period in figures. */

import { button } from "../card.js";
import { closed, sumOf } from "../closing.js";
import { columnHead, h, tableOf, tableRow } from "../dom.js";
import { CENTS, capital, inOne } from "../formats.js";
import { STEPS } from "./spans.js";
import { isWhole, printedOf } from "./sums.js";
import { highestOf, rowDigits, stepName, tariffName } from "./words.js";

/** A phone has room for so many tariff periods beside their sum. */
const FEW = 2;

/** So many of the newest steps are shown before one asks for all. */
const NEWEST = 7;

/**
 * Return the columns: `{title, unit, values, digits, sum}` of each row that has begun and of all, energies
 * with so many digits; `isWide` ones are left out on a phone. `rest` says what rows come to that are not
 * added.
 */
export function columnsOf(card, shown, energyDigits) {
  const { text, formats, peaks } = card;
  const words = text.past;
  const { series, steps, layers, unit, isMoney, total } = shown;
  const digits = isMoney ? CENTS : energyDigits;
  const printed = printedOf(shown, digits);
  const begun = steps.begins.slice(0, steps.begun);
  const shownIn = isMoney ? formats.symbol : unit;
  const [values, sum] = isMoney
    ? [series.values, series.total]
    : [series.costs ?? [], series.total_cost];
  const otherDigits = isMoney ? energyDigits : CENTS;
  const others = begun.map((_, i) => values[i] ?? null);
  return [
    ...layers.map(({ tariff }, at) => ({
      title: tariffName(tariff, card),
      unit: shownIn,
      values: printed.layers.map((row) => row[at]),
      digits,
      // Of many periods a day has two: the others are to be read over.
      isQuiet: printed.layers.map((row) => row[at] === 0),
      sum: printed.totals[at],
      isWide: layers.length > FEW,
    })),
    {
      title: text.total,
      of: text.quantities[shown.name],
      unit: shownIn,
      values: printed.values,
      digits,
      sum: total,
      isStrong: true,
    },
    Number.isFinite(sum) && {
      title: isMoney ? words.energy : words.cost,
      unit: isMoney ? unit : formats.symbol,
      values: closed(others, otherDigits, sum),
      digits: otherDigits,
      sum,
    },
    peaks && {
      title: peaks.isMean ? words.highest_half_hour : text.maximum,
      of: highestOf(peaks, words),
      unit: "W",
      values: begun.map((_, i) => peaks.values[i]),
      digits: 0,
      sum: peaks.values[peaks.top],
      rest: (rows) => Math.max(...rows.map((i) => peaks.values[i] ?? -Infinity)),
    },
  ].filter(Boolean);
}

/** Return the card of the table: the newest first, older ones in one row that unfolds, its sum below. */
export function table(card, shown) {
  const { text, formats, period, isNarrow, open } = card;
  const words = text.past;
  const step = STEPS[period.unit];
  const digits = rowDigits({ ...shown, isMoney: false }, period);
  const columns = columnsOf(card, shown, digits).filter(({ isWide }) => !(isNarrow && isWide));
  const { begun } = shown.steps;
  const cellsOf = (told) =>
    columns.map((column) => {
      const [value, isQuiet] = told(column);
      const written = formats.number(value ?? NaN, column.digits);
      return h(
        "td",
        { class: isQuiet && "soft" },
        column.isStrong ? h("strong", written) : written,
      );
    });
  const rows = Array.from({ length: begun }, (_, i) =>
    tableRow(
      rowName(card, shown, shown.steps.begins[i], i),
      cellsOf(({ values, isQuiet }) => [values[i], isQuiet?.[i]]),
    ),
  ).reverse();
  // One row that stands for one other would be none less.
  const isFolded = begun > NEWEST + 1 && !open.has("rows");
  const older = [...Array(Math.max(0, begun - NEWEST)).keys()];
  const restOf = ({ values, rest }) => [rest ? rest(older) : sumOf(older.map((i) => values[i]))];
  const unfold = button(words.others_of[step](older.length), undefined, () => card.unfold("rows"), {
    class: "opens all",
    "aria-expanded": "false",
  });
  const heads = columns.map(({ title, unit }) =>
    columnHead([title, unit && [h("br"), unit]], "number"),
  );
  const sums = columns.map(({ sum, digits: of }) =>
    h("td", h("strong", formats.number(sum ?? NaN, of))),
  );
  return h(
    "ha-card.sums.gap",
    h("h2", capital(words.step_by_step[step])),
    tableOf(
      null,
      [columnHead(words.step[step]), heads],
      isFolded ? [rows.slice(0, NEWEST), tableRow(unfold, cellsOf(restOf))] : rows,
      {
        caption: h("caption.hidden", words.in_figures[step]),
        foot: tableRow(h("strong", words.counted_steps[step](begun)), sums),
      },
    ),
    Number.isFinite(shown.series.total_cost) && h("p.note", words.energy_only),
  );
}

/** Return the name of a row, which opens the step as a period of its own; what is missing is said. */
function rowName(card, shown, begin, i) {
  const { text, formats, period, isNow, leafed } = card;
  const name = stepName(begin, period.unit, formats);
  const isLast = isNow && i === shown.steps.begun - 1;
  const percent = formats.percent(Math.floor(100 * shown.series.known[i]));
  const now =
    period.unit === "year"
      ? formats.date(leafed.now, { day: "numeric", month: "short" })
      : formats.time(leafed.now);
  const partly = !isWhole(shown, i) && text.past.known_of(percent);
  const lacks = shown.values[i] === null ? text.unknown : partly;
  const under = inOne([isLast && text.past.until(now), lacks]);
  return [
    card.opens ? button(name, undefined, () => card.openStep(i), { class: "opens" }) : name,
    under && h("span.under", ` ${under}`),
  ];
}
