import { defineConfig } from 'vitest/config'

// The tests that are to kill mutants (npm run mutants): those of what is mutated, without browsers and processes.
export default defineConfig({
  test: {
    environment: 'node',
    include: [
      'test/{changes,edits,flow}/**/*.test.ts',
      'test/uploads/{check,plan-tally,expire}.test.ts',
      'test/access/permissions.test.ts',
    ],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
