import { z } from "zod";
import { totalOf } from "../domain/panels.ts";
import { readDocument } from "../yaml-document.ts";

const share = z.number().min(0).max(1);
const height = z.number().min(0).max(10);

/** Where the panels stand. Columns as in the records: 1–2 on the master pillar, 3–4 on the slave pillar. */
export const portalGeometrySchema = z.strictObject({
  /** Between the faces of the pillars. */
  laneWidthInM: z.number().min(1).max(20),
  /** Height of the middle of each panel. */
  panelHeightsInM: z.tuple([height, height, height, height]).readonly(),
  /** A panel sees a source above or below it by this power of the cosine of the elevation worse than 1/d². */
  elevationPower: z.number().min(0).max(10),
});
export type PortalGeometry = z.infer<typeof portalGeometrySchema>;

const windows = z
  .tuple([share, share, share, share])
  .readonly()
  .refine((shares) => Math.abs(totalOf(shares) - 1) < 0.005, {
    message: "the shares of the four energy windows have to sum to 1",
  });

const fraction = z.number().min(0).max(1);

export const sourceSchema = z
  .strictObject({
    isotope: z.string().trim().min(1).max(80),
    /** What strengths are given in: MBq, µg, t. */
    unit: z.string().trim().min(1).max(20),
    /**
     * Gamma counts per second above background, all panels, of strength 1 without shielding in the middle of the
     * lane, 1.2 m up, at closest approach.
     */
    gammaCps: z.number().min(0).max(1e9),
    /** Share of its gamma counts in each energy window, lowest energy first; after shielding. */
    windows,
    /** Neutron counts per second, all banks, at the same place and strength. */
    neutronCps: z.number().min(0).max(1e9).default(0),
    /** Strengths that a study may use. */
    strengths: z.strictObject({ min: z.number().positive(), max: z.number().positive() }),
    /** What shielding lets through of the gamma counts: 1 is none. */
    shielding: z.number().positive().max(1).default(1),
    position: z.strictObject({
      /** From the face of the master pillar. */
      toMasterInM: z.number().min(0.3).max(20),
      heightInM: z.number().min(0).max(6),
      /** Where in the occupancy its middle is nearest, as shares of the gamma intervals: drawn evenly between the two. */
      along: z.tuple([fraction, fraction]).readonly(),
    }),
    /** Length of an evenly distributed load; 0 is a point source. */
    lengthInM: z.number().min(0).max(30).default(0),
  })
  .refine(({ strengths: { min, max } }) => min <= max, {
    path: ["strengths"],
    message: "min has to be at most max",
  })
  .refine(({ position: { along } }) => along[0] <= along[1], {
    path: ["position", "along"],
    message: "the first share has to be at most the second",
  })
  .refine(({ gammaCps, neutronCps }) => gammaCps + neutronCps > 0, {
    path: ["gammaCps"],
    message: "a source emits gammas, neutrons or both",
  });
export type Source = z.infer<typeof sourceSchema>;

export const sourceLibrarySchema = z
  .strictObject({
    portal: portalGeometrySchema,
    sources: z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/), sourceSchema),
  })
  .superRefine(({ portal, sources }, context) => {
    for (const [name, { position }] of Object.entries(sources)) {
      if (position.toMasterInM <= portal.laneWidthInM - 0.3) continue;
      const path = ["sources", name, "position", "toMasterInM"];
      context.addIssue({ code: "custom", path, message: "at least 0.3 m from the slave pillar" });
    }
  });
export type SourceLibrary = z.infer<typeof sourceLibrarySchema>;

/** @throws ProblemsError with every problem at once, each with its path and line. */
export const parseSourceLibrary = (text: string, name: string): SourceLibrary =>
  readDocument(text, sourceLibrarySchema, name).value;
