import { alarmPage } from "./ru/alarm-page.ts";
import { alarms } from "./ru/alarms.ts";
import { chart } from "./ru/chart.ts";
import { detail } from "./ru/detail.ts";
import { domain } from "./ru/domain.ts";
import { figures } from "./ru/figures.ts";
import { form } from "./ru/form.ts";
import { handover } from "./ru/handover.ts";
import { history } from "./ru/history.ts";
import { lanes } from "./ru/lanes.ts";
import { map } from "./ru/map.ts";
import { replay } from "./ru/replay.ts";
import { shell } from "./ru/shell.ts";
import { sound } from "./ru/sound.ts";
import { trends } from "./ru/trends.ts";
import type { Catalog } from "./catalog.ts";

export const ru: Catalog = {
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
