/** The series that can be compared, in groups: sites, friends, groups of homes, imported, others. */

import { periodAt, span } from "./calendar.js";
import { lowered } from "./formats.js";
import { having } from "./installation.js";
import { alone, ofCollections, ofFriends, ofGroups } from "./others.js";
import { may } from "./roles.js";

/** What our entities measure, the best of each first. */
const MEANINGS = {
  production: ["production_power", "production_lifetime", "produced_total"],
  consumption: ["consumption", "consumption_power", "consumption_lifetime"],
  bought: ["apparent_power", "active_power", "index_total", "bought_total", "import_power"],
  injected: ["apparent_power_injected", "index_injected", "sold_total", "export_power"],
};

/** What the quantities of a site are drawn as. */
const KINDS = {
  produced: "production",
  consumed: "consumption",
  bought: "bought",
  sold: "injected",
  gas: "gas",
  water: "water",
};

/**
 * Return what this person may choose from, `{key, name, series}` a group; of each series
 * `{statistic, name, full, kind, mine, site, friend, sheet, first, last, known, unit}`: its name in
 * the group and beside others, what is known of its site, and its span.
 *
 * Who is no administrator is offered nothing of friends: an administrator puts it on a dashboard.
 */
export function groups(hass, text, offered) {
  const isFriend = may(hass, "friends");
  const found = [
    ...ofSites(hass, text, offered),
    ...(isFriend ? ofFriends(hass, text) : []),
    {
      key: "groups",
      name: text.picker.groups,
      series: [...ofGroups(hass), ...(isFriend ? ofCollections(hass) : [])],
    },
  ];
  const taken = new Set(found.flatMap(({ series }) => series.map(({ statistic }) => statistic)));
  found.push({
    key: "imported",
    name: text.picker.imported,
    series: imported(offered).filter(({ statistic }) => !taken.has(statistic)),
  });
  found.push({
    key: "others",
    name: text.picker.others,
    isSought: true,
    series: offered.others.map(({ id, name }) => alone(id, name)),
  });
  return found
    .map((group) => ({ ...group, series: withData(group.series, offered.known) }))
    .filter(({ series }) => series.length);
}

/** Say of each what is known, what has data in the period first. */
const withData = (series, known) =>
  series
    .map((one) => spanned(one, known))
    .sort((one, other) => (other.known > 0) - (one.known > 0));

const spanned = (one, all) => {
  const { unit, first, last, known } = all.get(one.statistic) ?? {};
  return { ...one, unit: unit ?? one.unit, first, last, known: known ?? 0 };
};

/** How the statistics begin that a site writes of itself. */
const ownPrefix = ({ id }) => `sen1:${id.toLowerCase()}_`;

/** Return the statistics of a site by quantity; of one that does not run, those that it left. */
function statisticsOf(site, known) {
  if (site.loaded !== false) return site.statistics ?? {};
  const prefix = ownPrefix(site);
  const left = [...known.keys()].filter((id) => id.startsWith(prefix));
  return Object.fromEntries(left.map((id) => [id.slice(prefix.length), id]));
}

function ofSites(hass, text, { sites, known }) {
  const told = sites
    .map((site) => [site, Object.entries(statisticsOf(site, known))])
    .filter(([, statistics]) => statistics.length);
  if (!told.length) return [ofEntities(hass, text, sites)];
  return told.map(([site, statistics]) => ({
    key: site.id,
    name: site.name,
    series: statistics.map(([quantity, statistic]) => {
      const name = text.quantities[quantity] ?? quantity;
      return {
        statistic,
        name,
        full: told.length > 1 ? `${site.name}${text.picker.comma}${lowered(name)}` : name,
        kind: KINDS[quantity] ?? "other",
        mine: true,
        site: site.id,
        place: site.name,
        sheet: site,
      };
    }),
  }));
}

/** Return the group of our entities, where no site has a statistic of its own. */
function ofEntities(hass, text, sites) {
  const site = sites.find(({ is_main }) => is_main) ?? sites[0];
  const series = Object.entries(MEANINGS).flatMap(([kind, keys]) =>
    having(hass, ...keys)
      .filter((row) => hass.states[row.entity_id]?.attributes.state_class)
      .slice(0, 1)
      .map((row) => ({
        statistic: row.entity_id,
        name: text.mine[kind],
        full: text.mine[kind],
        kind,
        unit: hass.states[row.entity_id].attributes.unit_of_measurement,
        mine: true,
        site: site?.id ?? "mine",
        place: site?.name,
        sheet: site,
      })),
  );
  return {
    key: site?.id ?? "mine",
    name: site?.name ?? text.picker.home,
    series,
  };
}

/** How the statistics begin that are offered under whose they are. */
const OF_OTHERS = ["sen1:friend_", "sen1:collected_"];

/** Return what came of files; what a site wrote of itself is offered as its own, in our words. */
const imported = ({ known, sites }) =>
  [...known]
    .filter(([id]) => id.startsWith("sen1:") && !OF_OTHERS.some((one) => id.startsWith(one)))
    .filter(([id]) => !sites.some((site) => id.startsWith(ownPrefix(site))))
    .map(([id, { name }]) => alone(id, name));

/** Return the series that a card's configuration names, as the groups have them. */
export const configured = (hass, given, all, known) =>
  given.map((one) => {
    const found = all.find(({ statistic }) => statistic === one.statistic);
    const state = hass.states[one.statistic];
    const name = one.name ?? found?.full ?? state?.attributes.friendly_name;
    const said = known.get(one.statistic)?.name ?? one.statistic;
    return spanned(
      {
        kind: "consumption",
        mine: true,
        site: one.statistic,
        ...found,
        ...one,
        name: name ?? said,
        full: name ?? said,
      },
      known,
    );
  });

/** Return the production and the consumption that one is laid over: of one site if there are such. */
export function pairOf(powers) {
  const production = powers.find(({ kind }) => kind === "production");
  const uses = ["consumption", "bought"].flatMap((kind) =>
    powers.filter((one) => one.kind === kind),
  );
  return [production, uses.find(({ site }) => site === production?.site) ?? uses[0]];
}

/**
 * Return what is chosen at first of all series: a production and a consumption, of one site and
 * with data if there are such.
 */
export function firstChoice(all) {
  const pairs = [...Map.groupBy(all, ({ site }) => site).values(), all].map((list) =>
    [["production"], ["consumption", "bought"]].map((kinds) => best(list, kinds)),
  );
  const whole = pairs.filter((pair) => pair.every(Boolean));
  const pair = whole.find((both) => both.every(({ known }) => known > 0)) ?? whole[0];
  const found = pair ?? [best(all, ["consumption", "bought", "production"]) ?? all[0]];
  // One with data says more than a pair of which nothing was ever known.
  const isEmpty = found.every((one) => one?.first === undefined);
  const one = isEmpty ? all.find(({ known }) => known > 0) : undefined;
  return (one ? [one] : found).filter(Boolean).map(({ statistic }) => statistic);
}

/** Return the first of some kinds, one with data before others. */
function best(list, kinds) {
  const fit = kinds.flatMap((kind) => list.filter((one) => one.kind === kind));
  return fit.find(({ known }) => known > 0) ?? fit[0];
}

/**
 * Return the period nearest to one, and as long, in which all chosen have data; undefined where
 * there is none but that one.
 */
export function nearest(chosen, period, zone) {
  const begin = Math.max(...chosen.map(({ first }) => first ?? Infinity));
  const end = Math.min(...chosen.map(({ last }) => last ?? -Infinity));
  if (!(begin < end)) return undefined;
  const at = +period.begin < begin && +period.end <= begin ? begin : end - 1;
  const found = holding(new Date(at), period, zone);
  const isSame = +found.begin === +period.begin && +found.end === +period.end;
  return isSame ? undefined : found;
}

/** Return a period as long as one that holds a time; one of days ends, or begins, with it. */
function holding(time, period, zone) {
  if (period.unit !== "days") return periodAt(time, period.unit, zone);
  const days = Math.round((period.end - period.begin) / 86_400_000);
  return time < period.begin ? span(time, zone, 1 - days, days) : span(time, zone, 0, days);
}
