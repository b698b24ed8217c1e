import type { SoundState, Tone } from "./attention.ts";

/** Plays tones with WebAudio oscillators: no files, nothing to fetch when the connection is lost. */
export interface Loudspeaker {
  /** What the browser lets the page do now. */
  readonly output: () => SoundState["output"];
  /** Asks the browser for sound; only an officer's own touch can do it. */
  readonly unlock: () => Promise<void>;
  readonly play: (tone: Tone) => void;
}

/** Beeps: hertz and length in milliseconds, one after the other. The more severe, the higher and the more of them. */
const melodies: Record<Tone, readonly (readonly [hertz: number, lengthInMs: number])[]> = {
  "severity-1": [
    [988, 140],
    [1319, 140],
    [988, 140],
    [1319, 220],
  ],
  "severity-2": [
    [784, 160],
    [988, 220],
  ],
  "severity-3": [[587, 260]],
  flood: [
    [440, 300],
    [659, 300],
    [440, 300],
  ],
};
const gapInS = 0.05;
const loudness = 0.18;

const beep = (context: AudioContext, hertz: number, from: number, until: number): void => {
  const oscillator = new OscillatorNode(context, { type: "triangle", frequency: hertz });
  const gain = new GainNode(context, { gain: 0 });
  // Ramps instead of steps, which would click.
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(loudness, from + 0.015);
  gain.gain.setValueAtTime(loudness, until - 0.03);
  gain.gain.linearRampToValueAtTime(0, until);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(from);
  oscillator.stop(until);
};

export const openLoudspeaker = (): Loudspeaker => {
  let context: AudioContext | null;
  try {
    context = new AudioContext();
  } catch {
    // A browser without sound: the page says so, and every alarm is still seen.
    context = null;
  }
  const output = (): SoundState["output"] =>
    context === null ? "unavailable" : context.state === "running" ? "open" : "locked";
  return {
    output,
    unlock: async () => {
      try {
        await context?.resume();
      } catch {
        // Still locked, which `output` says.
        return;
      }
    },
    play: (tone) => {
      if (context === null) return;
      // For tests, and for nobody else: what was played, in order.
      document.documentElement.dataset["tones"] = String(
        Number(document.documentElement.dataset["tones"] ?? "0") + 1,
      );
      document.documentElement.dataset["tone"] = tone;
      let at = context.currentTime + 0.02;
      for (const [hertz, lengthInMs] of melodies[tone]) {
        beep(context, hertz, at, at + lengthInMs / 1000);
        at += lengthInMs / 1000 + gapInS;
      }
    },
  };
};
