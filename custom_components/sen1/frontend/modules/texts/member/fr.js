const plural = (count, word) => `${count} ${word}${count < 2 ? "" : "s"}`;
const quoted = (title) => `«\u00a0${title}\u00a0»`;
const parts = (count) => plural(count, "part");
const nth = (place) => `${place}${place === 1 ? "ʳᵉ" : "ᵉ"}`;

export default {
  member: {
    asked: {
      consumption: "Consommation du logement",
      production: "Production du toit",
      per_area: "Consommation au mètre carré",
      site: "Surface, chauffage et nombre de personnes",
    },
    detail: {
      live: "en direct",
      PT10M: "10 minutes",
      PT30M: "demi-heure",
      PT1H: "heure",
      P1D: "jour",
      P1Y: "an",
      once: "une fois",
    },
    charter: {
      title: "La charte",
      read: "Lire",
      fold: "Refermer",
      version: (version, day) => `version ${version}, ${day}`,
    },
    number: (number) => `n°\u00a0${number}`,

    not_yours: "À quoi ce foyer participe se montre aux administrateurs.",
    not_yours_next: "Un administrateur répond aux invitations.",
    not_read: "Impossible de lire vos invitations",
    no_account: "Vous ne partagez pas encore : il faut d’abord une adresse à vous.",
    start: "Commencer à partager",
    no_offer: "Vous avez reçu une invitation ?",
    no_offer_next:
      "Collez ici son lien : tout se lit d’abord, rien n’est donné avant votre accord.",
    another: "Une autre invitation",
    link: "Lien de l’invitation",
    link_help: "Il commence par xmpp:",
    recognised: (name, title) => `${name} vous invite à ${quoted(title)}`,
    ended_link: (day) => `Cette invitation a fini le ${day} : demandez un nouveau lien.`,
    with_account: "Participer au nom de",
    open: "Lire l’invitation",
    not_opened: "L’invitation n’a pas pu être ouverte.",
    which: "Invitations qui attendent une réponse",
    invites: (title) => `vous invite à ${quoted(title)}`,
    verified: "clé vérifiée par le lien",
    come: (members, expected) =>
      [
        members === null ? "moins de cinq foyers" : plural(members, "membre"),
        expected ? ` sur ${expected}` : "",
      ].join(""),
    asking: "L’invitation est demandée",
    asking_next: (organiser) =>
      `Elle vient de la maison de ${organiser}, dès que celle-ci est en ligne. Vous pouvez fermer cette page : l’accueil vous dira quand elle est là.`,
    failed: {
      wrong_key: "La réponse n’est pas signée de la clé qui est dans le lien",
      refused_link: "Cette invitation n’est plus valable",
      bad_sheet: "La réponse ne se lit pas : leur SEN1 est peut-être plus récent que le vôtre",
      other: "L’invitation n’a pas pu être lue",
    },
    failed_next: (organiser) =>
      `Rien n’a été donné. Demandez un nouveau lien à ${organiser}, par un autre chemin, puis retirez celui-ci.`,
    take_away: "Retirer l’invitation",
    why: "Pourquoi",
    who: "Qui en répond",
    gives: "Que donnez-vous ?",
    gives_help: "Rien n’est coché d’avance. Le capteur proposé peut être changé.",
    needed: "nécessaire",
    optional: "facultatif",
    in_unit: (unit) => `en ${unit}`,
    to_compare: "pour comparer",
    past: (days) => {
      if (days === 365) return "avec l’année passée";
      return days === 1 ? "avec le jour passé" : `avec les ${days} jours passés`;
    },
    from_now: "à partir d’aujourd’hui",
    sensor: "Votre capteur",
    sheet: "Votre fiche",
    area: (area) => `${area}\u00a0m²`,
    people: (people) => `${people}\u00a0personne${people > 1 ? "s" : ""}`,
    no_sensor: "Aucun capteur de la maison ne le mesure avec ce détail.",
    no_sheet: "La fiche de votre logement n’est pas encore remplie.",
    add: "Ajouter un compteur ou votre logement",
    see: {
      PT10M: (count, told) => `Voici ce qui sera vu : hier, ${count} chiffres, ${told}`,
      PT30M: (count, told) => `Voici ce qui sera vu : hier, ${count} chiffres, ${told}`,
      PT1H: (count, told) => `Voici ce qui sera vu : hier, ${count} chiffres, ${told}`,
      P1D: (count, told) => `Voici ce qui sera vu : ${count} jours, un chiffre chacun, ${told}`,
      live: (_count, _told, unit) =>
        `Voici ce qui sera vu : hier, un chiffre toutes les 5 s au plus, en ${unit}`,
      P1Y: () => "Voici ce qui sera vu : un chiffre",
    },
    in_all: (sum) => `${sum} en tout`,
    mean: (value) => `${value} en moyenne`,
    most: (value) => `max. ${value}`,
    no_past: "Rien d’hier n’est encore connu : l’image viendra demain.",
    tell_others: "Prévenez ceux qui vivent avec vous.",
    site_tells:
      "Dit la taille et le chauffage du logement, combien y vivent, et rien de vos journées.",
    receives: "Ce que vous recevez en retour",
    name: "Sous quel nom ?",
    by_number: "Un numéro de membre, rien d’autre",
    by_name: "avec mon nom",
    your_name: "Votre nom",
    until: "Jusqu’au",
    sooner: "Plus tôt",
    last_day: "Dernier jour",
    kept: "Gardé",
    kept_for: (days) => {
      const months = Math.round(days / 30.44);
      return days < 61 ? `${plural(days, "jour")}, puis effacé` : `${months} mois, puis effacé`;
    },
    leaving: "Quitter",
    at_any_time: "à tout moment, tout en un clic",
    agree: "J’ai lu la charte et je l’accepte",
    of_age: "J’ai 15 ans ou plus, ou l’accord d’un de mes parents",
    others_see_nothing: "Les autres membres ne voient jamais vos mesures.",
    operators: "Les opérateurs des deux serveurs peuvent les lire.",
    over: (day) => `Cette collecte a fini le ${day} : il n’y a plus rien à donner.`,
    lacks: {
      needed: (what) => `Cochez ce qui est nécessaire : ${what}.`,
      nothing: "Cochez au moins une chose : rien n’est donné avant.",
      series: "Cochez aussi une série : la fiche du logement se dit avec elle.",
      name: "Écrivez votre nom, ou choisissez d’être un numéro.",
      until: (day) => `Choisissez un dernier jour, d’aujourd’hui au ${day}.`,
      charter: "Lisez la charte et acceptez-la.",
      age: "Dites que vous pouvez en décider.",
    },
    does: (count, withSite, day, score) =>
      [
        score,
        count > 0 && plural(count, "partage"),
        withSite && "avec la fiche du logement",
        "à 1 destinataire",
        `jusqu’au ${day}`,
      ]
        .filter(Boolean)
        .join(", "),
    join: "Participer",
    decline: "Non merci",
    declined: "L’invitation est retirée : rien n’a été donné.",
    not_joined: "Vous ne participez pas encore. Ce que vous avez coché est resté.",
    not_declined: "L’invitation n’a pas pu être retirée.",

    joined: (title) => `Vous participez à ${quoted(title)}`,
    joined_next: "Rien d’autre à faire. Voici ce qui suit :",
    done: (count, day) => `${plural(count, "partage")}, jusqu’au ${day}`,
    agreed: "Votre accord",
    your_number: "Votre numéro",
    number_awaited: (organiser) => `attendu de ${organiser}, dès que sa maison est en ligne`,
    first: "Première mesure",
    first_due: {
      live: "attendue dès maintenant",
      PT10M: "attendue dans les 10 minutes",
      PT30M: "attendue dans la demi-heure",
      PT1H: "attendue dans l’heure",
      P1D: "attendue demain, vers 0 h 10",
      P1Y: "attendue dès maintenant",
    },
    see_shared: "Voir ce que je partage",
    see_challenge: "Voir le défi",

    mine: "Vous participez",
    organised_by: (organiser) => `avec ${organiser}`,
    as: (name) => `sous le nom ${quoted(name)}`,
    since: (day) => `depuis le ${day}`,
    to_the: (day) => `jusqu’au ${day}`,
    states: { waiting: "numéro attendu", in: "en cours", over: "finie" },
    given: "Vous donnez",
    given_states: {
      active: "",
      waiting: "accord pas encore reçu",
      paused: "en pause",
      coming: "à venir",
      ended: "finie",
      missing: "capteur absent",
    },
    received: "Ce que vous recevez",
    notes: "Mots reçus",
    leave: "Quitter",
    leave_sure: (title) => `Quitter ${quoted(title)}\u00a0?`,
    leave_body: (count, organiser) =>
      `${count < 2 ? "Le partage s’arrête" : `Les ${count} partages s’arrêtent`} aussitôt. ${organiser} efface ce qui est venu de vous, et ce que vous en receviez est effacé ici.`,
    stay: "Rester",
    left: (title) => `Vous avez quitté ${quoted(title)}.`,
    left_next: (organiser) =>
      `Plus rien ne part d’ici, et il est demandé à ${organiser} d’effacer ce qui est venu de vous.`,
    not_left: "Vous participez encore.",
    new_charter: (organiser) => `${organiser} propose une nouvelle charte`,
    new_charter_next:
      "Ce que vous avez accepté continue comme avant. Rien de plus n’est donné, quelle que soit votre réponse.",
    agree_new: "Accepter la nouvelle charte",
    not_agreed: "Votre accord n’est pas passé.",

    is_shown: "Les autres membres voient ce nom",
    is_shown_help: "Sinon ils ne voient que votre numéro, par exemple dans un classement.",
    as_shown: (name) => `sous le nom ${quoted(name)}, que voient les autres membres`,
    ranking_shows: "Un classement ne leur montre qu’un chiffre d’ensemble, à côté de votre numéro.",
    back: {
      mine: "Vous",
      group: "Le groupe",
      curve: (name) => `${name}, et vous, par heure`,
      hours: "Heures des deux courbes",
      per_day: (mine, group) => `Vous : ${mine} par jour, le groupe : ${group}.`,
      day: "Jour",
      in_figures: "Vous et le groupe, jour par jour, en kWh",
      of_hours: (sum, hours) => `${sum} en ${plural(hours, "heure")}`,
      last_days: (range, part) =>
        [range, part && `d’après ${part} des heures`].filter(Boolean).join(" ; "),
      no_own: "Votre propre mesure n’est pas encore connue ici : ",
      add_own: "ajouter votre logement",
      no_hour: "Aucune heure de ces 7 jours n’est encore connue des deux côtés : il en faut une.",
      no_group: (organiser) =>
        `Rien du groupe n’est encore là pour ces 7 jours. Cela vient de ${organiser}, à partir de 5 foyers, et dès le lendemain de leur venue.`,
      not_read: "La courbe du groupe n’a pas pu être lue",
      place: (place, of) => `Votre place : ${nth(place)} sur ${of}`,
      too_few: "Classement dit à partir de 5 foyers",
      too_few_next: (organiser) =>
        `Il vient de ${organiser} dès que 5 foyers au moins ont un chiffre.`,
      no_place: "Vous n’y avez pas encore de place",
      no_place_next: (organiser) =>
        `Elle vient dès que ${organiser} a de vous le chiffre d’après lequel on classe.`,
      ranked: (count) => `${plural(count, "foyer")} ${count < 2 ? "classé" : "classés"}`,
      through: (day) => `compté jusqu’au ${day}`,
      is_final: "résultat final",
      me: "Vous",
      others: "Et aussi",
      place_alone: (place, of) => `${nth(place)} sur ${of}`,
      awaited: "attendu",
      awaited_from: (organiser) => `attendu de ${organiser}, dès que sa maison est en ligne`,
      over: "finie : plus rien n’en vient",
      nothing: (organiser) => `${organiser} ne donne encore rien en retour.`,
      nothing_next: "Ce qui viendra s’affichera ici de lui-même.",
    },
    register: {
      title: "Vos parts",
      says: (organiser, shares, title, day) =>
        `${organiser} dit que vous avez ${parts(shares)} du projet ${quoted(title)}${day ? `, payées le ${day}` : ""}. Est-ce juste ?`,
      dividends: (money) => `Dividendes reçus jusqu’ici : ${money}`,
      right: "C’est juste",
      wrong: "Ce n’est pas juste",
      again: (shares) => `Reprendre ${shares < 2 ? "cette part" : `ces ${parts(shares)}`}`,
      confirmed: (shares, title, day) =>
        `${parts(shares)} du projet ${quoted(title)} : vous avez dit le ${day} que c’est juste. Les dividendes et les nouvelles viennent d’eux-mêmes sur la page de l’investissement.`,
      contested: (shares, title, day, organiser) =>
        `${parts(shares)} du projet ${quoted(title)} : vous avez dit le ${day} que ce n’est pas juste. ${organiser} le sait ; rien n’est changé chez vous.`,
      held: (held) => `Votre page de l’investissement en a ${held}.`,
      several: (count, held) =>
        `Vous avez saisi ce projet en ${count} fois (${parts(held)} en tout) : rien n’y est changé. Gardez-en une seule pour qu’elle se remplisse d’elle-même.`,
      awaits: {
        series: (organiser) =>
          `Les mesures de ce projet sont attendues de ${organiser} : vos parts seront inscrites dès qu’elles sont là.`,
        energy: (organiser) =>
          `L’énergie de ce projet est attendue de ${organiser} : vos parts seront inscrites dès qu’elle est là.`,
      },
      not_answered: "Votre réponse n’est pas passée.",
    },
  },
};
