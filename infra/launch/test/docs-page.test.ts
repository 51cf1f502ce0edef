import { spawnSync } from 'node:child_process';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { identityAndDirectory, ofPlatform } from './identity-and-directory.ts';

const withinMs = 60_000;
const programs = ['chromium', 'chromium-browser', 'google-chrome'];
const pathOf = (name: string) => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim();
const program = [process.env['CHROMIUM_PATH'] ?? '', ...programs.map(pathOf)].find((path) => path !== '');

/** A real Chromium, its own for this test. Null where there is none; in CI that is a failure. */
async function browserOrNone(): Promise<Browser | null> {
  if (program !== undefined) {
    // Chromium's own sandbox does not take root, as whom containers run.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath: program, args });
    onTestFinished(() => browser.close());
    return browser;
  }
  if (process.env['CI'] === 'true')
    throw new Error(
      `no Chromium: install Debian's chromium, or set CHROMIUM_PATH (${programs.join(', ')} are looked for)`,
    );
  process.stderr.write('NOT RUN: infra/launch/test/docs-page.test.ts, for there is no Chromium here\n');
  return null;
}

/** Types into a field of the page, which is an editor and no input. */
async function type(page: Page, field: ReturnType<Page['locator']>, text: string): Promise<void> {
  await field.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

it(
  'presses Authorize under /docs/ in a real browser, gets a token from another origin, and sends a request that succeeds',
  { timeout: 3 * withinMs },
  async (context) => {
    const browser = await browserOrNone();
    if (browser === null) return context.skip();
    const { issuer, origin, clients } = await identityAndDirectory();
    const client = await clients('--role', 'directory-admin', ...ofPlatform);

    const page = await browser.newPage({ viewport: { width: 1400, height: 1200 } });
    page.setDefaultTimeout(withinMs);
    const refused: string[] = [];
    page.on('console', (message) => {
      if (/content security policy|cors/i.test(message.text())) refused.push(message.text());
    });
    await page.goto(`${origin}/docs/`);
    const authentication = page.getByRole('group', { name: 'Authentication' });
    await type(page, authentication.getByRole('combobox', { name: 'Client ID' }), client.clientId);
    await type(page, authentication.getByRole('textbox', { name: 'Client Secret' }), client.clientSecret);
    const answered = page.waitForResponse(
      (response) => response.url() === `${issuer}/token` && response.request().method() === 'POST',
    );
    await authentication.getByRole('button', { name: 'Authorize' }).click();
    expect((await answered).status()).toBe(200);
    await authentication.getByRole('textbox', { name: 'Access Token' }).waitFor();

    const operation = page.getByRole('region', { name: 'List the organisations' });
    await operation.getByRole('button', { name: /test request/i }).click();
    const sent = page.waitForResponse((response) => response.url().startsWith(`${origin}/v1/organisations`));
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^send get request/i })
      .click();
    const answer = await sent;
    expect({ status: answer.status(), body: (await answer.json()) as unknown }).toEqual({
      status: 200,
      body: { items: [], next: null },
    });
    expect(refused).toEqual([]);
  },
);
