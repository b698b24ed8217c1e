/** The site's map. */
export const map = {
  heading: "Site map",
  legend: "What the shapes mean",
  hint: "Arrow keys go from lane to lane; Enter opens a lane's most severe open alarm, or the lane.",
  drawing: "Lanes at their places",
  rows: "Lanes in the site's order",
  unplaced: "Lanes without a place on the map",
  lane: "{lane}: {words}",
  looks: {
    unacknowledged: "Alarm to acknowledge",
    acknowledged: "Alarm acknowledged",
    "no-data": "Nothing known now",
    fault: "Fault",
    warning: "Warning",
    shelved: "Fault shelved",
    occupied: "Occupied",
    vacant: "Vacant",
  },
} as const;
