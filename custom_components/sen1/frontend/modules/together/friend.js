/** The page of a friend: what each gives, since when, the key, and what can be done. */

import { pageBeside } from "../address.js";
import { button, Part, row } from "../card.js";
import { confirmed } from "../dialog.js";
import { chips, h, listOf, subline } from "../dom.js";
import { inOne } from "../formats.js";
import { calledOf } from "../installation.js";
import { dateOf } from "../inviting/times.js";
import { asker, openShare } from "../opener.js";
import { statusOf } from "../others.js";
import { finenessOf } from "../sharing/fineness.js";
import { grantsOf } from "../sharing/groups.js";
import { markOf } from "../sharing/marks.js";
import { sheet } from "../sharing/style.js";
import { wear } from "../style.js";
import { textsOf } from "../texts.js";

/** Return the page, once it is known what is shared, for who may know. */
export async function pageOf(card) {
  wear(card, sheet);
  const page = new FriendPage(card);
  await page.read();
  return page;
}

class FriendPage extends Part {
  async read() {
    const { card } = this;
    const { hass, language } = card;
    card.text = { ...card.text, ...(await textsOf(language, "sharing", "trust")) };
    if (!card.may("sharing")) return;
    try {
      const { accounts } = await hass.callWS({ type: "sen1/sharing", language });
      this.set({ accounts, failed: false });
    } catch {
      this.set({ failed: true });
    }
  }

  content(friend) {
    const { card } = this;
    const known = card.keys.friendOf(friend.id);
    return [
      known && this.key(known),
      h("div.columns.auto", this.theirs(friend), card.may("sharing") && this.mine(friend)),
      chips(
        friend.device &&
          card.link(`/config/devices/device/${friend.device}`, card.text.together.details),
      ),
    ];
  }

  /** Return how the key stands, and what is wanted of who decides. */
  key({ standing, entry_id, friend_id, fingerprint }) {
    const { card } = this;
    const { trust, answer } = card.text;
    const asked = { entry_id, friend_id };
    if (standing === "stopped") {
      const act = button(answer, undefined, () => card.keys.answer(asked), { class: "small" });
      return card.alert("error", trust.has_changed, trust.stopped, act);
    }
    const isWanted = standing === "seen" && fingerprint;
    return h(
      "p.under",
      markOf(trust, standing),
      ` ${trust.standing[standing]} `,
      isWanted &&
        button(trust.compare, "mdi:phone", () => card.keys.compare(asked), { class: "small" }),
    );
  }

  theirs({ id, name, readings, statuses }) {
    const { card } = this;
    const { together: words, next_steps: steps } = card.text;
    const { doneAt } = card.turn.next;
    const day = (at) => at && dateOf(card.formats, new Date(at));
    const [since, first] = ["friend", "first_reading"].map((step) => day(doneAt(step, id)));
    const under = [since && steps.friend_since(since), first && steps.sending_since(first)];
    return h(
      "ha-card",
      card.head(words.they_give(name), inOne(under)),
      readings.length > 0
        ? h(
            "div.rows",
            readings.map((one) =>
              row(calledOf(card.text, one.attributes, name).name, this.said(one, statuses)),
            ),
          )
        : subline(words.sends_nothing),
      chips(asker(card, words.ask, id)),
    );
  }

  /** Return what a measure says now, or how it is where it says nothing. */
  said(reading, statuses) {
    const { hass } = this.card;
    const status = statusOf(statuses, reading.attributes.friendly_name);
    const told = ["unknown", "unavailable"].includes(reading.state) ? status : reading;
    return told ? hass.formatEntityState(told) : "–";
  }

  mine({ id, name }) {
    const { card } = this;
    const { together: words, sharing } = card.text;
    const grants = (this.accounts ?? [])
      .flatMap((account) => grantsOf(account, card.hass.states))
      .filter(({ friend_id: friend, state }) => friend === id && state !== "ended");
    const until = (time) => dateOf(card.formats, Date.parse(time) - 1000);
    const disabled = card.isOff;
    return h(
      "ha-card",
      card.head(words.i_give(name)),
      this.failed && card.unread(sharing.not_read, () => this.read()),
      grants.length > 0
        ? listOf("list", grants, ({ series, detail, until: end, state }) =>
            h(
              "li",
              h(
                "div",
                series.title,
                subline(state === "paused" ? words.paused : sharing.until_day(until(end))),
              ),
              finenessOf(sharing, detail),
            ),
          )
        : subline(sharing.nothing_shared),
      chips(
        button(sharing.share_home, "mdi:share-variant", () => this.share(id), {
          class: "strong",
          disabled,
        }),
        grants.length > 0 && [
          button(words.stop, "mdi:close", () => this.stop(grants, name), {
            class: "danger",
            disabled,
          }),
          card.link(pageBeside("sharing"), words.see_sharing),
        ],
      ),
    );
  }

  share = (friendId) =>
    openShare(this.card, { friendId }, ({ accounts }) => this.set({ accounts }));

  /** Take all back from a friend, once this is confirmed. */
  async stop(grants, name) {
    const { card } = this;
    const { sharing } = card.text;
    const isSure = await confirmed(card, {
      title: sharing.sure_all.friend(grants.length, name),
      body: sharing.sure_body,
      yes: sharing.withdraw,
      no: sharing.keep,
    });
    if (!isSure) return;
    await card.attempt(async () => {
      for (const { account, friend_id: friend, series } of grants) {
        const { publication } = series;
        const asked = { language: card.language, entry_id: account.entry_id, friend, publication };
        const type = "sen1/change_grant";
        const { accounts } = await card.hass.callWS({ type, change: "withdraw", ...asked });
        this.set({ accounts });
      }
    });
  }
}
