/** The form of an invitation: whom, what is offered and asked, how long the link works. */

import { h } from "../dom.js";
import { levelOf } from "../sharing/groups.js";
import { finenessOf, levelsOf } from "../sharing/lists.js";
import { momentOf } from "./times.js";
import { warningOf } from "./warning.js";

/** For how many days a link may work; the backend takes 1 to 30. */
const DAYS = [1, 3, 7, 14, 30];
const USUAL_DAYS = 7;
const DAY_MS = 86_400_000;
const LONGEST_LABEL = 60;
/** As fine as this, a series tells when somebody is at home. */
const TELLING_LEVEL = 3;

export class Form {
  /** Draw for a card, which sends what was answered with `invite`. */
  constructor(card) {
    this.card = card;
    this.clear();
  }

  /** Forget what was answered: nothing is ticked beforehand. */
  clear() {
    Object.assign(this, { label: "", days: USUAL_DAYS, offers: new Set(), asks: new Set() });
    /** In what detail each thing is asked for, where another than the first is chosen. */
    this.details = new Map();
  }

  /** Return what is to be sent of what was answered. */
  answersOf(account) {
    return {
      label: this.label.trim(),
      offers: account.offers
        .map(({ publication }) => publication)
        .filter((one) => this.offers.has(one)),
      asks: [...Map.groupBy(account.asks, ({ what }) => what)]
        .filter(([what]) => this.asks.has(what))
        .map(([what, asks]) => ({ what, granularity: this.detailOf(what, asks) })),
      days: this.days,
    };
  }

  /** Return in what detail a thing is asked for; what is possible is in order, the coarsest first. */
  detailOf = (what, asks) => this.details.get(what) ?? asks[0].granularity;

  content(account, accounts) {
    const { card } = this;
    const words = card.text.inviting;
    const { offers, asks } = this.answersOf(account);
    const isTelling = account.offers.some(
      ({ publication, granularity }) =>
        this.offers.has(publication) && levelOf(granularity) >= TELLING_LEVEL,
    );
    const end = momentOf(card.formats, Date.now() + this.days * DAY_MS);
    const submit = (event) => {
      event.preventDefault();
      card.invite(account);
    };
    return h(
      "ha-card",
      { class: "gap" },
      h(
        "form",
        { onsubmit: submit, autocomplete: "off" },
        h("h2", { tabindex: "-1" }, words.whom),
        account.can === "friend" &&
          warningOf(words.no_address(account.server), words.no_address_next),
        h(
          "div",
          { class: "fields" },
          accounts.length > 1 && this.accountField(account, accounts),
          this.labelField(),
          this.daysField(),
        ),
        h("h3", null, words.exchanged),
        h(
          "div",
          { class: "halves" },
          h(
            "fieldset",
            null,
            h("legend", { class: "under" }, words.offer),
            account.offers.length
              ? account.offers.map(({ publication, title, granularity }) =>
                  this.tick(this.offers, publication, title, granularity),
                )
              : h("p", { class: "none" }, words.no_offers),
            account.offers.length > 0 && h("p", { class: "under" }, words.offer_help),
            isTelling && warningOf(words.telling, words.telling_next),
          ),
          account.asks.length > 0 &&
            h(
              "fieldset",
              null,
              h("legend", { class: "under" }, words.ask),
              [...Map.groupBy(account.asks, ({ what }) => what)].map(([what, asks]) =>
                this.tick(
                  this.asks,
                  what,
                  words.asked[what],
                  this.detailOf(what, asks),
                  asks.map(({ granularity }) => granularity),
                ),
              ),
            ),
        ),
        h("p", { class: "under" }, `${words.accepting} ${words.operators}`),
        h(
          "div",
          { class: "deed" },
          h("p", null, words.promise(end, offers.length, asks.length)),
          h(
            "button",
            {
              type: "submit",
              class: "button strong",
              disabled: card.isBusy || !card.hass.connected,
            },
            h("ha-icon", { icon: "mdi:link-plus", "aria-hidden": "true" }),
            words.make,
          ),
        ),
      ),
    );
  }

  labelField() {
    const words = this.card.text.inviting;
    const input = {
      name: "label",
      required: true,
      // Not blanks alone.
      pattern: ".*\\S.*",
      maxlength: LONGEST_LABEL,
      value: this.label,
      "aria-describedby": "label-help",
      oninput: (event) => {
        this.label = event.target.value;
      },
    };
    return h(
      "div",
      { class: "field" },
      h("label", null, h("span", null, words.label), h("input", input)),
      h("p", { class: "under", id: "label-help" }, words.label_help),
    );
  }

  daysField() {
    const words = this.card.text.inviting;
    const options = DAYS.map((days) =>
      h("option", { value: days, selected: days === this.days }, words.days(days)),
    );
    const onchange = (event) => {
      this.days = Number(event.target.value);
      this.card.redraw();
    };
    return h(
      "div",
      { class: "field" },
      h("label", null, h("span", null, words.works_for), h("select", { onchange }, options)),
    );
  }

  accountField(account, accounts) {
    const words = this.card.text.inviting;
    const options = accounts.map(({ entry_id: id, title }) =>
      h("option", { value: id, selected: id === account.entry_id }, title),
    );
    const onchange = (event) => {
      this.offers.clear();
      this.card.choose(event.target.value);
    };
    return h(
      "div",
      { class: "field" },
      h("label", null, h("span", null, words.from), h("select", { onchange }, options)),
    );
  }

  /** Return a row to tick; of several possible details one is chosen. */
  tick(ticked, key, title, detail, possible = []) {
    const onchange = (event) => {
      if (event.target.checked) ticked.add(key);
      else ticked.delete(key);
      this.card.redraw();
    };
    return h(
      "div",
      { class: "tick" },
      h(
        "label",
        null,
        h("input", { type: "checkbox", checked: ticked.has(key), onchange }),
        h("span", null, title),
      ),
      possible.length > 1
        ? this.detailField(key, title, detail, possible)
        : finenessOf({ granularity: this.card.text.inviting.detail }, detail),
    );
  }

  detailField(what, title, detail, possible) {
    const words = this.card.text.inviting;
    const onchange = (event) => {
      this.details.set(what, event.target.value);
      this.card.redraw();
    };
    return h(
      "span",
      { class: "fine" },
      levelsOf(detail),
      h(
        "select",
        { "aria-label": `${words.in_detail}${this.card.text.colon}${title}`, onchange },
        possible.map((one) =>
          h("option", { value: one, selected: one === detail }, words.detail[one]),
        ),
      ),
    );
  }
}
