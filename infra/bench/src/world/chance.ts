/** SQL of a share from 0 up to but without 1 that only looks random: the same for the same number and salt, in every run. */
export const chanceSql = (number: string, salt: string): string =>
  `((hashtext(${number} || '${salt}') & 1048575) / 1048576.0)`;

/** SQL that takes one of some texts, each as likely as the others; who stands there twice is twice as likely. */
export const oneOfSql = (texts: readonly string[], chance: string): string =>
  `(array[${texts.map((text) => `'${text}'`).join(', ')}])[1 + floor(${chance} * ${texts.length})::int]`;
