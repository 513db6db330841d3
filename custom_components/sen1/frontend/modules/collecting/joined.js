/** What one takes part in: what is given, what is received, how to leave; and what follows on joining. */

import { pageBeside } from "../address.js";
import { WordedPart } from "../card.js";
import { chips, h, haIcon, listOf, subline } from "../dom.js";
import { inOne } from "../formats.js";
import { dateOf } from "../inviting/times.js";
import { listed } from "../listed.js";
import { finenessOf, levelOf } from "../sharing/fineness.js";
import { charterBox } from "./charter.js";
import { Register } from "./register.js";
import { lastDayOf } from "./times.js";

/** What a home is like, told once among what is asked. */
export const SITE = "site";
/** What is told once is no finer than what is told of a year. */
const ONCE = "P1Y";
/** What a household agrees to of a challenge, in the order in which it is read; the teams are not of it. */
const AGREED = ["action", "reference", "rule", "energies"];
const ICONS = { waiting: "mdi:timer-sand", in: "mdi:check-circle", over: "mdi:flag-checkered" };

/** Drawn for a card, which leaves with `leave` and agrees with `agree`. */
export class Joined extends WordedPart {
  charters = new Map();
  register = new Register(this.card);

  /**
   * Return what comes back. What draws it is fetched once somebody looks there: who comes to answer
   * an invitation, which stands above, may not.
   */
  back(one) {
    const { card } = this;
    if (!this.isSeen) return card.loading(120, () => this.set({ isSeen: true }));
    const back = card.needed("back", async () => new (await import("./back.js")).Back(card));
    return back?.content(one) ?? card.loading();
  }

  /** What a home is like has no name of its own. */
  titleOf = ({ what, title }) => (what !== SITE && title) || (this.words.asked[what] ?? what);

  /** Return what follows on having joined: what is done, what is awaited, and one button. */
  next(one) {
    const { card, words } = this;
    const { number, organiser, gives, until, title } = one;
    const day = card.formats.day(lastDayOf(until, card.formats.zone));
    const series = seriesOf(gives);
    const [finest] = series.toSorted((a, b) => levelOf(b.granularity) - levelOf(a.granularity));
    const step = (isDone, name, under) =>
      h(
        "li",
        { class: isDone ? "done" : "awaited" },
        haIcon(isDone ? "mdi:check-circle" : "mdi:timer-sand"),
        h("div", name, subline(under)),
      );
    return h(
      "ha-card.sheet-card",
      h("h2.joined", { tabindex: "-1" }, words.joined(title)),
      subline(words.joined_next),
      h(
        "ol.upright",
        step(true, words.agreed, words.done(series.length, day)),
        step(
          number !== null,
          words.your_number,
          number === null ? words.number_awaited(organiser) : words.number(number),
        ),
        finest && step(false, words.first, words.first_due[finest.granularity]),
      ),
      card.lead(pageBeside("sharing"), { class: "button strong" }, words.see_shared),
    );
  }

  /** Return a collection that one takes part in. */
  content(one) {
    const { words } = this;
    const { title, number, name, joined, until, state, gives, notes } = one;
    const { formats } = this;
    const about = [
      number !== null && words.number(number),
      name && (one.is_shown ? words.as_shown(name) : words.as(name)),
      words.since(dateOf(formats, Date.parse(joined))),
      words.to_the(formats.day(lastDayOf(until, formats.zone))),
    ];
    return h(
      "ha-card.sheet-card",
      h(
        "div.spread",
        h("div", h("h2", title), subline(words.organised_by(one.organiser)), subline(inOne(about))),
        h("span", { class: `state ${state}` }, haIcon(ICONS[state]), words.states[state]),
      ),
      one.asks_again && this.again(one),
      this.register.content(one),
      part(words.given, gives, (given) => this.given(given)),
      this.back(one),
      notes.length > 0 && [
        h("h3", words.notes),
        listOf("notes", notes, ({ text: said, at }) =>
          h("li", said, subline(formats.ago(Date.parse(at)))),
        ),
      ],
      chips(
        one.challenge && this.lead("challenge", words.see_challenge),
        this.lead("sharing", words.see_shared),
        this.leaving(one),
      ),
    );
  }

  given(given) {
    const state = this.words.given_states[given.state];
    return h(
      "li",
      h("span", this.titleOf(given), state && h("span.chip", state)),
      detailOf(this.words, given.granularity),
    );
  }

  /** Return what is asked to be agreed to anew: the charter, the challenge or both. */
  again(one) {
    const { card, words } = this;
    const { organiser, asks_again: sheet } = one;
    const changed = changedOf(sheet);
    if (changed.length === 0) {
      return h(
        "div",
        h("h3", words.new_charter(organiser)),
        subline(words.new_charter_next),
        this.agreeing(one, words.agree_new),
      );
    }
    const { challenge } = card;
    if (!challenge) return card.loading(160);
    const said = challenge.words.again;
    const isCharter = sheet.is_charter;
    const changes = changed.map((part) => said.changes[part]);
    return h(
      "div",
      h("h3", said[isCharter ? "title_both" : "title"](organiser)),
      h("p", said.changed(listed(changes, card.text))),
      subline(said.next),
      challenge.terms(sheet.challenge),
      isCharter ? this.agreeing(one, said.agree_both) : this.agreed(one, said.agree, true),
    );
  }

  /** Return the charter to be read and ticked, and the button that this allows. */
  agreeing(one, label) {
    const { card } = this;
    const { subentry_id: id, asks_again: sheet } = one;
    if (!this.charters.has(id)) this.charters.set(id, {});
    const charter = this.charters.get(id);
    return [
      charterBox(card, sheet, charter, () => card.redraw()),
      this.agreed(one, label, charter.agreed === sheet.charter_id),
    ];
  }

  agreed(one, label, isReady) {
    const { card } = this;
    const look = { class: "strong", isLacking: !isReady };
    return card.deed(label, undefined, () => card.agree(one), look);
  }

  lead = (name, label) => this.card.lead(pageBeside(name), { class: "button" }, label);

  leaving(one) {
    const { card, words } = this;
    const label = `${words.leave}${card.text.colon}${one.title}`;
    const look = { class: "danger", "aria-label": label };
    return card.deed(words.leave, "mdi:exit-run", () => card.leave(one), look);
  }
}

/** Return what of a challenge is not as it was agreed to; nothing where there is none. */
const changedOf = ({ challenge, challenge_agreed: agreed }) =>
  challenge && agreed
    ? AGREED.filter((part) => String(challenge[part]) !== String(agreed[part]))
    : [];

/** Return in what detail something is told, without one once. */
export const detailOf = ({ detail }, granularity) =>
  granularity
    ? finenessOf({ granularity: detail }, granularity)
    : finenessOf({ granularity: { [ONCE]: detail.once } }, ONCE);

/** Return what is given but for what the home is like, which is told with the rest. */
export const seriesOf = (gives) => gives.filter(({ what }) => what !== SITE);

const part = (title, rows, draw) =>
  rows.length > 0 && [h("h3", title), listOf("parted", rows, draw)];
