/** What comes next and what is waited for: one list, told in the same words wherever it stands. */

import { ADD, PAGE } from "./card.js";
import { isWaiting, nextSteps } from "./waiting.js";

const DAY_MS = 86_400_000;

/** What a household sets up: a picture, and where it is done. */
const SET_UP = {
  add_meter: { icon: "mdi:meter-electric-outline", path: ADD },
  add_home: { icon: "mdi:home-lightning-bolt-outline", path: ADD },
  add_tariff: { icon: "mdi:cash-clock", path: PAGE },
  add_account: { icon: "mdi:account-key-outline", path: ADD },
  add_friend: { icon: "mdi:account-multiple-plus", path: "invite" },
  share_home: { icon: "mdi:share-variant", path: "sharing?share" },
};

/** What is waited for: a picture, and where more of it is. */
const WAITING = {
  invitation: { icon: "mdi:email-outline", path: "invite" },
  friend: { icon: "mdi:timer-sand", path: "friends" },
  first_reading: { icon: "mdi:timer-sand", path: "friends" },
};

/** What one is asked to take part in, to agree to anew, or to say of shares that one is told of. */
const COLLECTING = { icon: "mdi:account-group", path: "participate" };

/** A score that cannot be said yet: what it lacks is set up where sites are. */
const SCORE = { icon: "mdi:flag-checkered", path: PAGE };

/** The list, read for a card while somebody looks; the card is drawn anew when it is there. */
export class Next {
  constructor(card) {
    Object.assign(this, { card, rows: undefined });
  }

  async read() {
    try {
      this.rows = await nextSteps(this.card.hass);
    } catch {
      // What was known stays: it is read again soon.
      this.rows ??= [];
    }
    this.card.redraw();
  }

  /** Return when something of a friend was done, or undefined. */
  doneAt = (step, friendId) =>
    this.rows?.find(
      (row) => row.step === step && row.friend_id === friendId && row.state === "done",
    )?.at;
}

/** Return what a row says: a picture, two lines, and where it leads. */
export function tell(row, text, formats) {
  const words = text.next_steps;
  const { step, friend, what, granularity } = row;
  const when = (moment, joined) => moment && dayOf(moment, joined, words, formats);
  const at = when(row.at, words.at);
  if (step in WAITING) {
    const said = {
      invitation: () => words[what](at, when(row.expected, words.at)),
      friend: () => words.asked(at),
      first_reading: () => words.first_due(what, when(row.expected, words.around)),
    };
    return { ...WAITING[step], title: words[step](friend), under: said[step]() };
  }
  if (["collection", "charter", "challenge", "shares"].includes(step)) {
    const title = words[step](friend, isWaiting(row));
    return { ...COLLECTING, title, under: what };
  }
  if (step === "score") return { ...SCORE, title: words.score(friend), under: words.lacks[what] };
  const { icon, path } = SET_UP[step];
  const [title, why] = text.steps[step];
  if (!friend) return { icon, path, title, under: why };
  const under = words.wish(friend, words.wishes[what] ?? what, words.by[granularity] ?? "");
  return { icon, path: `${path}=${row.friend_id}`, title, under };
}

/** Return `today, 18:42`, `tomorrow, 00:10` or a date with its time, on the home's own clock. */
function dayOf(moment, joined, words, formats) {
  const time = new Date(moment);
  const now = Date.now();
  const day = (one) => formats.date(one, { year: "numeric", month: "numeric", day: "numeric" });
  const named = [
    [now, words.today],
    [now - DAY_MS, words.yesterday],
    [now + DAY_MS, words.tomorrow],
  ].find(([one]) => day(one) === day(time));
  const date = named?.[1] ?? words.on(formats.date(time, { day: "numeric", month: "long" }));
  return joined(date, formats.time(time));
}
