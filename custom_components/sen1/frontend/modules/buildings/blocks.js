/** The buildings where there is no room for a table: a card for each. */

import { keyFigure } from "../card.js";
import { h, subline } from "../dom.js";
import { inWords } from "../formats.js";
import { PERIODS, totalsOf } from "./rows.js";

/** Return all buildings together, then each alone, in their order. */
export function blocksOf(card, shown) {
  const { text, formats } = card;
  const words = text.buildings;
  const totals = totalsOf(shown);
  const sum = (what) => {
    const { total, digits } = totals[what];
    return formats.number(total, digits);
  };
  const cost = (period) => {
    const { total } = totals[`${period}_cost`];
    return total !== undefined && formats.money(total);
  };
  const { power, change } = totals;
  return [
    h(
      "ha-card.flow.gap",
      h("h2", words.count(shown.length)),
      h(
        "div.keys.two",
        keyFigure(
          words.columns.power,
          sum("power"),
          "W",
          power.count < power.all && words.of(power.count, power.all),
        ),
        PERIODS.map((period) => keyFigure(words.columns[period], sum(period), "kWh", cost(period))),
      ),
      change.total !== undefined &&
        subline(words.change_of(inWords(change.total, card), words.of(change.count, change.all))),
    ),
    h(
      "div.columns.auto",
      shown.map((one, i) => block(card, one, i, totals)),
    ),
  ];
}

function block(card, one, i, totals) {
  const { text, formats } = card;
  const words = text.buildings;
  const path = card.pathOf(one.site);
  const more = [
    one.change !== undefined && `${words.columns.change}${text.colon}${inWords(one.change, card)}`,
    card.lateSince(one),
    one.perArea !== undefined && formats.quantity(one.perArea, "kWh/m²"),
    one.letter && `${text.class_of(one.letter)}${one.isPartial ? "*" : ""}`,
    one.coverage !== undefined && words.covered(card.percent(one.coverage)),
  ].filter(Boolean);
  const power = totals.power.values[i];
  return h(
    "ha-card.flow",
    h(
      "div.figures",
      card.nameOf(one, path),
      h("div.now", card.spark(one), power !== undefined && h("span", formats.quantity(power, "W"))),
    ),
    card.stateCell(one),
    one.uses &&
      h(
        "div.keys.three",
        PERIODS.map((period) => {
          const { values } = totals[period];
          return h(
            "div",
            subline(words.columns[period]),
            (values[i] === undefined && card.until(one)) || formats.energy(values[i]),
            subline(card.money(totals[`${period}_cost`], i)),
          );
        }),
      ),
    subline(more.join(" · ")),
  );
}
