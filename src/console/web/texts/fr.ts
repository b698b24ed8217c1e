import { alarmPage } from "./fr/alarm-page.ts";
import { alarms } from "./fr/alarms.ts";
import { chart } from "./fr/chart.ts";
import { detail } from "./fr/detail.ts";
import { domain } from "./fr/domain.ts";
import { figures } from "./fr/figures.ts";
import { form } from "./fr/form.ts";
import { handover } from "./fr/handover.ts";
import { history } from "./fr/history.ts";
import { lanes } from "./fr/lanes.ts";
import { map } from "./fr/map.ts";
import { replay } from "./fr/replay.ts";
import { shell } from "./fr/shell.ts";
import { sound } from "./fr/sound.ts";
import { trends } from "./fr/trends.ts";
import type { Catalog } from "./catalog.ts";

export const fr: Catalog = {
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
