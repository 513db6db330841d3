/** The buildings as a table: one row is read across, one column down. */

import { h, tableOf } from "../dom.js";
import { inOne, inWords } from "../formats.js";
import { alertsOf, COLUMNS, isUpFirst, PERIODS, totalsOf } from "./rows.js";

/** Return the table of buildings in their order. */
export function sitesTable(card, shown) {
  const { text, formats } = card;
  const words = text.buildings;
  const units = `kWh, ${formats.symbol}`;
  const totals = totalsOf(shown);
  const year = Number(formats.date(new Date(), { year: "numeric" }));
  const under = {
    power: "W",
    day: units,
    month: units,
    year: units,
    change: words.than(year - 1),
    per_area: words.twelve_months,
    coverage: String(year),
  };
  return h(
    "ha-card.flow",
    tableOf(
      { class: "sites" },
      COLUMNS.map((column) => sortingHead(card, column, under[column])),
      shown.map((one, i) => siteRow(card, one, i, totals)),
      { foot: totalRow(card, shown, totals) },
    ),
  );
}

function sortingHead(card, column, unit) {
  const words = card.text.buildings;
  const isSorted = column === card.order.column;
  const direction = card.order.isUp ? "ascending" : "descending";
  const next = isSorted ? !card.order.isUp : isUpFirst(column);
  return h(
    "th",
    {
      scope: "col",
      class: classOf(card, column),
      "aria-sort": isSorted ? direction : undefined,
    },
    h(
      "button.plain",
      { type: "button", onclick: () => card.set({ order: { column, isUp: next } }) },
      words.columns[column],
      isSorted && h("span", { "aria-hidden": "true" }, card.order.isUp ? " ↑" : " ↓"),
      unit && h("br"),
      unit,
    ),
  );
}

function classOf(card, column) {
  const isText = column === "name" || column === "state";
  return `${isText ? "" : "number"} ${column === card.order.column ? "sorted" : ""}`.trim();
}

function cell(card, column, main, under) {
  return h("td", { class: classOf(card, column) || "start" }, main, under && h("div.under", under));
}

function siteRow(card, one, i, totals) {
  const { formats } = card;
  const { site } = one;
  const path = card.pathOf(site);
  const energy = (period) =>
    cell(
      card,
      period,
      (totals[period].values[i] === undefined && card.until(one)) ||
        formats.number(totals[period].values[i], totals[period].digits),
      card.money(totals[`${period}_cost`], i),
    );
  const since = card.lateSince(one);
  const power = formats.number(totals.power.values[i], totals.power.digits);
  return h(
    "tr",
    path ? { class: "link", onclick: (event) => card.open(event, path) } : null,
    h("th", { scope: "row", class: classOf(card, "name") }, card.nameOf(one, path)),
    cell(card, "power", h("div.now", card.spark(one), h("span", power))),
    PERIODS.map(energy),
    cell(card, "change", inWords(one.change, card), one.change === undefined && since),
    cell(card, "per_area", formats.number(one.perArea), one.perArea === undefined && since),
    cell(card, "class", card.letter(one)),
    cell(card, "state", card.stateCell(one)),
    cell(card, "coverage", card.percent(one.coverage)),
  );
}

function totalRow(card, shown, totals) {
  const { text, formats } = card;
  const words = text.buildings;
  const partly = ({ count, all }) => count > 0 && count < all && words.of(count, all);
  const alerts = alertsOf(shown);
  const energy = (period) => {
    const { total, digits } = totals[period];
    const cost = totals[`${period}_cost`];
    const amount = cost.total !== undefined && formats.money(cost.total);
    const under = inOne([amount, partly(totals[period])]);
    return cell(card, period, formats.number(total, digits), under);
  };
  const { power } = totals;
  return h(
    "tr",
    h("th", { scope: "row", class: classOf(card, "name") }, words.count(shown.length)),
    cell(card, "power", formats.number(power.total, power.digits), partly(power)),
    PERIODS.map(energy),
    cell(card, "change", inWords(totals.change.total, card), partly(totals.change)),
    cell(card, "per_area", formats.number(totals.per_area.total), partly(totals.per_area)),
    cell(card, "class", ""),
    cell(card, "state", alerts > 0 && text.alerts(alerts)),
    cell(card, "coverage", ""),
  );
}
