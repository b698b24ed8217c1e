import type { Catalog } from "../catalog.ts";

export const detail: Catalog["detail"] = {
  heading: "Alarma: {kind}, {lane}",
  loading: "Cargando la alarma…",
  unknown: "El servidor no conoce esta alarma.",
  unknownDetail: "Quizá sea más antigua que lo que guarda el servidor, o la dirección sea errónea.",
  raised: "Surgida",
  ended: "Salida del vehículo",
  vacantLabel: "Fondo",
  vacantStill: "aún por encima del umbral",
  vacantBelow: "bajo el umbral desde las {time}",
  notKnown: "se desconoce",
  came: "Llegada de la alarma",
  vacantNotice:
    "No había ningún vehículo en el carril: el propio fondo del pórtico subió sobre el umbral, como cuando se lleva o se lanza una fuente a través de él.",
  stillIn: "aún en el pórtico",
  age: "Antigüedad",
  speed: "Velocidad",
  occupancyNumber: "Número del pórtico",
  decidedBy: "Decidida por",
  evidenceHeading: "Pruebas",
  adviceLabel: "Parece",
  flaggedIntervals: {
    one: "{count} intervalo, el primero a los {first}",
    other: "{count} intervalos, el primero a los {first}",
  },
  flaggedSeconds: {
    one: "{count} segundo, el primero a los {first}",
    other: "{count} segundos, el primero a los {first}",
  },
  flaggedRecords: { one: "{count} registro de fondo", other: "{count} registros de fondo" },
  historyHeading: "Historial",
  historyCame: "La alarma llegó tarde",
  historyVacantEnded: "El fondo volvió bajo el umbral",
  historyRaised: { core: "Surgida por el núcleo", portal: "Surgida por el pórtico" },
  historyEnded: "El vehículo salió del pórtico",
  historyVehicle: "Vehículo {vehicle}",
  portalRules: {
    "gamma-flag": "La regla gamma del propio pórtico levantó su señal",
    "neutron-flag": "La regla de neutrones del propio pórtico levantó su señal",
    "energy-flag": "La regla de energía del propio pórtico levantó su señal",
  },
  grossCountAbove:
    "{panels}: {counts} cuentas en {window}, fondo {background}, umbral {threshold}: {z} por encima",
  grossCountBelow:
    "{panels}: {counts} cuentas en {window}, fondo {background}, umbral {threshold}: {z} por debajo",
  ruleFigures: "{rule}: {statistic} con un límite de {limit}",
  ruleFiguresOver: "{rule}: {statistic} con un límite de {limit}, fondo {background}",
  late: {
    passed:
      "Llegó tarde: el vehículo pasó a las {at}, {age} antes de llegar su alarma. El vehículo no está en el pórtico.",
    passedUnknown:
      "Llegó tarde: el vehículo pasó a las {at}, antes de llegar su alarma. El vehículo no está en el pórtico.",
    rest: "Llegó tarde: el vehículo pasó a las {at}; solo el resto de su paso llegó tarde. El vehículo no está en el pórtico.",
    raised:
      "Llegó tarde: surgida a las {at}, {age} antes de llegar su alarma. El vehículo sigue en el pórtico.",
    raisedUnknown:
      "Llegó tarde: surgida a las {at}, antes de llegar su alarma. El vehículo sigue en el pórtico.",
  },
};
