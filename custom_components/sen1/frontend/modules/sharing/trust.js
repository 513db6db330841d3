/** Whether both sides agree on what went from one home to the other, and what tells us apart: our key. */

import { button, callout } from "../card.js";
import { Copier } from "../copying.js";
import { chips, h, haIcon, listOf, subline } from "../dom.js";
import { inOne } from "../formats.js";
import { opener } from "../opener.js";
import { Folding } from "./folding.js";
import { rowButton } from "./lists.js";
import { markOf, sixOf } from "./marks.js";
import {
  dayIn,
  differenceIn,
  firstOf,
  friendRows,
  tallyOf,
  toldOf,
  verdictOf,
} from "./sentences.js";

/** Of those with whom all agrees, so many are named where there is room. */
const NAMED = 3;
/** So many differences stand open, the newest; the others are unfolded. */
const OPEN = 2;
const ICONS = {
  good: "mdi:shield-check",
  warning: "mdi:alert-circle",
  error: "mdi:alert",
  none: "mdi:timer-sand",
};

/** Drawn for a card, which opens dialogues and keeps files. */
export class Trust extends Folding {
  copier = new Copier(this.card, () => this.card.redraw());

  get words() {
    return this.card.text.trust;
  }

  dated = (time) => dayIn(time, this.card.formats);

  /** Return whether both sides agree; `proxies` sign nothing, and are no friends. */
  content(account, proxies) {
    const { card, words } = this;
    return [
      account.own_key_forged && card.alert("error", words.forged, words.forged_next),
      this.verdict(account),
      this.friends(account, proxies),
      this.differences(account),
    ];
  }

  /** Whether something of an account asks to be looked at. */
  isWrong = (account) =>
    account.own_key_forged ||
    account.friends.some(({ standing }) => standing === "stopped") ||
    ["error", "warning"].includes(verdictOf(account, this.words, this.dated).kind);

  /** Return how it is with the accounts in one sentence, that of the worst. */
  stateOfAll(accounts) {
    const { forged } = this.words;
    const worst = accounts.find(this.isWrong) ?? accounts[0];
    return worst.own_key_forged ? forged : verdictOf(worst, this.words, this.dated).title;
  }

  verdict(account) {
    const { words } = this;
    const { kind, title } = verdictOf(account, words, this.dated);
    const under = {
      good: () => words.each_night(account.entries, this.card.formats.number(account.entries)),
      warning: () => words.differs_next,
      error: () => words.broken_next,
      none: () => this.awaited(account),
    };
    const role = kind === "error" ? "alert" : "status";
    return callout({ look: kind, icon: ICONS[kind], role }, title, under[kind]());
  }

  /** Say when the first day is compared, and who signs it. */
  awaited({ friends }) {
    const { card, words } = this;
    const first = firstOf(friends, Date.now());
    if (!first) return words.none_signs;
    const named = first.names.slice(0, NAMED);
    const others = first.names.length - named.length;
    if (others > 0) named.push(words.others(others));
    const names = new Intl.ListFormat(card.language).format(named);
    return words[first.isOver ? "none_signed" : "none_next"](this.dated(first.day), names);
  }

  friends({ entry_id: entryId, friends }, proxies) {
    const { shown, others, silent } = friendRows(friends, this.card.isWide ? NAMED : 1);
    const unsigned = [...silent, ...proxies.filter(({ account }) => account.entry_id === entryId)];
    const rowOf = (friend) => this.row(friend, this.act(entryId, friend));
    const silentOf = (friend) => this.silent(friend);
    return (
      shown.length + unsigned.length > 0 &&
      h(
        "ul.trust.lined",
        shown.map(rowOf),
        others.length > 0 && this.behind(`${entryId} others`, others, rowOf),
        unsigned.length > NAMED
          ? this.behind(`${entryId} unsigned`, unsigned, silentOf, this.words.does_not_sign)
          : unsigned.map(silentOf),
      )
    );
  }

  /** Return a row that unfolds several, with what is `said` of all. */
  behind(key, friends, draw, said) {
    const label = this.fold(key, this.words.others(friends.length));
    return [
      h("li", h("span.name", label), h("span.under.rest", said)),
      this.isOpen(key) && friends.map(draw),
    ];
  }

  /** Return what is to be done about a friend's key: all friends stand here, also who is sent nothing. */
  act(entryId, { friend, friend_id: friendId, standing, fingerprint }) {
    const { card, words } = this;
    const asked = { entry_id: entryId, friend_id: friendId };
    const doing = (label, icon, onclick) =>
      rowButton(card, label, icon, friend, onclick, { isIcon: !card.isWide });
    if (standing === "stopped")
      return doing(card.text.answer, "mdi:message-reply-text", () => card.keys.answer(asked));
    return (
      standing === "seen" &&
      fingerprint &&
      doing(words.compare, "mdi:phone", () => card.keys.compare(asked))
    );
  }

  row(friend, act) {
    const { words } = this;
    const { formats } = this.card;
    const { standing } = friend;
    const tally = tallyOf(friend);
    const isAlike = tally.different === 0 && standing !== "stopped";
    const written = (count) => formats.number(count);
    return this.line(
      friend,
      standing,
      h(
        "span.days",
        tally.known > 0
          ? words.days(written(tally.equal), tally.known, written(tally.known))
          : words.no_day,
      ),
      h(
        "span",
        { class: `state ${isAlike ? "good" : "different"}` },
        (tally.known > 0 || standing === "stopped") && [
          haIcon(isAlike ? "mdi:check-circle" : "mdi:alert-circle"),
          h("span", standing === "stopped" ? words.stopped_here : this.stateOf(tally)),
        ],
        act,
      ),
    );
  }

  stateOf({ different, unconfirmed }) {
    const { words } = this;
    if (different > 0) return words.differences(different);
    return unconfirmed > 0 ? words.unconfirmed(unconfirmed) : words.every_day;
  }

  silent(friend) {
    const { words, card } = this;
    const said = [words.does_not_sign, card.isWide && words.noted_here];
    return this.line(friend, "keyless", h("span.under.rest", said));
  }

  /** Return a row of a friend, since when it is one, and what is said of it. */
  line = ({ friend, since }, standing, ...said) =>
    h(
      "li",
      h("span.name", friend, markOf(this.words, standing)),
      h("span.under.since", since && this.words.since(this.dated(since))),
      said,
    );

  /** Say each difference in words, and what became of it. */
  differences({ entry_id: entryId, friends }) {
    const { words } = this;
    const { formats } = this.card;
    const all = toldOf(friends);
    const key = `${entryId} told`;
    const shown = this.isOpen(key) ? all : all.slice(0, OPEN);
    return [
      shown.map((one) =>
        callout(
          { look: `told ${one.mended ? "warning" : "error"}`, icon: "mdi:alert-circle" },
          inOne([this.dated(one.day), one.friend, one.series]),
          differenceIn(one, words, formats),
        ),
      ),
      all.length > shown.length &&
        button(words.earlier(all.length - shown.length), undefined, () => this.toggle(key), {
          class: "small",
        }),
    ];
  }

  /** Return what can be done with the journal, and with all there is. */
  journal = ({ entry_id: entryId }) => [
    subline(this.words.only_counts),
    this.card.deed(this.words.verify, "mdi:shield-search", () => this.card.verify(entryId)),
  ];

  own({ entry_id: entryId }) {
    const { card, words } = this;
    const erase = () => card.mine("eraseMine", entryId);
    return chips(
      card.deed(words.export_mine, "mdi:download", () => card.mine("exportMine", entryId)),
      card.deed(words.erase_mine, "mdi:delete-outline", erase, { class: "danger" }),
    );
  }

  /** Return what is told of ourselves: six numbers, a link, and what the server says of itself. */
  mine(account) {
    const { card, words } = this;
    const { entry_id: entryId, fingerprint, link, address, policy } = account;
    return [
      h("div.mine-numbers", sixOf(fingerprint)),
      subline(words.my_link),
      h("p.address", { id: `link-${entryId}` }, link),
      chips(
        this.copier.content(`link-${entryId}`, words.copy, () => link, "small"),
        card.deed(words.new_key, "mdi:key-change", () => card.newKey(entryId), {
          class: "small danger",
        }),
      ),
      policy?.length > 0 && [
        subline(words.policy(address.replace(/^.*@/, ""))),
        listOf("dots", policy, ({ text }) => h("li", text)),
      ],
      opener(card, words.settings, { entry: entryId }, { icon: "mdi:cog", class: "small" }),
    ];
  }
}
