// A stock gRPC client of asteri.v1.StoreService: text under a key, and back.
//   node store.mjs put  --target host:port --key KEY --value TEXT [--space NAME] [--token KEY]    prints {"written", "commit_token"}
//   node store.mjs get  --target host:port --key KEY [--after COMMIT_TOKEN]                       prints the value
//   node store.mjs scan --target host:port [--key PREFIX]                                         prints KEY, a tab, and the value, a line each
// --token is the API key that the server printed; --after is a commit token of put: the read sees that write.
// A refusal goes to standard error as "CODE: message", and the exit code is then 1.
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
    token: { type: 'string' },
    after: { type: 'string' },
  },
});

const store = new (contract('asteri/v1/store.proto').asteri.v1.StoreService)(values.target, grpc.credentials.createInsecure());
const metadata = new grpc.Metadata();
if (values.token) metadata.set('authorization', `Bearer ${values.token}`);
const options = { deadline: Date.now() + 10_000 };
const key = Buffer.from(values.key);
const read = values.after ? { min_commit_token: Buffer.from(values.after, 'base64') } : null;

const call = (method, request) =>
  new Promise((resolve, reject) => store[method](request, metadata, options, (error, response) => (error ? reject(error) : resolve(response))));

const commands = {
  async put() {
    const writes = [{ put: { key, value: Buffer.from(values.value) } }];
    const { written, meta } = await call('WriteEntries', { space: values.space, writes });
    console.log(JSON.stringify({ written, commit_token: meta.commit_token.toString('base64') }));
  },

  async get() {
    const { entry } = await call('GetEntry', { space: values.space, key, read });
    console.log(entry.value.toString());
  },

  async scan() {
    for await (const { entries } of store.ScanEntries({ space: values.space, prefix: key, read }, metadata, options)) {
      for (const entry of entries) console.log(`${entry.key}\t${entry.value}`);
    }
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
