import { alarmPage } from "./ar/alarm-page.ts";
import { alarms } from "./ar/alarms.ts";
import { chart } from "./ar/chart.ts";
import { detail } from "./ar/detail.ts";
import { domain } from "./ar/domain.ts";
import { figures } from "./ar/figures.ts";
import { form } from "./ar/form.ts";
import { handover } from "./ar/handover.ts";
import { history } from "./ar/history.ts";
import { lanes } from "./ar/lanes.ts";
import { map } from "./ar/map.ts";
import { replay } from "./ar/replay.ts";
import { shell } from "./ar/shell.ts";
import { sound } from "./ar/sound.ts";
import { trends } from "./ar/trends.ts";
import type { Catalog } from "./catalog.ts";

export const ar: Catalog = {
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
