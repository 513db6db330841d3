/** What I have of each project beside the whole, and its part of all I have. */

import { keyFigure } from "../card.js";
import { columnHead, h, subline, tableRow } from "../dom.js";
import { countedSince, mineIn, mineOf, wholeOf } from "../holdings.js";

/** Figures of the table, and the digits of mine; those of the whole have none. */
const COLUMNS = { shares: 0, invested: 0, surface: 1, energy_year: 1 };
const FILLS = ["--production", "--production-fill", "--production-pale"];

/** Return the figures that matter most, and those of each project. */
export function table(card, each, all) {
  const { text, formats } = card;
  const columns = Object.keys(COLUMNS).filter((one) =>
    each.some(({ figures }) => figures[one]?.mine !== undefined),
  );
  // A phone shows what is mine.
  const isWide = card.width >= 560;
  const row = (name, cell, swatch) =>
    tableRow(
      [swatch, name],
      columns.map((one) => [h("td", cell(one, 0)), isWide && h("td.soft", cell(one, 1))]),
    );
  const project = ({ name, figures }, i) => {
    const cell = (one, side) => {
      const value = side ? figures[one]?.whole : figures[one]?.mine;
      if (value === undefined) return "–";
      const sum = !side && each.length > 1 && mineIn(each, one);
      return [
        formats.number(value, side ? 0 : COLUMNS[one]),
        sum > 0 && subline(formats.percent((100 * value) / sum, 1)),
      ];
    };
    return row(name, cell, swatch(i));
  };
  const total = (one, side) => {
    const value = side ? wholeOf(each, one) : mineOf(each, all, one);
    return formats.number(value, side ? 0 : COLUMNS[one]);
  };
  return h(
    "ha-card.gap",
    keys(card, each, all),
    h("table", heads(card, columns, isWide), h("tbody", each.map(project), row(text.total, total))),
    h("p.note", text.investment.rounded),
  );
}

/** Return the figures that matter most, above the table. */
function keys({ text, formats }, each, all) {
  const words = text.investment;
  const since = countedSince(each, formats.zone);
  const key = (label, name, digits, unit, under) =>
    keyFigure(label, formats.number(mineOf(each, all, name), digits), unit, under);
  const area = formats.quantity(wholeOf(each, "surface"), "m²");
  return h(
    "div.keys",
    key(words.shares, "shares", 0, "", words.in_projects(each.length)),
    key(words.invested, "invested", 0, formats.symbol, ""),
    key(words.surface, "surface", 1, "m²", words.on(area)),
    key(words.production, "energy_year", 1, "kWh", since ? formats.range(since, new Date()) : ""),
  );
}

function heads({ text, formats }, columns, isWide) {
  const words = text.investment;
  const head = (one) =>
    h(
      "th",
      { scope: "colgroup", colspan: isWide ? 2 : 1, class: "number" },
      words.columns[one].replace("€", formats.symbol),
    );
  const sides = columns.map(() => [
    columnHead(words.mine, "number"),
    columnHead(words.whole, "number"),
  ]);
  return h(
    "thead",
    h("tr", h("td"), columns.map(head)),
    isWide && h("tr", columnHead(words.project), sides),
  );
}

const swatch = (i) =>
  h("span", {
    class: "swatch",
    style: `background: var(${FILLS[i % 3]}); border-color: var(--production)`,
  });
