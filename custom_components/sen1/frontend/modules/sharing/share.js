/** Share my home: with whom, what, in which detail, until when; series and grant made at once. */

import { pageBeside } from "../address.js";
import { toField } from "../calendar.js";
import { button, callout, figure } from "../card.js";
import { sumOf } from "../closing.js";
import { chips, h, haIcon, subline } from "../dom.js";
import { field, optionsOf, selectOf, ticked, ticking } from "../fields.js";
import { digitsOf, ENERGY } from "../formats.js";
import { listed } from "../listed.js";
import { wear } from "../style.js";
import { textsOf } from "../texts.js";
import { opened } from "./dialogue.js";
import { levelsOf } from "./fineness.js";
import { personOf } from "./groups.js";
import { markOf } from "./marks.js";
import { nonePicture, pastOf, pictureOf } from "./preview.js";
import { shareSheet } from "./share_style.js";

const LONGEST_YEARS = 3;
/** Days that a friend may keep what came, as they can be chosen. */
const RETENTIONS = [31, 92, 365, 396, 1096];
const USUAL_RETENTION = 396;

/** The details in which something is shared, the coarsest first, and the picture of each. */
const DETAILS = ["P1D", "PT1H", "live"];
const PAST = { P1D: "days", PT1H: "hours", live: "live" };
/** What is told of what is shared: `share_tells` of the texts of the integration. */
const TOLD_OF = { consumption: "", production: "production_" };
const PER_AREA = "per_area";
/** The detail of what is told of a year, which is shared as days are. */
const YEAR = "P1Y";

/**
 * Open the dialogue over a card; `asked` may say `{friendId, what, granularity}`, which somebody wishes.
 * `onShared` is given what is shared and held then.
 */
export async function share(card, asked, onShared) {
  const [text, localize] = await Promise.all([
    textsOf(card.language, "share"),
    card.hass.loadBackendTranslation("selector", "sen1"),
  ]);
  wear(card, shareSheet);
  new Form(card, text.share, localize, asked, onShared).open();
}

class Form {
  constructor(card, words, localize, asked, onShared) {
    Object.assign(this, { card, words, asked, onShared });
    this.word = (list, value) => localize(`component.sen1.selector.${list}.options.${value}`);
    this.details = new Set();
    this.pasts = new Map();
    this.isOfAge = false;
    this.until = this.dayIn(1);
    this.retention = USUAL_RETENTION;
  }

  open() {
    const { words } = this;
    this.shown = opened(this.card, words.title, () => this.content());
    this.shown.dialog.classList.add("share");
    this.read();
  }

  async read() {
    try {
      const { hass, language } = this.card;
      this.take(await hass.callWS({ type: "sen1/share_choices", language }));
    } catch {
      this.failed = this.words.not_read;
    }
    this.redraw();
    this.look();
  }

  /** Choose what was asked for, or else the first of each; no detail is ever ticked beforehand. */
  take({ accounts }) {
    this.friends = accounts.flatMap((account) =>
      account.friends.map((friend) => ({
        ...friend,
        account,
        key: personOf(account.entry_id, friend.friend_id),
      })),
    );
    const { friendId } = this.asked ?? {};
    const friend =
      this.friends.find(({ friend_id: id }) => id === friendId) ??
      (this.friends.length === 1 ? this.friends[0] : undefined);
    this.account = friend?.account ?? accounts[0];
    this.person = friend?.key;
    // Whoever comes for a friend without saying what comes for what the friend would like.
    const wish = this.account?.asked.find(({ friend_id: id }) => id === friendId);
    if (wish && !this.asked.what) this.asked = { friendId, ...wish };
    const { what } = this.asked ?? {};
    const choices = this.account?.what ?? [];
    this.what = (choices.find(({ id }) => id === what) ?? choices[0])?.id;
    this.purpose = this.account?.purposes[0].purpose;
  }

  redraw = () => this.shown.redraw();

  /** Have something else chosen: what failed may go well then. */
  set(changed) {
    Object.assign(this, { failed: undefined }, changed);
    this.redraw();
  }

  get friend() {
    return this.friends.find(({ key }) => key === this.person);
  }

  get choice() {
    return this.account.what.find(({ id }) => id === this.what);
  }

  /** Return which kind of thing is chosen, by the name that it has in the words. */
  get kind() {
    return this.choice.id.split(":")[0];
  }

  get purposeSaid() {
    return this.account.purposes.find(({ purpose }) => purpose === this.purpose);
  }

  /** Return today or the same day of so many years later, as its field writes it. */
  dayIn(years) {
    const today = toField(new Date(), this.card.formats.zone);
    const [year, rest] = [today.slice(0, 4), today.slice(4)];
    return `${Number(year) + years}${rest === "-02-29" && years % 4 ? "-02-28" : rest}`;
  }

  /** Fetch the past of what is chosen, once. */
  async look() {
    const { choice } = this.account ? this : {};
    if (!choice || this.pasts.has(choice.id)) return;
    this.pasts.set(choice.id, undefined);
    const { hass, formats } = this.card;
    this.pasts.set(choice.id, await pastOf(hass, choice, formats.zone).catch(() => ({})));
    this.redraw();
  }

  /** Return the details that there are of what is chosen: of a year there is but one. */
  get offered() {
    if (this.kind === PER_AREA) return [YEAR];
    return DETAILS.filter((one) => one !== "live" || this.choice.live);
  }

  get chosen() {
    return this.offered.filter((one) => this.details.has(one));
  }

  // What is shown

  content() {
    const { card, words } = this;
    if (!this.friends) return this.failed ? card.alert("error", this.failed) : card.loading(240);
    if (!this.account) return card.empty(card.text.sharing.no_account);
    if (!this.friends.length) {
      const icon = haIcon("mdi:account-multiple-plus");
      const lead = this.inviting("button strong", icon, words.invite);
      return card.empty(words.no_friend, words.no_friend_next, lead);
    }
    if (!this.account.what.length) return card.empty(words.nothing, words.nothing_next);
    return [
      this.wished(),
      h("div.pair-of-fields", this.whom(), this.whatField()),
      h(
        "div.header.beside-heading",
        h("h3", { id: "share-detail" }, words.which_detail),
        this.kind !== PER_AREA && subline(words.made_here),
      ),
      this.choice.is_later && subline(words.comes_later),
      h(
        "div.details",
        { role: "group", "aria-labelledby": "share-detail" },
        this.offered.map((detail) => this.block(detail)),
      ),
      h("div.three-fields", this.untilField(), this.purposeField(), this.keptField()),
      this.purposeSaid.needs_age &&
        ticked(words.of_age, this.isOfAge, (isOfAge) => this.set({ isOfAge }), { look: "age" }),
      callout(
        { look: "read-by", icon: "mdi:lock-open-variant-outline" },
        words.operators,
        words.operators_next,
      ),
      this.failed && card.alert("error", this.failed),
      this.foot(),
    ];
  }

  /** Return a link to where friends are invited, which leaves the dialogue. */
  inviting(look, ...children) {
    const href = pageBeside("invite");
    const onclick = (event) => {
      this.shown.close();
      this.card.follow(event, href);
    };
    return h("a", { href, class: look, onclick }, children);
  }

  wished() {
    const { asked, words, friend } = this;
    if (!asked?.granularity || friend?.friend_id !== asked.friendId) return false;
    const thing = words.things[asked.what] ?? asked.what;
    return subline(words.wishes(friend.title, thing, words.by[asked.granularity]));
  }

  whom() {
    const { words, card, friend } = this;
    const isMany = new Set(this.friends.map(({ account }) => account.entry_id)).size > 1;
    const named = ({ title, account }) => (isMany ? `${title} (${account.title})` : title);
    const options = this.friends.map((one) => [one.key, named(one)]);
    const choose = (person) => {
      this.person = person || undefined;
      this.account = this.friend?.account ?? this.account;
      if (!this.choice) this.what = this.account.what[0]?.id;
      this.set();
    };
    const all = [...(friend ? [] : [["", "–"]]), ...options];
    const standing = friend && [
      markOf(card.text.trust, friend.standing),
      card.text.trust.standing[friend.standing] ?? "",
      " · ",
    ];
    return field(
      words.whom,
      selectOf(all, this.person ?? "", choose),
      subline(standing, this.inviting("link", words.whom_i_invite)),
    );
  }

  whatField() {
    const { words, account, choice, card } = this;
    const group = (label, isOurs) => {
      const those = account.what.filter(({ id }) => id.includes(".") !== isOurs);
      const all = those.map(({ id, title }) => [id, title]);
      return all.length > 0 && h("optgroup", { label }, optionsOf(all, this.what));
    };
    const select = h(
      "select",
      {
        onchange: ({ target }) => {
          this.details.clear();
          this.set({ what: target.value });
          this.look();
        },
      },
      group(words.my_home, true),
      group(words.other_sensors, false),
    );
    const { attributes } = card.hass.states[choice.entity_id] ?? {};
    const name = attributes?.friendly_name ?? choice.title;
    const unit = ENERGY.test(choice.unit) ? "kWh" : choice.unit;
    return field(words.what, select, subline(words.measured_by(unit, name)));
  }

  block(detail) {
    const { words, choice } = this;
    const isChosen = this.details.has(detail);
    const past = this.pasts.get(choice.id);
    const isLive = detail === "live";
    const id = `share-tells-${detail}`;
    const tick = ticking(this.details, detail, () => this.set());
    return h(
      "div",
      { class: isChosen ? "detail chosen" : "detail" },
      h(
        "div.detail-head",
        ticked(h("strong", words.detail[detail]), isChosen, tick, { "aria-describedby": id }),
        levelsOf(detail),
      ),
      this.tag(detail),
      detail === YEAR ? this.yearly() : this.picture(detail, past),
      h(
        "p",
        { class: isLive ? "tells warned" : "tells", id },
        haIcon(isLive ? "mdi:alert" : "mdi:eye-outline"),
        h("span", this.tells(detail)),
      ),
    );
  }

  tag(detail) {
    const { words, purposeSaid } = this;
    const isEnough = [YEAR, purposeSaid.coarsest].includes(detail);
    return h(
      "p",
      { class: isEnough ? "tag enough" : "tag" },
      isEnough && haIcon("mdi:check"),
      isEnough ? words.enough[this.purpose] : words.good_for[detail],
    );
  }

  /** Return what a detail tells, in the words that the grant names. */
  tells(detail) {
    const of = detail === YEAR ? "" : (TOLD_OF[this.kind] ?? "none_");
    return this.word("share_tells", of + detail.toLowerCase());
  }

  picture(detail, past) {
    const { words, card, choice } = this;
    const { formats } = card;
    if (past === undefined) return card.loading(146);
    const known = past[PAST[detail]];
    if (!known) {
      return h(
        "div.no-past",
        subline("\u00a0"),
        nonePicture(detail, words.no_past[detail]),
        h("p", words.no_past[detail]),
      );
    }
    const tone = choice.direction === "production" ? "production" : "consumption";
    const caption = this.caption(detail, known);
    const label = `${words.detail[detail]}${card.text.colon}${caption}`;
    return [subline(caption), pictureOf(label, known, formats, tone)];
  }

  /** Return the one figure that is told of a year. */
  yearly() {
    const { card, choice } = this;
    const value = card.value(choice.entity_id);
    return value !== undefined && figure(card.formats.number(value), choice.unit);
  }

  caption(detail, { values, unit, isSum, period }) {
    const { words, card } = this;
    const { formats } = card;
    if (detail === "P1D") {
      const day = (time) => formats.date(time, { day: "numeric", month: "short" });
      return words.caption.P1D(`${day(period.begin)} – ${day(period.end - 1)}`, unit);
    }
    const seen = values.filter(Number.isFinite);
    if (detail === "live") {
      const most = words.most(formats.quantity(Math.max(...seen), unit, digitsOf(seen)));
      return `${words.caption.live(unit)}, ${most}`;
    }
    return words.caption.PT1H(values.length, unit, isSum && formats.quantity(sumOf(seen), unit, 1));
  }

  untilField() {
    const { words } = this;
    return field(
      words.until,
      h("input", {
        type: "date",
        required: true,
        value: this.until,
        min: this.dayIn(0),
        max: this.dayIn(LONGEST_YEARS),
        onchange: ({ target }) => this.set({ until: target.value }),
      }),
      subline(words.until_help),
    );
  }

  purposeField() {
    const { words, account } = this;
    const choose = (purpose) => this.set({ purpose, isOfAge: false });
    const all = account.purposes.map(({ purpose }) => [purpose, this.word("purpose", purpose)]);
    const select = selectOf(all, this.purpose, choose);
    return field(words.purpose, select, subline(words.purpose_help));
  }

  keptField() {
    const { words } = this;
    const choose = (days) => this.set({ retention: Number(days) });
    const all = RETENTIONS.map((days) => [days, words.retentions[days]]);
    return field(words.kept, selectOf(all, this.retention, choose), subline(words.kept_help));
  }

  // What the button does

  /** Return why nothing can be shared yet, or undefined. */
  get lacks() {
    const { words } = this;
    if (!this.friend) return words.lacks.friend;
    if (!this.chosen.length) return words.lacks.detail;
    if (!this.until) return words.lacks.until;
    if (this.until < this.dayIn(0)) return words.errors.end_is_past;
    if (this.until > this.dayIn(LONGEST_YEARS)) return words.errors.end_too_far;
    if (this.purposeSaid.needs_age && !this.isOfAge) return words.lacks.age;
    return undefined;
  }

  foot() {
    const { card, words, lacks } = this;
    return h(
      "footer",
      h("p.under", { id: "share-does", role: "status" }, lacks ?? this.sentence()),
      chips(
        button(words.cancel, undefined, () => this.shown.close(), { class: "text" }),
        button(words.share, undefined, () => this.send(), {
          class: "strong",
          "aria-describedby": "share-does",
          disabled: Boolean(lacks) || this.isBusy || !card.hass.connected,
        }),
      ),
    );
  }

  sentence() {
    const { words, chosen, choice, friend } = this;
    const thing = words.things[this.kind] ?? choice.title;
    const details = chosen.map((one) => words.by[one]);
    const day = this.card.formats.day(this.until);
    return words.does(chosen.length, thing, listed(details, this.card.text), friend.title, day);
  }

  async send() {
    this.set({ isBusy: true });
    const { card, words, friend, account } = this;
    let answer;
    try {
      for (const detail of this.chosen) {
        answer = await card.hass.callWS({
          type: "sen1/share",
          entry_id: account.entry_id,
          friend_id: friend.friend_id,
          what: this.what,
          granularity: detail === YEAR ? "P1D" : detail,
          until: this.until,
          purpose: this.purpose,
          retention_days: this.retention,
          is_of_age: this.isOfAge,
          language: card.language,
        });
        // What is done is not asked for again, should the next one fail.
        this.details.delete(detail);
      }
      this.shown.close();
    } catch ({ code }) {
      this.set({ isBusy: false, failed: words.errors[code] ?? words.errors.other });
    }
    if (answer) this.onShared?.(answer);
  }
}
