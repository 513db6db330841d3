const days = (count) => (count === 1 ? "1 day" : `${count} days`);

export default {
  trust: {
    title: "Trust",
    only_counts: "The journal keeps dates and counts, never values",
    not_read: "What is known of keys and of the journal could not be read",
    standing: {
      verified: "key verified",
      seen: "key seen, not verified",
      unknown: "key not known yet",
      keyless: "without a key",
      stopped: "key changed: exchange stopped",
    },
    of_a_member: "The key of a member has changed.",
    has_changed: "The key has changed.",
    stopped: "Nothing is sent and nothing is taken until you answer.",

    agrees_since: (day) => `All agrees since ${day}`,
    but: (count, isExplained) =>
      `, but ${days(count)}${isExplained ? ", explained" : ", looked at below"}`,
    each_night: (count, written) =>
      `Each night both homes sign what they sent and received. ${count === 1 ? "1 line" : `${written} lines`} of journal, none altered.`,
    differs: (count) =>
      count ? `${days(count)} on which the two sides disagree.` : "The two sides disagree.",
    differs_next: "Look at the days below, and ask your friend what their page says of them.",
    broken: "The journal is not as it was written.",
    broken_next:
      "A line was altered, taken out or put in, or your key was lost and made anew. “Verify” says which. Was a backup put back, or the disk damaged?",
    none: "Nothing to compare yet.",
    none_next: (day, names) =>
      `The first day is ${day}: in the night after it you and ${names} sign what was sent and received.`,
    none_signed: (day, names) =>
      `The first day, ${day}, is over, and awaits the signature of ${names}. SEN1 asks again as soon as they are connected.`,
    none_signs:
      "Days are compared with friends whose SEN1 signs what it sends; there is none of them yet.",
    since: (day) => `since ${day}`,
    days: (equal, count, known) =>
      count === 1 ? `${equal} day of 1` : `${equal} days of ${known}`,
    no_day: "no day compared yet",
    every_day: "every day",
    differences: (count) => (count === 1 ? "1 difference" : `${count} differences`),
    unconfirmed: (count) => `${days(count)} not confirmed yet`,
    others: (count) => `${count} others`,
    does_not_sign: "does not sign",
    noted_here: ": what you send is noted at yours alone",
    stopped_here: "exchange stopped",
    counted: (sent, received) => `${sent} readings sent, ${received} received.`,
    span: (from, to) => `${from} to ${to}`,
    missing: (times) => `Missing: ${times}.`,
    not_alike: (times) => `Not the same at both: ${times}.`,
    mended: (day, time) => `Sent again on ${day} at ${time}, received, signed by both sides.`,
    asked_again: "Asked for again; not there yet.",
    ask_them: "Ask them what they read at theirs: both journals tell what each side signed.",
    earlier: (count) => (count === 1 ? "1 earlier difference" : `${count} earlier differences`),

    source: {
      meter: "meter of the grid",
      inverter: "inverter",
      sensor: "sensor",
      hand: "meter read by hand",
      figure: "worked out from others",
      group: "several homes together",
      data_node: "data node",
      proxy: "proxy of 2019",
      other: "another",
    },
    comes_from: (source, device) => `Source: ${source}${device ? ` (${device})` : ""}`,
    answers: (name) => `${name} answers for it`,
    passed_on: (name) => `passed on by ${name}`,
    unknown_source: "Of unknown source",

    verify: "Verify",
    export_mine: "Export my data",
    export_short: "Export",
    erase_mine: "Erase everything…",
    erase_short: "Erase…",
    their_journal: "Journal with them",
    proof: "Proof of consent",
    proofs: "Proofs of consent",
    not_kept: "This file could not be made. Try again.",
    my_numbers: "My six numbers and my link",
    my_numbers_next: "To read aloud to a friend who compares them.",
    my_link: "My link: whoever adds you with it has verified your key.",
    copy: "Copy the link",
    settings: "Settings of the account",
    policy: (server) => `What the server ${server} says of itself:`,
    forged: "Your server shows another key than yours in your name",
    forged_next:
      "SEN1 put yours back. If this comes again, ask whoever runs the server: somebody may be trying to pass for you.",
    new_key: "Make a new key…",
    new_key_sure: "Make a new key?",
    new_key_body:
      "The old key signs the new one, so that friends follow without a question. Your six numbers and your link are others from then on. Do it if somebody may have copied your key.",
    new_key_yes: "Make a new key",
    new_key_no: "Keep this one",
    no_new_key: "No new key could be made. Try again.",

    compare: "Compare the numbers",
    not_answered: "The answer did not get through. Try again.",

    changed_of: (friend) => `The key of “${friend}” has changed`,
  },
};
