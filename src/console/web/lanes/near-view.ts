import { useEffect, useState } from "preact/hooks";
import type { RefObject } from "preact";

/** Beyond the edges of the window and of what scrolls in it, so that a scroll finds drawn what it comes to. */
const aheadInPx = 400;

type Told = (isNear: boolean) => void;
const told = new WeakMap<Element, Told>();
let observer: IntersectionObserver | null = null;

/** One observer for all elements; an element is forgotten with `unobserve`. */
const observerOfAll = (): IntersectionObserver => {
  // A browser that does not know `scrollMargin` leaves it out: there what scrolls is drawn as it comes into view.
  const options = { rootMargin: `${aheadInPx}px`, scrollMargin: `${aheadInPx}px` };
  observer ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) told.get(target)?.(isIntersecting);
  }, options);
  return observer;
};

/**
 * Whether an element is in the window or near it. What holds an open dialog stays near: what is typed there would be
 * lost with it. `leaving` is told before what was near becomes far.
 */
export const useNearView = (element: RefObject<Element | null>, leaving?: () => void): boolean => {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const observed = element.current;
    if (observed === null) return;
    let wasNear = false;
    told.set(observed, (near) => {
      if (!near && observed.querySelector("dialog") !== null) return;
      if (wasNear && !near) leaving?.();
      wasNear = near;
      setNear(near);
    });
    const watching = observerOfAll();
    watching.observe(observed);
    return () => watching.unobserve(observed);
  }, []);
  return isNear;
};
