const days = (count) => (count < 2 ? `${count} jour` : `${count} jours`);

export default {
  trust: {
    title: "Confiance",
    only_counts: "Le journal garde des dates et des comptes, jamais de valeurs",
    not_read: "Impossible de lire ce qui est su des clés et du journal",
    standing: {
      verified: "clé vérifiée",
      seen: "clé vue, pas vérifiée",
      unknown: "clé pas encore connue",
      keyless: "sans clé",
      stopped: "clé changée : échange arrêté",
    },
    of_a_member: "La clé d’un membre a changé.",
    has_changed: "La clé a changé.",
    stopped: "Rien n’est envoyé et rien n’est pris tant que vous n’avez pas répondu.",

    agrees_since: (day) => `Tout concorde depuis le ${day}`,
    but: (count, isExplained) => {
      const explained = count < 2 ? "expliqué" : "expliqués";
      return `, sauf ${days(count)}, ${isExplained ? explained : "voir ci-dessous"}`;
    },
    each_night: (count, written) =>
      `Chaque nuit, les deux maisons signent ce qu’elles ont envoyé et reçu. ${count < 2 ? `${count} ligne` : `${written} lignes`} de journal, aucune modifiée.`,
    differs: (count) =>
      count
        ? `${days(count)} où les deux côtés ne concordent pas.`
        : "Les deux côtés ne concordent pas.",
    differs_next: "Regardez les jours ci-dessous, et demandez à votre ami ce que sa page en dit.",
    broken: "Le journal n’est plus tel qu’il a été écrit.",
    broken_next:
      "Une ligne a été modifiée, ôtée ou ajoutée, ou votre clé a été perdue et refaite. « Vérifier » dit laquelle. Une sauvegarde a-t-elle été remise, ou le disque est-il abîmé ?",
    none: "Encore rien à comparer.",
    none_next: (day, names) =>
      `Le premier jour est le ${day} : la nuit qui le suit, vous et ${names} signez ce qui a été envoyé et reçu.`,
    none_signed: (day, names) =>
      `Le premier jour, le ${day}, est passé et attend la signature de ${names}. SEN1 la redemande dès qu’ils sont connectés.`,
    none_signs:
      "Les jours se comparent avec les amis dont le SEN1 signe ce qu’il envoie ; il n’y en a pas encore.",
    since: (day) => `depuis le ${day}`,
    days: (equal, count, known) =>
      count < 2 ? `${equal} jour sur ${count}` : `${equal} jours sur ${known}`,
    no_day: "aucun jour comparé",
    every_day: "tous les jours",
    differences: (count) => (count < 2 ? `${count} différence` : `${count} différences`),
    unconfirmed: (count) => `${days(count)} à confirmer`,
    others: (count) => `${count} autres`,
    does_not_sign: "ne signe pas",
    noted_here: " : vos envois sont notés chez vous seul",
    stopped_here: "échange arrêté",
    counted: (sent, received) => `${sent} mesures envoyées, ${received} reçues.`,
    span: (from, to) => `de ${from} à ${to}`,
    missing: (times) => `Il manquait : ${times}.`,
    not_alike: (times) => `Pas pareil des deux côtés : ${times}.`,
    mended: (day, time) => `Envoyées de nouveau le ${day} à ${time}, reçues, signé des deux côtés.`,
    asked_again: "Redemandées ; pas encore arrivées.",
    ask_them:
      "Demandez-lui ce qu’il lit chez lui : les deux journaux disent ce que chacun a signé.",
    earlier: (count) =>
      count < 2 ? `${count} différence plus ancienne` : `${count} différences plus anciennes`,

    source: {
      meter: "compteur du réseau",
      inverter: "onduleur",
      sensor: "capteur",
      hand: "compteur relevé à la main",
      figure: "calcul",
      group: "plusieurs foyers ensemble",
      data_node: "nœud de données",
      proxy: "proxy de 2019",
      other: "autre",
    },
    comes_from: (source, device) => `Source : ${source}${device ? ` (${device})` : ""}`,
    answers: (name) => `${name} en répond`,
    passed_on: (name) => `transmis par ${name}`,
    unknown_source: "De source inconnue",

    verify: "Vérifier",
    export_mine: "Exporter mes données",
    export_short: "Exporter",
    erase_mine: "Tout effacer…",
    erase_short: "Effacer…",
    their_journal: "Journal avec lui",
    proof: "Preuve d’accord",
    proofs: "Preuves d’accord",
    not_kept: "Ce fichier n’a pas pu se faire. Réessayez.",
    my_numbers: "Mes six nombres et mon lien",
    my_numbers_next: "À lire de vive voix à un ami qui les compare.",
    my_link: "Mon lien : qui vous ajoute par lui a vérifié votre clé.",
    copy: "Copier le lien",
    settings: "Réglages du compte",
    policy: (server) => `Ce que le serveur ${server} dit de lui-même :`,
    forged: "Votre serveur montre à votre nom une autre clé que la vôtre",
    forged_next:
      "SEN1 a remis la vôtre. Si cela revient, demandez à qui tient le serveur : quelqu’un essaie peut-être de se faire passer pour vous.",
    new_key: "Faire une nouvelle clé…",
    new_key_sure: "Faire une nouvelle clé ?",
    new_key_body:
      "L’ancienne clé signe la nouvelle : vos amis suivent sans question. Vos six nombres et votre lien changent. À faire si quelqu’un a pu copier votre clé.",
    new_key_yes: "Faire une nouvelle clé",
    new_key_no: "Garder celle-ci",
    no_new_key: "La nouvelle clé n’a pas pu se faire. Réessayez.",

    compare: "Comparer les nombres",
    not_answered: "La réponse n’est pas passée. Réessayez.",

    changed_of: (friend) => `La clé de « ${friend} » a changé`,
  },
};
