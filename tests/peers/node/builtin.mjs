// What a server of ours has beside its services, as a stock client meets it:
//   node builtin.mjs health      --target host:port    the health service, by its own proto file
//   node builtin.mjs reflection  --target host:port    calls TestService with no proto file but what reflection tells
//   node builtin.mjs details     --target host:port    reads google.rpc.Status out of grpc-status-details-bin
//   node builtin.mjs deflate     --target host:port    a compression that is not spoken is refused by name
//   node builtin.mjs stop        --target host:port    prints "started" when a stream of two seconds has begun, and reads it to its end
// Says "passed" at the end; anything else has failed.
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import { contract, contractPath, testing } from './protos.mjs';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { target: { type: 'string' } } });

const connect = (Service) => new Service(values.target, grpc.credentials.createInsecure());
const options = () => ({ deadline: Date.now() + 30_000 });

const unary = (client, method, request) =>
  new Promise((resolve) => client[method](request, options(), (error, response) => resolve({ error, response })));

async function health() {
  const client = connect(contract('grpc/health/v1/health.proto').grpc.health.v1.Health);
  for (const service of ['', 'grpc.testing.TestService']) {
    assert.equal((await unary(client, 'Check', { service })).response?.status, 'SERVING');
  }
  assert.equal((await unary(client, 'Check', { service: 'no.Such' })).error?.code, grpc.status.NOT_FOUND);

  const watch = client.Watch({ service: 'grpc.testing.TestService' }, options());
  const { value } = await watch.iterator({ destroyOnReturn: false }).next();
  assert.equal(value.status, 'SERVING');
  watch.on('error', (error) => assert.equal(error.code, grpc.status.CANCELLED));
  watch.cancel();
}

async function reflection() {
  const client = connect(contract('grpc/reflection/v1/reflection.proto').grpc.reflection.v1.ServerReflection);
  const stream = client.ServerReflectionInfo(options());
  const answers = stream.iterator();
  const ask = async (request) => (stream.write(request), (await answers.next()).value);

  const { list_services_response: list } = await ask({ list_services: '' });
  const names = list.service.map((service) => service.name);
  assert.deepEqual(names.sort(), ['grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection', 'grpc.testing.TestService']);

  const { file_descriptor_response: found } = await ask({ file_containing_symbol: 'grpc.testing.TestService' });
  stream.end();
  // A FileDescriptorSet is its files as field 1, length-delimited.
  const set = protobuf.Writer.create();
  for (const file of found.file_descriptor_proto) set.uint32(10).bytes(file);
  const definition = protoLoader.loadFileDescriptorSetFromBuffer(Buffer.from(set.finish()));
  const test = connect(grpc.loadPackageDefinition(definition).grpc.testing.TestService);
  const { error, response } = await unary(test, 'UnaryCall', { response_size: 17 });
  assert.ifError(error);
  assert.equal(response.payload.body.length, 17);
}

async function details() {
  const { error } = await unary(connect(testing().TestService), 'UnaryCall', { response_size: -1 });
  assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
  const root = new protobuf.Root();
  root.resolvePath = (_, file) => (file.startsWith('google/protobuf/') ? file : contractPath(file));
  await root.load(['google/rpc/status.proto', 'google/rpc/error_details.proto']);
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const status = root.lookupType('google.rpc.Status').decode(bytes);
  assert.equal(status.code, error.code);
  assert.equal(status.message, error.details);
  assert.equal(status.details[0].type_url, 'type.googleapis.com/google.rpc.BadRequest');
  const { fieldViolations } = root.lookupType('google.rpc.BadRequest').decode(status.details[0].value);
  assert.equal(fieldViolations[0].field, 'response_size');
}

async function stop() {
  const parameters = Array.from({ length: 20 }, () => ({ size: 9, interval_us: 100_000 }));
  const stream = connect(testing().TestService).StreamingOutputCall({ response_parameters: parameters }, options());
  let count = 0;
  for await (const response of stream) {
    assert.equal(response.payload.body.length, 9);
    if (++count === 1) console.log('started');
  }
  assert.equal(count, parameters.length);
}

async function deflate() {
  const algorithm = { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.deflate };
  const client = new (testing().TestService)(values.target, grpc.credentials.createInsecure(), algorithm);
  const { error } = await unary(client, 'UnaryCall', { payload: { body: Buffer.alloc(1000) } });
  assert.equal(error?.code, grpc.status.UNIMPLEMENTED);
  assert.match(error.details, /deflate.*gzip/);
}

const checks = { health, reflection, details, deflate, stop };
const check = checks[positionals[0]];
if (!check) throw new Error(`one of: ${Object.keys(checks).join(', ')}`);
await check();
console.log('passed');
process.exit(0);
