/** Parts of projects, as their entities tell them: each with the project's figure beside it. */

import { fromField } from "./calendar.js";
import { having, nameOf } from "./installation.js";

const FIGURES = [
  "shares",
  "invested",
  "surface",
  "power",
  "energy_today",
  "energy_month",
  "energy_year",
  "energy_total",
  "performance",
  "income",
  "return",
  "payback",
];

/**
 * Return each holding, `{name, device, figures}`, and all together; a figure is
 * `{mine, whole, attributes, entity}`.
 */
export function holdings(hass) {
  const rows = having(hass, ...FIGURES.map((key) => `holding_${key}`));
  const devices = Map.groupBy(rows, ({ device_id }) => device_id);
  const single = new Set(having(hass, "holding_part").map(({ device_id }) => device_id));
  const read = ([device, list]) => ({
    device,
    name: nameOf(hass.devices[device]),
    figures: Object.fromEntries(
      list.map((row) => [row.translation_key.slice(8), figureOf(hass, row.entity_id)]),
    ),
  });
  const all = [...devices].map(read);
  return {
    each: all.filter(({ device }) => single.has(device)),
    all: all.find(({ device }) => !single.has(device))?.figures ?? {},
  };
}

function figureOf(hass, entity) {
  const state = hass.states[entity];
  const number = parseFloat(state?.state);
  return {
    entity,
    mine: Number.isFinite(number) ? number : undefined,
    whole: state?.attributes.project,
    attributes: state?.attributes ?? {},
  };
}

/** Return what is mine of a figure in some projects, added up. */
export const mineIn = (each, key) =>
  each.reduce((sum, { figures }) => sum + (figures[key]?.mine ?? 0), 0);

/** Return what is mine of a figure in all projects: as told, or else added up. */
export const mineOf = (each, all, key) => all[key]?.mine ?? mineIn(each, key);

/** Return when the days begin that are counted of this year, or undefined. */
export function countedSince(each, zone) {
  const [first] = each
    .map(({ figures }) => figures.energy_year?.attributes.begin)
    .filter(Boolean)
    .sort();
  return first && fromField(first, zone);
}

/** Return the sum of what the projects have of a figure, where it is known. */
export const wholeOf = (each, key) =>
  each.reduce((sum, { figures }) => sum + (figures[key]?.whole ?? 0), 0);
