/** An alarm's own page: facts, evidence, history. Its chart and its form have texts of their own. */
export const detail = {
  heading: "{kind} alarm, {lane}",
  loading: "Loading the alarm…",
  unknown: "The server does not know this alarm.",
  unknownDetail: "It may be older than what the server keeps, or the address may be wrong.",
  raised: "Raised",
  ended: "Vehicle left",
  vacantLabel: "Background",
  vacantStill: "still over the threshold",
  vacantBelow: "below the threshold since {time}",
  notKnown: "not known",
  came: "Alarm came",
  vacantNotice:
    "No vehicle was in the lane: the portal's own background rose over the threshold, as when a source is carried or thrown through.",
  stillIn: "still in the portal",
  age: "Age",
  speed: "Speed",
  occupancyNumber: "Portal's number",
  decidedBy: "Decided by",
  evidenceHeading: "Evidence",
  adviceLabel: "Looks",
  flaggedIntervals: {
    one: "{count} interval, first at {first}",
    other: "{count} intervals, first at {first}",
  },
  flaggedSeconds: { one: "{count} second, first at {first}", other: "{count} seconds, first at {first}" },
  flaggedRecords: { one: "{count} background record", other: "{count} background records" },
  historyHeading: "History",
  historyCame: "The alarm arrived late",
  historyVacantEnded: "The background was back below the threshold",
  historyRaised: { core: "Raised by the core", portal: "Raised by the portal" },
  historyEnded: "The vehicle left the portal",
  historyVehicle: "Vehicle {vehicle}",
  portalRules: {
    "gamma-flag": "The portal's own gamma rule raised its flag",
    "neutron-flag": "The portal's own neutron rule raised its flag",
    "energy-flag": "The portal's own energy rule raised its flag",
  },
  grossCountAbove:
    "{panels}: {counts} counts in {window}, background {background}, threshold {threshold}: {z} above",
  grossCountBelow:
    "{panels}: {counts} counts in {window}, background {background}, threshold {threshold}: {z} below",
  ruleFigures: "{rule}: {statistic} with a limit of {limit}",
  ruleFiguresOver: "{rule}: {statistic} with a limit of {limit}, background {background}",
  late: {
    passed:
      "Arrived late: the vehicle passed at {at}, {age} before its alarm came. The vehicle is not in the portal.",
    passedUnknown:
      "Arrived late: the vehicle passed at {at}, before its alarm came. The vehicle is not in the portal.",
    rest: "Arrived late: the vehicle passed at {at}; only the rest of its passage came late. The vehicle is not in the portal.",
    raised: "Arrived late: raised at {at}, {age} before its alarm came. The vehicle is still in the portal.",
    raisedUnknown: "Arrived late: raised at {at}, before its alarm came. The vehicle is still in the portal.",
  },
} as const;
