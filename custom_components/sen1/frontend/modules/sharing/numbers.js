/** The numbers of a friend's key and of ours side by side, to compare by voice. */

import { h, haIcon } from "../dom.js";
import { answerRow, opened, titleOf, wordsOf } from "./dialogue.js";
import { sixOf } from "./marks.js";

/** Ask whether the numbers are the same; `friend` and `account` are those of what trust tells. */
export async function compare(card, account, friend) {
  const words = await wordsOf(card);
  let failed = false;
  let isBusy = false;
  const say = async (same) => {
    isBusy = true;
    shown.redraw();
    try {
      await card.hass.callWS({
        type: "sen1/confirm_key",
        entry_id: account.entry_id,
        friend_id: friend.friend_id,
        same,
      });
      shown.close();
    } catch {
      failed = true;
      isBusy = false;
      shown.redraw();
    }
  };
  const box = (title, numbers) => h("div", { class: "box" }, h("h3", null, title), sixOf(numbers));
  const content = () => [
    titleOf(words.compare_with(friend.friend)),
    failed && card.alert("error", card.text.trust.not_answered),
    h("p", null, words.compare_why(friend.friend)),
    h(
      "div",
      { class: "halves" },
      box(words.theirs(friend.friend), friend.fingerprint),
      box(words.ours, account.fingerprint),
    ),
    h("div", { class: "alert call" }, haIcon("mdi:phone"), h("div", null, words.compare_how)),
    answerRow("mdi:phone-check", words.same, words.same_follows, () => say(true), isBusy),
    answerRow("mdi:phone-cancel", words.not_same, words.not_same_follows, () => say(false), isBusy),
    answerRow("mdi:clock-outline", words.later, words.later_seen, () => shown.close(), isBusy),
  ];
  const shown = opened(card, words.compare_with(friend.friend), content, () => card.readTrust());
}
