/** The dashboard that builds itself from what this installation has. */

import { having, within } from "./installation.js";
import { may } from "./roles.js";
import { FEW_SITES, isRoof, siteOf, sitesOf } from "./sites.js";
import { textsOf } from "./texts.js";

/** The five pages in their order: what each is called in roles.js, and how it is made. */
const TABS = [
  ["home", home],
  ["past", past],
  ["year", year],
  ["together", together],
  ["sharing", sharing],
];

/** The pages reached from one of those, and which. */
const BEHIND = [
  ["buildings", buildings, "home"],
  ["compare", compare, "past"],
  ["wall", wall, "past"],
  ["cooperative", cooperative, "together"],
  ["invite", invite, "together"],
  ["participate", participate, "together"],
  ["challenge", challenge, "together"],
  ["collection", collection, "together"],
  ["roles", roles, "sharing"],
];

/** As narrow as this the five pages stand at the foot. */
const isPhone = () => matchMedia("(max-width: 599px)").matches;

/** Return the views for this person, who is told of those places alone that are for that person. */
export async function generate(_config, hass) {
  const [text, kinds, sites, collections, challenges] = await Promise.all([
    textsOf(hass.locale.language),
    kindsOf(hass),
    sitesOf(hass),
    titlesOf(hass, "collections"),
    titlesOf(hass, "challenges"),
  ]);
  const known = { text, hass, kinds, sites, collections, challenges };
  // Where there is no site yet, everybody looks at what the meters tell.
  const place = kinds.home ? sites[0] : { role: "look" };
  const made = (pages) =>
    pages
      .filter(([page]) => may(hass, page, place))
      .map(([, make, back]) => [make(known), back])
      .filter(([one]) => one);
  const tabs = made(TABS).map(([one]) => one);
  const views = isPhone() ? tabs.map((one, n) => onPhone(one, n, tabs)) : tabs;
  const behind = made(BEHIND).map(([one, back]) => ({
    ...one,
    subview: true,
    back_path: beside(back),
  }));
  const all = [...views, ...behind, ...movedOf(sites, may(hass, "roles"))];
  return { title: "SEN1", views: views.length + behind.length ? all : [nothing(text)] };
}

/** Return a page as a phone shows it: the bar at its top has one title, the pages are at its foot. */
const onPhone = (one, n, tabs) => ({
  ...one,
  subview: n > 0,
  back_path: n > 0 ? beside(tabs[0].path) : undefined,
  footer: {
    card: card("tabs", { pages: tabs.map(({ path, title, icon }) => ({ path, title, icon })) }),
  },
});

/** Return the pages that were elsewhere: each leads to where its things are now. */
function movedOf(sites, canGive) {
  const moved = [
    ["friends", "together"],
    ["hall", canGive ? "roles" : "challenge"],
    ...sites.flatMap(({ id }) => [
      [`home-${id}`, "home", { site: id }],
      [`year-${id}`, "year", { site: id }],
    ]),
  ];
  return moved.map(([path, ...to]) => ({
    path,
    type: "panel",
    subview: true,
    cards: [card("tabs", { moved: to })],
  }));
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

/** The home: one card, which says what a household has; of a town it begins with all buildings. */
function home({ text, sites }) {
  const one = card(sites.length > FEW_SITES ? "town" : "home");
  return view(text.views.home, "home", "mdi:home", [section(3, one)]);
}

/** The table of all sites, where there is more than one. */
function buildings({ text, sites }) {
  if (sites.length < 2) return undefined;
  return view(text.views.buildings, "buildings", "mdi:office-building-outline", [
    section(3, card("buildings", { home: "home" })),
  ]);
}

function past({ text, kinds }) {
  if (!kinds.home) return undefined;
  return view(text.views.past, "past", "mdi:chart-bar", [section(3, card("past"))]);
}

function year({ text, kinds, hass, sites }) {
  if (!kinds.home) return undefined;
  const site = siteOf(sites);
  const here = within(hass, sites, site);
  const known = (...keys) => !isRoof(site) && having(here, ...keys).length > 0;
  return view(text.views.year, "year", "mdi:calendar-check-outline", [
    section(3, card("place")),
    section(2, card("goals", { part: "savings" })),
    section(1, card("report"), card("goals", { part: "limits" })),
    known("forecast_energy") && section(2, card("forecast")),
    known("energy_class", "energy_class_of_electricity") && section(1, card("class")),
    section(1, card("cold")),
    section(2, card("learnt")),
  ]);
}

function compare({ text }) {
  return view(text.views.compare, "compare", "mdi:chart-line-variant", [
    section(3, card("comparison")),
  ]);
}

/** The screens for a class, reached from their address alone: ".../wall". */
function wall({ text }) {
  return {
    ...view(text.wall_question, "wall", "mdi:projector-screen", []),
    type: "panel",
    sections: undefined,
    cards: [card("wall", { rotate: 60 })],
  };
}

function cooperative({ text, hass, kinds }) {
  if (!having(hass, "holding_shares").length && !(kinds.shareholdings && may(hass, "set_up"))) {
    return undefined;
  }
  return view(text.views.cooperative, "cooperative", "mdi:solar-power-variant", [
    section(3, card("investment")),
  ]);
}

/** Everything one does with others; who is no administrator decides nothing there. */
function together({ text, hass, sites, kinds, collections, challenges }) {
  const isMany = collections.length + challenges.length > 0;
  const isLooking = sites.some(({ role }) => role !== "none") || may(hass, "set_up");
  if (!kinds.account || !(isMany || isLooking)) return undefined;
  return view(text.views.together, "together", "mdi:account-group", [
    section(
      3,
      card("together", {
        invite: "invite",
        participate: "participate",
        cooperative: cooperative({ text, hass, kinds })?.path,
        challenge: challenges.length ? "challenge" : undefined,
        collection: collections.length ? "collection" : undefined,
      }),
    ),
    communes(hass, text),
  ]);
}

/** The page on which a family is invited. */
function invite({ text, kinds }) {
  if (!kinds.account) return undefined;
  return view(text.invite_family, "invite", "mdi:account-plus", [section(3, card("invite"))]);
}

/** The page on which the invitation to a collection is answered. */
function participate({ text, kinds }) {
  if (!kinds.account) return undefined;
  return view(text.take_part, "participate", "mdi:email-open-outline", [
    section(3, card("participate")),
  ]);
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

function sharing({ text, kinds }) {
  if (!kinds.account) return undefined;
  return view(text.views.sharing, "sharing", "mdi:share-variant", [
    section(3, card("sharing", { roles: "roles" })),
  ]);
}

/** The page of who may do what. */
function roles({ text }) {
  return view(text.views.roles, "roles", "mdi:account-key", [
    section(3, card("roles")),
    section(3, card("screens")),
  ]);
}

/** The teams of a challenge, for who is in one, organises it, or looks at it. */
function challenge({ text, challenges }) {
  if (!challenges.length) return undefined;
  return view(text.views.challenge, "challenge", "mdi:flag-checkered", [
    section(3, card("challenge")),
  ]);
}

/** What is asked of many, for who asks, and the way to the roles for who gives them. */
function collection({ text, hass, collections }) {
  if (!collections.length) return undefined;
  return view(text.views.collection, "collection", "mdi:account-group", [
    section(3, card("collection")),
    may(hass, "roles") &&
      section(3, {
        type: "heading",
        heading: text.views.roles,
        icon: "mdi:account-key",
        tap_action: { action: "navigate", navigation_path: beside("roles") },
      }),
  ]);
}

/** What stands alone for who may look at nothing. */
const nothing = (text) =>
  view(text.views.home, "home", "mdi:home", [
    section(3, { type: "markdown", content: text.not_given }),
  ]);

const view = (title, path, icon, sections) => ({
  type: "sections",
  title,
  path,
  icon,
  show_icon_and_title: true,
  max_columns: 3,
  sections: sections.filter(Boolean),
});
