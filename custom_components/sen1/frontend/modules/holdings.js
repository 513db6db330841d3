/** Parts of projects, as their entities tell them: each with the project's figure beside it. */

import { fromField } from "./calendar.js";
import { having, nameOf, ours } from "./installation.js";

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

/**
 * Return the projects of which the past is still on its way from the friend who shares it, `{name,
 * part}`: how much of it is there, in per cent, or undefined.
 */
export function comingOf(hass, each) {
  return each.flatMap(({ name, figures: { energy_year: year } }) => {
    const past = year?.attributes.statistic;
    // A collection may show again what a friend shares: the friend's device alone has its status.
    const sources = ours(hass)
      .filter(
        (row) => !row.translation_key && past === hass.states[row.entity_id]?.attributes.statistic,
      )
      .map((row) => row.device_id);
    const parts = having(hass, "series_status")
      .filter(({ device_id }) => past && sources.includes(device_id))
      .map((row) => hass.states[row.entity_id]?.attributes.history)
      .filter(Number.isFinite);
    const isComing = parts.length > 0 || (year && year.mine === undefined);
    return isComing ? [{ name, part: parts.length ? Math.min(...parts, 99) : undefined }] : [];
  });
}

/** Return what is mine of a figure in some projects, added up; undefined where nothing is known. */
export function mineIn(each, key) {
  const known = each.map(({ figures }) => figures[key]?.mine).filter(Number.isFinite);
  return known.length ? known.reduce((sum, value) => sum + value, 0) : undefined;
}

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
