/** What comes next and what is waited for: one list, told in the same words wherever it stands. */

import { may } from "./roles.js";

export const isWaiting = ({ state }) => state === "waiting";
export const isYours = ({ state }) => state === "yours";

/** Return the list; who is no administrator is told nothing. */
async function nextSteps(hass) {
  if (!hass?.connected || !may(hass, "set_up")) return [];
  return hass.callWS({ type: "sen1/next_steps", language: hass.locale.language });
}

const DAY_MS = 86_400_000;

/** What a household sets up: a picture, and the form or the page on which it is done. */
const SET_UP = {
  add_meter: { icon: "mdi:meter-electric-outline", form: {} },
  add_home: { icon: "mdi:home-lightning-bolt-outline", form: { steps: ["home"] } },
  add_tariff: { icon: "mdi:cash-clock", form: { subentry: "tariff" } },
  add_account: { icon: "mdi:account-key-outline", form: { steps: ["account"] } },
  add_friend: { icon: "mdi:account-multiple-plus", path: "invite" },
  share_home: { icon: "mdi:share-variant" },
};

/** What is waited for: a picture, and where more of it is. */
const WAITING = {
  invitation: { icon: "mdi:email-outline", path: "invite" },
  friend: { icon: "mdi:timer-sand", path: "friends" },
  first_reading: { icon: "mdi:timer-sand", path: "friends" },
};

/** What one is asked to take part in, to agree to anew, or to say of shares that one is told of. */
const COLLECTING = { icon: "mdi:account-group", path: "participate" };

/** The forms in which a score's home is told what it lacks. */
const LACKS = {
  meter: {},
  past: { steps: ["import_file"] },
  temperature: { takes: "goal" },
  heating: { takes: "goal" },
};

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

/** Return what a row says: a picture, two lines, and the form or the page that it leads to. */
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
  if (step === "score") {
    const [title, under] = [words.score(friend), words.lacks[what]];
    return { icon: "mdi:flag-checkered", form: LACKS[what], title, under };
  }
  const { icon, path, form } = SET_UP[step];
  const [title, why] = text.steps[step];
  if (!friend) return { icon, path, form, title, under: why };
  const wish = words.wish(friend, words.wishes[what] ?? what, words.by[granularity] ?? "");
  return { icon: "mdi:account-question", title: wish };
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
