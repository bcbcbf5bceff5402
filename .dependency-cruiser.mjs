// The architecture rules (docs/architecture.md): which module may name which. What is not allowed here is denied.

/** Tests, and what only tests use. */
const tests = '(^|/)testing/|\\.test\\.tsx?$';
/** Integration and system tests put real modules together: that is their work. */
const integrationTests = '\\.(integration|system)\\.test\\.tsx?$';

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
    'Browser and BFF import the contract, so it imports nothing of ours. Move what both need into src/contract, or leave it in its module.',
  okta: 'The Okta client knows Okta only, so that it works with any org. Pass what it needs from others as an argument.',
  database: 'The dialects know Kysely and node:sqlite only. Pass what they need from others as an argument.',
  web: 'The browser knows the BFF by src/contract only. Put path, request and reply there; never import a server module.',
  bff: 'The BFF may import contract, okta, database and clock. It cannot tell the emulator from Okta (never okta-emulator), and src/server.ts passes it the page renderer (never web).',
  'okta-emulator':
    "The emulator writes its own shapes, apart from the client's, so that both cannot be wrong in the same way. It may import okta's error codes (src/okta/error-codes.ts), database and clock.",
  operator:
    'Programs of operators use parts of the BFF, the Okta client and the database. Pass what they need from others as an argument.',
};

/** The layers of the BFF, the lowest first. */
const layers = ['platform', 'records', 'identity', 'http', 'features'];

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
    ...layers.map((layer, index) => ({
      name: `layer-${layer}`,
      comment: `A layer of the BFF imports itself and the layers below it, types included: ${layers.toReversed().join(' → ')}. Move what both need into the lower layer, or let the composition root (app.ts, services.ts, config/) pass it as an argument.`,
      severity: /** @type {const} */ ('error'),
      from: { path: `^src/bff/${layer}/`, pathNot: tests },
      to: { path: '^src/bff/', pathNot: `^src/bff/(${layers.slice(0, index + 1).join('|')})/` },
    })),
    {
      name: 'layer-unknown',
      comment: `A folder in src/bff is a layer or config/. Move this into the layer whose subject it is: ${layers.join(', ')}.`,
      severity: 'error',
      from: { path: '^src/bff/([^/]+)/', pathNot: [`^src/bff/(${layers.join('|')}|config)/`, tests] },
      to: { path: '^src/bff/', pathNot: '^src/bff/$1/' },
    },
    {
      name: 'operator-calls-no-handler',
      comment:
        'Programs of operators answer no request. Use the service that the handler calls, or move what both need into it.',
      severity: 'error',
      from: { path: '^src/operator/', pathNot: tests },
      to: { path: '^src/bff/([^/]+\\.ts$|http/|.*(^|[/-])(handlers|routes?)\\.ts$)' },
    },
    {
      name: 'features-meet-in-app',
      comment:
        'Features of the web do not import each other, nor app/. Move what several features need to src/web/flows (steps of a task) or src/web/components; what shows several features belongs in src/web/app.',
      severity: 'error',
      from: { path: '^src/web/features/([^/]+)', pathNot: tests },
      to: { path: '^src/web/(features|app)/', pathNot: '^src/web/features/$1/' },
    },
    {
      name: 'flows-import-no-feature',
      comment: 'Features import flows. Pass what a flow needs from a feature as a property.',
      severity: 'error',
      from: { path: '^src/web/flows/', pathNot: tests },
      to: { path: '^src/web/(features|app)/' },
    },
    {
      name: 'components-import-no-feature',
      comment:
        'Features and flows import components, queries and texts. Pass what a component needs from them as a property.',
      severity: 'error',
      from: { path: '^src/web/(components|api|i18n)/', pathNot: tests },
      to: { path: '^src/web/(features|flows|app)/' },
    },
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
        'A testing folder is for tests: it may do what must be impossible when people use Latchkey. Move what the program needs into its module.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { path: ['(^|/)testing/', '\\.test\\.tsx?$'] },
    },
    {
      name: 'nobody-imports-the-composition-root',
      comment:
        'src/server.ts and src/operator/doctor/doctor.ts start things when they are read. Pass what you need from them as an argument.',
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
      comment: 'The program imports no test, measurement or script: move what it needs into src.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { path: '^(e2e|bench|scripts)/' },
    },
    {
      name: 'only-the-okta-client-calls-out',
      comment:
        "Only src/okta calls the org's API: its time limits, retries and rate budget hold for every call. Sign-in (src/bff/features/sign-in) calls the issuer, the audit log's sink its receiver, and the doctor tries both.",
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['^src/okta/', '^src/bff/(features/sign-in|records/audit-log/sink)/', '^src/operator/doctor/', tests],
      },
      to: { path: '^node_modules/undici/' },
    },
    {
      name: 'browser-has-no-node',
      comment: "Pages run in a browser: nothing of Node's is there.",
      severity: 'error',
      from: { path: '^src/(web|contract)/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'servers-render-nothing',
      comment:
        'Pages are rendered by src/web, on the server too: src/server.ts passes the renderer to the BFF. Only emails are written there.',
      severity: 'error',
      from: {
        path: '^src/(bff|okta|okta-emulator|database|contract)/',
        pathNot: [tests, '^src/bff/records/notifications/templates/'],
      },
      to: { path: '^node_modules/(react|react-dom|react-router|@tanstack|@lingui)/' },
    },
    {
      name: 'declared-packages',
      comment:
        'What the program imports is listed in "dependencies": a devDependency is missing where it runs, and an undeclared package is gone when the package that brought it is.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
        // The development server is Vite in src/server.ts's own process: taken by import() under --dev.
        pathNot: 'node_modules/(vite|@fastify/middie)/',
      },
    },
    {
      name: 'resolves',
      comment: 'No file has this name. Aliases (#bff/…) are listed in "imports" of package.json.',
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
    // With TypeScript 7 the usual parser sees no module and reports success; architecture-rules.ts lists unseen files.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '^(dist|coverage|test-results)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};
