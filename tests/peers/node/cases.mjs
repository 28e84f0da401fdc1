// gRPC's published interop cases as @grpc/grpc-js expresses them: `cases` maps a name to a function that throws when the case fails.
// A note that a case returns says what this library's API could not look at.
import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import { testing } from './protos.mjs';

const { status: Code } = grpc;
const noCompressFlag = 2;
const noFlagNote = 'grpc-js does not show whether a message came compressed; sizes checked';

/** Messages that the interceptor below sends uncompressed over a channel that compresses. */
const plainMessages = new WeakSet();

class PlainWhereAsked extends grpc.InterceptingCall {
  sendMessageWithContext(context, message) {
    super.sendMessageWithContext(plainMessages.has(message) ? { ...context, flags: noCompressFlag } : context, message);
  }

  sendMessage(message) {
    this.sendMessageWithContext({}, message);
  }
}

const plain = (message) => (plainMessages.add(message), message);
const zeros = (size) => ({ body: Buffer.alloc(size) });
const sizes = (...list) => list.map((size) => ({ size }));
const deadline = () => ({ deadline: Date.now() + 60_000 });

const clients = new Map();
let credentials = grpc.credentials.createInsecure();

/** From here on over TLS, to servers whose certificate is this one or signed by it. */
export function trust(certificate) {
  credentials = grpc.credentials.createSsl(certificate);
}

/** One channel for all cases of a kind: grpc-js stops compressing on a channel whose server's grpc-accept-encoding it cannot read. */
function connect(target, gzip = false) {
  const key = `${target} ${gzip}`;
  if (!clients.has(key)) {
    const options = gzip
      ? { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip, interceptors: [(o, next) => new PlainWhereAsked(next(o))] }
      : {};
    const api = testing();
    clients.set(key, {
      test: new api.TestService(target, credentials, options),
      missing: new api.UnimplementedService(target, credentials, options),
    });
  }
  return clients.get(key);
}

/** A call with one response. `send` writes the requests of a client stream. */
function single(service, method, request, { metadata = new grpc.Metadata(), send } = {}) {
  return new Promise((resolve) => {
    const reply = { headers: new grpc.Metadata(), trailers: new grpc.Metadata() };
    const done = (error, response) => Object.assign(reply, { error, response, code: error?.code ?? Code.OK, details: error?.details });
    const call = send ? service[method](metadata, deadline(), done) : service[method](request, metadata, deadline(), done);
    call.on('metadata', (headers) => (reply.headers = headers));
    call.on('status', (status) => {
      reply.trailers = status.metadata;
      setImmediate(() => resolve(reply));
    });
    if (send) send(call);
  });
}

function succeeded(reply) {
  assert.equal(reply.code, Code.OK, `status ${Code[reply.code]}: ${reply.details}`);
  return reply.response;
}

/** The status of a call that streams its responses, once it has ended; the responses are read first. */
async function readAll(call) {
  const responses = [];
  const ended = new Promise((resolve) => call.on('status', resolve));
  call.on('data', (response) => responses.push(response));
  call.on('error', () => {}); // 'status' follows and says the same.
  const status = await ended;
  return { responses, status };
}

const bodySizes = (responses) => responses.map((response) => response.payload.body.length);

function echoMetadata() {
  const metadata = new grpc.Metadata();
  metadata.set('x-grpc-test-echo-initial', 'test_initial_metadata_value');
  metadata.set('x-grpc-test-echo-trailing-bin', Buffer.from([0xab, 0xab, 0xab]));
  return metadata;
}

function assertEchoed(headers, trailers) {
  assert.deepEqual(headers.get('x-grpc-test-echo-initial'), ['test_initial_metadata_value']);
  assert.deepEqual(trailers.get('x-grpc-test-echo-trailing-bin'), [Buffer.from([0xab, 0xab, 0xab])]);
}

async function unaryStatus(target, code, message) {
  const reply = await single(connect(target).test, 'UnaryCall', { response_status: { code, message } });
  assert.equal(reply.code, code);
  assert.equal(reply.details, message);
}

const largeRequest = () => ({ response_size: 314159, payload: zeros(271828) });

async function largeCall(service, request) {
  assert.equal(succeeded(await single(service, 'UnaryCall', request)).payload.body.length, 314159);
}

export const cases = {
  async empty_unary(target) {
    assert.ok(succeeded(await single(connect(target).test, 'EmptyCall', {})));
  },

  async large_unary(target) {
    await largeCall(connect(target).test, largeRequest());
  },

  async client_streaming(target) {
    const send = (call) => {
      for (const size of [27182, 8, 1828, 45904]) call.write({ payload: zeros(size) });
      call.end();
    };
    assert.equal(succeeded(await single(connect(target).test, 'StreamingInputCall', null, { send })).aggregated_payload_size, 74922);
  },

  async server_streaming(target) {
    const call = connect(target).test.StreamingOutputCall({ response_parameters: sizes(31415, 9, 2653, 58979) }, deadline());
    const { responses, status } = await readAll(call);
    assert.equal(status.code, Code.OK, status.details);
    assert.deepEqual(bodySizes(responses), [31415, 9, 2653, 58979]);
  },

  async ping_pong(target) {
    const call = connect(target).test.FullDuplexCall(deadline());
    const ended = new Promise((resolve) => call.on('status', resolve));
    const responses = call.iterator();
    for (const [request, response] of [[27182, 31415], [8, 9], [1828, 2653], [45904, 58979]]) {
      call.write({ response_parameters: sizes(response), payload: zeros(request) });
      const { value, done } = await responses.next();
      assert.equal(done, false);
      assert.equal(value.payload.body.length, response);
    }
    call.end();
    assert.equal((await responses.next()).done, true);
    assert.equal((await ended).code, Code.OK);
  },

  async empty_stream(target) {
    const call = connect(target).test.FullDuplexCall(deadline());
    call.end();
    const { responses, status } = await readAll(call);
    assert.equal(status.code, Code.OK, status.details);
    assert.equal(responses.length, 0);
  },

  async custom_metadata(target) {
    const { test } = connect(target);
    const reply = await single(test, 'UnaryCall', largeRequest(), { metadata: echoMetadata() });
    succeeded(reply);
    assertEchoed(reply.headers, reply.trailers);

    const call = test.FullDuplexCall(echoMetadata(), deadline());
    const headers = new Promise((resolve) => call.on('metadata', resolve));
    call.write({ response_parameters: sizes(314159), payload: zeros(271828) });
    call.end();
    const { responses, status } = await readAll(call);
    assert.equal(status.code, Code.OK, status.details);
    assert.deepEqual(bodySizes(responses), [314159]);
    assertEchoed(await headers, status.metadata);
  },

  async status_code_and_message(target) {
    await unaryStatus(target, Code.UNKNOWN, 'test status message');

    const call = connect(target).test.FullDuplexCall(deadline());
    call.write({ response_status: { code: Code.UNKNOWN, message: 'test status message' } });
    call.end();
    const { status } = await readAll(call);
    assert.equal(status.code, Code.UNKNOWN);
    assert.equal(status.details, 'test status message');
  },

  async special_status_message(target) {
    await unaryStatus(target, Code.UNKNOWN, '\t\ntest with whitespace\r\nand Unicode BMP \u263A and non-BMP \u{1F608}\t\n');
  },

  async unimplemented_method(target) {
    assert.equal((await single(connect(target).test, 'UnimplementedCall', {})).code, Code.UNIMPLEMENTED);
  },

  async unimplemented_service(target) {
    assert.equal((await single(connect(target).missing, 'UnimplementedCall', {})).code, Code.UNIMPLEMENTED);
  },

  async cancel_after_begin(target) {
    const reply = await single(connect(target).test, 'StreamingInputCall', null, { send: (call) => call.cancel() });
    assert.equal(reply.code, Code.CANCELLED);
  },

  async cancel_after_first_response(target) {
    const call = connect(target).test.FullDuplexCall(deadline());
    call.on('data', () => call.cancel());
    call.write({ response_parameters: sizes(31415), payload: zeros(27182) });
    const { responses, status } = await readAll(call);
    assert.equal(responses.length, 1);
    assert.equal(status.code, Code.CANCELLED);
  },

  async timeout_on_sleeping_server(target) {
    const call = connect(target).test.FullDuplexCall({ deadline: Date.now() + 1 });
    call.write({ payload: zeros(27182) });
    assert.equal((await readAll(call)).status.code, Code.DEADLINE_EXCEEDED);
  },

  async concurrent_large_unary(target) {
    const { test } = connect(target);
    await Promise.all(Array.from({ length: 1000 }, () => largeCall(test, largeRequest())));
  },

  async client_compressed_unary(target) {
    const { test } = connect(target, true);
    const probe = await single(test, 'UnaryCall', plain({ ...largeRequest(), expect_compressed: { value: true } }));
    assert.equal(probe.code, Code.INVALID_ARGUMENT, 'the probe');
    await largeCall(test, { ...largeRequest(), expect_compressed: { value: true } });
    await largeCall(test, plain({ ...largeRequest(), expect_compressed: { value: false } }));
  },

  async server_compressed_unary(target) {
    for (const value of [true, false]) await largeCall(connect(target).test, { ...largeRequest(), response_compressed: { value } });
    return noFlagNote;
  },

  async client_compressed_streaming(target) {
    const { test } = connect(target, true);
    const probe = await single(test, 'StreamingInputCall', null, {
      send: (call) => {
        call.write(plain({ expect_compressed: { value: true }, payload: zeros(27182) }));
        call.end();
      },
    });
    assert.equal(probe.code, Code.INVALID_ARGUMENT, 'the probe');
    const reply = await single(test, 'StreamingInputCall', null, {
      send: (call) => {
        call.write({ expect_compressed: { value: true }, payload: zeros(27182) });
        call.write(plain({ expect_compressed: { value: false }, payload: zeros(45904) }));
        call.end();
      },
    });
    assert.equal(succeeded(reply).aggregated_payload_size, 73086);
  },

  async server_compressed_streaming(target) {
    const parameters = [{ size: 31415, compressed: { value: true } }, { size: 92653, compressed: { value: false } }];
    const { responses, status } = await readAll(connect(target).test.StreamingOutputCall({ response_parameters: parameters }, deadline()));
    assert.equal(status.code, Code.OK, status.details);
    assert.deepEqual(bodySizes(responses), [31415, 92653]);
    return noFlagNote;
  },

  // Beyond the published ones.

  async request_too_large(target) {
    const reply = await single(connect(target).test, 'UnaryCall', { payload: zeros(5 << 20) });
    assert.equal(reply.code, Code.RESOURCE_EXHAUSTED);
  },

  async status_while_writing(target) {
    const call = connect(target).test.FullDuplexCall(deadline());
    const ended = readAll(call);
    call.write({ response_status: { code: Code.UNKNOWN, message: 'enough' } });
    for (let i = 0; i < 200; i++) call.write({ payload: zeros(65536) });
    const { status } = await ended;
    assert.equal(status.code, Code.UNKNOWN, status.details);
    assert.equal(status.details, 'enough');
  },
};
