export default {
  fields: {
    title: "Titre",
    period: "Période",
    entity: "Puissance",
    limit: "Puissance souscrite",
    steps: "Étapes",
    mode: "Façon de comparer",
    compare: "Comparé à",
    series: "Séries",
    name: "Nom",
    kind: "Nature",
    screens: "Écrans",
    site: "Logement ou bâtiment",
    against: "Face à : sa consommation",
    rotate: "Secondes par écran (0 : à la main)",
  },
};
