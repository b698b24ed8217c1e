import { expect, test } from "vitest";
import {
  attachmentPath,
  attachmentsIn,
  fileProblem,
} from "../../../../../src/console/web/alarms/page/upload.ts";
import { untouched } from "../../../../../src/core/adjudication.ts";
import { alarmId, commandId, laneId } from "../../../../../src/domain/ids.ts";
import { wallMs } from "../../../../../src/domain/units.ts";
import { attachmentBytesMax } from "../../../../../src/wire/command.ts";

test.each([
  [{ type: "image/jpeg", size: 1 }, null],
  [{ type: "application/pdf", size: attachmentBytesMax }, null],
  [{ type: "image/png", size: attachmentBytesMax + 1 }, "size"],
  [{ type: "image/png", size: 0 }, "empty"],
  [{ type: "image/svg+xml", size: 1 }, "type"],
  [{ type: "", size: 1 }, "type"],
])("a file of %j: %s", (file, problem) => {
  expect(fileProblem(file)).toBe(problem);
});

test("an alarm's id stands in the address whole", () => {
  expect(attachmentPath(alarmId("north~1/2?"), "ab")).toBe("/api/alarms/north~1%2F2%3F/attachments/ab");
});

test("a file that was attached twice is listed once", () => {
  const attached = (number: number, sha256: string) =>
    ({
      commandId: commandId(`c${number}`),
      laneId: laneId("north"),
      alarmId: alarmId("one"),
      expectedVersion: 0,
      by: { name: "olga", role: "officer" },
      at: wallMs(number),
      act: {
        kind: "attach",
        attachment: { sha256, name: `${number}.png`, mediaType: "image/png", sizeBytes: 1, offsets: [0] },
      },
    }) as const;
  const history = [attached(1, "a"), attached(2, "b"), attached(3, "a")];
  const names = attachmentsIn({ adjudication: { ...untouched, history } }).map(({ name }) => name);
  expect(names).toEqual(["1.png", "2.png"]);
});
