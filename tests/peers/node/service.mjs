// grpc.testing.TestService on @grpc/grpc-js, as gRPC's interop descriptions define it.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import grpc from '@grpc/grpc-js';
import { testing } from './protos.mjs';

const initialKey = 'x-grpc-test-echo-initial';
const trailingKey = 'x-grpc-test-echo-trailing-bin';

const payload = (size) => ({ body: Buffer.alloc(size) });

function echoInitial(call) {
  const [value] = call.metadata.get(initialKey);
  if (value === undefined) return;
  const headers = new grpc.Metadata();
  headers.set(initialKey, value);
  call.sendMetadata(headers);
}

function echoTrailing(call) {
  const trailers = new grpc.Metadata();
  const [value] = call.metadata.get(trailingKey);
  if (value !== undefined) trailers.set(trailingKey, value);
  return trailers;
}

const asked = (status) => status && status.code !== 0;

const failure = (call, status) => ({ code: status.code, details: status.message, metadata: echoTrailing(call) });

async function respond(call, parameters) {
  for (const { size, interval_us: intervalUs } of parameters) {
    if (intervalUs > 0) await delay(intervalUs / 1000);
    if (call.cancelled) return;
    if (!call.write({ payload: payload(size) })) await Promise.race([once(call, 'drain'), once(call, 'cancelled')]);
  }
}

function unaryCall(call, callback) {
  const { response_size: size, response_status: status } = call.request;
  echoInitial(call);
  if (asked(status)) callback(failure(call, status));
  else callback(null, { payload: payload(size) }, echoTrailing(call));
}

function streamingInputCall(call, callback) {
  let total = 0;
  echoInitial(call);
  call.on('data', (request) => (total += request.payload?.body.length ?? 0));
  call.on('end', () => callback(null, { aggregated_payload_size: total }, echoTrailing(call)));
}

async function streamingOutputCall(call) {
  const { response_parameters: parameters, response_status: status } = call.request;
  echoInitial(call);
  if (asked(status)) {
    call.emit('error', failure(call, status));
    return;
  }
  await respond(call, parameters);
  call.end(echoTrailing(call));
}

async function fullDuplexCall(call) {
  echoInitial(call);
  for await (const request of call.iterator({ destroyOnReturn: false })) {
    if (asked(request.response_status)) {
      call.emit('error', failure(call, request.response_status));
      return;
    }
    await respond(call, request.response_parameters);
  }
  call.end(echoTrailing(call));
}

async function halfDuplexCall(call) {
  const requests = [];
  echoInitial(call);
  for await (const request of call.iterator({ destroyOnReturn: false })) requests.push(request);
  for (const request of requests) await respond(call, request.response_parameters);
  call.end(echoTrailing(call));
}

/** A caller that cancels closes the stream under its handler: the handler then ends, and nothing is wrong. */
const cancellable = (handler) => (call) =>
  handler(call).catch((error) => {
    if (!call.cancelled && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });

/** Serves until the process ends; resolves to the port. UnimplementedService and TestService.UnimplementedCall have no handler. */
export async function serve(port) {
  const server = new grpc.Server();
  server.addService(testing().TestService.service, {
    EmptyCall: (call, callback) => callback(null, {}),
    UnaryCall: unaryCall,
    CacheableUnaryCall: (call, callback) => callback(null, { payload: { body: Buffer.from(String(process.hrtime.bigint())) } }),
    StreamingInputCall: streamingInputCall,
    StreamingOutputCall: cancellable(streamingOutputCall),
    FullDuplexCall: cancellable(fullDuplexCall),
    HalfDuplexCall: cancellable(halfDuplexCall),
  });
  return await new Promise((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  );
}
