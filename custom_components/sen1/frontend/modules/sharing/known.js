/** What is known of friends' keys, read while somebody looks. */

import { Part } from "../card.js";
import { personOf } from "./groups.js";

/** Read for a card, which is drawn anew when there is more to show. */
export class Known extends Part {
  accounts = undefined;
  failed = false;
  friends = new Map();

  async read() {
    const { hass } = this.card;
    if (!hass?.connected || !this.card.may("sharing")) return;
    try {
      const { accounts } = await hass.callWS({
        type: "sen1/trust",
        language: hass.locale.language,
      });
      this.accounts = accounts;
      this.friends = new Map(
        accounts.flatMap(({ entry_id: entryId, friends }) =>
          friends.map((friend) => [
            personOf(entryId, friend.friend_id),
            { ...friend, entry_id: entryId },
          ]),
        ),
      );
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.card.redraw();
  }

  standingOf = (person) => this.friends.get(person)?.standing;

  /** Return a friend of any account by the id of the subentry. */
  friendOf = (friendId) =>
    [...this.friends.values()].find(({ friend_id: known }) => known === friendId);

  /** Compare the six numbers of a friend with those that the friend reads. */
  compare = ({ entry_id: entryId, friend_id: friendId }) =>
    this.card.attempt(async () => {
      const { compare } = await import("./numbers.js");
      const account = this.accounts.find(({ entry_id: id }) => id === entryId);
      const friend = account.friends.find(({ friend_id: id }) => id === friendId);
      await compare(this.card, account, friend);
    });

  /** Answer about a friend whose key has changed. */
  answer = (friend) =>
    this.card.attempt(async () => {
      const { answerFor } = await import("./changed.js");
      await answerFor(this.card, friend, { accounts: this.accounts }, () => this.read());
    });
}
