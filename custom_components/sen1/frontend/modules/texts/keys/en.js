const days = (count) => (count === 1 ? "1 day" : `${count} days`);

export default {
  keys: {
    compare_with: (friend) => `Compare the numbers with “${friend}”`,
    compare_why: (friend) =>
      `You saw the key of ${friend} come over the network. If both homes show the same numbers, nobody stands between you.`,
    theirs: (friend) => `Key of ${friend}`,
    ours: "Your key",
    compare_how:
      "Call them, and have them read the six numbers of their page Sharing, under “My six numbers”. Then read them yours. No written message: it could be forged.",
    same: "The numbers are the same",
    same_follows: "The key is verified, and shown so.",
    not_same: "The numbers are others",
    not_same_follows: "Exchange stops both ways: somebody may be passing for them.",
    later: "Later",
    later_seen: "All goes on as before; the key stays “seen, not verified”.",
    told_by: (at) => `Warning · Told by SEN1${at ? ` · ${at}` : ""}`,
    stopped_both: "Exchange is stopped both ways.",
    stopped_next: "Nothing was sent with this key, and nothing that it signed was taken.",
    like_a_signature: (friend) =>
      `A key is like a person’s signature. The home that answers in the name of ${friend} no longer signs as before. Two explanations:`,
    likely: "Most often",
    reinstalled: (friend) => `${friend} was set up anew, without its backup.`,
    rarely: "More rarely",
    impostor: (friend) => `somebody passes for ${friend}.`,
    before: "Before",
    now: "Now",
    known_by: {
      link: (day) => `verified by you${day ? ` on ${day}` : ""}, by their link`,
      compared: (day) => `verified by you${day ? ` on ${day}` : ""}, by voice`,
      seen: (day) => `seen${day ? ` since ${day}` : ""}, never verified`,
    },
    never_verified: (at) => `never verified${at ? `, seen since ${at}` : ""}`,
    call: (friend) => `Call ${friend}`,
    call_how:
      "by voice, and ask them to read the six numbers of their page Sharing. No written message: it could come from the impostor.",
    heard: {
      same: [
        "I called: they read the numbers under “Now”",
        "Exchange goes on. What was missed since then comes within the hour.",
      ],
      other: [
        "I called: they read other numbers",
        "Nothing goes on. The address is blocked, and the journal keeps what happened.",
      ],
      later: ["I do not know yet", "All stays stopped. The question stays open here."],
    },
    concerned: (sent, received) =>
      `Concerned: ${sent} series that you send them, ${received} that you receive from them. What was received before stays.`,
    verdict: "What the journal proves",
    verifying: "Each line is read and each signature checked…",
    not_verified: "The journal could not be read. Try again.",
    verdict_counted: (count, written) =>
      `${count === 1 ? "1 line" : `${written} lines`} of journal, read again one by one.`,
    intact: "The journal is as it was written; no day to compare yet.",
    signed_with: (friend) => `With ${friend}, signed by both:`,
    granted_to: ({ granted, acknowledged }) =>
      `${acknowledged} of ${granted} series that you granted`,
    granted_by: ({ granted, acknowledged }) =>
      `${acknowledged} of ${granted} series that you were granted`,
    unconfirmed_since: (day) =>
      `Since ${day} unconfirmed: no friend has seen the journal from there on, so that a cut would not be noticed. Friends see it when they compare a day with you.`,
    alike_with: (friend, known) => `With ${friend} ${days(known)}: all agree.`,
    with_friend: (friend, { known, equal, missing, differs, unconfirmed }) =>
      `With ${friend} ${days(known)}: ${equal} equal, ${missing} with readings that did not arrive, ${differs} disagree, ${unconfirmed} not confirmed yet.`,

    each_a_file: "Each is a file, which your browser keeps where it keeps what you download.",
    file_made: (name) => `“${name}” is made.`,
    journal: "The journal",
    journal_next:
      "What was granted, sent, received and erased, signed: dates and counts, no values.",
    proofs_next: "What you and each friend agreed to, signed by both.",
    values_next: "All its values that this Home Assistant still has, for a spreadsheet.",
    take_back: "Take back all that I share",
    take_back_next: (count) =>
      `${count === 1 ? "1 share stops" : `${count} shares stop`} at once. Each friend’s SEN1 is asked to erase what it received, and its answer is shown here.`,
    sure_take_back: (count) => `Take back ${count === 1 ? "this share" : `all ${count} shares`}?`,
    erase_held: "Erase all that I hold of others",
    erase_held_next: (what) => `${what}, for good. The friends are told.`,
    sure_erase_held: (count) => `Erase ${count === 1 ? "this series" : `all ${count} series`}?`,
    whole_account: "Removing the account in its settings does both.",
  },
};
