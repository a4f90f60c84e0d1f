/** Selects the settings that the user has set, because a default must not override the project's own file. */

/**
 * Return the values of `settings` that are set. `isSet` returns undefined for the name of a group of settings, which is
 * searched in the same way.
 */
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
