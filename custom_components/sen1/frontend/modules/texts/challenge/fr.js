const plural = (count, word) => `${count} ${word}${count < 2 ? "" : "s"}`;
const homes = (count) => plural(count, "foyer");
const quoted = (title) => `«\u00a0${title}\u00a0»`;

const ENERGIES = { electricity: "électricité", gas: "gaz", water: "eau" };
const OF = { electricity: "d’électricité", gas: "de gaz", water: "d’eau" };
const ALONE = { electricity: "électricité seule", gas: "gaz seul", water: "eau seule" };
const CHANGED = {
  action: "les dates",
  reference: "la période à laquelle on compare",
  rule: "la règle",
  energies: "ce qui s’économise",
};
const listed = (words) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} et ${words.at(-1)}`;
const named = (energies) => listed(energies.map((one) => ENERGIES[one]));
const of = (energies) => listed(energies.map((one) => OF[one]));

export default {
  challenge: {
    not_yours: "Un défi se montre aux administrateurs de ce Home Assistant.",
    not_yours_next: "Un administrateur vous dira où en est votre équipe.",
    not_read: "Impossible de lire le défi",
    none: "Vous ne participez à aucun défi",
    none_next: "On y entre par le lien de son organisateur.",
    take_part: "J’ai un lien",
    which: "Vos défis",
    about: (organiser, action, reference) => `${organiser} · ${action}, comparé au ${reference}`,
    week_of: (week, weeks) => `semaine ${week} sur ${weeks}`,
    through: (day) => `mesures jusqu’au ${day}`,
    begins: (day) => `commence le ${day}`,
    ended: (day) => `terminé le ${day}`,
    waits_for_end: (day) => `fini le ${day}, les derniers scores arrivent`,
    progress: (done, weeks) => `${done} semaines mesurées sur ${weeks}`,

    teams: "Les équipes",
    hall: "Écran de salle",
    saved: (energies, how) => `économie ${of(energies)}, ${how}`,
    counted: {
      corrected: (day) => `corrigée du temps qu’il fait, depuis le ${day}`,
      percentage: (day) => `comparée à la même période d’avant, depuis le ${day}`,
      group: (day) => `comparée aux foyers qui se chauffent pareil, depuis le ${day}`,
    },
    homes,
    homes_of: (count, all) => `${homes(count)} sur ${all}`,
    registered: (count) => (count < 2 ? `${count} foyer inscrit` : `${count} foyers inscrits`),
    registered_fewer: (least) => `moins de ${least} foyers inscrits`,
    of_measures: (part) => `${part} des mesures`,
    my_team: (name) => `${name} (mon équipe)`,
    too_few: (least) => `score dit à partir de ${least} foyers mesurés`,
    in_the_end: "score dit à la fin",
    all_together: "Tous ensemble",
    rank: (rank) => `place ${rank}`,
    unranked: "pas encore classée",
    no_board: "Pas encore de tableau",
    no_board_next: (organiser, least) =>
      `${organiser} l’enverra dès que ${least} foyers auront un score.`,
    no_board_mine: (least) => `Il se fait dès que ${least} foyers ont un score.`,
    rules: {
      corrected: {
        name: "Corrigée",
        is: "chaque maison se compare à ce qu’elle aurait consommé avec le froid de cette année. Un hiver doux ne fait rien gagner.",
      },
      percentage: {
        name: "Pourcentage simple",
        is: "chaque maison se compare à ce qu’elle a consommé à la même période d’avant. Le froid n’est pas corrigé : un hiver doux aide tout le monde.",
      },
      "grand-defi-2019": {
        name: "Règle du Grand Défi 2019",
        is: "chaque maison chauffée à l’électricité ou au gaz se compare à la moyenne de celles qui se chauffent comme elle ; les autres, à elles-mêmes. Dans une équipe, les foyers pèsent deux fois plus qu’une école ou une mairie.",
      },
      "grand-defi-2020": {
        name: "Règle du Grand Défi 2020",
        is: "chaque maison chauffée à l’électricité ou au gaz se compare à la moyenne de celles qui se chauffent comme elle ; les autres, à elles-mêmes. L’eau compte aussi. Dans une équipe, les foyers pèsent quatre fois plus qu’une école ou une mairie.",
      },
      "grand-defi-2021": {
        name: "Règle du Grand Défi 2021",
        is: "chaque maison chauffée à l’électricité ou au gaz se compare à la moyenne de celles qui se chauffent comme elle ; les autres, à elles-mêmes. Un réseau de chaleur compte avec le gaz. L’eau compte aussi. Dans une équipe, les foyers pèsent quatre fois plus qu’une école ou une mairie. Les équipes n’ont de score qu’à la fin.",
      },
    },

    my_home: "Mon foyer",
    period_of: (period, energies) =>
      `${period}, ${energies.length < 2 ? ALONE[energies[0]] : named(energies)}`,
    less: (kwh) => (kwh ? `d’économie, soit ${kwh}` : "d’économie"),
    more: (kwh) => (kwh ? `de plus qu’attendu, soit ${kwh}` : "de plus qu’attendu"),
    suffix: (rank) => (rank === 1 ? "er" : "e"),
    out_of: (count) => `sur ${count}`,
    in_my_team: "dans mon équipe",
    bars: { before: ["l’an dernier"], expected: ["attendu,", "avec ce temps"], used: ["mesuré"] },
    steps: { weather: "temps", us: "vous" },
    bars_say: (before, expected, used) =>
      [`L’an dernier ${before}`, expected && `attendu avec ce temps ${expected}`, `mesuré ${used}.`]
        .filter(Boolean)
        .join(", "),
    milder: (kwh) => `Le temps, plus doux que l’an dernier, explique ${kwh} ; ils ne comptent pas.`,
    colder: (kwh) =>
      `Le temps, plus froid que l’an dernier, explique ${kwh} de plus ; ils ne comptent pas.`,
    same_weather: "Le temps a été celui de l’an dernier.",
    not_corrected: "Le temps qu’il fait n’est pas corrigé.",
    of_one: (energy) => `Ci-dessous : ${ENERGIES[energy]}.`,
    measured: (part) => `${part} des mesures de votre foyer sont là.`,
    no_score: "Pas encore de score",
    reasons: {
      not_begun: ["Le défi n’a pas commencé", "Votre maison compte à partir de son premier jour."],
      few_days: [
        "Trop peu de jours sont mesurés",
        "Le score vient avec les jours ; ce qui manque se voit dans « Le passé ».",
        "past",
      ],
      no_reference: [
        "Rien n’est connu de la même période d’avant",
        "Reprenez le passé de votre compteur, d’Enedis ou d’un fichier.",
        "settings",
      ],
      not_corrected: [
        "Votre maison n’a pas encore appris ce qu’elle consomme quand il fait froid",
        "Il lui faut des mois froids et d’autres ; ce qu’elle sait est dans « L’année ».",
        "year",
      ],
      no_home: [
        "Votre logement n’est pas encore décrit",
        "Ajoutez-le avec ses compteurs : le score se fait chez vous.",
        "settings",
      ],
      not_measured: [
        "Rien ne mesure ici ce que le défi compte",
        "Donnez au logement le capteur qui manque.",
        "settings",
      ],
      other: [
        "Votre maison ne peut pas encore faire son score",
        "Regardez si toutes ses mesures arrivent.",
        "past",
      ],
    },
    unfit: {
      no_temperature: [
        "La température extérieure n’est pas connue",
        "Dites au logement d’où elle vient, celle de l’an dernier aussi.",
        "settings",
      ],
      heating_not_measured: [
        "Ce qui chauffe votre logement n’est pas ce que le défi mesure",
        "Dites au logement ce qui le chauffe.",
        "settings",
      ],
      poor: [
        "Ce que consomme votre maison ne suit pas assez le froid pour être corrigé",
        "Ce qu’elle a appris est dans « L’année ».",
        "year",
      ],
    },
    leads: { past: "Voir Le passé", year: "Voir L’année", settings: "Ouvrir les paramètres" },

    weeks: "Semaine après semaine",
    weeks_under: { corrected: "économie corrigée, en %", other: "économie, en %" },
    me: "mon foyer",
    team: "mon équipe",
    no_weeks: "La première semaine n’est pas encore mesurée.",
    weeks_before: (count) => (count < 2 ? "1 semaine avant" : `${count} semaines avant`),
    week_from: "Semaine du",
    expected: (unit) => `Attendu, ${unit}`,
    before: (unit) => `Avant, ${unit}`,
    used: (unit) => `Mesuré, ${unit}`,
    saved_of: (unit) => `Économie, ${unit}`,
    saved_percent: "Économie",
    days: (count) => plural(count, "jour"),
    total: "Total",
    bar_of: (day, mine, team) => {
      const told = [mine && `mon foyer ${mine}`, team && `mon équipe ${team}`].filter(Boolean);
      return told.length > 0 && `Semaine du ${day} : ${told.join(", ")}`;
    },

    my_team_is: (name) => `Mon équipe, ${name}`,
    captain: (name) => `capitaine : ${name}`,
    no_captain: "sans capitaine",
    you: "vous",
    mean: (value) => `moyenne ${value}`,
    by_choice: "noms choisis par chacun",
    me_in_place: "Moi",
    number: (number) => `n°\u00a0${String(number).padStart(3, "0")}`,
    others_between: (count) => `… ${homes(count)} …`,
    marks: { declared: "déclaré", checked: "vérifié", differs: "diffère" },
    marks_say:
      "Déclaré : dit par la maison. Vérifié : confirmé par les mesures que l’organisateur reçoit. Diffère : ces mesures disent autre chose.",
    too_few_mine: (least) =>
      `Le score de l’équipe et de ses foyers se dit à partir de ${least} foyers mesurés.`,
    no_team: "Vous n’êtes dans aucune équipe",
    no_team_next: (organiser) => `Demandez à ${organiser} de vous en donner une.`,
    privacy:
      "Votre maison calcule son score elle-même. Elle ne donne que des pourcentages et la part de mesures reçues.",

    certificate: "Diplôme à imprimer",
    from_day: (day) => `à partir du ${day}`,
    with_final: "dès le tableau final",
    kept: (name) => `Gardé : ${name}`,
    leave: "Quitter le défi",
    leave_sure: (title) => `Quitter ${quoted(title)}\u00a0?`,
    leave_body: (organiser) =>
      `Votre score est retiré de l’équipe. Plus rien ne part d’ici pour ce défi, et il est demandé à ${organiser} d’effacer ce qui est venu de vous.`,
    leave_is: "votre score est retiré de l’équipe",
    stay: "Rester",
    left: (title) => `Vous avez quitté ${quoted(title)}.`,
    left_next: "Votre score est retiré de l’équipe.",
    not_left: "Vous participez encore.",
    try_again: "Réessayez dans un moment.",

    organising: "Capitaines",
    captain_of: (team) => `Capitaine de l’équipe ${team}`,
    nobody: "personne",
    captain_not_set: "Le capitaine n’a pas été changé.",
    team_not_set: "L’équipe n’a pas été changée.",
    choose_team: "Choisir une équipe…",
    team_of: (member) => `Équipe de ${member}`,
    without_team: (count) =>
      count < 2 ? `${count} foyer sans équipe` : `${count} foyers sans équipe`,
    without_score: (count) =>
      count < 2 ? `${count} foyer n’a pas de score` : `${count} foyers n’ont pas de score`,
    without_score_next: "On peut leur écrire un mot depuis « Collecte ».",
    all_have_scores: "Tous les foyers ont un score",
    and_others: (count) => (count < 2 ? "et 1 autre" : `et ${count} autres`),
    to_collection: "Voir Collecte",

    paper: {
      diploma: "Diplôme",
      for: "L’équipe",
      saved: (percent, energies) => `${percent} ${of(energies)} économisés`,
      lost: (percent, energies) => `${percent} ${of(energies)} de plus`,
      of_rule: {
        corrected: "une fois corrigé le temps qu’il a fait",
        percentage: "par rapport à la même période d’avant",
        group: "par rapport aux foyers qui se chauffent pareil",
      },
      suffix: (rank) => (rank === 1 ? "re" : "e"),
      out_of: (count) => `sur ${count} équipe${count < 2 ? " classée" : "s classées"}`,
      tied: "à égalité",
      took_part: "a participé jusqu’au bout",
      home: (number) => `Foyer ${number}`,
      declared: "score déclaré par la maison",
      from_to: "Dates du défi",
      organised: "Organisé par",
      print: "Imprimer",
      hint: "Une page A4, dans la largeur.",
      file: "diplome",
    },

    join: {
      title: "Le défi",
      periods: "Dates du défi",
      reference: "Comparé au",
      team: "Votre équipe",
      choose: "Choisissez…",
      lacks: "Choisissez votre équipe.",
      gives:
        "Votre maison calcule son score elle-même. Elle donne, une fois par jour, des pourcentages et la part de mesures reçues ; vos kWh restent chez vous.",
      seen: "Les membres voient votre score, sous votre numéro ou votre nom, dès que cinq foyers de l’équipe en ont un.",
      does: (team) => `votre score, dans l’équipe ${quoted(team)}`,
      energies: "Ce qui s’économise",
      named,
      again: {
        title: (organiser) => `${organiser} a changé le défi`,
        title_both: (organiser) => `${organiser} a changé le défi et sa charte`,
        changed: (parts) =>
          `Ce n’est plus ce que vous aviez accepté : ${listed(parts.map((one) => CHANGED[one]))}.`,
        next: "Tant que vous n’avez pas accepté, votre maison ne dit pas de score. Ce que vous donnez d’autre continue comme avant.",
        agree: "Accepter le défi changé",
        agree_both: "Accepter les deux",
      },
    },

    screen: {
      title: (energies, how) => `Économies ${of(energies)} de chaque équipe, ${how}`,
      how: {
        corrected: "corrigées du temps qu’il fait",
        percentage: "depuis la même période d’avant",
        group: "entre foyers qui se chauffent pareil",
      },
      notes: {
        corrected: "Chaque maison se compare à elle-même, avec le froid de cette année.",
        percentage: "Chaque maison se compare à elle-même, à la même période d’avant.",
        group: "Chaque maison se compare à celles qui se chauffent comme elle.",
      },
      until: (day) => `jusqu’au ${day}`,
      together: "économisés ensemble",
      together_more: "utilisés de plus, ensemble",
      together_none: "Pas encore de score commun",
      together_none_next: (least) => `Il se dit à partir de ${least} foyers.`,
      together_group: "par rapport aux foyers qui se chauffent pareil",
      of_hundred: { corrected: "Sur 100 kWh attendus,", percentage: "Sur 100 kWh d’avant," },
      in_the_mean: "en moyenne des foyers",
      saved: (count) => {
        if (count === 0) return "moins de 1 n’a pas été utilisé";
        return count < 2 ? `${count} n’a pas été utilisé` : `${count} n’ont pas été utilisés`;
      },
      none_saved: "ni plus ni moins n’a été utilisé",
      lost: (count) => {
        if (count === 0) return "moins de 1 a été utilisé en plus";
        return count < 2 ? `${count} a été utilisé en plus` : `${count} ont été utilisés en plus`;
      },
      fewer: (least) => `moins de ${least}`,
      fewer_homes: (least) => `moins de ${least} foyers`,
      homes: (all) => `foyers sur ${all}`,
      have_score: "ont un score",
      measures: "des mesures",
      arrived: "sont arrivées",
      days: (count) => (count < 2 ? "jour" : "jours"),
      left: (day) => `encore, jusqu’au ${day}`,
      to_begin: (day) => `avant le début, le ${day}`,
      over: (day) => `Terminé : le ${day}`,
      over_with: (names, percent) =>
        names.length < 2
          ? `Terminé : ${names[0]}, ${percent}`
          : `Terminé : ${listed(names)} à égalité, ${percent}`,
      finished: "Terminé",
      on: (day) => `le ${day}`,
      last_scores: "les derniers scores arrivent",
      other_teams: (count) => (count < 2 ? "… et 1 autre équipe" : `… et ${count} autres équipes`),
      untold: (least) => `score dit à partir de ${least} foyers`,
      full_screen: "Plein écran",
      none: "Aucun défi à cette adresse",
      none_next: "Ouvrez cet écran depuis la page « Défi ».",
    },
  },
};
