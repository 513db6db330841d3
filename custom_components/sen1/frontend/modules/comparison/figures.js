/** The numbers of measures on one picture: what each comes to, and what is known of it. */

import { daysIn, partsOf } from "../calendar.js";
import { countedOver } from "../common.js";
import { columnHead, h, subline, tableOf, tableRow } from "../dom.js";
import { ENERGY_DIGITS } from "../formats.js";
import { stroke } from "../strokes.js";

/** Return what a series comes to in the period, in words. */
export function totalOf({ formats, compared }, statistic) {
  const { value, unit } = compared.total(statistic);
  return formats.quantity(value, unit, ENERGY_DIGITS);
}

/** Return over what all figures are counted, where that is not all that is known. */
export function commonNote({ compared, text, formats }) {
  const said = countedOver(text, formats, compared.time);
  return said && h("p.note", said);
}

/** Return from when to when a series has data, in words. */
export function spanOf({ text, formats }, { first, last }) {
  if (first === undefined || last === undefined) return text.picker.never;
  return text.picker.span(formats.range(new Date(first), new Date(last)));
}

/** Return the table of minimum, mean, maximum and total; of what has no data here, when it has some. */
export function numbers(card, shown) {
  const { text, formats, compared } = card;
  const heads = [
    columnHead(text.workshop.what),
    columnHead(text.min, "number wide"),
    columnHead(text.mean, "number"),
    columnHead(text.max_short, "number"),
    columnHead(text.at_max, "number wide"),
    columnHead(text.total, "number"),
    columnHead(text.known_short, "number wide"),
  ];
  const missing = shown.filter(({ statistic }) => !compared.has(statistic));
  return h(
    "ha-card.gap",
    card.head(text.min_mean_max, formats.range(compared.period.begin, compared.period.end)),
    tableOf(
      null,
      heads,
      shown.map((one) => (missing.includes(one) ? restingOf(card, one) : numbersOf(card, one))),
    ),
    missing.length > 0 && card.wayOut(),
    commonNote(card),
  );
}

const restingOf = (card, one) =>
  h(
    "tr.resting",
    h(
      "th",
      { scope: "row", colspan: 7 },
      stroke(card.colours.get(one.statistic), true),
      one.full,
      subline(`${card.text.nothing_here} ${spanOf(card, one)}`),
    ),
  );

function numbersOf(card, one) {
  const { formats, compared } = card;
  const found = compared.summary(one.statistic);
  const unit = compared.unit(one.statistic);
  // What a day counted has no mean of steps.
  const mean = compared.stepOf(one.statistic) > compared.drawnStep ? NaN : found.mean;
  const digits = compared.isPower(one.statistic) ? 0 : 2;
  const shown = (value) => (Number.isFinite(value) ? formats.quantity(value, unit, digits) : "–");
  return tableRow(
    [stroke(card.colours.get(one.statistic)), one.full],
    compared
      .inUnit(one.statistic, [found.min, mean, found.max])
      .map((value, i) => h("td", { class: i ? "" : "wide" }, shown(value))),
    h("td.wide", found.at ? moment(card, found.at) : "–"),
    h("td", totalOf(card, one.statistic)),
    h("td.wide", formats.percent(Math.floor(100 * compared.known(one.statistic)))),
  );
}

function moment({ formats, compared }, time) {
  const days = daysIn(compared.period);
  if (days <= 1) return formats.time(time);
  const options = days > 8 ? { day: "numeric", month: "short" } : { weekday: "short" };
  return `${formats.date(time, options)} ${formats.time(time)}`;
}

/**
 * Return the values as columns of a table: a line for each step, of this home's clock, a column for
 * each measure.
 */
export function valuesOf({ compared, formats, text }, known) {
  const { step } = compared;
  const { begin, end } = compared.period;
  const length = Math.ceil((end - begin) / step);
  const steps = Array.from({ length }, (_, i) => i);
  const times = steps.map((i) => clockOf(new Date(+begin + i * step), formats.zone));
  return [
    { title: text.time, values: times },
    ...known.map(({ statistic, full }) => ({
      title: `${full} (${compared.unit(statistic)})`,
      values: Array.from(
        compared.inUnit(statistic, compared.values[statistic]).slice(0, length),
        (value) => Math.round(value * 1e6) / 1e6,
      ),
    })),
  ];
}

/** Return what a clock of a zone shows, with by how much it is ahead: an hour may come twice. */
function clockOf(time, zone) {
  const { year, month, day, hour, minute } = partsOf(time, zone);
  const shown = Date.UTC(year, month, day, hour, minute);
  const [clock, ahead] = [shown, Math.abs(shown - time)].map((at) => new Date(at).toISOString());
  const sign = shown < time ? "-" : "+";
  return `${clock.slice(0, 16)}${shown === +time ? "Z" : sign + ahead.slice(11, 16)}`;
}
