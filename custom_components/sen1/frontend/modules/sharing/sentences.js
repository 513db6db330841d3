/** What both homes say of the days they exchanged, in words. */

/** Of a day without a time, as in 2026-11-26. */
const DAY_LENGTH = 10;
/** From the beginning of a day until both have signed it: two hours of the night are for that. */
const SIGNED_MS = 26 * 3600_000;

/**
 * Return how many days are known between us and a friend, and how many of them agreed, differ or
 * differed until it was mended, and are not confirmed.
 */
export function tallyOf({ days, told = [] }) {
  const named = new Set(told.filter(({ state }) => state !== "equal").map(({ day }) => day)).size;
  const open = days.not_received + days.differs;
  const different = Math.max(open, named);
  return {
    known: days.known,
    equal: Math.max(0, days.equal - (different - open)),
    different,
    unconfirmed: days.unconfirmed,
  };
}

const differing = (friend) => tallyOf(friend).different;

/** Return a day in words: one without a time is a day of Greenwich, wherever one is. */
export const dayIn = (time, formats) =>
  formats.date(Date.parse(time), {
    day: "numeric",
    month: "long",
    year: "numeric",
    ...(time.length === DAY_LENGTH && { timeZone: "UTC" }),
  });

/** Whether a friend signs, and so can be compared with. */
const isSigning = ({ standing }) => ["seen", "verified", "stopped"].includes(standing);

/** Return of how many days the two sides differ, and whether it is known of each what became of it. */
export function exceptionsOf(friends) {
  const told = toldOf(friends);
  return {
    days: friends.reduce((sum, friend) => sum + differing(friend), 0),
    isExplained: told.length > 0 && told.every(({ mended }) => mended),
  };
}

/** Return the one sentence about an account, `{kind, title}`; `kind` is that of an alert. */
export function verdictOf({ state, since, friends }, words, dated) {
  if (state === "broken") return { kind: "error", title: words.broken };
  const { days, isExplained } = exceptionsOf(friends);
  if (state === "differs") {
    const disagreeing = friends.reduce((sum, friend) => sum + friend.days.differs, 0);
    return { kind: "warning", title: words.differs(disagreeing) };
  }
  const isCompared = friends.some((friend) => friend.days.known > 0);
  if (!isCompared || !since) return { kind: "none", title: words.none };
  const but = days > 0 ? words.but(days, isExplained) : "";
  return { kind: "good", title: `${words.agrees_since(dated(since))}${but}.` };
}

/**
 * Return the first day that is to be compared, `{day, names, isOver}`: it is one of Greenwich, and over
 * once the night has passed in which both sign. Nothing if nobody signs.
 */
export function firstOf(friends, now) {
  const due = friends.filter(
    ({ standing, shares, holds }) => ["seen", "verified"].includes(standing) && shares + holds > 0,
  );
  if (!due.length) return undefined;
  const began = Math.min(...due.map(({ since }) => (since ? Date.parse(since) : now)));
  const day = new Date(began).toISOString().slice(0, DAY_LENGTH);
  const isOver = now > Date.parse(day) + SIGNED_MS;
  return { day, names: due.map(({ friend }) => friend), isOver };
}

/**
 * Part friends into those who have a row (`shown`), those with whom all agrees and who stand behind one
 * (`others`), and those who do not sign (`silent`); `named` of those with whom all agrees have a
 * row. Whom nothing goes to or comes from has none.
 */
export function friendRows(friends, named) {
  const met = friends.filter(
    ({ shares, holds, standing }) => shares + holds > 0 || standing === "stopped",
  );
  const silent = met.filter((one) => one.standing === "keyless");
  const signing = met.filter(isSigning);
  const isCalm = (one) => one.standing !== "stopped" && differing(one) === 0;
  const byDays = signing.toSorted((one, other) => other.days.known - one.days.known);
  const others = byDays.filter(isCalm).slice(named);
  if (others.length < 2) return { shown: byDays, others: [], silent };
  return { shown: byDays.filter((one) => !others.includes(one)), others, silent };
}

/** Return the differences of all friends, the newest first. */
export const toldOf = (friends) =>
  friends
    .flatMap(({ friend, told = [] }) => told.map((one) => ({ ...one, friend })))
    .filter(({ state }) => state !== "equal")
    .sort((one, other) => other.day.localeCompare(one.day));

/** Say what differs of a day, and what became of it. */
export function differenceIn({ sent, received, missing, differs, state, mended }, words, formats) {
  const spans = (ranges) =>
    ranges
      .map(({ begin, end }) => {
        const [from, to] = [formats.time(Date.parse(begin)), formats.time(Date.parse(end))];
        return from === to ? from : words.span(from, to);
      })
      .join(", ");
  const said = [words.counted(formats.number(sent), formats.number(received))];
  if (missing.length) said.push(words.missing(spans(missing)));
  if (differs.length) said.push(words.not_alike(spans(differs)));
  if (mended) {
    const at = Date.parse(mended);
    const day = formats.date(at, { day: "numeric", month: "long" });
    said.push(words.mended(day, formats.time(at)));
  } else {
    said.push(state === "differs" ? words.ask_them : words.asked_again);
  }
  return said.join(" ");
}
