/** The one page on which a household answers the invitation to a collection. */

import { toField } from "../calendar.js";
import { button, callout, row, WordedPart } from "../card.js";
import { h, haIcon, listOf, subline } from "../dom.js";
import { field, selectOf, ticked, typed } from "../fields.js";
import { ENERGY, inOne, sentences } from "../formats.js";
import { opener } from "../opener.js";
import { levelOf } from "../sharing/fineness.js";
import { charterBox } from "./charter.js";
import { detailOf, SITE } from "./joined.js";
import { Team } from "./team.js";
import { lastDayOf } from "./times.js";

const LONGEST_NAME = 80;
const MAIL = /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/;
/** As fine as this, a consumption tells when somebody is at home. */
const TELLING_LEVEL = 3;
/** What a detail tells, by the words for sharing: `share_tells` of the texts of the integration. */
const TELLS = { PT10M: "pt1h", PT30M: "pt1h", PT1H: "pt1h", P1D: "p1d", P1Y: "p1y", live: "live" };
const TOLD_OF = { consumption: "", per_area: "", production: "production_" };

/** Drawn for a card, which sends what was answered with `join` and `decline`. */
export class Offer extends WordedPart {
  ticks = new Map();
  sensors = new Map();
  charter = {};
  team = new Team(this.card);
  isNamed = false;
  name = "";
  isShown = false;
  until = undefined;
  isOfAge = false;

  // What is chosen

  /** Return the sensor that is proposed for what is asked; the one that fits comes first. */
  sensorOf = ({ what, choices }) =>
    choices.find(({ id }) => id === this.sensors.get(what)) ?? choices[0];

  /** Return what a tick is for: another sensor or detail than was seen is not ticked. */
  promiseOf(ask) {
    if (ask.what === SITE) return ask.site && JSON.stringify(ask.site);
    const sensor = this.sensorOf(ask);
    return sensor && JSON.stringify([sensor.id, ask.granularity, ask.past_days]);
  }

  isTicked = (ask) => {
    const promise = this.promiseOf(ask);
    return Boolean(promise) && this.ticks.get(ask.what) === promise;
  };

  lastDay = ({ until }) => lastDayOf(until, this.card.formats.zone);

  get today() {
    return toField(new Date(), this.card.formats.zone);
  }

  /** Return what is to be sent. */
  answersTo(sheet) {
    const given = sheet.asks.filter(this.isTicked);
    const gives = given.map((ask) => [ask.what, ask.what === SITE || this.sensorOf(ask).id]);
    return {
      gives: Object.fromEntries(gives),
      name: this.isNamed ? this.name.trim() : "",
      until: this.until ?? this.lastDay(sheet),
      charter_id: sheet.charter_id,
      ...(this.isNamed ? { is_shown: this.isShown } : {}),
      ...(sheet.needs_age ? { is_of_age: this.isOfAge } : {}),
      ...this.team.answersTo(sheet),
    };
  }

  /** Return why nothing can be sent yet, or undefined. */
  lacks(sheet) {
    const { words } = this;
    const missing = sheet.asks.find((ask) => ask.needed && !this.isTicked(ask));
    const last = this.lastDay(sheet);
    const until = this.until ?? last;
    if (missing) return words.lacks.needed(this.titleOf(missing.what).toLowerCase());
    const { count, withSite } = this.counted(sheet);
    if (!count && withSite) return words.lacks.series;
    // To a challenge a score is enough.
    if (!count && !sheet.challenge) return words.lacks.nothing;
    const lacking = this.team.lacks(sheet);
    if (lacking) return lacking;
    if (this.isNamed && !this.name.trim()) return words.lacks.name;
    if (until < this.today || until > last) {
      return words.lacks.until(this.card.formats.day(last));
    }
    if (sheet.charter && this.charter.agreed !== sheet.charter_id) return words.lacks.charter;
    if (sheet.needs_age && !this.isOfAge) return words.lacks.age;
    return undefined;
  }

  titleOf = (what) => this.words.asked[what] ?? what;

  // What is shown

  content(offer) {
    const { card, words } = this;
    const { sheet, state, failed, organiser } = offer;
    const asked = state === "ready" && sheet;
    return h(
      "ha-card.sheet-card",
      this.head(offer),
      state === "asking" && this.waiting(words.asking, words.asking_next(organiser)),
      state === "failed" &&
        card.alert(
          "error",
          words.failed[failed] ?? words.failed.other,
          words.failed_next(organiser),
        ),
      asked ? this.asked(offer, asked) : this.declining(offer, words.take_away),
    );
  }

  head({ organiser, title, verified, sheet }) {
    const { words } = this;
    const { members, expected } = sheet ?? {};
    const counted = members === null ? words.few_members : words.members(members);
    const come = sheet && words.come(counted, expected);
    return h(
      "div.inviter",
      h("span.round", haIcon("mdi:account-group")),
      h(
        "div.grow",
        h("h2", { tabindex: "-1" }, organiser),
        subline(words.invites(sheet?.title ?? title)),
        subline(
          verified && h("span.marked", haIcon("mdi:shield-check"), words.verified),
          verified && come && " · ",
          come,
        ),
      ),
    );
  }

  waiting = (title, more) =>
    callout({ look: "waits", icon: "mdi:timer-sand", role: "status" }, title, more);

  asked(offer, sheet) {
    const { card, words } = this;
    const last = this.lastDay(sheet);
    const told = (label, ...said) => h("div.told", subline(label), h("p", ...said));
    const { responsible, contact } = sheet;
    const who = [responsible, responsible && contact && " · ", contactOf(contact)].filter(Boolean);
    const why = [
      told(words.why, sheet.reason || card.purpose(sheet.purpose)),
      who.length > 0 && told(words.who, who),
    ];
    if (last < this.today) {
      const over = this.waiting(words.over(card.formats.day(last)));
      return [why, over, this.declining(offer, words.take_away)];
    }
    return [
      why,
      this.team.content(sheet),
      sheet.asks.length > 0 && [
        h("h3", { id: "gives" }, words.gives),
        subline(words.gives_help),
        h(
          "div",
          { role: "group", "aria-labelledby": "gives" },
          sheet.asks.map((ask) => this.block(ask)),
        ),
      ],
      this.back(sheet),
      this.naming(),
      this.terms(sheet, last),
      sheet.charter && charterBox(card, sheet, this.charter, () => card.redraw()),
      sheet.needs_age &&
        ticked(words.of_age, this.isOfAge, (isOfAge) => this.set({ isOfAge }), { look: "of-age" }),
      callout(
        { look: "read-by", icon: "mdi:lock-open-variant-outline" },
        words.others_see_nothing,
        words.ranking_shows,
        words.operators,
      ),
      this.press(offer, sheet),
    ];
  }

  block(ask) {
    const { card } = this;
    const { what, granularity } = ask;
    const isTicked = this.isTicked(ask);
    const promise = this.promiseOf(ask);
    const tick = (isGiven) => {
      if (isGiven) this.ticks.set(what, promise);
      else this.ticks.delete(what);
      card.redraw();
    };
    return h(
      "div",
      { class: isTicked ? "ask chosen" : "ask" },
      h(
        "div.ask-head",
        ticked(h("strong", this.titleOf(what)), isTicked, tick, {
          disabled: !promise,
          "aria-describedby": `about-${what}`,
        }),
        detailOf(this.words, granularity),
      ),
      h("p.under", { id: `about-${what}` }, this.about(ask)),
      promise ? this.source(ask) : this.missing(ask),
      isTicked && this.shown(ask),
    );
  }

  about(ask) {
    const { words } = this;
    const sensor = ask.what !== SITE && this.sensorOf(ask);
    return inOne([
      ask.needed ? words.needed : words.optional,
      ask.what === SITE && words.to_compare,
      sensor?.unit && words.in_unit(ENERGY.test(sensor.unit) ? "kWh" : sensor.unit),
      sensor && pastOf(ask.past_days, words),
    ]);
  }

  source(ask) {
    const { card, words } = this;
    if (ask.what === SITE) {
      return h("p.fact", h("span.under", words.sheet), h("br"), this.siteTold(ask.site));
    }
    const chosen = this.sensorOf(ask).id;
    const choose = (id) => {
      const wasTicked = this.isTicked(ask);
      this.sensors.set(ask.what, id);
      // What was ticked stays so, of the sensor that is chosen now and shown.
      if (wasTicked) this.ticks.set(ask.what, this.promiseOf(ask));
      card.redraw();
    };
    const all = ask.choices.map(({ id, title }) => [id, title]);
    return field(words.sensor, selectOf(all, chosen, choose));
  }

  siteTold({ title, floor_area: area, heating, people }) {
    const { text, formats } = this;
    return inOne([
      title,
      area && this.words.area(formats.number(area)),
      heating && (text.sheet_words[heating] ?? heating),
      people && this.words.people(people),
    ]);
  }

  missing({ what }) {
    const { card, words } = this;
    return h(
      "p.none",
      `${what === SITE ? words.no_sheet : words.no_sensor} `,
      opener(card, words.add, {}, { class: "small" }),
    );
  }

  /** Return what will be seen of what is ticked, and what that tells. */
  shown(ask) {
    const { card, words } = this;
    if (ask.what === SITE) return warned("mdi:eye-outline", words.site_tells);
    const { what, granularity } = ask;
    const isTelling = what === "consumption" && levelOf(granularity) >= TELLING_LEVEL;
    const tells = card.tells(`${TOLD_OF[what] ?? "none_"}${TELLS[granularity]}`);
    // Of what is live the words for sharing say so already.
    const more = isTelling && granularity !== "live" && words.tell_others;
    const seen = card.needed("seen", async () => new (await import("./seen.js")).Seen(card));
    return [
      seen?.content(what, this.sensorOf(ask), granularity, this.titleOf(what)) ??
        h("div.seen", card.loading(146)),
      warned(isTelling ? "mdi:alert" : "mdi:eye-outline", sentences([tells, more])),
    ];
  }

  back({ gives }) {
    const { words } = this;
    return (
      gives.length > 0 && [
        h("h3", words.receives),
        listOf("back", gives, (one) => h("li", haIcon("mdi:chart-line-variant"), one)),
      ]
    );
  }

  naming() {
    const { words, isNamed } = this;
    const radio = (value, label) =>
      h(
        "label.ticked",
        h("input", {
          type: "radio",
          name: "naming",
          checked: isNamed === value,
          onchange: () => this.set({ isNamed: value }),
        }),
        label,
      );
    return [
      h("h3", { id: "naming" }, words.name),
      h(
        "div.naming",
        { role: "radiogroup", "aria-labelledby": "naming" },
        radio(false, words.by_number),
        radio(true, words.by_name),
        isNamed && [
          field(
            words.your_name,
            typed(this.name, (name) => this.set({ name }), {
              name: "member-name",
              maxlength: LONGEST_NAME,
              autocomplete: "name",
            }),
          ),
          ticked(words.is_shown, this.isShown, (isShown) => this.set({ isShown }), {
            look: "shown",
            name: "is-shown",
            "aria-describedby": "is-shown-help",
          }),
          h("p.under", { id: "is-shown-help" }, words.is_shown_help),
        ],
      ),
    ];
  }

  terms(sheet, last) {
    const { card, words } = this;
    const isSooner = this.until !== undefined;
    const end = isSooner
      ? h("input", {
          type: "date",
          required: true,
          "aria-label": words.last_day,
          value: this.until,
          min: this.today,
          max: last,
          onchange: ({ target }) => this.set({ until: target.value }),
        })
      : [
          `${card.formats.day(last)} `,
          button(words.sooner, undefined, () => this.set({ until: last }), { class: "plain" }),
        ];
    return h(
      "div.rows.terms",
      row(words.until, end),
      row(words.kept, keptFor(sheet.retention_days, words)),
      row(words.leaving, words.at_any_time),
    );
  }

  press(offer, sheet) {
    const { card, words } = this;
    const lacks = this.lacks(sheet);
    return h(
      "div.press",
      h("p.under", { id: "does", role: "status" }, lacks ?? this.sentence(sheet)),
      card.deed(words.join, undefined, () => card.join(offer, this.answersTo(sheet)), {
        class: "strong",
        "aria-describedby": "does",
        isLacking: Boolean(lacks),
      }),
      this.refuse(offer, words.decline),
    );
  }

  /** Return how many series are ticked, and whether the sheet of the home is told with them. */
  counted(sheet) {
    const ticked = sheet.asks.filter(this.isTicked);
    const withSite = ticked.some(({ what }) => what === SITE);
    return { count: ticked.length - withSite, withSite };
  }

  /** Return what the press will make: how many shares, and until when. */
  sentence(sheet) {
    const { count, withSite } = this.counted(sheet);
    const day = this.card.formats.day(this.until ?? this.lastDay(sheet));
    return this.words.does(count, withSite, day, this.team.sentence(sheet));
  }

  declining = (offer, label) => h("div.press", this.refuse(offer, label));

  refuse(offer, label) {
    const { card } = this;
    return card.deed(label, undefined, () => card.decline(offer), { class: "text" });
  }
}

/** Return how much of the past is given, in words. */
const pastOf = (days, words) => {
  if (!(days > 0)) return words.from_now;
  return days === 365 ? words.past_year : words.past_days(days);
};

/** Return how long what is given is kept, in words. */
const keptFor = (days, words) =>
  days < 61 ? words.kept_days(days) : words.kept_months(Math.round(days / 30.44));

/** Return how somebody is reached; of what others wrote only a mail address is a link. */
const contactOf = (contact) =>
  MAIL.test(contact) ? h("a.link", { href: `mailto:${contact}` }, contact) : contact;

const warned = (icon, said) =>
  h("p", { class: icon === "mdi:alert" ? "warned" : "warned mild" }, haIcon(icon), h("span", said));
