/** What is asked of many: how far it is, who has not come, and each member with what is missing. */

import { asked } from "../address.js";
import { Asking } from "../asking.js";
import { button } from "../card.js";
import { Absent } from "../collecting/absent.js";
import { figuresOf } from "../collecting/figures.js";
import { Group } from "../collecting/group.js";
import { written } from "../collecting/members.js";
import { organiserSheet } from "../collecting/organiser_style.js";
import { projectsOf } from "../collecting/projects.js";
import { sheet } from "../collecting/style.js";
import { columnsOf, Table } from "../collecting/table.js";
import { lastDayOf } from "../collecting/times.js";
import { confirmed } from "../dialog.js";
import { chips, h, subline } from "../dom.js";
import { sheet as invitingSheet } from "../inviting/style.js";
import { opener } from "../opener.js";
import { steppingSheet } from "../stepping.js";

/** As wide as this, who has not come stands beside the curve, in so many pixels with the gap. */
const WIDE = 860;
const ASIDE = 316;

export default class Collection extends Asking {
  static page = "collection";
  static asks = "sen1/collections";
  static words = ["organiser"];
  static sheets = [invitingSheet, sheet, steppingSheet, organiserSheet];
  static isSized = true;
  /** A thousand members are much to read again. */
  static readsEach = 60_000;

  absent = new Absent(this);
  table = new Table(this);
  group = new Group(this);

  /** Return the collection that is shown: that which was chosen, or which a link leads to. */
  get collection() {
    const { collections } = this.known;
    const of = this.shown ?? asked("of");
    const isShown = ({ subentry_id: id, collection }) => [id, collection].includes(of);
    return collections.find(isShown) ?? collections[0];
  }

  page({ collections }) {
    const { words } = this;
    if (!collections.length) {
      const blank = this.may("set_up")
        ? this.empty(words.none, words.none_next, this.newCollection({ class: "strong" }))
        : this.locked(words);
      return [h("ha-card", blank)];
    }
    const { collection } = this;
    return [
      this.told(),
      this.which(words.which, collections, collection, "subentry_id"),
      this.heading(collection),
      figuresOf(this, collection),
      this.beside(collection),
      projectsOf(this, collection),
      this.may("members", collection) && this.table.content(collection),
    ];
  }

  /** Return the way to the form of a new collection. */
  newCollection = (look) =>
    opener(this, this.words.add, { subentry: "friend", steps: ["collection"] }, look);

  show(id) {
    this.table = new Table(this);
    this.absent = new Absent(this);
    this.group = new Group(this);
    super.show(id);
  }

  /** Return the curve of the group and who has not come, side by side where there is room. */
  beside(collection) {
    const isOrganised = this.may("members", collection);
    const isWide = isOrganised && this.width >= WIDE;
    const width = Math.max(240, (isWide ? this.width - ASIDE : this.width) - 34);
    const group = this.group.content(collection, width);
    const absent = isOrganised && this.absent.content(collection);
    if (!group) return absent;
    return h(
      "div",
      { class: isWide ? "group-pair" : "group-alone" },
      group,
      absent && h("div", absent),
    );
  }

  heading(collection) {
    const { words, formats } = this;
    const { title, account, begin, until, charter_version: version } = collection;
    const end = formats.day(lastDayOf(until, formats.zone));
    return h(
      "div.page-head",
      h(
        "div.grow",
        h("h2", { tabindex: "-1" }, title),
        subline(words.of(account, formats.day(begin.slice(0, 10)), end, version)),
      ),
      chips(
        this.may("members", collection) &&
          button(words.invite, "mdi:account-plus", () => this.invite()),
        opener(
          this,
          words.set_up,
          { subentry: "friend", subentry_id: collection.subentry_id },
          { icon: "mdi:cog" },
        ),
        this.newCollection(),
      ),
    );
  }

  /**
   * Have the shown collection changed; return `{answer}`, or `{failed}`: why it was not, which is told
   * where it was asked for unless a `failure` says it on the page.
   */
  async changed(type, asked, failure) {
    const { subentry_id: id } = this.collection;
    this.said = undefined;
    const answer = await this.change({ type: `sen1/${type}`, subentry_id: id, ...asked }, failure);
    return answer ? { answer } : { failed: this.reason };
  }

  async reasonOf(error) {
    return (await super.reasonOf(error)) ?? this.text.organiser.other_errors;
  }

  invite() {
    this.attempt(async () => (await import("../collecting/link.js")).linkShown(this));
  }

  takeList() {
    this.attempt(async () => (await import("../collecting/list_in.js")).listAsked(this));
  }

  /** Open a dialogue about who is expected. */
  open(dialogue) {
    this.attempt(async () => dialogue(await import("../collecting/expected.js")));
  }

  /** Say which member somebody of the list is; return why that failed. */
  match = async ({ row, name }, number) =>
    (await this.changed("match_member", { row, name, number })).failed;

  /** Say that a member is not whom it was taken for; that one is expected again. */
  async unmatch({ number, name, matched }) {
    const { words } = this;
    const asked = { row: matched.row, name: matched.name };
    const { answer } = await this.changed("match_member", asked, words.not_unmatched);
    if (answer) this.say(words.unmatched(words.member(written(number), name), matched.name));
  }

  /** Write to members; their homes are told, nothing here changes. */
  write({ subentry_id: id, account }, numbers) {
    const { words } = this;
    const count = numbers.length;
    const asked = {
      title: words.note_title(count),
      where: words.note_where(account),
      pressed: words.note_send(count),
    };
    this.askNote(asked, { type: "sen1/collection_note", subentry_id: id, numbers });
  }

  /** Write of a project to all who hold shares in it. */
  announce({ subentry_id: id, account }, { project, title, holders }) {
    const { words } = this;
    const asked = {
      title: words.shares_told.news_title(title),
      where: words.shares_told.news_where(account),
      pressed: words.note_send(holders),
    };
    this.askNote(asked, { type: "sen1/project_news", subentry_id: id, project });
  }

  /** Ask for a text, and send it with a command. */
  askNote(asked, command) {
    this.attempt(async () =>
      (await import("../collecting/note.js")).noteAsked(this, asked, command),
    );
  }

  /** Send a text; return why it was not sent. */
  async sent(asked) {
    try {
      const { told } = await this.hass.callWS(asked);
      this.table.chosen.clear();
      this.say(this.words.note_sent(told));
      return undefined;
    } catch (error) {
      return this.reasonOf(error);
    }
  }

  async remove({ number, name }) {
    const { words } = this;
    const member = words.member(written(number), name);
    const isSure = await confirmed(this, {
      title: words.remove_sure(member),
      body: words.remove_body,
      yes: words.remove_yes,
      no: words.keep,
    });
    if (!isSure) return;
    const { answer } = await this.changed("remove_member", { number }, words.not_removed);
    if (!answer) return;
    this.table.chosen.delete(number);
    this.say(words.removed(member));
  }

  /** Let the browser keep the members that are sought as a file, folded ones too. */
  keep(rows) {
    const { words, formats } = this;
    this.attempt(async () => {
      const { keepTable } = await import("../csv.js");
      keepTable(`${words.file}.csv`, columnsOf(rows, words, formats), formats);
    });
  }
}
