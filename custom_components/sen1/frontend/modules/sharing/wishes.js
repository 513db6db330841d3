/** What friends would like of this home: each is shared in one form, or let go. */

import { Part } from "../card.js";
import { h, haIcon, listOf, subline } from "../dom.js";
import { openShare } from "../opener.js";
import { textsOf } from "../texts.js";
import { rowButton } from "./lists.js";

/** Read for a card, which is drawn anew when there is more to show. */
export class Wishes extends Part {
  all = [];

  async read() {
    const { card } = this;
    const { hass } = card;
    if (!hass?.connected || !card.may("sharing")) return;
    try {
      const [{ accounts }, text] = await Promise.all([
        hass.callWS({ type: "sen1/share_choices", only_wishes: true }),
        textsOf(card.language, "share"),
      ]);
      this.words = text.share;
      this.all = accounts.flatMap(({ entry_id, friends, asked }) =>
        asked.map((wish) => ({
          ...wish,
          entry_id,
          name: friends.find(({ friend_id: id }) => id === wish.friend_id)?.title ?? "",
        })),
      );
    } catch {
      // What waits for an answer is asked for again; nothing else depends on it.
      this.all = [];
    }
    card.redraw();
  }

  /** Return the wishes, or nothing where there are none; `onShared` is told what is shared then. */
  content(onShared) {
    return (
      this.all.length > 0 &&
      h(
        "ha-card.flow",
        listOf("wishes", this.all, (wish) => this.row(wish, onShared)),
      )
    );
  }

  row(wish, onShared) {
    const { card, words } = this;
    const { friend_id: friendId, what, granularity, name } = wish;
    const thing = words.things[what] ?? what;
    const said = words.wishes(name, thing, words.by[granularity] ?? "");
    const answer = () =>
      openShare(card, { friendId, what, granularity }, (answered) => {
        onShared(answered);
        this.read();
      });
    const of = `${name}, ${thing}`;
    const act = (label, onclick, look) =>
      rowButton(card, label, undefined, of, onclick, { look, disabled: !card.hass.connected });
    return h(
      "li",
      haIcon("mdi:account-question", { class: "before" }),
      h("div", said, subline(card.formats.ago(Date.parse(wish.at)))),
      act(words.not_now, () => this.refuse(wish)),
      act(words.share, answer, "full"),
    );
  }

  async refuse({ entry_id, friend_id, what }) {
    try {
      await this.card.hass.callWS({ type: "sen1/refuse_wish", entry_id, friend_id, what });
    } finally {
      await this.read();
    }
  }
}
