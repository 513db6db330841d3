const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const quoted = (title) => `“${title}”`;
const parts = (count) => plural(count, "share");
const ENDINGS = ["th", "st", "nd", "rd"];
const nth = (place) => {
  const isTeen = Math.floor(place / 10) % 10 === 1;
  return `${place}${(!isTeen && ENDINGS[place % 10]) || "th"}`;
};

export default {
  member: {
    asked: {
      consumption: "Consumption of the home",
      production: "Production of the roof",
      per_area: "Consumption per square metre",
      site: "Floor area, heating and number of people",
    },
    detail: {
      live: "live",
      PT10M: "10 minutes",
      PT30M: "half-hour",
      PT1H: "hour",
      P1D: "day",
      P1Y: "year",
      once: "once",
    },
    charter: {
      title: "The charter",
      read: "Read",
      fold: "Fold",
      version: (version, day) => `version ${version}, ${day}`,
    },
    number: (number) => `no.\u00a0${number}`,

    not_yours: "What this home takes part in is shown to administrators.",
    not_yours_next: "An administrator answers invitations.",
    not_read: "Your invitations could not be read",
    no_account: "You do not share yet: you need an address of your own first.",
    start: "Start sharing",
    no_offer: "Have you received an invitation?",
    no_offer_next:
      "Paste its link here: you read all of it first, nothing is given before you agree.",
    another: "Another invitation",
    link: "Link of the invitation",
    link_help: "It begins with xmpp:",
    recognised: (name, title) => `${name} invites you to ${quoted(title)}`,
    ended_link: (day) => `This invitation ended on ${day}: ask for a new link.`,
    with_account: "Take part as",
    open: "Read the invitation",
    not_opened: "The invitation could not be opened.",
    which: "Invitations that wait for an answer",
    invites: (title) => `invites you to ${quoted(title)}`,
    verified: "key verified by the link",
    come: (members, expected) =>
      [
        members === null ? "fewer than five homes" : plural(members, "member"),
        expected ? ` of ${expected}` : "",
      ].join(""),
    asking: "The invitation is being asked for",
    asking_next: (organiser) =>
      `It comes from the home of ${organiser} as soon as that is online. You may close this page: Home tells you when it is here.`,
    failed: {
      wrong_key: "The answer is not signed by the key that is in the link",
      refused_link: "This invitation is no longer valid",
      bad_sheet: "The answer cannot be read: their SEN1 may be newer than yours",
      other: "The invitation could not be read",
    },
    failed_next: (organiser) =>
      `Nothing was given. Ask ${organiser} for a new link, in another way, then take this one away.`,
    take_away: "Take the invitation away",
    why: "Why",
    who: "Who answers for it",
    gives: "What do you give?",
    gives_help: "Nothing is ticked beforehand. The sensor that is proposed can be changed.",
    needed: "needed",
    optional: "optional",
    in_unit: (unit) => `in ${unit}`,
    to_compare: "to compare",
    past: (days) => {
      if (days === 365) return "with the past year";
      return days === 1 ? "with the past day" : `with the past ${days} days`;
    },
    from_now: "from today on",
    sensor: "Your sensor",
    sheet: "Your sheet",
    area: (area) => `${area}\u00a0m²`,
    people: (people) => (people === 1 ? "1\u00a0person" : `${people}\u00a0people`),
    no_sensor: "No sensor of the home measures this in such detail.",
    no_sheet: "The sheet of your home is not filled in yet.",
    add: "Add a meter or your home",
    see: {
      PT10M: (count, told) => `What will be seen: yesterday, ${count} figures, ${told}`,
      PT30M: (count, told) => `What will be seen: yesterday, ${count} figures, ${told}`,
      PT1H: (count, told) => `What will be seen: yesterday, ${count} figures, ${told}`,
      P1D: (count, told) => `What will be seen: ${count} days, one figure each, ${told}`,
      live: (_count, _told, unit) =>
        `What will be seen: yesterday, one figure every 5 s at most, in ${unit}`,
      P1Y: () => "What will be seen: one figure",
    },
    in_all: (sum) => `${sum} in all`,
    mean: (value) => `${value} on average`,
    most: (value) => `max. ${value}`,
    no_past: "Nothing of yesterday is known yet: the picture comes tomorrow.",
    tell_others: "Tell those who live with you.",
    site_tells:
      "Tells the size and the heating of the home and how many live there, and nothing of your days.",
    receives: "What you get back",
    name: "Under which name?",
    by_number: "A member number, nothing else",
    by_name: "with my name",
    your_name: "Your name",
    until: "Until",
    sooner: "Earlier",
    last_day: "Last day",
    kept: "Kept",
    kept_for: (days) => {
      const months = Math.round(days / 30.44);
      return days < 61 ? `${plural(days, "day")}, then erased` : `${months} months, then erased`;
    },
    leaving: "Leaving",
    at_any_time: "at any time, all in one click",
    agree: "I have read the charter and agree",
    of_age: "I am 15 or older, or a parent of mine agrees",
    others_see_nothing: "Other members never see your readings.",
    operators: "The operators of the two servers can read them.",
    over: (day) => `This collection ended on ${day}: there is nothing to give any more.`,
    lacks: {
      needed: (what) => `Tick what is needed: ${what}.`,
      nothing: "Tick at least one thing: nothing is given before.",
      series: "Tick a series too: the sheet of the home is told with it.",
      name: "Write your name, or choose to be a number.",
      until: (day) => `Choose a last day, from today to ${day}.`,
      charter: "Read the charter and agree to it.",
      age: "Say that you may decide this.",
    },
    does: (count, withSite, day, score) =>
      [
        score,
        count > 0 && plural(count, "share"),
        withSite && "with the sheet of the home",
        "to 1 receiver",
        `until ${day}`,
      ]
        .filter(Boolean)
        .join(", "),
    join: "Take part",
    decline: "No thanks",
    declined: "The invitation is taken away: nothing was given.",
    not_joined: "You do not take part yet. What you ticked is still here.",
    not_declined: "The invitation could not be taken away.",

    joined: (title) => `You take part in ${quoted(title)}`,
    joined_next: "There is nothing else to do. This is what follows:",
    done: (count, day) => `${plural(count, "share")}, until ${day}`,
    agreed: "Your consent",
    your_number: "Your number",
    number_awaited: (organiser) => `expected from ${organiser}, as soon as their home is online`,
    first: "First reading",
    first_due: {
      live: "expected now",
      PT10M: "expected within 10 minutes",
      PT30M: "expected within half an hour",
      PT1H: "expected within the hour",
      P1D: "expected tomorrow around 00:10",
      P1Y: "expected now",
    },
    see_shared: "See what I share",
    see_challenge: "See the challenge",

    mine: "You take part in",
    organised_by: (organiser) => `with ${organiser}`,
    as: (name) => `as ${quoted(name)}`,
    since: (day) => `since ${day}`,
    to_the: (day) => `until ${day}`,
    states: { waiting: "number expected", in: "going on", over: "over" },
    given: "You give",
    given_states: {
      active: "",
      waiting: "consent not received yet",
      paused: "paused",
      coming: "to come",
      ended: "over",
      missing: "sensor missing",
    },
    received: "What you receive",
    notes: "Notes received",
    leave: "Leave",
    leave_sure: (title) => `Leave ${quoted(title)}?`,
    leave_body: (count, organiser) =>
      `${count === 1 ? "The share ends" : "All shares end"} at once. ${organiser} erases what came from you, and what you received from them is erased here.`,
    stay: "Stay",
    left: (title) => `You have left ${quoted(title)}.`,
    left_next: (organiser) =>
      `Nothing leaves from here any more, and ${organiser} is asked to erase what came from you.`,
    not_left: "You still take part.",
    new_charter: (organiser) => `${organiser} proposes a new charter`,
    new_charter_next:
      "What you agreed to goes on as before. Nothing more is given, whatever you answer.",
    agree_new: "Agree to the new charter",
    not_agreed: "Your consent did not get through.",

    is_shown: "The other members see this name",
    is_shown_help: "Else they see your number only, in a ranking for example.",
    as_shown: (name) => `as ${quoted(name)}, which the other members see`,
    ranking_shows: "A ranking shows them one figure of the whole alone, beside your number.",
    back: {
      mine: "You",
      group: "The group",
      curve: (name) => `${name}, and you, by hour`,
      hours: "Hours of both curves",
      per_day: (mine, group) => `You: ${mine} a day, the group: ${group}.`,
      day: "Day",
      in_figures: "You and the group, day by day, in kWh",
      of_hours: (sum, hours) => `${sum} in ${plural(hours, "hour")}`,
      last_days: (range, part) =>
        [range, part && `by ${part} of the hours`].filter(Boolean).join("; "),
      no_own: "Your own reading is not known here yet: ",
      add_own: "add your home",
      no_hour: "No hour of these 7 days is known of both yet: one is needed.",
      no_group: (organiser) =>
        `Nothing of the group is here yet for these 7 days. It comes from ${organiser}, of 5 homes at least, and from the day after they came.`,
      not_read: "The curve of the group could not be read",
      place: (place, of) => `Your place: ${nth(place)} of ${of}`,
      too_few: "A ranking is told from 5 homes on",
      too_few_next: (organiser) =>
        `It comes from ${organiser} as soon as 5 homes at least have a figure.`,
      no_place: "You have no place in it yet",
      no_place_next: (organiser) =>
        `It comes as soon as ${organiser} has the figure of yours by which homes are ranked.`,
      ranked: (count) => `${plural(count, "home")} ranked`,
      through: (day) => `counted until ${day}`,
      is_final: "final result",
      me: "You",
      others: "And also",
      place_alone: (place, of) => `${nth(place)} of ${of}`,
      awaited: "awaited",
      awaited_from: (organiser) => `awaited from ${organiser}, as soon as its home is online`,
      over: "over: nothing more comes of it",
      nothing: (organiser) => `${organiser} gives nothing back yet.`,
      nothing_next: "What comes will show here by itself.",
    },
    register: {
      title: "Your shares",
      says: (organiser, shares, title, day) =>
        `${organiser} says that you have ${parts(shares)} of the project ${quoted(title)}${day ? `, paid on ${day}` : ""}. Is that right?`,
      dividends: (money) => `Dividends so far: ${money}`,
      right: "That is right",
      wrong: "That is not right",
      again: (shares) => `Take ${shares === 1 ? "this share" : `these ${parts(shares)}`} again`,
      confirmed: (shares, title, day) =>
        `${parts(shares)} of the project ${quoted(title)}: on ${day} you said that this is right. Dividends and news come by themselves to the page of the investment.`,
      contested: (shares, title, day, organiser) =>
        `${parts(shares)} of the project ${quoted(title)}: on ${day} you said that this is not right. ${organiser} knows; nothing is changed here.`,
      held: (held) => `Your page of the investment has ${held}.`,
      several: (count, held) =>
        `You entered this project ${count} times (${parts(held)} in all): nothing is changed there. Keep one alone, and it fills itself.`,
      awaits: {
        series: (organiser) =>
          `The readings of this project are awaited from ${organiser}: your shares are entered as soon as they are here.`,
        energy: (organiser) =>
          `The energy of this project is awaited from ${organiser}: your shares are entered as soon as it is here.`,
      },
      not_answered: "Your answer did not get through.",
    },
  },
};
