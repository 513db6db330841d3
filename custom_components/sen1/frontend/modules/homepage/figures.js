/** What a day, month or year of a site came to, by what its entities say: what was bought, or given by a roof. */

import { fromField } from "../calendar.js";
import { figure } from "../card.js";
import { closed, closedRows, leftOf, restOf } from "../closing.js";
import { h, haIcon, note, subline, tableRow } from "../dom.js";
import { CENTS, ENERGY_DIGITS } from "../formats.js";
import { first, tariffs } from "../installation.js";
import { isRoof, sells } from "../sites.js";
import { split, toned } from "./pictures.js";

/** Tones of one hue: cheap hours pale, dear ones full; the words beside them tell which is which. */
const isCheap = (tariff) => /off_peak|normal|weekend|low_season|summer/.test(tariff);

const OTHERS = { fill: "--others", line: "--others" };

/** What the day's figures are of: where they come later than they are used, of the day that is over. */
export function dayOf(here) {
  const has = (day) =>
    first(here, ...["bought", "sold", "produced"].map((what) => `${what}_${day}`));
  return !has("day") && has("yesterday") ? "yesterday" : "day";
}

/** The entity of what is told of a site's period: what it bought, of a roof what it gave. */
export const mainOf = ({ here, site }, figures) =>
  first(
    here,
    ...(isRoof(site) ? ["produced", "sold"] : ["bought"]).map((one) => `${one}_${figures}`),
  );

/** Return since when an entity counts, or undefined. */
function sinceOf(card, entity) {
  const begin = card.state(entity)?.attributes.begin;
  return begin && fromField(begin, card.formats.zone);
}

/**
 * Return what a site's period came to, `{entity, word, total, paid, bill, since, rows}`, of which the rows
 * add up to the total as printed; or undefined while that is not known.
 */
export function figuresOf(card, figures) {
  const { here, text, site } = card;
  const entity = mainOf(card, figures);
  const total = card.value(entity);
  if (total === undefined) return undefined;
  const shown = { entity, total, since: sinceOf(card, entity) };
  if (!isRoof(site)) {
    const bill = card.state(first(here, `cost_${figures}`))?.attributes ?? {};
    const rows = rowsOf(card, figures, total, bill);
    return { ...shown, word: text.quantities.bought, paid: bill.energy_cost, bill, rows };
  }
  const paid = card.value(first(here, `income_${figures}`));
  const sun = sunOf(card, figures);
  const word = text.quantities[sun ? "produced" : "sold"];
  return { ...shown, word, paid, bill: {}, rows: sun?.rows ?? [] };
}

/** Return a row for each tariff period, for what was bought in none that is known, and without a contract. */
function rowsOf({ here, text }, figures, total, bill) {
  const keys = [`energy_of_tariff_${figures}`, `cost_of_tariff_${figures}`];
  const known = tariffs(here, ...keys).map((one) => ({
    ...one,
    line: "--consumption",
    fill: isCheap(one.tariff) ? "--consumption-fill" : "--consumption",
  }));
  if (!known.length) return [];
  const priced = total - (bill.energy_without_price ?? 0);
  const energies = known.map(({ energy }) => energy);
  const rest = restOf(energies, priced, ENERGY_DIGITS) || bill.energy_without_period;
  const others = [
    { name: text.no_tariff, energy: rest, cost: bill.cost_without_period },
    { name: text.home.no_contract, energy: bill.energy_without_price },
  ].map((one) => ({ ...one, ...OTHERS }));
  const rows = [...known, ...others.filter(({ energy }) => energy > 0)];
  return closedRows(rows, { energy: [ENERGY_DIGITS, total], cost: [CENTS, bill.energy_cost] });
}

/**
 * Return what a roof gave, `{produced, rows}`: what of it was used and what was sent out, which add up to it
 * as printed, with the rest, where they are counted since the same day.
 */
export function sunOf(card, figures) {
  const { here, text, site } = card;
  const of = (what) => first(here, `${what}_${figures}`);
  const produced = card.value(of("produced"));
  if (produced === undefined) return undefined;
  // What does not leave is used: there is nothing to be told apart.
  if (site && !sells(site)) return { produced, rows: [] };
  const since = sinceOf(card, of("produced"));
  const rows = [
    ["self_consumed", text.home.used_here, "production"],
    ["sold", text.home.sent_out, "injected"],
  ]
    .map(([what, name, hue]) => {
      const begin = sinceOf(card, of(what));
      return {
        name,
        energy: card.value(of(what)),
        since: +begin === +since ? undefined : begin,
        fill: `--${hue}-fill`,
        line: `--${hue}`,
      };
    })
    .filter(({ energy }) => energy !== undefined);
  const [used, sold] = rows;
  if (sold && !used.since && !sold.since) closeSun(rows, produced, text.home.either);
  return { produced, rows };
}

/** Round what was used and sold, and give the rest a row. */
function closeSun(rows, produced, name) {
  const [used, sold] = rows;
  const lacking = produced - used.energy - sold.energy;
  const left = (kept) => leftOf(kept, produced, sold.energy, ENERGY_DIGITS);
  // Less is not printed.
  if (lacking < 0.05) used.energy = left(used.energy);
  else {
    rows.push({ ...OTHERS, name });
    [used.energy, rows[2].energy] = closed(
      [used.energy, lacking],
      ENERGY_DIGITS,
      left(used.energy + lacking),
    );
  }
  [sold.energy] = closed([sold.energy], ENERGY_DIGITS);
}

/** Return the energy of a period and what it cost, the one answer of its card. */
export const heading = ({ formats }, { total, paid }, look, beside) =>
  h(
    "div.figures",
    figure(formats.number(total, ENERGY_DIGITS), "kWh", look),
    paid !== undefined && h("p", { class: beside }, formats.money(paid)),
  );

/** Return the parts of a figure as a bar and in figures, or nothing where it has none. */
export function parts({ text, formats }, rows) {
  if (!rows.length) return false;
  const hasCost = rows.some(({ cost }) => Number.isFinite(cost));
  const row = ({ name, energy, cost, fill, line, since }) =>
    tableRow(
      [
        h("span.swatch", { style: toned(fill, line) }),
        name,
        since && subline(text.since(formats.date(since))),
      ],
      h("td", formats.energy(energy)),
      hasCost && h("td", Number.isFinite(cost) ? formats.money(cost) : ""),
    );
  return [split(rows), h("table.parts", h("tbody", rows.map(row)))];
}

/** Return since when the cost is known, if that is later than the energy. */
export function costSince(card, figures, since) {
  const paid = sinceOf(card, first(card.here, `cost_${figures}`));
  return paid > since && note(card.text.home.cost_since(card.formats.date(paid)));
}

/** Return the sentence of how much more or less something was than another time. */
export const beside = ({ text, formats }, by, than, digits) =>
  h(
    "p.beside-it",
    haIcon(by > 0 ? "mdi:arrow-up" : "mdi:arrow-down"),
    text.home[by > 0 ? "more_than" : "less_than"](formats.energy(Math.abs(by), digits), than),
  );
