/** What a day, month or year of a site came to, by what its entities say: what was bought, or given by a roof. */

import { fromField } from "../calendar.js";
import { closed, leftOf, restOf } from "../closing.js";
import { CENTS, ENERGY_DIGITS } from "../formats.js";
import { first, tariffs } from "../installation.js";
import { isRoof, sells } from "../sites.js";

/** Tones of one hue: cheap hours pale, dear ones full; the words beside them tell which is which. */
const isCheap = (tariff) => /off_peak|normal|weekend|low_season|summer/.test(tariff);

/** So near, in kWh, two sums are the same, of states that are written one after the other. */
const SAME = 0.05;

/** What the day's figures are of: where they come later than they are used, of the day that is over. */
export function dayOf(here) {
  const has = (day) =>
    first(here, ...["bought", "sold", "produced"].map((what) => `${what}_${day}`));
  return !has("day") && has("yesterday") ? "yesterday" : "day";
}

/** The entity of what is told of a site's period: what it bought, of a roof what it gave. */
export const mainOf = ({ here, site }, figures) =>
  isRoof(site)
    ? first(here, `produced_${figures}`, `sold_${figures}`)
    : first(here, `bought_${figures}`);

/** Return since when an entity counts, or undefined. */
export function sinceOf(card, entity) {
  const begin = card.state(entity)?.attributes.begin;
  return begin && fromField(begin, card.formats.zone);
}

/**
 * Return what a site's period came to, `{entity, word, total, paid, bill, since, rows}`, of which the rows
 * add up to the total as printed; or undefined while that is not known.
 */
export function figuresOf(card, figures) {
  const entity = mainOf(card, figures);
  const total = card.value(entity);
  if (total === undefined) return undefined;
  const shown = { entity, total, since: sinceOf(card, entity) };
  return isRoof(card.site) ? given(card, figures, shown) : bought(card, figures, shown);
}

function bought(card, figures, shown) {
  const { here, text } = card;
  const bill = card.state(first(here, `cost_${figures}`))?.attributes ?? {};
  const rows = rowsOf(card, figures, shown.total, bill);
  const [energies, costs] = [
    ["energy", ENERGY_DIGITS, shown.total],
    ["cost", CENTS, bill.energy_cost],
  ].map(([key, digits, sum]) =>
    closed(
      rows.map((one) => one[key]),
      digits,
      sum,
    ),
  );
  return {
    ...shown,
    word: text.quantities.bought,
    paid: bill.energy_cost,
    bill,
    rows: rows.map((one, i) => ({ ...one, energy: energies[i], cost: costs[i] })),
  };
}

/** Return a row for each tariff period, for what was bought in none that is known, and without a contract. */
function rowsOf({ here, text }, figures, total, bill) {
  const keys = [`energy_of_tariff_${figures}`, `cost_of_tariff_${figures}`];
  const known = tariffs(here, ...keys).map(({ tariff, name, energy, cost }) => ({
    ...{ name, energy, cost, line: "--consumption" },
    fill: isCheap(tariff) ? "--consumption-fill" : "--consumption",
  }));
  const priced = total - (bill.energy_without_price ?? 0);
  const rest = restOf(
    known.map(({ energy }) => energy),
    priced,
    ENERGY_DIGITS,
  );
  const others = [
    [text.no_tariff, rest || bill.energy_without_period, bill.cost_without_period],
    [text.home.no_contract, bill.energy_without_price],
  ].map(([name, energy, cost]) => ({ name, energy, cost, fill: "--others", line: "--others" }));
  return known.length ? [...known, ...others.filter(({ energy }) => energy > 0)] : [];
}

/** Return what a roof that stands alone came to. */
function given(card, figures, shown) {
  const paid = card.value(first(card.here, `income_${figures}`));
  const { produced, rows } = sunOf(card, figures) ?? { rows: [] };
  const { quantities } = card.text;
  return { ...shown, word: quantities[produced ? "produced" : "sold"], paid, bill: {}, rows };
}

/**
 * Return what a roof gave, `{entity, produced, rows, income}`: what of it was used and what was sent out,
 * which add up to it as printed where they are all of it, counted since the same day.
 */
export function sunOf(card, figures) {
  const { here, text, site } = card;
  const of = (what) => first(here, `${what}_${figures}`);
  const entity = of("produced");
  const produced = card.value(entity);
  if (produced === undefined) return undefined;
  const since = sinceOf(card, entity);
  const row = (what, name, hue) => {
    const own = of(what);
    const [energy, from] = [card.value(own), sinceOf(card, own)];
    const isLater = from && +from !== +since;
    return {
      name,
      energy,
      fill: `--${hue}-fill`,
      line: `--${hue}`,
      since: isLater ? from : undefined,
    };
  };
  const used = row("self_consumed", text.home.used_here, "production");
  const sold = (!site || sells(site)) && row("sold", text.home.sent_out, "injected");
  // What does not leave is used: there is nothing to be told apart.
  const rows = sold ? [used, sold].filter(({ energy }) => energy !== undefined) : [];
  const sum = rows.reduce((all, { energy }) => all + energy, 0);
  const isWhole =
    rows.length === 2 && !rows.some((one) => one.since) && Math.abs(sum - produced) < SAME;
  const [out] = closed([sold?.energy], ENERGY_DIGITS);
  const energies = isWhole
    ? [leftOf(used.energy, produced, out, ENERGY_DIGITS), out]
    : rows.map(({ energy }) => energy);
  return {
    entity,
    produced,
    rows: rows.map((one, i) => ({ ...one, energy: energies[i] })),
    isWhole,
  };
}
