// Made of texts/dashboard/friends.yaml by scripts/translations.
export default (t)=>({waiting:t("{0} {0:question|questions} to answer"),
ignored:"Ignored in Repairs",
no_question:"No question to answer",
no_questions_read:"What waits for your answer could not be read",
no_other_question:"No other question to answer"});
