export default {
  fields: {
    title: "Title",
    period: "Period",
    entity: "Power",
    limit: "Subscribed power",
    steps: "Steps",
    mode: "How to compare",
    compare: "Compared with",
    series: "Series",
    name: "Name",
    kind: "Kind",
    screens: "Screens",
    site: "Home or building",
    against: "Against: its consumption",
    rotate: "Seconds for each screen (0: by hand)",
  },
};
