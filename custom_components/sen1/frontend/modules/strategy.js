/** The dashboard that builds itself from what this installation has. */

import { having, within } from "./installation.js";
import { may } from "./roles.js";
import { FEW_SITES, isRoof, siteOf, sitesOf } from "./sites.js";
import { textsOf } from "./texts.js";

/** The five pages in their order: the icon of each, and what returns its content, if there is any. */
const TABS = {
  home: ["mdi:home", home],
  past: ["mdi:chart-bar", ({ kinds }) => kinds.home && whole(card("past"))],
  year: ["mdi:calendar-check-outline", year],
  together: ["mdi:account-group", together],
  sharing: [
    "mdi:share-variant",
    ({ kinds }) => kinds.account && whole(card("sharing", { roles: "roles" })),
  ],
};

/** The pages reached from one of those, and from which. */
const BEHIND = {
  buildings: [
    "mdi:office-building-outline",
    ({ sites }) => sites.length > 1 && whole(card("buildings", { home: "home" })),
    "home",
  ],
  compare: ["mdi:chart-line-variant", () => whole(card("comparison")), "past"],
  wall: [
    "mdi:projector-screen",
    () => ({ type: "panel", cards: [card("wall", { rotate: 60 })] }),
    "past",
  ],
  cooperative: ["mdi:solar-power-variant", cooperative, "together"],
  invite: ["mdi:account-plus", ({ kinds }) => kinds.account && whole(card("invite")), "together"],
  participate: [
    "mdi:email-open-outline",
    ({ kinds }) => kinds.account && whole(card("participate")),
    "together",
  ],
  challenge: [
    "mdi:flag-checkered",
    ({ challenges }) => challenges.length > 0 && whole(card("challenge")),
    "together",
  ],
  collection: ["mdi:account-group", collection, "together"],
  roles: ["mdi:account-key", () => whole(card("roles"), card("screens")), "sharing"],
};

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
    Object.entries(pages)
      .filter(([page]) => may(hass, page, place))
      .map(([page, [icon, make, back]]) => {
        const content = make(known);
        const behind = back && { subview: true, back_path: beside(back) };
        return content && { ...view(text.views[page], page, icon), ...content, ...behind };
      })
      .filter(Boolean);
  const tabs = made(TABS);
  const views = isPhone() ? tabs.map((one, n) => onPhone(one, n, tabs)) : tabs;
  const pages = [...views, ...made(BEHIND)];
  const all = [...pages, ...movedOf(sites, may(hass, "roles"))];
  return { title: "SEN1", views: pages.length ? all : [nothing(text)] };
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

/** Return the content of a page of sections, of those that there are. */
const of = (...sections) => ({ type: "sections", sections: sections.filter(Boolean) });

/** Return it of cards that are as wide as the page. */
const whole = (...cards) => of(...cards.filter(Boolean).map((one) => section(3, one)));

/** The home: one card, which says what a household has; of a town it begins with all buildings. */
function home({ sites }) {
  return whole(card(sites.length > FEW_SITES ? "town" : "home"));
}

function year({ kinds, hass, sites }) {
  if (!kinds.home) return undefined;
  const site = siteOf(sites);
  const here = within(hass, sites, site);
  const known = (...keys) => !isRoof(site) && having(here, ...keys).length > 0;
  return of(
    section(3, card("place")),
    section(2, card("goals", { part: "savings" })),
    section(1, card("report"), card("goals", { part: "limits" })),
    known("forecast_energy") && section(2, card("forecast")),
    known("energy_class", "energy_class_of_electricity") && section(1, card("class")),
    section(1, card("cold")),
    section(2, card("learnt")),
  );
}

function cooperative({ hass, kinds }) {
  const isPossible = kinds.shareholdings && may(hass, "set_up");
  return (isPossible || having(hass, "holding_shares").length > 0) && whole(card("investment"));
}

/** Everything one does with others; who is no administrator decides nothing there. */
function together(known) {
  const { text, hass, sites, kinds, collections, challenges } = known;
  const isMany = collections.length + challenges.length > 0;
  const isLooking = sites.some(({ role }) => role !== "none") || may(hass, "set_up");
  if (!kinds.account || !(isMany || isLooking)) return undefined;
  const all = card("together", {
    invite: "invite",
    participate: "participate",
    cooperative: cooperative(known) ? "cooperative" : undefined,
    challenge: challenges.length ? "challenge" : undefined,
    collection: collections.length ? "collection" : undefined,
  });
  return of(section(3, all), communes(hass, text));
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

/** What is asked of many, for who asks, and the way to the roles for who gives them. */
function collection({ text, hass, collections }) {
  if (!collections.length) return undefined;
  const ways = {
    type: "heading",
    heading: text.views.roles,
    icon: "mdi:account-key",
    tap_action: { action: "navigate", navigation_path: beside("roles") },
  };
  return whole(card("collection"), may(hass, "roles") && ways);
}

/** What stands alone for who may look at nothing. */
const nothing = (text) => ({
  ...view(text.views.home, "home", "mdi:home"),
  ...whole({ type: "markdown", content: text.not_given }),
});

const view = (title, path, icon) => ({
  title,
  path,
  icon,
  show_icon_and_title: true,
  max_columns: 3,
});
