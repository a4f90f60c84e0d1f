/** The settings that somebody set: a default must not override what the project's own file says. */

/** Those values of `settings` whose name `isSet`; objects that are no settings themselves are looked into. */
export function given(settings: object, isSet: (name: string) => boolean | undefined, prefix = ""): object {
  const kept = Object.entries(settings).flatMap(([key, value]: [string, unknown]): [string, unknown][] => {
    const name = prefix + key;
    const set = isSet(name);
    if (set !== undefined) return set ? [[key, value]] : [];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [[key, value]];
    const below = given(value, isSet, `${name}.`);
    return Object.keys(below).length > 0 ? [[key, below]] : [];
  });
  return Object.fromEntries(kept);
}
