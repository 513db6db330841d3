// Made of texts/dashboard/friends.yaml by scripts/translations.
export default (t)=>({waiting:t("{0} {0:question|questions} en attente"),
ignored:"Ignorée dans Corrections",
no_question:"Aucune question en attente",
no_questions_read:"Ce qui attend votre réponse n’a pas pu être lu",
no_other_question:"Aucune autre question en attente"});
