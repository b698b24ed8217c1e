import type { JSX } from "preact";

/** A sentence of the server, which speaks English whatever the page's language: read out and laid out as English. */
export const Quoted = ({ text }: { readonly text: string }): JSX.Element => (
  <bdi lang="en" dir="ltr" class="quoted">
    {text}
  </bdi>
);

/** What a person or the configuration has entered: a name, notes, a reason. It keeps its own direction. */
export const Entered = ({ text }: { readonly text: string }): JSX.Element => (
  <bdi dir="auto" class="entered">
    {text}
  </bdi>
);
