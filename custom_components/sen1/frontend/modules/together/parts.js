/** What one takes part in, each with its one figure, and what one organises: each leads to its page. */

import { pageBeside } from "../address.js";
import { figure, row, WordedPart } from "../card.js";
import { inOrder, isTold, stepsOf } from "../challenge/scores.js";
import { Beside, perDay } from "../collecting/beside.js";
import { h, haIcon, listOf, named, subline } from "../dom.js";
import { Fetched } from "../fetched.js";
import { ENERGY_DIGITS, WATTS } from "../formats.js";
import { holdings, mineIn } from "../holdings.js";
import { having, nameOf, ours } from "../installation.js";
import { paybackOf } from "../investment/figures.js";
import { ofGroups } from "../others.js";
import { barOf } from "../track.js";

/** After how long boards are read again, ms. */
const AGAIN_MS = 600_000;
const TEAMS = 3;

/** Return a card that leads to the page which says more. */
const partOf = (card, path, icon, title, under, ...content) =>
  h(
    "ha-card",
    card.lead(
      path,
      { class: "part" },
      h(
        "span.line",
        h("span.round", haIcon(icon)),
        named(title, under),
        haIcon("mdi:chevron-right"),
      ),
      content,
    ),
  );

/** Return rows of bars, each `{name, value, mine}`. */
function barsOf(rows, write) {
  const most = Math.max(...rows.map(({ value }) => value || 0), 1e-9);
  return listOf("bars-of", rows, ({ name, value, mine }) =>
    h("li", { class: mine ? "mine" : "" }, row(name, write(value)), barOf(value / most)),
  );
}

/** Return them, once they were read. */
export async function partsOf(card) {
  const parts = new Parts(card);
  await parts.read();
  return parts;
}

class Parts extends WordedPart {
  compared = new Beside(this.card);

  async read() {
    const { hass, config, language } = this.card;
    if (Date.now() - this.at < AGAIN_MS) return;
    this.at = Date.now();
    const ask = (many, more) =>
      config[many.slice(0, -1)] && hass.callWS({ type: `sen1/${many}`, ...more });
    try {
      const [challenges, collections] = await Promise.all([
        ask("challenges", { language }),
        ask("collections", { only_titles: true }),
      ]);
      this.set({ challenges: challenges?.challenges, collections: collections?.collections });
    } catch {
      // It is asked again; what was known stays.
      this.at = undefined;
    }
  }

  content() {
    return [
      (this.challenges ?? [])
        .filter(({ role }) => role !== "organiser")
        .map((one) => this.challenge(one)),
      this.card.isLooking && [this.investment(), this.collected(), groupsCard(this.card)],
      organisedCard(this.card, this.collections),
    ];
  }

  challenge({ id, title, week, weeks, mine, board }) {
    const { card, words, formats } = this;
    const isKnown = mine && isTold(mine) && !mine.reason;
    const saved = isKnown && stepsOf(mine);
    const teams = inOrder(board?.teams ?? []).filter(isTold);
    const rows = teams.slice(0, TEAMS).map(({ index, name, rank, value }) => ({
      name: `${rank}. ${name}`,
      value,
      mine: index === mine?.team,
    }));
    return partOf(
      card,
      pageBeside(card.config.challenge, { challenge: id }),
      "mdi:flag-checkered",
      title,
      words.week_of(week, weeks),
      isKnown
        ? figure(
            formats.percent(Math.abs(mine.value), 1),
            mine.value < 0 ? words.more_used : words.saved,
          )
        : subline(words.no_score),
      saved && subline(formats.quantity(Math.abs(saved.byUs), mine.unit, ENERGY_DIGITS)),
      rows.length > 0 && barsOf(rows, (value) => formats.percent(value, 1)),
    );
  }

  investment() {
    const { card, words, formats } = this;
    const { hass, config } = card;
    const { each, all } = holdings(hass);
    if (!each.length || !config.cooperative) return false;
    const payback = paybackOf(all, each);
    const shares = mineIn(each, "shares");
    const sun = all.energy_year?.mine ?? mineIn(each, "energy_year");
    const back = payback?.yearly && new Date().getFullYear() + Math.ceil(payback.around);
    const rows = [
      Number.isFinite(sun) && row(words.my_sun, formats.quantity(sun, "kWh", ENERGY_DIGITS)),
      back && row(words.back_around, String(back)),
    ].filter(Boolean);
    return partOf(
      card,
      pageBeside(config.cooperative),
      "mdi:solar-power-variant",
      words.investment,
      Number.isFinite(shares) && words.shares(shares, each.length),
      payback && [
        figure(formats.money(payback.income), words.received_of(formats.money(payback.invested))),
        h("span.track", barOf(payback.income / payback.invested, "sun")),
      ],
      rows.length > 0 && h("div.rows.plain", rows),
    );
  }

  /** Return the collections that give the mean of all back, each beside mine. */
  collected() {
    const { hass, site, config } = this.card;
    const groups = ours(hass)
      .map(({ entity_id: id, device_id: device }) => ({
        id,
        device,
        said: hass.states[id]?.attributes ?? {},
      }))
      .filter(({ said: { group, statistic, direction } }) => group && statistic && direction);
    if (!site || !config.participate) return false;
    return [...Map.groupBy(groups, ({ device }) => device).values()].map(([one]) =>
      this.beside(one),
    );
  }

  beside({ id, device, said }) {
    const { card, words, formats, text } = this;
    const { fetched, own, group } = this.compared.of(id, said, card.site);
    const [all, mine] = group ? perDay(...[group, own].filter(Boolean)).days : [];
    const rows = [
      { name: text.ranking.me, value: mine, mine: true },
      { name: words.mean_of_all, value: all },
    ].filter(({ value }) => Number.isFinite(value));
    const { begin, end } = Fetched.period({}, formats.zone);
    return partOf(
      card,
      pageBeside(card.may("participate") ? card.config.participate : "together"),
      "mdi:account-multiple-check",
      nameOf(card.hass.devices[device]),
      words.per_day(formats.range(begin, end)),
      rows.length > 0
        ? barsOf(rows, (value) => formats.energy(value))
        : subline(fetched.status === "loading" ? text.loading : words.nothing_yet),
    );
  }
}

/** Return the sums and means of homes that are followed, or nothing. */
function groupsCard(card) {
  const groups = ofGroups(card.hass).filter(({ statistic }) => card.state(statistic));
  if (!groups.length) return false;
  const { words } = card;
  const said = ({ statistic, full }) => {
    const state = card.hass.states[statistic];
    const { unit_of_measurement: unit, reporting } = state.attributes;
    const watts = unit in WATTS && card.formats.power(card.value(statistic), unit);
    return row(
      [full, subline(words.homes(reporting))],
      watts || card.hass.formatEntityState(state),
    );
  };
  return h("ha-card", card.head(words.groups), h("div.rows", groups.map(said)));
}

/** Return what is organised from here: collections, and the roofs that are told of. */
function organisedCard(card, collections = []) {
  const { words } = card;
  const roofs =
    card.may("set_up") &&
    card.statesOf(having(card.hass, "own_project")).filter((state) => state?.attributes.building);
  const rows = [
    ...collections.map(({ subentry_id: id, title, silent }) => [
      pageBeside(card.config.collection, { of: id, state: silent ? "silent" : undefined }),
      "mdi:account-group",
      title,
      silent ? words.silent_members(silent) : words.collection,
    ]),
    ...(card.config.cooperative ? roofs || [] : []).map(({ attributes: { building, commune } }) => [
      pageBeside(card.config.cooperative),
      "mdi:solar-power-variant",
      building,
      commune,
    ]),
  ];
  return (
    rows.length > 0 &&
    h(
      "ha-card",
      card.head(words.organised),
      listOf("friends", rows, (told) => h("li", card.line(...told))),
    )
  );
}
