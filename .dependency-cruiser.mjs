// The architecture rules (docs/architecture.md): which module may name which. What is not allowed here is denied.

/** Tests, and what only tests use. */
const tests = '(^|/)testing/|\\.test\\.tsx?$';
/** Integration tests put real modules together: that is their work. */
const integrationTests = '\\.integration\\.test\\.tsx?$';

/** Path patterns of what each module may import besides itself. */
const mayImport = {
  contract: [],
  okta: [],
  database: [],
  web: ['^src/contract/'],
  bff: ['^src/(contract|okta|database)/', '^src/clock\\.ts$'],
  'okta-emulator': ['^src/okta/error-codes\\.ts$', '^src/database/', '^src/clock\\.ts$'],
  operator: ['^src/(bff|contract|okta|database)/', '^src/clock\\.ts$'],
};

/** What a person who breaks a rule in a module should do instead. */
const instead = {
  contract:
    'The contract is the door between browser and BFF: both lean on it, so it leans on nothing of ours. Move what both need into src/contract, or leave it in its module.',
  okta: 'The Okta door knows Okta alone, so that it can be trusted with any org. What it needs from others is handed to it as an argument.',
  database: 'The dialect knows Kysely and node:sqlite alone. What it needs from others is handed to it as an argument.',
  web: 'The browser knows the BFF by src/contract only. Put the path, request and reply there; never reach into a server module.',
  bff: 'The BFF may import contract, okta, database and clock. It is blind to whose org it talks to (never okta-emulator), and src/server.ts hands it the page renderer (never web).',
  'okta-emulator':
    "The emulator writes its own shapes, apart from the client's, so that the two cannot be wrong together. It may import okta's table of error codes (src/okta/error-codes.ts), database and clock.",
  operator:
    'Programs of operators use the parts of the BFF, Okta client and database. What they need from others is handed to them as an argument.',
};

const modules = Object.keys(mayImport).join('|');

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(mayImport).map(([module, allowed]) => ({
      name: `module-${module}`,
      comment: instead[/** @type {keyof typeof instead} */ (module)],
      severity: /** @type {const} */ ('error'),
      from: { path: `^src/${module}/`, pathNot: integrationTests },
      to: { path: '^src/', pathNot: [`^src/${module}/`, '^src/testing/', ...allowed] },
    })),
    {
      name: 'module-unknown',
      comment:
        'A new folder in src is a new module: give it a row in the architecture rules (.dependency-cruiser.mjs) and in docs/architecture.md. Until then it may import nothing of ours.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: [`^src/(${modules}|testing)/`, integrationTests] },
      to: { path: '^src/', pathNot: '^src/$1/' },
    },
    {
      name: 'clock-stands-alone',
      comment: 'Every module asks the clock, so it may import nothing of ours.',
      severity: 'error',
      from: { path: '^src/clock\\.ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'file-unknown',
      comment:
        'Only src/server.ts and the clock stand at the top of src. Put this file into the module whose subject it is.',
      severity: 'error',
      from: { path: '^src/[^/]+$', pathNot: ['^src/(server|clock)\\.ts$', tests] },
      to: { path: '^src/' },
    },
    {
      name: 'only-tests-import-testing',
      comment:
        'What stands in a testing folder is for tests: it may open doors that must stay shut when people use Latchkey. Move what the program needs into its module.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { path: ['(^|/)testing/', '\\.test\\.tsx?$'] },
    },
    {
      name: 'nobody-imports-the-composition-root',
      comment:
        'src/server.ts and src/operator/doctor/doctor.ts start things when they are read. Hand what you need from them as an argument.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { path: '^src/(server|operator/doctor/doctor|okta-emulator/main)\\.ts$' },
    },
    {
      name: 'emulator-only-in-demo-mode',
      comment:
        'With a real org nothing of the emulator may be loaded: src/server.ts takes it by import() in demo mode.',
      severity: 'error',
      from: { path: '^src/server\\.ts$' },
      to: { path: '^src/okta-emulator/', dynamic: false, dependencyTypesNot: ['type-only', 'pre-compilation-only'] },
    },
    {
      name: 'src-stands-alone',
      comment: 'The program may not lean on its tests, measurements or scripts: move what it needs into src.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { path: '^(e2e|bench|scripts)/' },
    },
    {
      name: 'only-the-door-calls-out',
      comment:
        "Only src/okta speaks to the org's API: its time limits, retries and rate budget hold for every call. Sign-in (src/bff/features/sign-in) calls the issuer by itself, the audit log's sink its receiver, and the doctor knocks at both.",
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['^src/okta/', '^src/bff/(features/sign-in|records/audit-log/sink)/', '^src/operator/doctor/', tests],
      },
      to: { path: '^node_modules/undici/' },
    },
    {
      name: 'http-knows-no-feature',
      comment: 'The guards serve every endpoint: what they ask of methods and helpdesk, src/bff/app.ts hands over.',
      severity: 'error',
      from: { path: '^src/bff/http/', pathNot: [tests, '^src/bff/http/pages/well-known\\.ts$'] },
      to: { path: '^src/bff/features/(factors|helpdesk)/' },
    },
    {
      name: 'browser-has-no-node',
      comment: "Pages run in a browser: nothing of Node's is there.",
      severity: 'error',
      from: { path: '^src/(web|contract)/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'servers-draw-nothing',
      comment: 'Pages are drawn in src/web, also for the server: src/server.ts hands the renderer over.',
      severity: 'error',
      from: { path: '^src/(bff|okta|okta-emulator|database|contract)/', pathNot: tests },
      to: { path: '^node_modules/(react|react-dom|react-router|@tanstack|@lingui)/' },
    },
    {
      name: 'declared-packages',
      comment:
        'What the program imports stands in "dependencies": a devDependency is missing where it runs, and an undeclared one leaves with whoever brought it.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
        // The development server is Vite in src/server.ts's own process: taken by import() under --dev.
        pathNot: '^node_modules/(vite|@fastify/middie)/',
      },
    },
    {
      name: 'resolves',
      comment: 'This names nothing. An alias (#bff/… and its like) stands in "imports" of package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(virtual:|/@react-refresh$)' },
    },
    {
      name: 'no-circles',
      comment:
        'These files import each other, so none can be read or tested alone: move what both need into one of its own.',
      severity: 'error',
      from: { path: '^src/' },
      // A page's chunk may lead back to what loads it, and types are gone when the program runs.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
  ],
  options: {
    // Beside TypeScript 7 the usual parser sees no module and says that all is well; check.ts asserts how many were
    // seen.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^(dist|coverage|test-results)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};
