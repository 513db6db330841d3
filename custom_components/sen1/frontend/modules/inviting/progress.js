/** How far an invitation has come, and how many stand where. */

/** Where an invitation may stand, in the order in which they are counted. */
const STAGES = ["sent", "opened", "accepted", "done", "expired", "taken_back"];
const STEPS = ["made", "opened", "accepted", "first"];

/** Whether nobody can come any more with a link that nobody came with. */
const isOver = ({ state }) => state === "expired" || state === "taken_back";

/** Return the stage of an invitation: each has one, so that they add up. */
export function stageOf(invitation) {
  const { state, opened, accepted, first } = invitation;
  if (isOver(invitation)) return state;
  if (first) return "done";
  if (accepted) return "accepted";
  return opened ? "opened" : "sent";
}

/** Return the four steps as `{step, at}`, `at` in text or null; the first that is awaited is said so. */
export function stepsOf(invitation) {
  const next = STEPS.findIndex((step) => !invitation[step]);
  return STEPS.map((step, position) => ({
    step,
    at: invitation[step],
    isAwaited: !isOver(invitation) && position === next,
  }));
}

/** Return `[stage, count]` of each stage in which there is an invitation. */
export const countsOf = (invitations) =>
  STAGES.map((stage) => [stage, invitations.filter((one) => stageOf(one) === stage).length]).filter(
    ([, count]) => count > 0,
  );

/** Whether its link still does something. */
export const isUsable = ({ state }) => state === "open";

/** Return invitations of which something is awaited first, the newest first of each. */
export function inOrder(invitations) {
  const isAwaited = (one) => Number(["sent", "opened", "accepted"].includes(stageOf(one)));
  return invitations.toSorted(
    (a, b) => isAwaited(b) - isAwaited(a) || Date.parse(b.made) - Date.parse(a.made),
  );
}
