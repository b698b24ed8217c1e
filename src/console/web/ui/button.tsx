import type { ComponentChildren, JSX } from "preact";

interface ButtonProps extends Omit<JSX.IntrinsicElements["button"], "class" | "type"> {
  /** `action`: what the page is there for; `plain`: everything else; `danger`: what cannot be taken back. */
  readonly look?: "action" | "plain" | "danger" | "quiet";
  readonly type?: "button" | "submit";
  readonly class?: string;
  readonly children: ComponentChildren;
}

export const Button = ({
  look = "plain",
  type = "button",
  class: more = "",
  children,
  ...rest
}: ButtonProps): JSX.Element => (
  <button type={type} class={`button button-${look} ${more}`} {...rest}>
    {children}
  </button>
);
