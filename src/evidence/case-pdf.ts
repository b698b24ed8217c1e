import PDFDocument from "pdfkit";
import type { EvidenceSubject } from "./subject.ts";
import { alarmKinds } from "../domain/alarms.ts";
import { loadClasses, spectra } from "../domain/load-classes.ts";
import { actWords, decisionWords, officerWords, type Said, standingWords } from "./case-words.ts";
import { type Drawing, ink } from "./drawing.ts";
import { profileDrawing } from "./profile-drawing.ts";
import { isoTime, zonedTime } from "./times.ts";
import { inVisualOrder } from "./visual-order.ts";
import type { WallMs } from "../domain/units.ts";

/** TrueType fonts that know Latin, Cyrillic and Arabic letters. */
export interface PdfFonts {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
}

const margin = 42;
const bodySize = 9;

/**
 * The case on A4 for printing: what alarmed, the passage as a drawing, the figures, who did what, and the disposition.
 * The same subject, fonts and time give the same bytes.
 */
export const casePdf = async (
  subject: EvidenceSubject,
  { fonts, printedAt }: { readonly fonts: PdfFonts; readonly printedAt: WallMs },
): Promise<Uint8Array> => {
  const document = new PDFDocument({
    size: "A4",
    margin,
    bufferPages: true,
    lang: "en",
    info: {
      Title: titleOf(subject),
      Creator: `lanewatch ${subject.place.softwareVersion}`,
      Producer: "lanewatch",
      CreationDate: new Date(isoTime(printedAt)),
    },
  });
  const written = gathered(document);
  document.registerFont("regular", Buffer.from(fonts.regular));
  document.registerFont("bold", Buffer.from(fonts.bold));
  header(document, subject);
  picture(document, profileDrawing(subject));
  for (const evidence of subject.alarms) {
    figures(document, evidence.alarm);
    if (evidence.adjudication === null) continue;
    section(document, "Disposition");
    for (const said of standingWords(evidence.adjudication)) row(document, said);
    section(document, "Who did what");
    for (const command of evidence.adjudication.history) {
      const { label, text } = actWords(command);
      const when = zonedTime(command.at, subject.place.timeZone);
      row(document, {
        label: when,
        text: `${officerWords(command.by)}: ${label}${text === "" ? "" : `. ${text}`}`,
      });
    }
    if (evidence.adjudication.history.length === 0)
      paragraph(document, "Nobody has worked on this alarm yet.");
  }
  footers(document, `Printed ${zonedTime(printedAt, subject.place.timeZone)} (${isoTime(printedAt)})`);
  document.end();
  return written;
};

type Document = InstanceType<typeof PDFDocument>;

const gathered = (document: Document): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    document.on("data", (piece: Buffer) => pieces.push(piece));
    document.on("end", () => resolve(Buffer.concat(pieces)));
    document.on("error", reject);
  });

const titleOf = ({ place, alarms }: EvidenceSubject): string => {
  const kinds = alarms.map(({ alarm }) => `${alarmKinds[alarm.kind].label} alarm`);
  return `${kinds.length === 0 ? "Occupancy" : kinds.join(", ")} · ${place.laneName}`;
};

const header = (document: Document, subject: EvidenceSubject): void => {
  const { place, alarms, profile, occupancyNumber, speedKph } = subject;
  document
    .font("bold")
    .fontSize(16)
    .fillColor(ink.text)
    .text(inVisualOrder(titleOf(subject)), margin, margin);
  document.moveDown(0.3);
  const both = (at: WallMs): string => `${zonedTime(at, place.timeZone)} (${isoTime(at)})`;
  row(document, { label: "Site", text: place.siteName });
  row(document, { label: "Lane", text: `${place.laneName} (${subject.laneId})` });
  row(document, { label: "Occupied from", text: both(profile.startedAt) });
  for (const { alarm } of alarms) {
    row(document, { label: "Alarm", text: `${alarm.alarmId}, version ${alarm.version}` });
    row(document, { label: "Raised", text: both(alarm.raisedAt) });
    row(document, { label: "Ended", text: alarm.endedAt === null ? "still active" : both(alarm.endedAt) });
  }
  const facts = [
    ...(occupancyNumber === null ? [] : [`portal's number ${occupancyNumber}`]),
    ...(speedKph === null ? [] : [`${speedKph.toFixed(1)} km/h`]),
    ...(subject.isVacant ? ["no vehicle in the lane"] : []),
    ...(subject.isHistorical ? ["from frames that came late"] : []),
  ];
  if (facts.length > 0) row(document, { label: "Passage", text: facts.join(", ") });
};

const widthOf = (document: Document): number => document.page.width - 2 * margin;

const picture = (document: Document, drawing: Drawing): void => {
  const scale = widthOf(document) / drawing.width;
  document.moveDown(0.5);
  const top = document.y;
  document.save();
  document.translate(margin, top).scale(scale);
  for (const mark of drawing.marks) {
    switch (mark.kind) {
      case "line": {
        const [first, ...rest] = mark.points;
        if (first === undefined) break;
        document.moveTo(first[0], first[1]);
        for (const [x, y] of rest) document.lineTo(x, y);
        document.lineWidth(mark.width).lineJoin("round");
        if (mark.dash === undefined) document.undash();
        else document.dash(mark.dash[0], { space: mark.dash[1] });
        document.stroke(mark.color);
        break;
      }
      case "area":
        document.rect(mark.x, mark.y, mark.width, mark.height).fill(mark.color);
        break;
      case "text": {
        document.font("regular").fontSize(mark.size).fillColor(mark.color);
        const text = inVisualOrder(mark.text);
        const shift = { start: 0, middle: 0.5, end: 1 }[mark.anchor] * document.widthOfString(text);
        document.save();
        if (mark.isUpright === true) document.rotate(-90, { origin: [mark.at[0], mark.at[1]] });
        document.text(text, mark.at[0] - shift, mark.at[1], { lineBreak: false, baseline: "alphabetic" });
        document.restore();
        break;
      }
    }
  }
  document.restore();
  document.x = margin;
  document.y = top + drawing.height * scale;
};

const section = (document: Document, title: string): void => {
  if (document.y > document.page.height - margin - 60) document.addPage();
  document.moveDown(0.7).font("bold").fontSize(11).fillColor(ink.text).text(title, margin);
  document.moveDown(0.2);
};

const paragraph = (document: Document, text: string): void => {
  document.font("regular").fontSize(bodySize).fillColor(ink.text).text(inVisualOrder(text), margin);
};

/** Control characters but the line feed. */
const unprintable = /(?!\n)\p{Cc}/gu;

const labelWidth = 160;

/** A name and its text beside it; on a new page where there is no room. */
const row = (document: Document, { label, text }: Said): void => {
  const said = inVisualOrder(text.replace(unprintable, "\ufffd"));
  const options = { width: widthOf(document) - labelWidth };
  document.font("regular").fontSize(bodySize);
  const height = Math.min(document.heightOfString(said, options), 300);
  if (document.y + height > document.page.height - margin - 16) document.addPage();
  const { y } = document;
  document
    .font("bold")
    .fillColor(ink.faint)
    .text(label, margin, y, { width: labelWidth - 8 });
  const below = document.y;
  document
    .font("regular")
    .fillColor(ink.text)
    .text(said, margin + labelWidth, y, options);
  document.x = margin;
  document.y = Math.max(document.y, below) + 2;
};

const figures = (document: Document, alarm: EvidenceSubject["alarms"][number]["alarm"]): void => {
  section(document, "What it was decided on");
  const number = (value: number | null): string =>
    value === null ? "—" : String(Number(value.toPrecision(6)));
  for (const decision of alarm.decisions) {
    const { rule, statistic, threshold, firstInterval, flaggedIntervals } = decisionWords(decision);
    const where = `first at interval ${firstInterval}, ${flaggedIntervals} intervals`;
    const text = statistic === null ? where : `${number(statistic)} > ${number(threshold)}; ${where}`;
    row(document, { label: rule, text });
  }
  const { advice } = alarm;
  const spectrum = advice.spectrum === null ? "" : ` Spectrum: ${spectra[advice.spectrum]}.`;
  row(document, { label: "Looks like", text: `${loadClasses[advice.class].label}.${spectrum}` });
  for (const reason of advice.reasons) row(document, { label: "", text: reason });
};

const footers = (document: Document, printed: string): void => {
  const { start, count } = document.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    document.switchToPage(page);
    const text = `${printed} · page ${page - start + 1} of ${count}`;
    // The margin would push the line onto a page of its own.
    document.page.margins.bottom = 0;
    document
      .font("regular")
      .fontSize(8)
      .fillColor(ink.faint)
      .text(text, margin, document.page.height - 30, { lineBreak: false });
    document.page.margins.bottom = margin;
  }
};
