/** A challenge: the teams, my home in mine, week after week; for who organises it, who is in it. */

import { pageBeside } from "../address.js";
import { button } from "../card.js";
import { AskingChallenges } from "../challenge/asked.js";
import { standingOf, teamsOf } from "../challenge/board.js";
import { homesCard } from "../challenge/homes.js";
import { mineOf } from "../challenge/mine.js";
import { captainsCard, lackingCard } from "../challenge/organising.js";
import { certificateOf } from "../challenge/paper.js";
import { dayAfter, periodRead, progressOf, todayIn } from "../challenge/scores.js";
import { ruleSheet, sheet } from "../challenge/style.js";
import { weeksCard } from "../challenge/weeks.js";
import { confirmed } from "../dialog.js";
import { h, subline } from "../dom.js";
import { showPage } from "../pages.js";

const WITH_WEEKDAY = { weekday: "long", day: "numeric", month: "long" };

export default class ChallengePage extends AskingChallenges {
  static sheets = [ruleSheet, sheet];
  /** What my own home counts is told by no state. */
  static readsEach = 600_000;

  /** Return the challenge that is shown. */
  get challenge() {
    const { challenges } = this.known;
    return challenges.find(({ id }) => id === this.shown) ?? challenges[0];
  }

  page({ challenges }) {
    const { words } = this;
    if (!challenges.length) return [this.told(), h("ha-card", this.blank())];
    const { challenge } = this;
    return [
      this.told(),
      this.which(words.which, challenges, challenge, "id"),
      this.heading(challenge),
      h(
        "div.challenge",
        teamsOf(this, challenge),
        challenge.role === "organiser" && this.organising(challenge),
        challenge.role === "member" && [
          mineOf(this, challenge),
          weeksCard(this, challenge),
          homesCard(this, challenge),
        ],
      ),
      challenge.role === "member" && this.foot(challenge),
    ];
  }

  blank() {
    const { words } = this;
    if (!this.may("participate")) return this.locked(words);
    const lead = this.lead(pageBeside("participate"), { class: "button" }, words.take_part);
    return this.empty(words.none, words.none_next, lead);
  }

  heading(challenge) {
    const { words, formats } = this;
    const { title, organiser, action, reference, weeks } = challenge;
    const progress = progressOf(challenge);
    const done = formats.number(
      progress.reduce((sum, part) => sum + part, 0),
      1,
    );
    return h(
      "div.page-head",
      h(
        "div.grow",
        h("h2", { tabindex: "-1" }, title),
        subline(
          words.about(organiser, periodRead(formats, action), periodRead(formats, reference)),
        ),
      ),
      h(
        "div.progress",
        h(
          "div.weeks",
          { role: "img", "aria-label": words.progress(done, weeks) },
          progress.map((part) => h("span", h("i", { style: `width: ${100 * part}%` }))),
        ),
        subline(this.standing(challenge)),
      ),
    );
  }

  /** Return how far a challenge is, in words. */
  standing(challenge) {
    const { words, formats } = this;
    const until = (day) => words.through(formats.day(day, WITH_WEEKDAY));
    return standingOf(this, challenge, words.ended, until);
  }

  organising(challenge) {
    const { id } = challenge;
    const { words } = this;
    const change = (what, asked, failure) =>
      this.done({ type: `sen1/challenge_${what}`, subentry_id: id, ...asked }, failure);
    return [
      captainsCard(this, challenge, (team, number) =>
        change("captain", { team, number }, words.captain_not_set),
      ),
      lackingCard(this, challenge, (number, team) =>
        change("team", { number, team }, words.team_not_set),
      ),
    ];
  }

  foot(challenge) {
    const { words, formats } = this;
    const { is_final: isFinal } = challenge;
    const day = dayAfter(challenge);
    const isOver = todayIn(formats.zone) >= day;
    const waits = isOver ? words.with_final : words.from_day(formats.day(day));
    return h(
      "div.deeds",
      h(
        "div",
        button(words.certificate, "mdi:certificate", () => this.print(challenge), {
          disabled: !isFinal,
          class: isFinal ? "strong" : "greyed",
          "aria-describedby": "when",
        }),
        h("p.under", { id: "when" }, isFinal ? this.kept : waits),
      ),
      this.may("participate") &&
        h(
          "div",
          this.deed(words.leave, "mdi:exit-run", () => this.leave(challenge), {
            class: "danger",
            "aria-describedby": "leaving",
          }),
          h("p.under", { id: "leaving" }, words.leave_is),
        ),
    );
  }

  print(challenge) {
    const { words, formats } = this;
    const made = certificateOf(this.text, formats, challenge, this.language);
    const kept = showPage(made, words.paper.file);
    this.kept = kept && words.kept(kept);
    this.redraw();
  }

  async leave({ id, title, organiser }) {
    const { words } = this;
    const isSure = await confirmed(this, {
      title: words.leave_sure(title),
      body: words.leave_body(organiser),
      yes: words.leave,
      no: words.stay,
    });
    if (!isSure) return;
    const asked = { type: "sen1/leave_collection", subentry_id: id };
    if (await this.done(asked, words.not_left)) this.say(words.left(title), words.left_next);
  }

  /** Have something changed that answers something else, and read again; return whether it was. */
  async done(message, failure) {
    if (this.isBusy) return false;
    this.said = undefined;
    await this.attemptChange(() => this.hass.callWS(message), failure);
    await this.read();
    return !this.notice;
  }

  async reasonOf(error) {
    return (await super.reasonOf(error)) ?? this.words.try_again;
  }
}
