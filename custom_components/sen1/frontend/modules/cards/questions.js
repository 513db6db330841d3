/** What friends wait for: each question answered where one is. */

import { button, Card } from "../card.js";
import { h, unescaped } from "../dom.js";
import { Repair } from "../repair.js";

/** Repairs that wait for an answer about a friend. */
const QUESTIONS = ["friend_request", "access_request", "grant_ends", "access_refused"];

export default class Questions extends Card {
  connect() {
    super.connect();
    this.ask();
  }

  disconnect() {
    super.disconnect();
    this.repair?.close();
    this.unsubscribe?.then((stop) => stop());
    this.unsubscribe = undefined;
  }

  /** Read what waits for an answer, now and whenever it changes. */
  async ask() {
    if (!this.hass?.user.is_admin || this.unsubscribe || !this.isShown) return;
    const read = async () => {
      const { issues } = await this.hass.callWS({ type: "repairs/list_issues" });
      await this.hass.loadBackendTranslation("selector", "sen1");
      this.localize = await this.hass.loadBackendTranslation("issues", "sen1");
      this.questions = issues.filter(
        ({ domain, translation_key, ignored }) =>
          domain === "sen1" && !ignored && QUESTIONS.includes(translation_key),
      );
      this.redraw();
    };
    this.unsubscribe = this.hass.connection.subscribeEvents(read, "repairs_issue_registry_updated");
    await read();
  }

  watched() {
    this.ask();
    return [];
  }

  content() {
    const { text, questions } = this;
    if (!this.hass.user.is_admin) {
      return [this.locked(text.sharing.not_yours, text.sharing.not_yours_next)];
    }
    if (!questions) return [this.loading(60)];
    if (!questions.length) return [this.alert("good", text.no_question)];
    return [
      this.head(text.waiting(questions.length)),
      h(
        "ul",
        { class: "blocks" },
        questions.map((issue) => this.question(issue)),
      ),
    ];
  }

  question(issue) {
    const { issue_id, translation_key, is_fixable } = issue;
    const placeholders = Object.entries(issue.translation_placeholders ?? {});
    const known = Object.fromEntries(placeholders.map(([key, value]) => [key, unescaped(value)]));
    const written = (part) =>
      this.localize(`component.sen1.issues.${translation_key}.${part}`, known);
    const isOpen = this.repair?.issue.issue_id === issue_id;
    return h(
      "li",
      null,
      h(
        "div",
        { class: "figures" },
        h(
          "div",
          { class: "grow" },
          h("ha-icon", { icon: "mdi:account-question", "aria-hidden": "true", class: "before" }),
          written("title"),
          h(
            "p",
            { class: "under" },
            is_fixable ? Object.values(known).join(" · ") : written("description"),
          ),
        ),
        !isOpen && this.action(issue, written("title")),
      ),
      isOpen && this.repair.content(),
    );
  }

  /** Return what answers a question, or takes note of one that wants no answer. */
  action(issue, title) {
    const { text } = this;
    if (issue.is_fixable) {
      return button(text.answer, undefined, () => this.answer(issue), {
        "aria-label": `${text.answer}${text.colon}${title}`,
      });
    }
    return button(text.repair.understood, undefined, () =>
      this.hass.callWS({
        type: "repairs/ignore_issue",
        domain: "sen1",
        issue_id: issue.issue_id,
        ignore: true,
      }),
    );
  }

  /** Answer where one is, by the steps of the repair. */
  answer(issue) {
    this.repair?.close();
    this.repair = new Repair(this, issue, this.localize, () => {
      this.repair = undefined;
      this.redraw();
    });
    this.repair.start();
  }
}
