import { useEffect, useState } from "preact/hooks";
import type { RefObject } from "preact";

/** Beyond the edges of the window, so that a quick scroll finds the tiles drawn. */
const aheadInPx = 400;

type Told = (isNear: boolean) => void;
const told = new WeakMap<Element, Told>();
let observer: IntersectionObserver | null = null;

/** One observer for all tiles; an element is forgotten with `unobserve`. */
const observerOfAll = (): IntersectionObserver => {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) told.get(target)?.(isIntersecting);
    },
    { rootMargin: `${aheadInPx}px` },
  );
  return observer;
};

/**
 * Whether an element is in the window or near it. What holds an open dialog stays near: what is typed there would be
 * lost with it.
 */
export const useNearView = (element: RefObject<Element | null>): boolean => {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const observed = element.current;
    if (observed === null) return;
    told.set(observed, (near) => {
      if (near || observed.querySelector("dialog") === null) setNear(near);
    });
    const watching = observerOfAll();
    watching.observe(observed);
    return () => watching.unobserve(observed);
  }, []);
  return isNear;
};
