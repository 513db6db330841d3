const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const homes = (count) => plural(count, "home");

const ENERGIES = { electricity: "electricity", gas: "gas", water: "water" };
const OF = { electricity: "of electricity", gas: "of gas", water: "of water" };
const ALONE = { electricity: "electricity alone", gas: "gas alone", water: "water alone" };
const CHANGED = {
  action: "its dates",
  reference: "the weeks that it is compared with",
  rule: "its rule",
  energies: "what is saved",
};
const listed = (words) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
const named = (energies) => listed(energies.map((one) => ENERGIES[one]));
const of = (energies) => listed(energies.map((one) => OF[one]));

export default {
  challenge: {
    not_yours: "A challenge is shown to the administrators of this Home Assistant.",
    not_yours_next: "An administrator can tell you how your team is doing.",
    not_read: "The challenge could not be read",
    none: "You take part in no challenge",
    none_next: "One takes part by the link of its organiser.",
    take_part: "I have a link",
    which: "Your challenges",
    about: (organiser, action, reference) => `${organiser} · ${action}, compared with ${reference}`,
    week_of: (week, weeks) => `week ${week} of ${weeks}`,
    through: (day) => `measured until ${day}`,
    begins: (day) => `begins on ${day}`,
    ended: (day) => `ended on ${day}`,
    waits_for_end: (day) => `ended on ${day}, the last scores are coming`,
    progress: (done, weeks) => `${done} of ${weeks} weeks measured`,

    teams: "The teams",
    hall: "Hall screen",
    saved: (energies, how) => `saving ${of(energies)}, ${how}`,
    counted: {
      corrected: (day) => `corrected for the weather, since ${day}`,
      percentage: (day) => `compared with the same time before, since ${day}`,
      group: (day) => `compared with homes that heat alike, since ${day}`,
    },
    homes,
    homes_of: (count, all) => `${count} of ${homes(all)}`,
    registered: (count) => `${homes(count)} registered`,
    registered_fewer: (least) => `fewer than ${least} homes registered`,
    of_measures: (part) => `${part} of readings`,
    my_team: (name) => `${name} (my team)`,
    too_few: (least) => `score told from ${least} measured homes on`,
    in_the_end: "score told in the end",
    all_together: "All together",
    rank: (rank) => `place ${rank}`,
    unranked: "not ranked yet",
    no_board: "No board yet",
    no_board_next: (organiser, least) =>
      `It comes from ${organiser}, as soon as ${least} homes have a score.`,
    no_board_mine: (least) => `It is made as soon as ${least} homes have a score.`,
    rules: {
      corrected: {
        name: "Corrected",
        is: "each home is compared with what it would have used in this year’s cold. A mild winter wins nothing.",
      },
      percentage: {
        name: "Plain percentage",
        is: "each home is compared with what it used at the same time before. The cold is not corrected: a mild winter helps everybody.",
      },
      "grand-defi-2019": {
        name: "Rule of the Grand Défi 2019",
        is: "each home that electricity or gas heats is compared with the mean of those that heat alike; the others, with themselves. In a team, homes weigh twice as much as a school or a town hall.",
      },
      "grand-defi-2020": {
        name: "Rule of the Grand Défi 2020",
        is: "each home that electricity or gas heats is compared with the mean of those that heat alike; the others, with themselves. Water counts too. In a team, homes weigh four times as much as a school or a town hall.",
      },
      "grand-defi-2021": {
        name: "Rule of the Grand Défi 2021",
        is: "each home that electricity or gas heats is compared with the mean of those that heat alike; the others, with themselves. Heat networks count with gas. Water counts too. In a team, homes weigh four times as much as a school or a town hall. Teams have no score before the end.",
      },
    },

    my_home: "My home",
    period_of: (period, energies) =>
      `${period}, ${energies.length < 2 ? ALONE[energies[0]] : named(energies)}`,
    less: (kwh) => (kwh ? `saved, which is ${kwh}` : "saved"),
    more: (kwh) => (kwh ? `more than expected, which is ${kwh}` : "more than expected"),
    suffix: suffixOf,
    out_of: (count) => `of ${count}`,
    in_my_team: "in my team",
    bars: { before: ["last year"], expected: ["expected,", "in this weather"], used: ["measured"] },
    steps: { weather: "weather", us: "you" },
    bars_say: (before, expected, used) =>
      [
        `Last year ${before}`,
        expected && `expected in this weather ${expected}`,
        `measured ${used}.`,
      ]
        .filter(Boolean)
        .join(", "),
    milder: (kwh) => `The weather, milder than last year, explains ${kwh}, which do not count.`,
    colder: (kwh) =>
      `The weather, colder than last year, explains ${kwh} more, which do not count.`,
    same_weather: "The weather was that of last year.",
    not_corrected: "The weather is not corrected.",
    of_one: (energy) => `Below: ${ENERGIES[energy]}.`,
    measured: (part) => `${part} of your home’s readings are here.`,
    no_score: "No score yet",
    reasons: {
      not_begun: ["The challenge has not begun", "Your home counts from its first day on."],
      few_days: [
        "Too few days are measured",
        "The score comes with the days; what is missing can be seen in “The past”.",
        "past",
      ],
      no_reference: [
        "Nothing is known of the same time before",
        "Bring the past of your meter, from Enedis or from a file.",
        "settings",
      ],
      not_corrected: [
        "Your home has not learnt yet what it uses when it is cold",
        "It needs cold months and others; what it knows is in “The year”.",
        "year",
      ],
      no_home: [
        "Your home is not described yet",
        "Add it with its meters: the score is made at your place.",
        "settings",
      ],
      not_measured: [
        "Nothing here measures what the challenge counts",
        "Give the home the sensor that is missing.",
        "settings",
      ],
      other: [
        "Your home cannot make its score yet",
        "See whether all its readings arrive.",
        "past",
      ],
    },
    unfit: {
      no_temperature: [
        "The outdoor temperature is not known",
        "Tell the home where it comes from, that of last year too.",
        "settings",
      ],
      heating_not_measured: [
        "What heats your home is not what the challenge measures",
        "Tell the home what heats it.",
        "settings",
      ],
      poor: [
        "What your home uses follows the cold too little to be corrected",
        "What it has learnt is in “The year”.",
        "year",
      ],
    },
    leads: { past: "See The past", year: "See The year", settings: "Open the settings" },

    weeks: "Week after week",
    weeks_under: { corrected: "corrected saving, in %", other: "saving, in %" },
    me: "my home",
    team: "my team",
    no_weeks: "The first week is not measured yet.",
    weeks_before: (count) => `${plural(count, "week")} before`,
    week_from: "Week from",
    expected: (unit) => `Expected, ${unit}`,
    before: (unit) => `Before, ${unit}`,
    used: (unit) => `Measured, ${unit}`,
    saved_of: (unit) => `Saved, ${unit}`,
    saved_percent: "Saved",
    days: (count) => plural(count, "day"),
    total: "Total",
    bar_of: (day, mine, team) => {
      const told = [mine && `my home ${mine}`, team && `my team ${team}`].filter(Boolean);
      return told.length > 0 && `Week from ${day}: ${told.join(", ")}`;
    },

    my_team_is: (name) => `My team, ${name}`,
    captain: (name) => `captain: ${name}`,
    no_captain: "no captain",
    you: "you",
    mean: (value) => `mean ${value}`,
    by_choice: "names as each chose",
    me_in_place: "Me",
    number: (number) => `no.\u00a0${String(number).padStart(3, "0")}`,
    others_between: (count) => `… ${homes(count)} …`,
    marks: { declared: "declared", checked: "checked", differs: "differs" },
    marks_say:
      "Declared: said by the home. Checked: borne out by the readings that the organiser receives. Differs: these readings say otherwise.",
    too_few_mine: (least) =>
      `The score of the team and of its homes is told from ${least} measured homes on.`,
    no_team: "You are in no team",
    no_team_next: (organiser) => `Ask ${organiser} to give you one.`,
    privacy:
      "Your home works out its score itself. It gives nothing but percentages and how much was measured.",

    certificate: "Certificate to print",
    from_day: (day) => `from ${day} on`,
    with_final: "with the final board",
    kept: (name) => `Kept: ${name}`,
    leave: "Leave the challenge",
    leave_sure: (title) => `Leave “${title}”?`,
    leave_body: (organiser) =>
      `Your score is taken out of the team. Nothing more leaves for this challenge, and ${organiser} is asked to erase what came from you.`,
    leave_is: "your score is taken out of the team",
    stay: "Stay",
    left: (title) => `You have left “${title}”.`,
    left_next: "Your score is taken out of the team.",
    not_left: "You still take part.",
    try_again: "Try again in a moment.",

    organising: "Captains",
    captain_of: (team) => `Captain of the team ${team}`,
    nobody: "nobody",
    captain_not_set: "The captain was not changed.",
    team_not_set: "The team was not changed.",
    choose_team: "Choose a team…",
    team_of: (member) => `Team of ${member}`,
    without_team: (count) => `${homes(count)} without a team`,
    without_score: (count) =>
      count === 1 ? `${count} home has no score` : `${count} homes have no score`,
    without_score_next: "They can be written to from “Collection”.",
    all_have_scores: "All homes have a score",
    and_others: (count) => (count === 1 ? "and 1 other" : `and ${count} others`),
    to_collection: "See Collection",

    paper: {
      diploma: "Certificate",
      for: "The team",
      saved: (percent, energies) => `${percent} ${of(energies)} saved`,
      lost: (percent, energies) => `${percent} more ${named(energies)}`,
      of_rule: {
        corrected: "once the weather is corrected",
        percentage: "beside the same time before",
        group: "beside the homes that heat alike",
      },
      suffix: suffixOf,
      out_of: (count) => `of ${plural(count, "ranked team")}`,
      tied: "shared",
      took_part: "took part until the end",
      home: (number) => `Home ${number}`,
      declared: "score declared by the home",
      from_to: "Dates of the challenge",
      organised: "Organised by",
      print: "Print",
      hint: "One page of A4, across.",
      file: "certificate",
    },

    join: {
      title: "The challenge",
      periods: "Dates of the challenge",
      reference: "Compared with",
      team: "Your team",
      choose: "Choose…",
      lacks: "Choose your team.",
      gives:
        "Your home works out its score itself. It gives, once a day, percentages and how much was measured; your kWh stay with you.",
      seen: "Members see your score, under your number or your name, as soon as five homes of the team have one.",
      does: (team) => `your score, in the team “${team}”`,
      energies: "What is saved",
      named,
      again: {
        title: (organiser) => `${organiser} has changed the challenge`,
        title_both: (organiser) => `${organiser} has changed the challenge and its charter`,
        changed: (parts) => `Not as you agreed to: ${listed(parts.map((one) => CHANGED[one]))}.`,
        next: "Until you agree, your home says no score. What you give besides goes on as before.",
        agree: "Agree to the changed challenge",
        agree_both: "Agree to both",
      },
    },

    screen: {
      title: (energies, how) => `Saving ${of(energies)} by each team, ${how}`,
      how: {
        corrected: "corrected for the weather",
        percentage: "since the same time before",
        group: "among homes that heat alike",
      },
      notes: {
        corrected: "Each home is compared with itself, in this year’s cold.",
        percentage: "Each home is compared with itself, at the same time before.",
        group: "Each home is compared with those that heat alike.",
      },
      until: (day) => `until ${day}`,
      together: "saved together",
      together_more: "used in addition, together",
      together_none: "No common score yet",
      together_none_next: (least) => `It is told from ${least} homes on.`,
      together_group: "beside the homes that heat alike",
      of_hundred: { corrected: "Of 100 kWh expected,", percentage: "Of 100 kWh before," },
      in_the_mean: "in the mean of the homes",
      saved: (count) => {
        if (count === 0) return "less than 1 was not used";
        return count === 1 ? `${count} was not used` : `${count} were not used`;
      },
      none_saved: "neither more nor less was used",
      lost: (count) => {
        if (count === 0) return "less than 1 was used in addition";
        return count === 1 ? `${count} was used in addition` : `${count} were used in addition`;
      },
      fewer: (least) => `fewer than ${least}`,
      fewer_homes: (least) => `fewer than ${least} homes`,
      homes: (all) => `of ${all} homes`,
      have_score: "have a score",
      measures: "of readings",
      arrived: "have arrived",
      days: (count) => (count === 1 ? "day" : "days"),
      left: (day) => `left, until ${day}`,
      to_begin: (day) => `before it begins, on ${day}`,
      over: (day) => `Ended: on ${day}`,
      over_with: (names, percent) =>
        names.length < 2
          ? `Ended: ${names[0]}, ${percent}`
          : `Ended: ${listed(names)} share the first place, ${percent}`,
      finished: "Ended",
      on: (day) => `on ${day}`,
      last_scores: "the last scores are coming",
      other_teams: (count) => (count === 1 ? "… and 1 other team" : `… and ${count} other teams`),
      untold: (least) => `score told from ${least} homes on`,
      full_screen: "Full screen",
      none: "No challenge at this address",
      none_next: "Open this screen from the page “Challenge”.",
    },
  },
};

/** Return what follows a place: `1st`, `2nd`, `3rd`, `11th`. */
function suffixOf(rank) {
  if ([11, 12, 13].includes(rank % 100)) return "th";
  return ["th", "st", "nd", "rd"][rank % 10] ?? "th";
}
