/** The numbers of a friend's key and of ours side by side, to compare by voice. */

import { h, haIcon } from "../dom.js";
import { answerRow, answersAboutKey, opened, wordsOf } from "./dialogue.js";
import { sixOf } from "./marks.js";

/** Ask whether the numbers are the same; `friend` and `account` are those of what trust tells. */
export async function compare(card, account, friend) {
  const words = await wordsOf(card);
  const state = {};
  const asked = { entry_id: account.entry_id, friend_id: friend.friend_id };
  const says = answersAboutKey(card, asked, state, () => shown);
  const row = (icon, title, follows, onclick) =>
    answerRow(icon, title, follows, onclick, state.isBusy);
  const box = (title, numbers) => h("div.box", h("h3", title), sixOf(numbers));
  const content = () => [
    state.failed && card.alert("error", card.text.trust.not_answered),
    h("p", words.compare_why(friend.friend)),
    h(
      "div.halves",
      box(words.theirs(friend.friend), friend.fingerprint),
      box(words.ours, account.fingerprint),
    ),
    h("div.alert.call", haIcon("mdi:phone"), h("div", words.compare_how)),
    row("mdi:phone-check", words.same, words.same_follows, says.same),
    row("mdi:phone-cancel", words.not_same, words.not_same_follows, says.other),
    row("mdi:clock-outline", words.later, words.later_seen, says.later),
  ];
  const shown = opened(card, words.compare_with(friend.friend), content, {
    onClose: () => card.keys.read(),
  });
}
