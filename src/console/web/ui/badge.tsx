import type { ComponentChildren, JSX } from "preact";

interface BadgeProps {
  /** Its words say the same: the look is never the only sign. */
  readonly look?: "neutral" | "alarm" | "neutron" | "watch" | "good" | "accent";
  readonly testId?: string;
  readonly children: ComponentChildren;
}

export const Badge = ({ look = "neutral", testId, children }: BadgeProps): JSX.Element => (
  <span class={`badge badge-${look}`} {...(testId === undefined ? {} : { "data-testid": testId })}>
    {children}
  </span>
);
