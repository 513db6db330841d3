/** The dashboard that builds itself from what this installation has. */

import { having, isReadByHand, ours, powerOf, within } from "./installation.js";
import { may } from "./roles.js";
import { gives, ICONS, isRoof, siteOf, sitesOf } from "./sites.js";
import { textsOf } from "./texts.js";
import { fewOf, nextSteps } from "./waiting.js";

/** The pages in their order: what each is called in roles.js, how it is made, and the kind of entry it needs. */
const PAGES = [
  ["home", mainHome],
  ["buildings", buildings],
  ["homes", homes],
  ["past", past, "home"],
  ["year", year, "home"],
  ["years", years, "home"],
  ["compare", compare],
  ["wall", wall],
  ["cooperative", cooperative],
  ["friends", friends, "account"],
  ["invite", invite, "account"],
  ["participate", participate, "account"],
  ["sharing", sharing, "account"],
  ["roles", roles],
  ["challenge", challenge],
  ["hall", hall],
  ["collection", collection],
];

/** Return the views for this person, who is told of those places alone that are for that person. */
export async function generate(_config, hass) {
  const [text, kinds, sites, steps, collections, challenges] = await Promise.all([
    textsOf(hass.locale.language),
    kindsOf(hass),
    sitesOf(hass),
    // Without it all else stands as ever.
    nextSteps(hass).catch(() => []),
    titlesOf(hass, "collections"),
    titlesOf(hass, "challenges"),
  ]);
  const known = { text, hass, kinds, sites, steps, collections, challenges };
  // Where there is no site yet, everybody looks at what the meters tell.
  const place = kinds.home ? sites[0] : { role: "look" };
  const views = PAGES.filter(([page, , kind]) => may(hass, page, place) && (!kind || kinds[kind]))
    .flatMap(([, make]) => make(known))
    .filter(Boolean);
  return { title: "SEN1", views: views.length ? views : [nothing(text)] };
}

/** Return the kinds of entries there are, told by the subentries they may have. */
async function kindsOf(hass) {
  const entries = await hass.callWS({ type: "config_entries/get", domain: "sen1" });
  const has = (kind) => entries.some((entry) => kind in (entry.supported_subentry_types ?? {}));
  return {
    home: has("need"),
    account: has("publication"),
    shareholdings: has("shareholding"),
  };
}

/** Return the collections or challenges that are for this person; who may look at nothing has none. */
const titlesOf = (hass, many) =>
  hass
    .callWS({ type: `sen1/${many}`, only_titles: true })
    .then((told) => told[many] ?? [])
    .catch(() => []);

/** Return where another page of this dashboard is. */
const beside = (page) => `/${location.pathname.split("/")[1]}/${page}`;

const heading = (title, icon) => ({ type: "heading", heading: title, icon });
const section = (span, ...cards) => ({
  type: "grid",
  column_span: span,
  cards: cards.flat().filter(Boolean),
});
const card = (name, config = {}, columns = "full") => ({
  type: `custom:sen1-${name}-card`,
  grid_options: { columns },
  ...config,
});

/** The home of the main site, with what there is to do next. */
function mainHome({ text, hass, kinds, sites, steps }) {
  const site = siteOf(sites);
  const sections = [
    ...sectionsOf(text, within(hass, sites, site), kinds, site),
    goingFurther(text, steps),
  ];
  return view(text.views.home, "home", "mdi:home", sections);
}

/** The table of all sites, where there is more than one. */
function buildings({ text, sites }) {
  if (sites.length < 2) return [];
  return view(text.views.buildings, "buildings", "mdi:office-building-outline", [
    section(3, card("buildings", { home: "home" })),
  ]);
}

/** The home of each other site, reached from the table. */
function homes({ text, hass, kinds, sites }) {
  const main = siteOf(sites);
  return sites
    .filter((site) => site !== main)
    .map((site) => ({
      ...view(
        site.name,
        `home-${site.id}`,
        ICONS[site.kind],
        sectionsOf(text, within(hass, sites, site), kinds, site, { site: site.id }),
      ),
      subview: true,
    }));
}

/** Return what a site's home shows; the cards of the main site need not be told which it is. */
function sectionsOf(text, here, kinds, site, config = {}) {
  const uses = !isRoof(site);
  const kind = uses ? (site?.kind ?? "home") : "roof";
  const isWatched = ours(here).length && !isReadByHand(here);
  const watch =
    isWatched && section(1, heading(text.watch, "mdi:shield-check-outline"), card("watch", config));
  const energies =
    kinds.home &&
    section(
      3,
      heading(text.energy_of[kind], "mdi:chart-bar"),
      ["day", "month", "year"].map((period) => card("energy", { period, ...config }, 12)),
    );
  const moment = now(here, text, site, config);
  const yesterday =
    isWatched &&
    having(here, "bought_yesterday").length &&
    section(2, heading(text.power_yesterday, "mdi:flash"), card("power", config));
  return [
    moment,
    uses &&
      having(here, "apparent_power").length &&
      section(1, heading(text.wattmeter, "mdi:gauge"), card("wattmeter", config)),
    // What is not known at this moment begins with the day that is.
    ...(moment ? [watch, energies] : [energies, yesterday, watch]),
    uses &&
      having(here, "forecast_energy").length &&
      section(
        2,
        heading(text.forecast_of(new Date().getFullYear()), "mdi:chart-timeline-variant"),
        card("forecast", config),
      ),
    uses &&
      having(here, "energy_class", "energy_class_of_electricity").length &&
      section(
        1,
        heading(text.energy_class.title, "mdi:home-lightning-bolt-outline"),
        card("class", config),
      ),
  ];
}

function now(hass, text, site, config) {
  const power = powerOf(hass, site);
  const period = having(hass, "tariff_period", "tariff_period_in_force").slice(0, 1);
  // Where nothing is made there is never anything left over.
  const made = !site || gives(site) ? ["surplus", "production_power"] : [];
  const others = having(hass, ...made, "colour_today", "colour_tomorrow");
  // What is bought, and at which price, is no matter of a roof that stands alone.
  const tiles = (isRoof(site) ? [] : [...period, ...others]).filter(
    (row) => row.entity_id !== power,
  );
  if (!power) return undefined;
  return section(
    1,
    heading(text.now, "mdi:flash"),
    card("power", config),
    tiles.map((row) => ({
      type: "tile",
      entity: row.entity_id,
      name: text.tiles[row.translation_key],
      ...TILES[row.translation_key],
      grid_options: { columns: row.translation_key.startsWith("colour") ? 6 : "full" },
    })),
  );
}

const TILES = {
  tariff_period: { color: "blue", icon: "mdi:clock-outline" },
  tariff_period_in_force: { color: "blue", icon: "mdi:clock-outline" },
  surplus: { color: "purple", icon: "mdi:transmission-tower-export" },
  production_power: { color: "amber", icon: "mdi:solar-power" },
};

/** What is waited for and what is one's turn, until all is done. */
function goingFurther(text, steps) {
  if (!fewOf(steps).length) return undefined;
  return section(3, heading(text.going_further, "mdi:plus"), card("steps"));
}

function past({ text }) {
  return view(text.views.past, "past", "mdi:chart-bar", [section(3, card("past"))]);
}

/** The year of the main site, from which one goes to that of another. */
function year({ text, hass, sites }) {
  return view(text.views.year, "year", "mdi:crosshairs-gps", yearOf(text, hass, sites));
}

/** The year of each other site that uses something. */
function years({ text, hass, sites }) {
  const main = siteOf(sites);
  return sites
    .filter((site) => site !== main && !isRoof(site))
    .map((site) => ({
      ...view(
        `${text.views.year}, ${site.name}`,
        `year-${site.id}`,
        "mdi:crosshairs-gps",
        yearOf(text, hass, sites, { site: site.id }),
      ),
      subview: true,
    }));
}

function yearOf(text, hass, sites, config = {}) {
  const words = text.year;
  const main = siteOf(sites);
  const pages = Object.fromEntries(
    sites
      .filter((site) => site === main || !isRoof(site))
      .map((site) => [site.id, site === main ? "year" : `year-${site.id}`]),
  );
  const asked = sites.length > 1 ? { pages } : {};
  const site = siteOf(sites, config.site);
  const { sources } = site ?? {};
  // A home that no sensor measures has nothing to tell of this moment.
  const isLive = !sources || Object.keys(sources).length > 0;
  const hasUsual = isLive || having(within(hass, sites, site), "usual_yesterday").length > 0;
  return [
    section(
      2,
      heading(words.goals, "mdi:crosshairs-gps"),
      card("goals", { part: "savings", ...asked, ...config }),
    ),
    section(
      1,
      heading(words.last, "mdi:file-chart-outline"),
      card("report", config),
      card("goals", { part: "limits", ...config }),
    ),
    section(1, heading(words.cold, "mdi:snowflake"), card("cold", config)),
    hasUsual && section(1, heading(words.usual, "mdi:chart-bell-curve"), card("usual", config)),
    isLive && section(1, heading(words.beside, "mdi:scale-balance"), card("comparator", config)),
    section(3, heading(words.learnt, "mdi:home-outline"), card("learnt", config)),
  ];
}

function compare({ text, hass }) {
  return view(text.views.compare, "compare", "mdi:chart-line-variant", [
    section(3, card("comparison", { wall: "wall", compare: "before" })),
    toRoles(text, hass),
  ]);
}

/** The screens for a class, reached from their address alone: ".../wall". */
function wall({ text }) {
  return screenOf(text.wall_question, "wall", card("wall", { rotate: 60 }));
}

/** Return a page that is one card, from edge to edge. */
const screenOf = (title, path, one) => ({
  ...view(title, path, "mdi:projector-screen", []),
  type: "panel",
  subview: true,
  sections: undefined,
  cards: [one],
});

function cooperative({ text, hass, kinds }) {
  if (!having(hass, "holding_shares").length && !(kinds.shareholdings && may(hass, "set_up"))) {
    return undefined;
  }
  return view(text.views.cooperative, "cooperative", "mdi:solar-power-variant", [
    section(3, card("investment")),
  ]);
}

function friends({ text, hass }) {
  return view(text.views.friends, "friends", "mdi:account-multiple", [
    section(3, card("questions")),
    section(3, card("friends", { invite: "invite", participate: "participate" })),
    having(hass, "rank").length && section(2, card("ranking")),
    communes(hass, text),
  ]);
}

/** The page on which a family is invited, reached from the friends. */
function invite({ text }) {
  return besideFriends(text.invite_family, "invite", "mdi:account-plus");
}

/** The page on which the invitation to a collection is answered, reached from what is next to do. */
function participate({ text }) {
  return besideFriends(text.take_part, "participate", "mdi:email-open-outline");
}

/** Return a page of one card of that name, which leads back to the friends. */
function besideFriends(title, name, icon) {
  return {
    ...view(title, name, icon, [section(3, card(name))]),
    subview: true,
    back_path: beside("friends"),
  };
}

/** The map of friends' projects and of one's own that tell about where they are, to a commune. */
function communes(hass, text) {
  const placed = having(hass, "project", "own_project").filter(
    ({ entity_id }) => hass.states[entity_id]?.attributes.latitude !== undefined,
  );
  if (!placed.length) return undefined;
  const entities = placed.map(({ entity_id }) => ({
    entity: entity_id,
    label_mode: "attribute",
    attribute: "commune",
  }));
  return section(1, {
    type: "map",
    title: text.map,
    entities,
    default_zoom: 9,
    grid_options: { columns: "full", rows: 6 },
  });
}

function sharing({ text, hass }) {
  return view(text.views.sharing, "sharing", "mdi:share-variant", [
    section(3, card("sharing")),
    toRoles(text, hass),
  ]);
}

/** The page of who may do what. */
function roles({ text }) {
  return {
    ...view(text.views.roles, "roles", "mdi:account-key", [
      section(3, card("roles")),
      section(3, card("screens")),
    ]),
    subview: true,
  };
}

/** Return the way there, for who gives roles. */
const toRoles = (text, hass) =>
  may(hass, "roles") &&
  section(3, {
    ...heading(text.views.roles, "mdi:account-key"),
    tap_action: { action: "navigate", navigation_path: beside("roles") },
  });

/** The teams of a challenge, for who is in one, organises it, or looks at it. */
function challenge({ text, challenges }) {
  if (!challenges.length) return undefined;
  return view(text.views.challenge, "challenge", "mdi:flag-checkered", [
    section(3, card("challenge", { hall: "hall" })),
  ]);
}

/** The same for a hall, reached from there or from its address: ".../hall?challenge=ID". */
function hall({ text, challenges }) {
  if (!challenges.length) return undefined;
  return screenOf(text.hall_screen, "hall", card("hall"));
}

/** What is asked of many, for who asks. */
function collection({ text, hass, collections }) {
  if (!collections.length) return undefined;
  return view(text.views.collection, "collection", "mdi:account-group", [
    section(3, card("collection")),
    toRoles(text, hass),
  ]);
}

/** What stands alone for who may look at nothing. */
const nothing = (text) =>
  view(text.views.home, "home", "mdi:home", [
    section(3, { type: "markdown", content: text.not_given }),
  ]);

const view = (title, path, icon, sections) => ({
  // A phone has room for all icons, not for all titles.
  type: "sections",
  title,
  path,
  icon,
  show_icon_and_title: !matchMedia("(max-width: 599px)").matches,
  max_columns: 3,
  sections: sections.filter(Boolean),
});
