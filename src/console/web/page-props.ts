/** What a page is given: what stands behind its name in the address, `#/replay/abc?x=1`. */
export interface PageProps {
  readonly rest: readonly string[];
  readonly query: string;
}
