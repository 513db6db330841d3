/** What awaits this person, the oldest first: on Home and among what one does with others. */

import { pageBeside, taken } from "./address.js";
import { button } from "./card.js";
import { h, haIcon, listOf, named } from "./dom.js";
import { isYours, Next, tell } from "./next.js";
import { openForm } from "./opener.js";
import { textsOf } from "./texts.js";

/** The one that is answered in a dialogue of its own, and is not put off. */
const KEY_CHANGED = "key_changed";

/** Repairs that wait for an answer about a friend. */
const QUESTIONS = [KEY_CHANGED, "friend_request", "access_request", "grant_ends", "access_refused"];

/** Under which it is kept on this device until when things are put off, and for how long, ms. */
const KEPT = "sen1-later";
const DAY_MS = 86_400_000;

/** The one that can wait for a month: without it nothing is missed. */
const ENERGY = { id: "energy_dashboard", icon: "mdi:lightning-bolt", wait: 30 * DAY_MS };

/** A part of a card, which calls `read` as often as it reads, and has the words `next`. */
export class Turn {
  constructor(card) {
    Object.assign(this, { card, next: new Next(card), questions: [] });
  }

  async read() {
    await Promise.all([this.next.read(), this.ask()]);
    // Who has just set this up is not asked again; nobody else changes it every minute.
    const { hass } = this.card;
    if (this.energy === undefined && hass.connected && this.card.may("set_up"))
      await this.lookAtEnergy();
    this.card.redraw();
    // A last page leads here with what comes next, through the door.
    const isHere = !location.pathname.startsWith("/sen1/");
    const wanted = isHere && this.card.may("set_up") && taken("set_up");
    if (wanted) this.step({ step: wanted, friend: null }).open();
  }

  /** Read the questions; those that were ignored in the settings too: everybody could do that. */
  async ask() {
    const { hass } = this.card;
    if (!hass.connected || !this.card.may("friends")) return;
    try {
      const { issues } = await hass.callWS({ type: "repairs/list_issues" });
      this.localize = await hass.loadBackendTranslation("issues", "sen1");
      this.questions = issues.filter(
        ({ domain, translation_key: key }) => domain === "sen1" && QUESTIONS.includes(key),
      );
      this.failed = false;
    } catch {
      this.failed = true;
    }
  }

  /** Look whether Home Assistant's own page of energy lacks the home. */
  lookAtEnergy = () =>
    this.card.attempt(async () => {
      const { lookedAt } = await import("./energy_dashboard.js");
      // Without a recorder there is no such page.
      const isLacking = ({ lacks }) => lacks.length > 0;
      this.energy = await lookedAt(this.card.hass).then(isLacking, () => false);
    });

  fillEnergy = () =>
    this.card.attempt(async () => {
      const { fillEnergy } = await import("./energy_filling.js");
      await fillEnergy(this.card, () => {
        this.energy = undefined;
        this.read();
      });
    });

  /** The things that await this person and were not put off: a changed key, then the oldest. */
  get rows() {
    const { next_steps: words } = this.card.text;
    const [title, under] = words.energy_dashboard;
    const energy = { ...ENERGY, title, under, label: words.begin, open: this.fillEnergy };
    const steps = (this.next.rows ?? []).filter(isYours).map((row) => this.step(row));
    const questions = this.questions.map((issue) => this.question(issue));
    const late = later();
    return [...questions, ...steps, ...(this.energy ? [energy] : [])]
      .filter(({ id }) => !(Date.now() < late[id]))
      .toSorted(
        (a, b) =>
          Boolean(b.isUrgent) - Boolean(a.isUrgent) ||
          (Date.parse(a.at) || Infinity) - (Date.parse(b.at) || Infinity) ||
          0,
      );
  }

  question(issue) {
    const { text } = this.card;
    const { issue_id: id, translation_key: key, translation_placeholders: said } = issue;
    const isKey = key === KEY_CHANGED;
    return {
      id,
      at: issue.created,
      icon: isKey ? "mdi:alert" : "mdi:account-question",
      title: this.localize(`component.sen1.issues.${key}.title`, said ?? {}),
      under: issue.ignored && text.next_steps.ignored,
      isUrgent: isKey,
      label: text.answer,
      open: () => (isKey ? this.answerKey(issue) : openForm(this.card, { issue }, this.ending)),
    };
  }

  step(row) {
    const { card } = this;
    const { step, friend_id: friendId, what, granularity, at } = row;
    const { path, form, ...told } = tell(row, card.text, card.formats);
    const open = () => {
      if (form) return openForm(card, form, this.ending);
      if (step === "share_home") return this.share({ friendId, what, granularity });
      return card.follow(new Event("click"), pageBeside(path));
    };
    const isAsked = row.friend !== null;
    const label = isAsked ? card.text.answer : card.text.next_steps.begin;
    return { id: [step, friendId ?? row.friend, what].join(), at, label, open, ...told };
  }

  get ending() {
    return { onEnd: () => this.read() };
  }

  /** Have the words of what one does with friends: a page without friends has none. */
  async speak() {
    const { card } = this;
    Object.assign(card.text, await textsOf(card.language, "sharing", "trust"));
  }

  answerKey = (issue) =>
    this.card.attempt(async () => {
      const [{ answer }, trust] = await Promise.all([
        import("./sharing/changed.js"),
        this.card.hass.callWS({ type: "sen1/trust" }),
        this.speak(),
      ]);
      await answer(this.card, issue, trust, () => this.read());
    });

  share = (asked) =>
    this.card.attempt(async () => {
      const [{ share }] = await Promise.all([import("./sharing/share.js"), this.speak()]);
      await share(this.card, asked, () => this.read());
    });

  /** Return a row for each, or nothing. */
  content() {
    const { rows, card } = this;
    if (this.failed) return card.unread(card.text.next_steps.not_read, () => this.read());
    return rows.length > 0 && h("ha-card", listOf("list turn", rows, this.row));
  }

  row = ({ id, icon, title, under, label, isUrgent, wait, open }) => {
    const { text } = this.card;
    const of = (said) => ({ "aria-label": `${said}${text.colon}${title}` });
    const put = text.next_steps.later;
    return h(
      "li",
      h("span.round", haIcon(icon)),
      named(title, under),
      h(
        "span.chips",
        !isUrgent &&
          button(put, undefined, () => this.putOff(id, wait), { class: "text", ...of(put) }),
        button(label, undefined, open, { class: "strong", ...of(label) }),
      ),
    );
  };

  /** Show a thing again after that time. */
  putOff(id, wait = DAY_MS) {
    try {
      localStorage.setItem(KEPT, JSON.stringify({ ...later(), [id]: Date.now() + wait }));
    } catch {
      // A browser that keeps nothing shows it on.
    }
    this.card.redraw();
  }
}

/** Return until when each thing is put off on this device. */
function later() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}
