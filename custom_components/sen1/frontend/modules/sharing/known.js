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
      const { accounts } = await hass.callWS({ type: "sen1/trust" });
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
}
