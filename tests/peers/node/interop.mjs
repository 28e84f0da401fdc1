// gRPC's interop cases with the stock @grpc/grpc-js:
//   node interop.mjs serve --port N [--attached]       serves TestService; 0 takes a free port; attached: until standard input ends
//   node interop.mjs client --target host:port --case NAME|all [--ca FILE]     over TLS when the server's root certificate (PEM) is given
//   node interop.mjs version
// The client prints one JSON line a case: {"case", "outcome": "passed"|"failed", "detail", "ms"}, and exits with 1 when one failed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { cases, trust } from './cases.mjs';
import { serve } from './service.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string' },
    attached: { type: 'boolean' },
    target: { type: 'string' },
    case: { type: 'string', default: 'all' },
    ca: { type: 'string' },
  },
});

async function runCase(name, target) {
  const started = performance.now();
  let outcome = 'passed';
  let detail;
  try {
    detail = await cases[name](target);
  } catch (error) {
    outcome = 'failed';
    detail = error.message;
  }
  console.log(JSON.stringify({ case: name, outcome, detail: detail ?? '', ms: Math.round((performance.now() - started) * 10) / 10 }));
  return outcome === 'passed';
}

async function client() {
  if (values.case !== 'all' && !(values.case in cases)) throw new Error(`unknown case '${values.case}'; there are: ${Object.keys(cases).join(', ')}`);
  if (values.ca) trust(readFileSync(values.ca));
  let failed = 0;
  for (const name of values.case === 'all' ? Object.keys(cases) : [values.case]) if (!(await runCase(name, values.target))) failed++;
  process.exit(failed === 0 ? 0 : 1);
}

async function server() {
  console.log(`listening on 127.0.0.1:${await serve(Number(values.port ?? 0))}`);
  if (values.attached) process.stdin.on('end', () => process.exit(0)).resume();
}

function version() {
  const { version: library } = createRequire(import.meta.url)('@grpc/grpc-js/package.json');
  console.log(`@grpc/grpc-js ${library}, Node.js ${process.versions.node}`);
}

const commands = { client, serve: server, version };
const command = commands[positionals[0]];
if (!command) throw new Error(`one of: ${Object.keys(commands).join(', ')}`);
await command();
