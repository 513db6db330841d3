/** The numbers of a comparison, what is known of each series, and the places they are of. */

import { daysIn } from "../calendar.js";
import { button, row } from "../card.js";
import { countedOver } from "../common.js";
import { columnHead, h, haIcon, subline, tableOf, tableRow } from "../dom.js";
import { ENERGY_DIGITS, inWords } from "../formats.js";
import { iconOf } from "../series.js";
import { siteIcon } from "../sites.js";
import { stroke } from "../strokes.js";

/** Return what a series comes to in the period, in words. */
export function totalOf({ formats, compared }, statistic) {
  const { value, unit } = compared.total(statistic);
  return formats.quantity(value, unit, ENERGY_DIGITS);
}

/** Return over what all figures are counted, where that is not all that is known. */
export function commonNote({ compared, text, formats }) {
  const said = countedOver(text, formats, compared.time);
  return said && h("p", { class: "note" }, said);
}

/** Return from when to when a series has data, in words. */
export function spanOf(text, formats, { first, last }) {
  if (first === undefined || last === undefined) return text.picker.never;
  return text.picker.span(formats.range(new Date(first), new Date(last)));
}

/** Return all chosen series, each with what it comes to, or from when to when it has data. */
export function legend(card, shown) {
  const { text, compared } = card;
  const missing = shown.filter(({ statistic }) => !compared.has(statistic));
  const way = missing.length > 0 && card.wayOut();
  const last = missing[missing.length - 1];
  return h(
    "ul",
    { class: "series" },
    shown.map((one) =>
      compared.has(one.statistic)
        ? there(card, one)
        : h(
            "li",
            { class: "resting" },
            stroke(card.colours.get(one.statistic), true),
            h(
              "div",
              { class: "grow" },
              one.full,
              subline(h("strong", null, text.nothing_here), ` ${spanOf(text, card.formats, one)}`),
              one === last && (way ? goTo(card, way) : noWay(card, shown)),
            ),
          ),
    ),
  );
}

function there(card, one) {
  const { text, formats, compared } = card;
  return h(
    "li",
    null,
    stroke(card.colours.get(one.statistic)),
    h("span", { class: "grow" }, one.full),
    h("span", { class: "amount" }, totalOf(card, one.statistic)),
    h(
      "span",
      { class: "under known" },
      text.known(formats.percent(Math.floor(100 * compared.known(one.statistic)))),
    ),
  );
}

/** Return the one way out: to where all have data. */
const goTo = (card, period) =>
  button(
    card.text.go_to(card.rangeOf(period), card.shown.length),
    "mdi:history",
    () => card.show(period),
    { class: "way" },
  );

const noWay = ({ text }, shown) => shown.length > 1 && subline(text.no_way);

/** Return the table of minimum, mean, maximum and total. */
export function numbers(card, known) {
  const { text, formats, compared } = card;
  const heads = [
    columnHead(text.one_series),
    columnHead(text.min, "number wide"),
    columnHead(text.mean, "number"),
    columnHead(text.max_short, "number"),
    columnHead(text.at_max, "number wide"),
    columnHead(text.total, "number"),
    compared.before && columnHead(text.earlier_short, "number wide"),
    compared.before && columnHead(text.change, "number"),
  ];
  return h(
    "ha-card",
    { class: "gap" },
    card.head(text.min_mean_max, formats.range(compared.period.begin, compared.period.end)),
    tableOf(
      null,
      heads,
      known.map((one) => numbersOf(card, one)),
    ),
    commonNote(card),
  );
}

function numbersOf(card, one) {
  const { formats, compared } = card;
  const found = compared.summary(one.statistic);
  const before = compared.totalBefore(one.statistic);
  const unit = compared.unit(one.statistic);
  const colour = card.colours.get(one.statistic).line;
  const written = ({ value, unit: of }) => formats.quantity(value, of, ENERGY_DIGITS);
  // What a day counted has no mean of steps.
  const mean = compared.stepOf(one.statistic) > compared.drawnStep ? NaN : found.mean;
  const shown = (value) => (Number.isFinite(value) ? formats.quantity(value, unit, 2) : "–");
  return tableRow(
    [h("span", { class: "swatch", style: `background: ${colour}` }), one.full],
    [found.min, mean, found.max].map((value, i) =>
      h("td", { class: i ? "" : "wide" }, shown(value)),
    ),
    h("td", { class: "wide" }, found.at ? moment(card, found.at) : "–"),
    h("td", null, written(compared.total(one.statistic))),
    compared.before && [
      h("td", { class: "wide" }, before ? written(before) : "–"),
      h("td", null, inWords(100 * compared.change(one.statistic), card)),
    ],
  );
}

export function moment({ formats, compared }, time) {
  const days = daysIn(compared.period);
  if (days <= 1) return formats.time(time);
  const options = days > 8 ? { day: "numeric", month: "short" } : { weekday: "short" };
  return `${formats.date(time, options)} ${formats.time(time)}`;
}

/** Return the places of which something is known: `{name, kind, rows}`. */
export const toldPlaces = (card, known) =>
  [...Map.groupBy(known, ({ site }) => site).values()]
    .map(([{ place, full, sheet: said = {} }]) => ({
      name: place ?? full,
      kind: said.kind,
      rows: sheetRows(card, said),
    }))
    .filter(({ rows }) => rows.length);

/** Return what is known of the places compared, where their sheets do not stand beside the curves. */
export function places(card, known) {
  const told = toldPlaces(card, known);
  if (card.modeOf(known) === "side" || !told.length) return false;
  return [
    card.title("mdi:home-group", card.text.places),
    h(
      "div",
      { class: "columns auto" },
      told.map(({ name, kind, rows }) =>
        h("ha-card", null, placeHead(name, siteIcon(kind)), rowsOf(rows)),
      ),
    ),
  ];
}

const rowsOf = (rows) =>
  h(
    "div",
    { class: "rows" },
    rows.map(([name, value]) => row(name, value)),
  );

const placeHead = (name, icon, under, colour) =>
  h(
    "header",
    null,
    haIcon(icon, { style: colour && `color: ${colour}` }),
    h("div", { class: "grow" }, h("h2", null, name), under && subline(under)),
  );

/** Return what the sheet of a project or of a site says, in words. */
export function sheetRows({ text, formats }, said) {
  const words = (key) => text.sheet_words[said[key]] ?? said[key];
  const all = {
    building: said.building,
    commune: said.commune,
    peak_power: said.peak_power && formats.quantity(said.peak_power, "kWc", 1),
    modules: said.modules,
    inverters: said.inverters,
    year: said.year && String(said.year),
    expected: said.expected && formats.quantity(said.expected, "kWh"),
    heating: said.heating && words("heating"),
    hot_water: said.hot_water && words("hot_water"),
    floor_area: said.floor_area && formats.quantity(said.floor_area, "m²"),
    people: said.people && formats.number(said.people),
    yearly: said.yearly && formats.quantity(said.yearly, "kWh"),
  };
  return Object.entries(all)
    .filter(([, value]) => value)
    .map(([key, value]) => [text.sheet[key], value]);
}

/** Return what is known of the site behind a series. */
export function sheet(card, one) {
  const { text, formats, compared } = card;
  const said = one.sheet ?? {};
  const found = compared.summary(one.statistic);
  const most = formats.quantity(found.max, compared.unit(one.statistic), 2);
  const rows = [
    one.friend && [text.sheet.friend, one.friend],
    ...sheetRows(card, said),
    found.at && [text.maximum, `${most}, ${moment(card, found.at)}`],
  ].filter(Boolean);
  const page = /^https:\/\//.test(said.link ?? "") && said.link;
  return h(
    "ha-card",
    null,
    placeHead(
      one.full,
      iconOf(one.kind),
      text.kinds[one.kind],
      card.colours.get(one.statistic).line,
    ),
    rowsOf(rows),
    page &&
      h("a", { class: "link", href: page, target: "_blank", rel: "noreferrer" }, text.project_page),
  );
}
