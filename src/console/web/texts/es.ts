import { alarmPage } from "./es/alarm-page.ts";
import { alarms } from "./es/alarms.ts";
import { chart } from "./es/chart.ts";
import { detail } from "./es/detail.ts";
import { domain } from "./es/domain.ts";
import { figures } from "./es/figures.ts";
import { form } from "./es/form.ts";
import { handover } from "./es/handover.ts";
import { history } from "./es/history.ts";
import { lanes } from "./es/lanes.ts";
import { map } from "./es/map.ts";
import { replay } from "./es/replay.ts";
import { shell } from "./es/shell.ts";
import { sound } from "./es/sound.ts";
import { trends } from "./es/trends.ts";
import type { Catalog } from "./catalog.ts";

export const es: Catalog = {
  alarmPage,
  alarms,
  chart,
  detail,
  domain,
  figures,
  form,
  handover,
  history,
  lanes,
  map,
  replay,
  shell,
  sound,
  trends,
};
