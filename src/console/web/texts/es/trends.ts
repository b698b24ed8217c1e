import type { Catalog } from "../catalog.ts";

export const trends: Catalog["trends"] = {
  heading: "Tendencias",
  lane: "Carril",
  spanLabel: "Periodo",
  span: "De {from} a {to} ({zone}): {length}.",
  zoom: {
    label: "Ampliación",
    back: "Atrás",
    earlier: "Antes",
    later: "Después",
    in: "Acercar",
    out: "Alejar",
    again: "Actualizar",
    hint: "Arrastre sobre un gráfico para ampliar ese periodo.",
  },
  asking: "Cargando…",
  empty: "No se registró nada en este periodo.",
  wholeSpan: "En todo el periodo",
  step: "{step} por punto",
  everyPoint: "cada punto individual",
  spread: "{mean} (de {min} a {max})",
  stages: {
    "captured-to-logged": "Captado → registrado",
    "logged-to-decided": "Registrado → decidido",
    "captured-to-decided": "Captado → decidido",
  },
  charts: {
    gammaBackground: {
      heading: "Fondo gamma",
      unit: "cuentas por segundo",
      meaning: "De cada panel, según el pórtico cuando está libre. La banda va del mínimo al máximo.",
    },
    gammaCounts: {
      heading: "Cuentas gamma de los pasos",
      unit: "cuentas en 200 ms",
      meaning: "De cada panel, mientras hay vehículos en el pórtico.",
    },
    drift: {
      heading: "Deriva del fondo gamma y lluvia",
      unit: "% de la mediana del periodo",
      meaning:
        "Un panel que se aparta de los demás envejece o está tapado; todos a la vez son el tiempo meteorológico.",
    },
    variance: {
      heading: "Varianza frente a Poisson",
      unit: "cociente",
      meaning:
        "1 si el fondo se dispersa como las cuentas; muy por encima: ruido; muy por debajo: un panel que se repite.",
    },
    neutronBackground: {
      heading: "Fondo de neutrones",
      unit: "cuentas por segundo",
      meaning: "De cada panel, según el pórtico cuando está libre.",
    },
    deadTime: {
      heading: "Tiempo sin medidas",
      unit: "segundos",
      meaning: "Cuánto tiempo no llegó nada del pórtico, en cada intervalo.",
    },
    occupancies: {
      heading: "Ocupaciones",
      unit: "vehículos",
      meaning: "Cuántos vehículos pasaron en cada intervalo.",
    },
    alarms: {
      heading: "Alarmas",
      unit: "alarmas",
      meaning: "Cuántas se produjeron en cada intervalo, por tipo.",
    },
    latency: {
      heading: "Latencia",
      unit: "milisegundos",
      meaning: "Desde el sello del extremo en la trama hasta el registro y hasta la decisión.",
    },
  },
  rain: {
    none: "Ninguna subida como de lluvia en este periodo.",
    found: {
      one: "{count} subida como de lluvia, sombreada.",
      other: "{count} subidas como de lluvia, sombreadas.",
    },
    meaning:
      "Como de lluvia: todos los paneles a la vez un {percent} % o más por encima de sus medianas, durante {length} o más.",
    rise: "{at}, durante {length}: hasta {peak} %",
  },
  percentiles: {
    caption: "Percentiles de la latencia",
    stage: "Etapa",
    p50: "La mitad en (ms)",
    p90: "90 % en (ms)",
    p99: "99 % en (ms)",
    max: "Máximo (ms)",
    count: "Tramas",
    estimated:
      "Estimado: donde un punto representa más de dos tramas solo se conocen sus extremos y su media. Amplíe para ver cifras exactas.",
  },
};
