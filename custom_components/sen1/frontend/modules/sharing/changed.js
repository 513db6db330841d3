/** A friend's key that is not the one we knew: what it may mean, and what one heard on the telephone. */

import { callout } from "../card.js";
import { h, haIcon, subline, unescaped } from "../dom.js";
import { openFlow } from "../flow.js";
import { dateOf, shortMomentOf } from "../inviting/times.js";
import { answerRow, answersAboutKey, opened, titleOf, wordsOf } from "./dialogue.js";
import { markOf, sixOf } from "./marks.js";

const KEY_CHANGED = "key_changed";

/** The answers of the repair, in the order in which they are offered, each with its icon. */
const ICONS = { same: "mdi:phone-check", other: "mdi:phone-cancel", later: "mdi:clock-outline" };

/** Return the friends of all accounts whose key has changed. */
const changedIn = ({ accounts }) =>
  accounts.flatMap(({ entry_id: entryId, friends }) =>
    friends.filter(({ changed }) => changed).map((friend) => ({ ...friend, entry_id: entryId })),
  );

/** Return what a friend's change is, as `sen1/trust` tells it: dates are the person's. */
function ofFriend(card, words, { friend, since, fingerprint, changed, shares, holds }) {
  const { formats } = card;
  const { before_how: how } = changed;
  const day = since && dateOf(formats, Date.parse(since));
  return {
    name: friend,
    at: changed.at && shortMomentOf(formats, Date.parse(changed.at)),
    isVerified: how === "link" || how === "compared",
    how: (words.known_by[how] ?? words.known_by.seen)(day),
    before: fingerprint ?? [],
    now: changed.fingerprint,
    shares,
    holds,
  };
}

/** Return the numbers that a step names, or none: each of its lines has three. */
const numbersIn = (said, part) =>
  `${said[`${part}_begin`] ?? ""} ${said[`${part}_end`] ?? ""}`.split(/\s+/).filter(Boolean);

/** Return what a step of the repair is about, or undefined; also who is but of a circle. */
function ofStep(card, words, step, trust) {
  const said = step.description_placeholders ?? {};
  const now = numbersIn(said, "now");
  if (!now.length) return undefined;
  const friend = changedIn(trust).find(({ changed }) => `${changed.fingerprint}` === `${now}`);
  if (friend) return ofFriend(card, words, friend);
  return {
    name: unescaped(said.friend),
    at: said.changed,
    isVerified: true,
    how: said.how,
    before: numbersIn(said, "before"),
    now,
    shares: Number(said.shares),
    holds: Number(said.holds),
  };
}

/** Return what happened to somebody's key. */
function told(card, words, { name, at, isVerified, how, before, now }) {
  const why = (icon, kind, what) =>
    h("div.why", haIcon(icon), h("div", h("strong", `${kind}${card.text.colon}`), what));
  const mark = markOf(card.text.trust, isVerified ? "verified" : "seen");
  return [
    subline(words.told_by(at)),
    callout({ look: "warning", icon: "mdi:pause-circle" }, words.stopped_both, words.stopped_next),
    h("p", words.like_a_signature(name)),
    why("mdi:home-import-outline", words.likely, words.reinstalled(name)),
    why("mdi:incognito", words.rarely, words.impostor(name)),
    h(
      "div.halves",
      h("div.box", h("h3", mark, words.before), subline(how), sixOf(before)),
      h(
        "div.box.alarm",
        h("h3", haIcon("mdi:alert-circle", { class: "bad" }), words.now),
        subline(words.never_verified(at)),
        sixOf(now),
      ),
    ),
    h(
      "div.alert.call",
      haIcon("mdi:phone"),
      h("div", h("strong", words.call(name)), " ", words.call_how),
    ),
  ];
}

/** Return what happened, and the answers; each is a function of `says`. */
function question(card, words, about, says, { isBusy, failed }) {
  return [
    told(card, words, about),
    failed && card.alert("error", card.text.trust.not_answered),
    Object.entries(ICONS).map(([kind, icon]) =>
      answerRow(icon, ...words.heard[kind], says[kind], isBusy),
    ),
    h("p.under.above", words.concerned(about.shares, about.holds)),
  ];
}

/**
 * Answer an issue in a dialogue over a card, by the steps of its repair; `trust` is what `sen1/trust`
 * told, and `onEnd` is called once it is settled or left.
 */
export async function answer(card, issue, trust, onEnd) {
  const words = await wordsOf(card);
  const draw = (flow) => {
    const { step } = flow;
    const about = step?.type === "menu" && ofStep(card, words, step, trust);
    if (!about) return undefined;
    const say = (option) => () => flow.say({ next_step_id: option });
    const says = { same: say("same"), other: say("other"), later: flow.close };
    const title = titleOf(card.text.trust.changed_of(about.name));
    return [title, question(card, words, about, says, flow)];
  };
  await openFlow(card, { issue }, { draw, onEnd });
}

/** Answer about a friend of whom nothing is asked any more. */
async function answerAnew(card, friend, onEnd) {
  const words = await wordsOf(card);
  const about = ofFriend(card, words, friend);
  const state = {};
  const says = answersAboutKey(card, friend, state, () => shown);
  const title = card.text.trust.changed_of(friend.friend);
  const shown = opened(card, title, () => question(card, words, about, says, state), {
    onClose: onEnd,
  });
}

/** Answer about a friend, `{entry_id, friend_id}`, whose repair is sought among those that wait. */
export async function answerFor(card, { entry_id: entryId, friend_id: friendId }, trust, onEnd) {
  const { hass } = card;
  const friend = changedIn(trust).find(
    (one) => one.entry_id === entryId && one.friend_id === friendId,
  );
  if (!friend) {
    // One of a circle: whom it is about, the repairs say.
    card.follow(new Event("click"), "/config/repairs");
    return;
  }
  const { issues } = await hass.callWS({ type: "repairs/list_issues" });
  const waiting = issues.filter(
    ({ domain, translation_key: key }) => domain === "sen1" && key === KEY_CHANGED,
  );
  for (const issue of waiting) {
    // Whom each is about is told by its steps alone.
    const path = "repairs/issues/fix";
    const asked = { handler: issue.domain, issue_id: issue.issue_id };
    const step = await hass.callApi("POST", path, asked);
    if (step.type === "menu") await hass.callApi("DELETE", `${path}/${step.flow_id}`);
    const now = numbersIn(step.description_placeholders ?? {}, "now");
    if (`${now}` === `${friend.changed.fingerprint}`) {
      await answer(card, issue, trust, onEnd);
      return;
    }
  }
  await answerAnew(card, friend, onEnd);
}
