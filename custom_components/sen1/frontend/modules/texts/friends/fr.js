export default {
  series_received_of: (count, all) =>
    `${count} série${count < 2 ? "" : "s"} reçue${count < 2 ? "" : "s"} sur ${all}`,
  waiting: (count) => (count === 1 ? "1 question en attente" : `${count} questions en attente`),
  ignored: "Ignorée dans Corrections",
  no_question: "Aucune question en attente",
  no_questions_read: "Ce qui attend votre réponse n’a pas pu être lu",
  no_other_question: "Aucune autre question en attente",
  received_invitation: "J’ai reçu une invitation",
  no_friends: "Pas encore d’amis",
  no_friends_next:
    "Un ami est un foyer, une école ou une coopérative avec qui vous échangez des mesures.",
  silent: (count) => (count === 1 ? "1 série est muette" : `${count} séries sont muettes`),
  sends_nothing: "Ne vous envoie rien pour l’instant",
  i_receive: "Je reçois",
  and_more: (count) => `et ${count} de plus`,
  details: "Détails",
  add_friend: "Ajouter un ami",
};
