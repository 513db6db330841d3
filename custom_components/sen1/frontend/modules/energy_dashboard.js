/** Home Assistant's own Energy dashboard: what it has, and what it lacks of a home. */

import { siteOf, sitesOf } from "./sites.js";

const GRID = { type: "grid", cost_adjustment_day: 0 };

/** What the dashboard may have of a home, each with what says that it has it, and how it is added. */
const SOURCES = [
  {
    tells: ["bought"],
    has: ({ type, stat_energy_from: from }) => type === "grid" && from,
    make: ([from], cost) => ({ ...GRID, stat_energy_from: from, stat_cost: cost }),
  },
  {
    tells: ["sold"],
    has: ({ type, stat_energy_to: to }) => type === "grid" && to,
    make: ([to], paid) => ({ ...GRID, stat_energy_to: to, stat_compensation: paid }),
  },
  { tells: ["produced"], ...sourceOf("solar") },
  {
    tells: ["discharged", "charged"],
    has: ({ type }) => type === "battery",
    make: ([from, to]) => ({ type: "battery", stat_energy_from: from, stat_energy_to: to }),
  },
  { tells: ["gas"], ...sourceOf("gas") },
  { tells: ["water"], ...sourceOf("water") },
];

function sourceOf(kind) {
  return {
    has: ({ type }) => type === kind,
    make: ([from]) => ({ type: kind, stat_energy_from: from }),
  };
}

const preferences = (hass) =>
  hass.callWS({ type: "energy/get_prefs" }).catch((error) => {
    // Nobody has set anything yet.
    if (error.code === "not_found") return { energy_sources: [] };
    throw error;
  });

/**
 * Return what the dashboard has, and what it lacks of the main home, `{has, lacks}`: of a kind that it
 * has from elsewhere nothing is added, which would count twice.
 */
export async function lookedAt(hass) {
  const [{ energy_sources: has }, known, sites] = await Promise.all([
    preferences(hass),
    hass.callWS({ type: "recorder/list_statistic_ids", statistic_type: "sum" }),
    sitesOf(hass),
  ]);
  const there = new Set(known.map(({ statistic_id: id }) => id));
  const { statistics = {} } = siteOf(sites) ?? {};
  const lacks = SOURCES.filter((one) => !has.some(one.has)).flatMap(({ tells, make }) => {
    const ids = tells.map((what) => statistics[what]);
    if (!ids.every((id) => there.has(id))) return [];
    const cost = `${ids[0]}_cost`;
    const hasCost = there.has(cost);
    return [{ tells, hasCost, source: make(ids, hasCost ? cost : null) }];
  });
  return { has, lacks: asOneGrid(lacks) };
}

/** Have what is bought and what is sold as one connection to the grid, as the dashboard does. */
function asOneGrid(lacks) {
  const grids = lacks.filter(({ source }) => source.type === "grid");
  if (grids.length < 2) return lacks;
  const [bought, sold] = grids;
  return [
    { ...bought, source: { ...bought.source, ...sold.source } },
    { ...sold, source: undefined },
    ...lacks.slice(2),
  ];
}
