/** The goals of a home: done so far, where it is heading, what is missing; praised when it is sure. */

import { h, haIcon } from "../dom.js";
import { gaugeSheet } from "../homepage/pictures.js";
import { opener } from "../opener.js";
import { YearCard } from "../year/card.js";
import { limited } from "../year/limited.js";
import { saving } from "../year/saving.js";

export default class Goals extends YearCard {
  static tag = "div";
  static isSized = true;
  static sheets = [...YearCard.sheets, gaugeSheet];

  get isNarrow() {
    return this.width < 560;
  }

  content() {
    const { text, site } = this;
    if (!site) return [h("ha-card", this.empty(text.no_home, text.no_home_next))];
    const [answer] = this.answers.want({ type: "sen1/goals", site: site.id }) ?? [];
    const said = this.answers.said(300);
    if (!answer) return [h("ha-card", said)];
    if (!this.width) return [];
    const { part } = this.config;
    // A page may have savings at one place, and limits at another.
    const [savings, limits] = ["savings", "limits"].map((one) =>
      answer.goals.filter(({ kind }) => (part ?? one) === one && partOf(kind) === one),
    );
    const isEmpty = savings.length + limits.length === 0;
    return [
      h(
        "div.goals",
        said,
        savings.map((goal) => this.one(saving, goal)),
        limits.length > 0 &&
          h(
            "div.small-ones",
            limits.map((goal) => this.one(limited, goal)),
          ),
        isEmpty && part !== "limits" && this.none(answer.goals.length > 0),
        // Where there are two parts, the second ends with what adds a goal to either.
        part !== "savings" && answer.goals.length > 0 && this.more(),
      ),
    ];
  }

  /** Return the card of a goal. */
  one = (draw, goal) => h("ha-card", h("article", draw(this, goal)));

  none(isOther) {
    const { text } = this;
    const words = text.goals;
    const isAllowed = this.may("set_up");
    return h(
      "ha-card",
      this.empty(
        isOther ? words.no_saving : words.none,
        isAllowed ? words.none_next : words.none_asked,
        this.newGoal(words.add, { class: "strong" }),
      ),
    );
  }

  /** Return the way to the form of a new goal. */
  newGoal = (label, look) => opener(this, label, { entry: this.site.id, subentry: "goal" }, look);

  more() {
    const words = this.text.goals;
    return h("div", this.newGoal(words.add), h("p.note", words.shared));
  }

  /** Return what leads to the form of a goal, for who may change it. */
  editor(goal) {
    const asked = { entry: this.site.id, subentry: "goal", subentry_id: goal.id };
    const label = this.text.goals.edit(goal.name);
    return opener(this, undefined, asked, {
      icon: "mdi:pencil",
      class: "edit",
      "aria-label": label,
    });
  }

  /** Return how far one is, in words with their icon. */
  stands(goal, ...more) {
    return h(
      "div.state",
      haIcon(STATES[goal.state] ?? STATES.unknown, { class: CLASSES[goal.state] }),
      h("div.said", more),
    );
  }
}

const partOf = (kind) => (kind === "saving" ? "savings" : "limits");

/** What stands beside the words; only what is reached for sure is praised. */
const STATES = {
  met: "mdi:check-circle",
  ahead: "mdi:check-circle",
  possible: "mdi:progress-clock",
  missed: "mdi:alert-circle-outline",
  unknown: "mdi:help-circle-outline",
};
const CLASSES = { met: "good", ahead: "good", missed: "bad" };
