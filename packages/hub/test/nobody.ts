/** The ordinary user that every system has. */
export const NOBODY = 65_534;
