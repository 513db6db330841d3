/** Home: what today costs and uses, what is used now, the month, the year and what awaits; each leads to more. */

import { asked, pageBeside } from "../address.js";
import { Card } from "../card.js";
import { h, haIcon, subline } from "../dom.js";
import { lastKnown } from "../fetched.js";
import { inOne } from "../formats.js";
import { day } from "../homepage/day.js";
import { dayOf, mainOf } from "../homepage/figures.js";
import { span } from "../homepage/months.js";
import { now } from "../homepage/now.js";
import { forecast, friends, goal, roof } from "../homepage/others.js";
import { gaugeSheet } from "../homepage/pictures.js";
import { sheet } from "../homepage/style.js";
import { alerts, foot, sourcesOf, watchedOf } from "../homepage/watch.js";
import { having, isReadByHand, ours, powerOf } from "../installation.js";
import { placeRow } from "../place.js";
import { Turn } from "../turn.js";
import { Answers } from "../year/answers.js";

/** What leads to a page of its own, in its order: `{title, under, to, content}`, and what a row says of it. */
const PARTS = {
  today: day,
  now,
  month: (card) => span(card, "month"),
  year: (card) => span(card, "year"),
  forecast,
  goal,
  friends,
  roof,
};
/** What is a row of one list on a phone. */
const ROWS = ["forecast", "goal", "friends", "roof"];

/** Narrower than this it is read on a phone. */
const NARROW = 600;

export default class Home extends Card {
  static tag = "div";
  static isSized = true;
  static isOfSite = true;
  static words = ["home", "next"];
  static sheets = [sheet, gaugeSheet];
  static readsEach = 15_000;
  turn = new Turn(this);
  answers = {};

  get isNarrow() {
    return this.width < NARROW;
  }

  watched() {
    const { here, hass, site, config } = this;
    const power = config.entity ?? powerOf(here, site);
    const rows = [...ours(here), ...having(hass, "rank"), ...watchedOf(this)];
    return [asked("site"), hass.entities, hass.states[power], ...this.statesOf(rows)];
  }

  read() {
    if ((this.config.part ?? "turn") === "turn") this.turn.read();
  }

  /** Ask commands for a part; of what is returned `found` are the answers, once all are there. */
  told(name, ...messages) {
    this.answers[name] ??= new Answers(this);
    this.answers[name].want(...messages);
    return this.answers[name];
  }

  content() {
    const { config, sites, width, site, here } = this;
    if (!width) return [];
    if (config.part) return [this.alone(config.part)];
    const turn = this.turn.content();
    if (!site && !powerOf(here, site)) return [h("div.begin", this.begin(), turn)];
    const sources = sourcesOf(this);
    const shown = Object.entries(PARTS)
      .map(([name, tell]) => [name, tell(this)])
      .filter(([, part]) => part);
    const isRow = ([name]) => this.isNarrow && ROWS.includes(name);
    const list = shown.filter(isRow).map(([, part]) => this.line(part));
    return [
      sites.length > 0 && placeRow(this, this.known()),
      h(
        "div.home",
        alerts(this, sources),
        shown.filter((one) => !isRow(one)).map((one) => this.press(...one)),
        turn && h("div.turn", turn),
        list.length > 0 && h("ha-card.flow", list),
      ),
      foot(this, sources),
    ];
  }

  /** Return the ways in, which few ever see. */
  begin() {
    const made = this.needed("begin", () => import("../homepage/begin.js"));
    return made ? made.begin(this) : this.loading();
  }

  /** Return one part, which stands alone and on any dashboard: nobody knows where its pages are. */
  alone(part) {
    const { text } = this;
    const { next_steps: next, home: words } = text;
    if (part === "turn") return this.turn.content() || h("ha-card", subline(next.all_done));
    const sources = part === "watch" && sourcesOf(this);
    if (sources?.length) return [alerts(this, sources), foot(this, sources)];
    const told = PARTS[part]?.(this);
    if (told) return h("div.home", this.press(part, { ...told, to: undefined }));
    const why = {
      watch: [words.nothing_watched, words.nothing_watched_next],
      now: [text.no_meter, text.no_meter_next],
    }[part];
    return h("ha-card", this.empty(...(why ?? [text.no_home, text.no_home_next])));
  }

  /** Say of when the figures are. */
  known() {
    const { hass, here, text, formats, site, isNarrow } = this;
    const told = (look, ...what) => h("span", { class: `told ${look}` }, what);
    if (!hass.connected) return told("", text.offline);
    const state = this.state(powerOf(here, site));
    if (state) {
      const at = new Date(state.last_updated);
      return told("", h("i.live"), inOne([!isNarrow && formats.longDate(at), formats.time(at)]));
    }
    const last =
      lastKnown(hass, mainOf(this, "year")) ?? lastKnown(hass, mainOf(this, dayOf(here)));
    const until = isReadByHand(here) ? text.read_by_hand_on : text.known_until;
    const date = last && formats.date(last, { day: "numeric", month: "short" });
    return last && told("known", haIcon("mdi:clock-outline"), until(date));
  }

  /** Return a part as a card that is pressed anywhere, and leads to where more of it is. */
  press(name, { title, under, to, content }) {
    const link = to && this.lead(pageBeside(...to), null, title);
    const head = this.head(link || title, under, link && haIcon("mdi:chevron-right"));
    return h("ha-card", { class: `tap ${name}` }, head, content);
  }

  /** Return a part as a row of a list. */
  line({ icon, title, row: [more, under], to }) {
    const name = more ? this.text.home.with(title, more) : title;
    return this.way({ icon, path: to && pageBeside(...to), title: name, under });
  }
}
