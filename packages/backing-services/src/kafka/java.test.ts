import { expect, test } from 'vitest';
import { javaMajorVersion } from './java.ts';

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_392"', 8],
  ['openjdk version "25" 2025-09-16', 25],
  ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21.0.2"', 21],
  ['Unable to locate a Java Runtime.', undefined],
])('%s is Java %s', (output, version) => {
  expect(javaMajorVersion(output)).toBe(version);
});
