/** The invitations that were made, each with how far it has come. */

import { button, WordedPart } from "../card.js";
import { h, haIcon, listOf, named, subline } from "../dom.js";
import { rowButton } from "../sharing/lists.js";
import { countsOf, inOrder, isUsable, stageOf, stepsOf } from "./progress.js";
import { dateOf, shortMomentOf } from "./times.js";

/** Of so many, all are shown; of more these, until one asks. */
const MOST_SHOWN = 10;
const ICONS = {
  done: "mdi:check-circle",
  awaited: "mdi:timer-sand",
  later: "mdi:circle-outline",
};

/** Drawn for a card, which shows links and takes them back. */
export class Rows extends WordedPart {
  isUnfolded = false;

  /** Return all invitations, each with the account that made it. */
  content(accounts) {
    const { card, words } = this;
    const all = accounts.flatMap((account) =>
      account.invitations.map((invitation) => ({ ...invitation, account })),
    );
    if (!all.length) return false;
    const counts = countsOf(all).map(([stage, count]) => words.stages[stage](count));
    const ordered = inOrder(all);
    const shown = this.isUnfolded ? ordered : ordered.slice(0, MOST_SHOWN);
    const unfold = () => this.set({ isUnfolded: true });
    return [
      card.title("mdi:account-multiple", words.mine, [
        words.counted(all.length),
        h("span.wide", `${card.text.colon}${counts.join(", ")}`),
      ]),
      h(
        "ha-card.flow",
        listOf("invitations lined", shown, (one) => this.row(one, accounts.length > 1)),
        all.length > shown.length &&
          button(words.others(all.length - shown.length), "mdi:chevron-down", unfold),
      ),
    ];
  }

  row(invitation, withAccount) {
    const stage = stageOf(invitation);
    return h(
      "li",
      { class: stage === "expired" || stage === "taken_back" ? "over" : "" },
      h(
        "div.who",
        h("h3", invitation.label),
        subline(this.about(invitation, stage)),
        withAccount && subline(invitation.account.title),
      ),
      h(
        "ol.progress",
        stepsOf(invitation).map((step) => this.step(step)),
      ),
      h("div", { class: stage === "accepted" ? "act long" : "act" }, this.act(invitation, stage)),
    );
  }

  about({ until, accepted, state }, stage) {
    const { words } = this;
    const { formats } = this.card;
    if (accepted) return words.friend_since(dateOf(formats, Date.parse(accepted)));
    if (state === "done") return words.came;
    if (stage === "taken_back") return words.was_taken_back;
    const end = `${dateOf(formats, Date.parse(until))}, ${formats.time(Date.parse(until))}`;
    return state === "expired" ? words.expired_at(end) : words.expires_at(end);
  }

  step({ step, at, isAwaited }) {
    const { words } = this;
    const awaited = isAwaited ? "awaited" : "later";
    const kind = at ? "done" : awaited;
    const said = { done: at && this.moment(at), awaited: words.waiting, later: words.to_come };
    return h(
      "li",
      { class: kind, "aria-current": isAwaited && "step" },
      haIcon(ICONS[kind]),
      named(words.steps[step], said[kind]),
    );
  }

  moment = (at) => shortMomentOf(this.card.formats, Date.parse(at));

  /** Return what is said of an invitation at its end, or can be done with it. */
  act(invitation, stage) {
    const { card, words } = this;
    const { label, expected } = invitation;
    const chip = (said) => h("span.chip", said);
    if (stage === "done") return h("span.chip.well", haIcon("mdi:check-circle"), words.done);
    if (stage === "expired") return chip(words.expired);
    if (stage === "accepted") return expected && chip(words.expected(this.moment(expected)));
    if (!isUsable(invitation)) return false;
    const act = (doing, icon, onclick, more) => rowButton(card, doing, icon, label, onclick, more);
    return [
      card.shown !== invitation.id &&
        act(words.show_link, "mdi:qrcode", () => card.show(invitation.id), { isIcon: true }),
      act(words.take_back, undefined, () => card.takeBack(invitation), {
        look: "danger",
        disabled: card.isOff,
      }),
    ];
  }
}
