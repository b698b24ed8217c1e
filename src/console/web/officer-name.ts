/** The one thing this page keeps in the browser. Not a secret and not an identity: there is no sign-in yet. */
const key = "lanewatch.officer";

/** Empty where nothing is kept, or where the browser keeps nothing (private windows, a policy). */
export const rememberedOfficer = (): string => {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
};

/** Where the browser keeps nothing the name lasts as long as the page. */
export const rememberOfficer = (name: string): void => {
  try {
    localStorage.setItem(key, name);
  } catch {
    return;
  }
};
