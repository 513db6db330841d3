/** The form of an invitation: whom, what is offered and asked, how long the link works. */

import { WordedPart } from "../card.js";
import { h, subline } from "../dom.js";
import { field, selectOf, ticked, ticking, typed } from "../fields.js";
import { opener } from "../opener.js";
import { finenessOf, levelOf, levelsOf } from "../sharing/fineness.js";
import { foldOf } from "../sharing/lists.js";
import { momentOf } from "./times.js";
import { warningOf } from "./warning.js";

/** For how many days a link may work; the backend takes 1 to 30. */
const DAYS = [1, 3, 7, 14, 30];
const USUAL_DAYS = 7;
const DAY_MS = 86_400_000;
const LONGEST_LABEL = 60;
/** As fine as this, a series tells when somebody is at home. */
const TELLING_LEVEL = 3;

/** What is ticked of a list, and in what detail; unless another is chosen in the coarsest. */
class Ticks {
  ticked = new Set();
  details = new Map();

  /** Return in what detail something goes; `possible` are in order, the coarsest first. */
  detailOf(key, possible) {
    const chosen = this.details.get(key);
    return possible.includes(chosen) ? chosen : possible[0];
  }

  /** Return what is ticked of `[what, title, possible]`, each as the backend has it. */
  of = (rows) =>
    rows
      .filter(([what]) => this.ticked.has(what))
      .map(([what, , possible]) => ({ what, granularity: this.detailOf(what, possible) }));
}

/** Return what can be ticked of each list: `[what, title, possible]`, with the details there may be. */
const rowsOf = ({ offers, series, asks }, { asked }) => ({
  offers: offers.map(({ what, title, granularities }) => [what, title, granularities]),
  series: series.map(({ publication, title, granularity }) => [publication, title, [granularity]]),
  asks: [...Map.groupBy(asks, ({ what }) => what)].map(([what, all]) => [
    what,
    asked[what],
    all.map(({ granularity }) => granularity),
  ]),
});

/** Drawn for a card, which sends what was answered with `invite`. */
export class Form extends WordedPart {
  constructor(card) {
    super(card);
    this.clear();
  }

  /** Forget what was answered: nothing is ticked beforehand. */
  clear() {
    Object.assign(this, { label: "", days: USUAL_DAYS, asks: new Ticks() });
    this.clearOffers();
  }

  clearOffers() {
    Object.assign(this, { offers: new Ticks(), series: new Ticks(), isUnfolded: false });
  }

  /** Return what is to be sent of what was answered. */
  answersOf(account) {
    const { offers, series, asks } = this.tickedOf(rowsOf(account, this.words));
    const publications = series.map(({ what }) => what);
    return { label: this.label.trim(), offers, series: publications, asks, days: this.days };
  }

  tickedOf = ({ offers, series, asks }) => ({
    offers: this.offers.of(offers),
    series: this.series.of(series),
    asks: this.asks.of(asks),
  });

  content(account, accounts) {
    const { card, words } = this;
    const rows = rowsOf(account, words);
    const { offers, series, asks } = this.tickedOf(rows);
    const offered = [...offers, ...series];
    const isTelling = offered.some(({ granularity }) => levelOf(granularity) >= TELLING_LEVEL);
    const end = momentOf(card.formats, Date.now() + this.days * DAY_MS);
    const submit = (event) => {
      event.preventDefault();
      card.invite(account);
    };
    return h(
      "ha-card.gap",
      h(
        "form",
        { onsubmit: submit, autocomplete: "off" },
        h("h2", { tabindex: "-1" }, words.whom),
        account.can === "friend" &&
          warningOf(words.no_address(account.server), words.no_address_next),
        h(
          "div.fields",
          accounts.length > 1 && this.accountField(account, accounts),
          this.labelField(),
          this.daysField(),
        ),
        h("h3", words.exchanged),
        h(
          "div.halves",
          h(
            "fieldset",
            h("legend.under", words.offer),
            this.offered(rows),
            isTelling && warningOf(words.telling, words.telling_next),
          ),
          rows.asks.length > 0 &&
            h("fieldset", h("legend.under", words.ask), this.ticks(this.asks, rows.asks)),
        ),
        subline(`${words.accepting} ${words.operators}`),
        h(
          "div.deed",
          h("p", words.promise(end, offered.length, asks.length)),
          card.deed(words.make, "mdi:link-plus", undefined, {
            type: "submit",
            class: "button strong",
          }),
        ),
      ),
    );
  }

  /** Return what can be offered: of the home first, then what is a series already. */
  offered({ offers, series }) {
    const { card, words } = this;
    const hasHome = offers.length > 0;
    const hasOthers = series.length > 0;
    const fold = () => this.set({ isUnfolded: !this.isUnfolded });
    return [
      !hasHome && !hasOthers && h("p.none", words.no_offers),
      this.ticks(this.offers, offers),
      hasHome && hasOthers && foldOf(this.isUnfolded, fold, words.other_series),
      (this.isUnfolded || !hasHome) && this.ticks(this.series, series),
      !hasHome && [subline(words.no_home), opener(card, words.add_home, {}, { class: "small" })],
      (hasHome || hasOthers) && subline(words.offer_help),
    ];
  }

  labelField() {
    const { words } = this;
    const take = (label) => {
      this.label = label;
    };
    const input = typed(this.label, take, {
      name: "label",
      required: true,
      // Not blanks alone.
      pattern: ".*\\S.*",
      maxlength: LONGEST_LABEL,
      "aria-describedby": "label-help",
    });
    const help = h("p.under", { id: "label-help" }, words.label_help);
    return field(words.label, input, help);
  }

  daysField() {
    const { works_for: label, days: count } = this.words;
    const choose = (days) => this.set({ days: Number(days) });
    const all = DAYS.map((days) => [days, count(days)]);
    return field(label, selectOf(all, this.days, choose));
  }

  accountField(account, accounts) {
    const choose = (id) => {
      this.clearOffers();
      this.card.choose(id);
    };
    const all = accounts.map(({ entry_id: id, title }) => [id, title]);
    return field(this.words.from, selectOf(all, account.entry_id, choose));
  }

  /** Return rows to tick; of several possible details one is chosen. */
  ticks = (ticks, rows) =>
    rows.map(([key, title, possible]) => {
      const tick = ticking(ticks.ticked, key, () => this.card.redraw());
      return h(
        "div.tick",
        ticked(h("span", title), ticks.ticked.has(key), tick),
        possible.length > 1
          ? this.detailField(ticks, key, title, possible)
          : finenessOf({ granularity: this.words.detail }, possible[0]),
      );
    });

  detailField(ticks, key, title, possible) {
    const { card, words } = this;
    const detail = ticks.detailOf(key, possible);
    const choose = (chosen) => {
      ticks.details.set(key, chosen);
      card.redraw();
    };
    const all = possible.map((one) => [one, words.detail[one]]);
    const label = `${words.in_detail}${card.text.colon}${title}`;
    return h("span.fine", levelsOf(detail), selectOf(all, detail, choose, { "aria-label": label }));
  }
}
