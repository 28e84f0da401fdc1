// A stock gRPC client of asteri.v1.StoreService: text under a key, and back.
//   node store.mjs put  --target host:port --key KEY --value TEXT [--space NAME] [--token KEY]    prints {"written", "commit_token"}
//   node store.mjs get  --target host:port --key KEY [--after COMMIT_TOKEN]                       prints the value
//   node store.mjs scan --target host:port [--key PREFIX]                                         prints KEY, a tab, and the value, a line each
//   node store.mjs load --target host:port --key PREFIX --count N                                 puts N entries, prints each acknowledged key
// --token is the API key that the server printed; --after is a commit token of put: the read sees that write.
// A call that finds the server unavailable is tried again; a write's request_id makes the retry the same write.
// A refusal goes to standard error as "CODE: message", and the exit code is then 1.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import grpc from '@grpc/grpc-js';
import { contract } from './protos.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    target: { type: 'string', default: '127.0.0.1:7451' },
    space: { type: 'string', default: 'notes' },
    key: { type: 'string', default: '' },
    value: { type: 'string', default: '' },
    count: { type: 'string', default: '1000' },
    token: { type: 'string' },
    after: { type: 'string' },
  },
});

const loadWindow = 16;
const retryPolicy = {
  maxAttempts: 5,
  initialBackoff: '0.2s',
  maxBackoff: '2s',
  backoffMultiplier: 2,
  retryableStatusCodes: ['UNAVAILABLE'],
};
const service = 'asteri.v1.StoreService';
const store = new (contract('asteri/v1/store.proto').asteri.v1.StoreService)(values.target, grpc.credentials.createInsecure(), {
  'grpc.service_config': JSON.stringify({ methodConfig: [{ name: [{ service }], retryPolicy }] }),
});
const metadata = new grpc.Metadata();
if (values.token) metadata.set('authorization', `Bearer ${values.token}`);
const options = () => ({ deadline: Date.now() + 10_000 });
const read = values.after ? { min_commit_token: Buffer.from(values.after, 'base64') } : null;

const call = (method, request) =>
  new Promise((resolve, reject) => store[method](request, metadata, options(), (error, response) => (error ? reject(error) : resolve(response))));

/** A full node says when to come again, and is asked again for half a minute; the same request_id is the same write. */
async function write(key, value) {
  const writes = [{ put: { key: Buffer.from(key), value: Buffer.from(value) } }];
  const request = { space: values.space, request_id: randomUUID(), writes };
  const patience = Date.now() + 30_000;
  for (;;) {
    try {
      return await call('WriteEntries', request);
    } catch (error) {
      const [pauseMs] = error.metadata?.get('grpc-retry-pushback-ms') ?? [];
      if (pauseMs === undefined || Date.now() > patience) throw error;
      await delay(Number(pauseMs));
    }
  }
}

const commands = {
  async put() {
    const { written, meta } = await write(values.key, values.value);
    console.log(JSON.stringify({ written, commit_token: meta.commit_token.toString('base64') }));
  },

  async get() {
    const { entry } = await call('GetEntry', { space: values.space, key: Buffer.from(values.key), read });
    console.log(entry.value.toString());
  },

  async scan() {
    const entries = store.ScanEntries({ space: values.space, prefix: Buffer.from(values.key), read }, metadata, options());
    for await (const batch of entries) for (const entry of batch.entries) console.log(`${entry.key}\t${entry.value}`);
  },

  async load() {
    let next = 0;
    const writer = async () => {
      while (next < Number(values.count)) {
        const key = `${values.key}${String(next++).padStart(8, '0')}`;
        await write(key, `value of ${key}`);
        console.log(key);
      }
    };
    await Promise.all(Array.from({ length: loadWindow }, writer));
  },
};

const command = commands[positionals[0]];
if (!command) throw new Error(`one of: ${Object.keys(commands).join(', ')}`);
try {
  await command();
} catch (error) {
  if (!('code' in error)) throw error;
  console.error(`${grpc.status[error.code]}: ${error.details}`);
  process.exitCode = 1;
} finally {
  store.close();
}
