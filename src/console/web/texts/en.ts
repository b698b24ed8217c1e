import { alarmPage } from "./en/alarm-page.ts";
import { alarms } from "./en/alarms.ts";
import { chart } from "./en/chart.ts";
import { detail } from "./en/detail.ts";
import { domain } from "./en/domain.ts";
import { figures } from "./en/figures.ts";
import { form } from "./en/form.ts";
import { handover } from "./en/handover.ts";
import { history } from "./en/history.ts";
import { lanes } from "./en/lanes.ts";
import { map } from "./en/map.ts";
import { replay } from "./en/replay.ts";
import { shell } from "./en/shell.ts";
import { sound } from "./en/sound.ts";
import { trends } from "./en/trends.ts";

/** The model: every other catalog has the same keys and placeholders. */
export const en = {
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
} as const;
