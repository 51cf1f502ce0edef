/** What the person asked for cannot be understood: exit code 2. */
export class Misuse extends Error {}
