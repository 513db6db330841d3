const days = (count) => (count < 2 ? `${count} jour` : `${count} jours`);

export default {
  keys: {
    compare_with: (friend) => `Comparer les nombres avec « ${friend} »`,
    compare_why: (friend) =>
      `Vous avez vu la clé de ${friend} arriver par le réseau. Si les deux maisons montrent les mêmes nombres, personne ne se tient entre vous.`,
    theirs: (friend) => `Clé de ${friend}`,
    ours: "Votre clé",
    compare_how:
      "Appelez, et faites lire les six nombres de sa page Partage, sous « Mes six nombres ». Puis lisez les vôtres. Pas de message écrit : il pourrait être contrefait.",
    same: "Les nombres sont les mêmes",
    same_follows: "La clé est vérifiée, et se montre ainsi.",
    not_same: "Les nombres sont autres",
    not_same_follows:
      "L’échange s’arrête dans les deux sens : quelqu’un se fait peut-être passer pour cet ami.",
    later: "Plus tard",
    later_seen: "Tout continue comme avant ; la clé reste « vue, pas vérifiée ».",
    told_by: (at) => `Avertissement · Rapporté par SEN1${at ? ` · ${at}` : ""}`,
    stopped_both: "L’échange est arrêté dans les deux sens.",
    stopped_next: "Rien n’a été envoyé avec cette clé, et rien de ce qu’elle a signé n’a été pris.",
    like_a_signature: (friend) =>
      `Une clé est comme la signature d’une personne. La maison qui répond sous le nom de ${friend} ne signe plus comme avant. Deux explications :`,
    likely: "Le plus souvent",
    reinstalled: (friend) => `${friend} a réinstallé sa maison sans sa sauvegarde.`,
    rarely: "Plus rarement",
    impostor: (friend) => `quelqu’un se fait passer pour ${friend}.`,
    before: "Avant",
    now: "Maintenant",
    known_by: {
      link: (day) => `vérifiée par vous${day ? ` le ${day}` : ""}, par son lien`,
      compared: (day) => `vérifiée par vous${day ? ` le ${day}` : ""}, de vive voix`,
      seen: (day) => `vue${day ? ` depuis le ${day}` : ""}, jamais vérifiée`,
    },
    never_verified: (at) => `jamais vérifiée${at ? `, vue depuis le ${at}` : ""}`,
    call: (friend) => `Appelez ${friend}`,
    call_how:
      "de vive voix, et demandez de lire les six nombres de sa page Partage. Pas de message écrit : il pourrait venir de l’imposteur.",
    heard: {
      same: [
        "J’ai appelé : on me lit les nombres de « Maintenant »",
        "L’échange reprend. Ce qui a manqué depuis arrive dans l’heure.",
      ],
      other: [
        "J’ai appelé : on me lit d’autres nombres",
        "Rien ne reprend. L’adresse est bloquée, et le journal garde ce qui s’est passé.",
      ],
      later: ["Je ne sais pas encore", "Tout reste arrêté. La question reste ouverte ici."],
    },
    concerned: (sent, received) =>
      `Concernés : ${sent} série${sent < 2 ? "" : "s"} que vous lui envoyez, ${received} que vous en recevez. Ce qui est déjà reçu reste.`,
    verdict: "Ce que le journal prouve",
    verifying: "Chaque ligne est relue et chaque signature vérifiée…",
    not_verified: "Le journal n’a pas pu être lu. Réessayez.",
    verdict_counted: (count, written) =>
      `${count < 2 ? `${count} ligne` : `${written} lignes`} de journal, relues une à une.`,
    intact: "Le journal est tel qu’il a été écrit ; pas encore de jour à comparer.",
    signed_with: (friend) => `Avec ${friend}, signées des deux côtés :`,
    granted_to: ({ granted, acknowledged }) =>
      `${acknowledged} des ${granted} séries que vous avez accordées`,
    granted_by: ({ granted, acknowledged }) =>
      `${acknowledged} des ${granted} séries qui vous ont été accordées`,
    unconfirmed_since: (day) =>
      `Depuis le ${day}, non confirmé : aucun ami n’a vu le journal à partir de là, si bien qu’une coupe ne se verrait pas. Vos amis le voient quand ils comparent un jour avec vous.`,
    alike_with: (friend, known) => `Avec ${friend}, ${days(known)} : tout concorde.`,
    with_friend: (friend, { known, equal, missing, differs, unconfirmed }) =>
      `Avec ${friend}, ${days(known)} : égaux ${equal}, avec des mesures non reçues ${missing}, en désaccord ${differs}, à confirmer ${unconfirmed}.`,

    each_a_file: "Chacun est un fichier, que votre navigateur range avec vos téléchargements.",
    file_made: (name) => `« ${name} » est prêt.`,
    journal: "Le journal",
    journal_next:
      "Ce qui a été accordé, envoyé, reçu et effacé, signé : des dates et des comptes, pas de valeurs.",
    proofs_next: "Ce que vous avez convenu avec chaque ami, signé des deux côtés.",
    values_next: "Toutes ses valeurs que ce Home Assistant a encore, pour un tableur.",
    take_back: "Retirer tout ce que je partage",
    take_back_next: (count) =>
      `${count < 2 ? `${count} partage s’arrête` : `${count} partages s’arrêtent`} tout de suite. Le SEN1 de chaque ami est prié d’effacer ce qu’il a reçu, et sa réponse s’affiche ici.`,
    sure_take_back: (count) => `Retirer ${count < 2 ? "ce partage" : `les ${count} partages`} ?`,
    erase_held: "Effacer tout ce que je détiens des autres",
    erase_held_next: (what) => `${what}, pour de bon. Les amis en sont avertis.`,
    sure_erase_held: (count) => `Effacer ${count < 2 ? "cette série" : `les ${count} séries`} ?`,
    whole_account: "Supprimer le compte dans ses réglages fait les deux.",
  },
};
