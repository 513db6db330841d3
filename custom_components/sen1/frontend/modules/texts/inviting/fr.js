const series = (count) => (count === 1 ? "1 série" : `${count} séries`);
const plural = (count, word) => `${count} ${word}${count < 2 ? "" : "s"}`;

export default {
  inviting: {
    not_yours: "Qui est invité se montre aux administrateurs.",
    not_yours_next: "Un administrateur invite d’autres familles.",
    not_read: "Impossible de lire vos invitations",
    no_account: "Vous ne partagez pas encore : il faut d’abord une adresse à vous.",
    start: "Commencer à partager",
    one_link:
      "Un lien fait tout : leur adresse, l’amitié dans les deux sens, et ce que vous proposez d’échanger.",

    whom: "Qui invitez-vous ?",
    label: "Nom de cette famille, pour vous seul",
    label_help: "L’ami s’appellera ainsi sur vos pages.",
    from: "Inviter au nom de",
    exchanged: "Ce qui sera échangé",
    offer: "Ce que je leur offre",
    offer_help: "Ils reçoivent ce que vous cochez dès leur venue, pour un an.",
    telling: "Une courbe fine dit quand il y a quelqu’un à la maison.",
    telling_next:
      "Et l’heure du lever et du coucher. Prévenez celles et ceux qui vivent avec vous.",
    ask: "Ce que je leur demande, sans obligation",
    other_series: "Une autre série",
    no_offers:
      "Vous n’avez encore rien à offrir. Invitez quand même : vous pourrez partager plus tard.",
    no_home:
      "La consommation de votre logement, par jour par exemple, pourra s’offrir dès que SEN1 le connaît.",
    add_home: "Ajouter votre logement ou votre compteur",
    asked: {
      consumption: "Leur consommation",
      production: "Leur production",
      per_area: "Leurs kWh par m²",
    },
    your: {
      consumption: "votre consommation",
      production: "votre production",
      per_area: "vos kWh par m²",
    },
    in_detail: "Avec quel détail",
    detail: {
      live: "en direct",
      PT10M: "toutes les 10 min",
      PT30M: "par demi-heure",
      PT1H: "par heure",
      P1D: "par jour",
      P1Y: "par an",
    },
    accepting:
      "Accepter l’invitation ne partage rien de chez eux : rien n’y est coché d’avance, ils répondent à chaque demande.",
    operators: "Les opérateurs des deux serveurs peuvent lire ces valeurs.",
    no_address: (server) => `${server} ne crée pas d’adresse pour d’autres`,
    no_address_next:
      "Le lien vous rendra amis. La famille choisit d’abord, dans le formulaire qui s’ouvre, sur quel serveur son adresse est créée ; le texte le dit. Qui tient votre serveur peut permettre les invitations.",
    works_for: "Le lien sert pendant",
    days: (count) => (count === 1 ? "1 jour" : `${count} jours`),
    promise: (end, offers, asks) =>
      `Le lien sert une fois, jusqu’au ${end}. Vous ${offers ? `offrez ${series(offers)}` : "n’offrez rien"} et ${asks ? `demandez ${series(asks)}` : "ne demandez rien"}.`,
    make: "Créer le lien",
    not_made: "Le lien n’a pas pu être créé. Ce que vous avez écrit est resté : essayez encore.",

    link_for: (label) => `Lien pour «\u00a0${label}\u00a0»`,
    qr: "Code carré du lien, à scanner",
    careful: "Qui a ce lien peut s’en servir : ne l’envoyez qu’à cette famille.",
    copy_link: "Copier le lien",
    copy_text: "Copier le texte",
    send: "Envoyer…",
    another: "Inviter une autre famille",
    expires: "Expire",
    works: "Sert",
    uses: (count) => `${count} fois, puis ne marche plus`,
    address: "Leur adresse",
    made_at: (server) => `créée sur ${server}`,
    chosen: "sur le serveur qu’ils choisissent",
    key: "Votre clé",
    key_in_link: "dans le lien : vérifiée d’office",
    nothing: "rien",
    text: "Texte à envoyer",
    in_language: "Langue du texte",

    mine: "Mes invitations",
    counted: (count) => plural(count, "invitation"),
    stages: {
      sent: (count) => plural(count, "envoyée"),
      opened: (count) => plural(count, "ouverte"),
      accepted: (count) => plural(count, "acceptée"),
      done: (count) => plural(count, "terminée"),
      expired: (count) => plural(count, "expirée"),
      taken_back: (count) => plural(count, "reprise"),
    },
    steps: { made: "Envoyée", opened: "Ouverte", accepted: "Acceptée", first: "1re mesure" },
    waiting: "en attente",
    to_come: "à venir",
    expires_at: (end) => `expire le ${end}`,
    expired_at: (end) => `a expiré le ${end}`,
    friend_since: (day) => `ami depuis le ${day}`,
    came: "venus ; l’amitié se noue dans les deux sens",
    was_taken_back: "lien repris",
    expected: (time) => `mesure attendue le ${time}`,
    done: "terminé",
    expired: "expirée",
    show_link: "Montrer le lien",
    others: (count) => `En montrer ${count} de plus`,
    take_back: "Reprendre le lien",
    take_back_sure: (label) => `Reprendre le lien pour «\u00a0${label}\u00a0»\u00a0?`,
    take_back_body:
      "Il ne marche plus, où qu’il ait été envoyé. Qui a déjà créé une adresse avec lui la garde, et ne devient pas votre ami.",
    keep: "Le laisser",
    not_taken_back: "Le lien n’a pas pu être repris. Essayez encore.",

    message: {
      hello: "Bonjour,",
      why: "nous comparons nos consommations d’électricité entre voisins, chacun chez soi. Pour nous rejoindre :",
      install: "1. Dans votre Home Assistant, installez «\u00a0SEN1\u00a0».",
      paste:
        "2. Allez-y dans Paramètres → Appareils et services → Ajouter une intégration → SEN1 → «\u00a0Commencer à partager\u00a0», et collez ce lien :",
      name: "3. Donnez un nom à votre logement. C’est tout.",
      name_and_server:
        "3. Donnez un nom à votre logement, et choisissez où votre adresse est créée : sur un serveur de la liste, ou là où vous en avez déjà une. C’est tout.",
      gives_address: (server) => `Le lien vous donne une adresse sur ${server} et nous rend amis.`,
      gives_friend:
        "Le lien nous rend amis. Il ne donne pas d’adresse : notre serveur n’en crée pas pour d’autres.",
      offer: (list) => `Vous recevriez : ${list}.`,
      ask: (list) => `Nous aimerions recevoir : ${list}.`,
      choose: "Vous choisissez ensuite ce que vous partagez, ou rien.",
      until: (count, end) =>
        `Le lien sert ${count === 1 ? "une fois" : `${count} fois`}, jusqu’au ${end}.`,
      bye: (name) => `À bientôt, ${name}`,
    },
  },
};
