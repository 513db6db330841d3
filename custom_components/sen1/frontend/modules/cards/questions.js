/** What friends wait for: each question answered where one is. */

import { button, Card } from "../card.js";
import { h, haIcon, listOf, subline } from "../dom.js";
import { Next } from "../next.js";
import { Repair } from "../repair.js";

/** The one that is answered in a dialogue of its own. */
const KEY_CHANGED = "key_changed";

/** Repairs that wait for an answer about a friend. */
const QUESTIONS = [KEY_CHANGED, "friend_request", "access_request", "grant_ends", "access_refused"];

export default class Questions extends Card {
  static words = ["friends", "sharing", "trust"];
  static readsEach = 15_000;

  constructor(host) {
    super(host);
    this.next = new Next(this);
    this.frame.addEventListener("value-changed", ({ detail }) => this.repair?.fill(detail.value));
  }

  connect() {
    super.connect();
    this.follow();
  }

  disconnect() {
    super.disconnect();
    this.repair?.close();
  }

  read() {
    this.next.read();
    this.readQuestions();
  }

  /** Read what waits for an answer. */
  readQuestions = async () => {
    if (!this.hass.connected || !this.may("friends")) return;
    try {
      const { issues } = await this.hass.callWS({ type: "repairs/list_issues" });
      await this.hass.loadBackendTranslation("selector", "sen1");
      this.localize = await this.hass.loadBackendTranslation("issues", "sen1");
      // Also what is ignored there: every user of the house can ignore, and only those who
      // administer it answer.
      this.questions = issues.filter(
        ({ domain, translation_key }) => domain === "sen1" && QUESTIONS.includes(translation_key),
      );
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.redraw();
  };

  /** Read it anew whenever it changes. */
  follow() {
    if (!this.hass || !this.isShown || !this.may("friends")) return;
    const { connection } = this.hass;
    this.hear(() =>
      connection.subscribeEvents(this.readQuestions, "repairs_issue_registry_updated"),
    );
  }

  watched() {
    this.follow();
    return [];
  }

  content() {
    const { text, questions } = this;
    if (!this.may("friends")) {
      return [this.locked(text.sharing)];
    }
    if (!questions && this.failed) {
      return [this.unread(text.no_questions_read, this.readQuestions)];
    }
    if (!questions) return [this.loading(60)];
    if (!questions.length) {
      // What a friend would like is asked beside the friends.
      const isAsked = this.next.rows?.some(({ friend, state }) => friend && state === "yours");
      return [this.alert("good", isAsked ? text.no_other_question : text.no_question)];
    }
    return [
      this.head(text.waiting(questions.length)),
      listOf("blocks", questions, (issue) => this.question(issue)),
    ];
  }

  question(issue) {
    const { text } = this;
    const title = this.localize(`component.sen1.issues.${issue.translation_key}.title`);
    const isOpen = this.repair?.issue.issue_id === issue.issue_id;
    return h(
      "li",
      null,
      h(
        "div",
        { class: "figures" },
        h(
          "div",
          { class: "grow" },
          haIcon(issue.translation_key === KEY_CHANGED ? "mdi:alert" : "mdi:account-question", {
            class: "before",
          }),
          title,
          issue.ignored && subline(text.ignored),
        ),
        !isOpen &&
          button(text.answer, undefined, () => this.answer(issue), {
            "aria-label": `${text.answer}${text.colon}${title}`,
          }),
      ),
      isOpen && this.repair.content(),
    );
  }

  /** Answer where one is, by the steps of the repair. */
  async answer(issue) {
    this.repair?.close();
    if (issue.translation_key === KEY_CHANGED) {
      await this.attempt(async () => {
        const [{ answer }, trust] = await Promise.all([
          import("../sharing/changed.js"),
          this.hass.callWS({ type: "sen1/trust" }),
        ]);
        await answer(this, issue, this.localize, trust, () => this.redraw());
      });
      return;
    }
    this.repair = new Repair(this, issue, this.localize, () => {
      this.repair = undefined;
      this.redraw();
    });
    this.repair.start();
  }
}
