"""gRPC's published interop cases as grpcio expresses them.

CASES maps a name to a function of a channel that raises when the case fails. A note that a case returns says what this library's API
could not look at.
"""

import queue

import grpc

from protos import empty_pb2, messages_pb2, test_pb2_grpc

_NO_FLAG_NOTE = "grpcio does not show whether a message came compressed; sizes checked"
_TIMEOUT = 60
_ECHO = (
    ("x-grpc-test-echo-initial", "test_initial_metadata_value"),
    ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab"),
)


def _equal(what, expected, actual):
    if expected != actual:
        raise AssertionError(f"{what}: expected {expected!r}, got {actual!r}")


def _stub(channel):
    return test_pb2_grpc.TestServiceStub(channel)


def _payload(size):
    return messages_pb2.Payload(body=bytes(size))


def _large(**fields):
    return messages_pb2.SimpleRequest(response_size=314159, payload=_payload(271828), **fields)


def _flag(value):
    return messages_pb2.BoolValue(value=value)


def _output_request(response_size=None, request_size=0, **fields):
    parameters = [] if response_size is None else [messages_pb2.ResponseParameters(size=response_size)]
    return messages_pb2.StreamingOutputCallRequest(response_parameters=parameters, payload=_payload(request_size), **fields)


def _failure(call):
    """The error of a call that must fail."""
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("expected the call to fail, but it succeeded")


def _assert_echoed(call):
    _equal("initial metadata", "test_initial_metadata_value", dict(call.initial_metadata()).get("x-grpc-test-echo-initial"))
    _equal("trailing metadata", b"\xab\xab\xab", dict(call.trailing_metadata()).get("x-grpc-test-echo-trailing-bin"))


def _assert_status(error, code, message):
    _equal("status", code, error.code())
    _equal("message", message, error.details())


class _Requests:
    """Requests that are written one at a time, while responses are read."""

    def __init__(self):
        self._queue = queue.Queue()

    def send(self, request):
        self._queue.put(request)

    def complete(self):
        self._queue.put(None)

    def __iter__(self):
        return iter(self._queue.get, None)


def empty_unary(channel):
    _equal("response", empty_pb2.Empty(), _stub(channel).EmptyCall(empty_pb2.Empty(), timeout=_TIMEOUT))


def large_unary(channel):
    _equal("body size", 314159, len(_stub(channel).UnaryCall(_large(), timeout=_TIMEOUT).payload.body))


def client_streaming(channel):
    requests = (messages_pb2.StreamingInputCallRequest(payload=_payload(size)) for size in (27182, 8, 1828, 45904))
    _equal("aggregated size", 74922, _stub(channel).StreamingInputCall(requests, timeout=_TIMEOUT).aggregated_payload_size)


def server_streaming(channel):
    sizes = [31415, 9, 2653, 58979]
    request = messages_pb2.StreamingOutputCallRequest(response_parameters=[messages_pb2.ResponseParameters(size=size) for size in sizes])
    _equal("sizes", sizes, [len(response.payload.body) for response in _stub(channel).StreamingOutputCall(request, timeout=_TIMEOUT)])


def ping_pong(channel):
    requests = _Requests()
    responses = _stub(channel).FullDuplexCall(iter(requests), timeout=_TIMEOUT)
    for request_size, response_size in ((27182, 31415), (8, 9), (1828, 2653), (45904, 58979)):
        requests.send(_output_request(response_size, request_size))
        _equal("body size", response_size, len(next(responses).payload.body))
    requests.complete()
    _equal("responses after the last", [], list(responses))


def empty_stream(channel):
    _equal("responses", [], list(_stub(channel).FullDuplexCall(iter(()), timeout=_TIMEOUT)))


def custom_metadata(channel):
    response, call = _stub(channel).UnaryCall.with_call(_large(), metadata=_ECHO, timeout=_TIMEOUT)
    _equal("body size", 314159, len(response.payload.body))
    _assert_echoed(call)
    call = _stub(channel).FullDuplexCall(iter((_output_request(314159, 271828),)), metadata=_ECHO, timeout=_TIMEOUT)
    _equal("sizes", [314159], [len(response.payload.body) for response in call])
    _assert_echoed(call)


def status_code_and_message(channel):
    status = messages_pb2.EchoStatus(code=2, message="test status message")
    error = _failure(lambda: _stub(channel).UnaryCall(messages_pb2.SimpleRequest(response_status=status), timeout=_TIMEOUT))
    _assert_status(error, grpc.StatusCode.UNKNOWN, status.message)
    requests = iter((_output_request(response_status=status),))
    error = _failure(lambda: list(_stub(channel).FullDuplexCall(requests, timeout=_TIMEOUT)))
    _assert_status(error, grpc.StatusCode.UNKNOWN, status.message)


def special_status_message(channel):
    message = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
    request = messages_pb2.SimpleRequest(response_status=messages_pb2.EchoStatus(code=2, message=message))
    _assert_status(_failure(lambda: _stub(channel).UnaryCall(request, timeout=_TIMEOUT)), grpc.StatusCode.UNKNOWN, message)


def unimplemented_method(channel):
    error = _failure(lambda: _stub(channel).UnimplementedCall(empty_pb2.Empty(), timeout=_TIMEOUT))
    _equal("status", grpc.StatusCode.UNIMPLEMENTED, error.code())


def unimplemented_service(channel):
    stub = test_pb2_grpc.UnimplementedServiceStub(channel)
    error = _failure(lambda: stub.UnimplementedCall(empty_pb2.Empty(), timeout=_TIMEOUT))
    _equal("status", grpc.StatusCode.UNIMPLEMENTED, error.code())


def cancel_after_begin(channel):
    requests = _Requests()
    call = _stub(channel).StreamingInputCall.future(iter(requests), timeout=_TIMEOUT)
    call.cancel()
    requests.complete()
    _equal("cancelled", True, call.cancelled())
    _equal("status", grpc.StatusCode.CANCELLED, call.code())


def cancel_after_first_response(channel):
    requests = _Requests()
    call = _stub(channel).FullDuplexCall(iter(requests), timeout=_TIMEOUT)
    requests.send(_output_request(31415, 27182))
    _equal("body size", 31415, len(next(call).payload.body))
    call.cancel()
    error = _failure(lambda: next(call))
    requests.complete()
    _equal("status", grpc.StatusCode.CANCELLED, error.code())


def timeout_on_sleeping_server(channel):
    requests = _Requests()
    call = _stub(channel).FullDuplexCall(iter(requests), timeout=0.001)
    requests.send(_output_request(request_size=27182))
    error = _failure(lambda: next(call))
    requests.complete()
    _equal("status", grpc.StatusCode.DEADLINE_EXCEEDED, error.code())


def concurrent_large_unary(channel):
    calls = [_stub(channel).UnaryCall.future(_large(), timeout=_TIMEOUT) for _ in range(1000)]
    while calls:
        _equal("body size", 314159, len(calls.pop().result().payload.body))


def client_compressed_unary(channel):
    call = _stub(channel).UnaryCall
    probe = _failure(lambda: call(_large(expect_compressed=_flag(True)), timeout=_TIMEOUT))
    _equal("status of the probe", grpc.StatusCode.INVALID_ARGUMENT, probe.code())
    response = call(_large(expect_compressed=_flag(True)), timeout=_TIMEOUT, compression=grpc.Compression.Gzip)
    _equal("body size", 314159, len(response.payload.body))
    response = call(_large(expect_compressed=_flag(False)), timeout=_TIMEOUT)
    _equal("body size", 314159, len(response.payload.body))


def server_compressed_unary(channel):
    for value in (True, False):
        response = _stub(channel).UnaryCall(_large(response_compressed=_flag(value)), timeout=_TIMEOUT)
        _equal("body size", 314159, len(response.payload.body))
    return _NO_FLAG_NOTE


def server_compressed_streaming(channel):
    wanted = [(31415, True), (92653, False)]
    parameters = [messages_pb2.ResponseParameters(size=size, compressed=_flag(value)) for size, value in wanted]
    request = messages_pb2.StreamingOutputCallRequest(response_parameters=parameters)
    sizes = [len(response.payload.body) for response in _stub(channel).StreamingOutputCall(request, timeout=_TIMEOUT)]
    _equal("sizes", [31415, 92653], sizes)
    return _NO_FLAG_NOTE


def request_too_large(channel):
    """Beyond the published ones."""
    error = _failure(lambda: _stub(channel).UnaryCall(messages_pb2.SimpleRequest(payload=_payload(5 << 20)), timeout=_TIMEOUT))
    _equal("status", grpc.StatusCode.RESOURCE_EXHAUSTED, error.code())


def status_while_writing(channel):
    """Beyond the published ones."""
    requests = [_output_request(response_status=messages_pb2.EchoStatus(code=2, message="enough"))]
    requests += [_output_request(request_size=65536)] * 200
    error = _failure(lambda: list(_stub(channel).FullDuplexCall(iter(requests), timeout=_TIMEOUT)))
    _assert_status(error, grpc.StatusCode.UNKNOWN, "enough")


# client_compressed_streaming is missing: grpcio's client compresses all messages of a call or none.
CASES = {
    case.__name__: case
    for case in (
        empty_unary,
        large_unary,
        client_streaming,
        server_streaming,
        ping_pong,
        empty_stream,
        custom_metadata,
        status_code_and_message,
        special_status_message,
        unimplemented_method,
        unimplemented_service,
        cancel_after_begin,
        cancel_after_first_response,
        timeout_on_sleeping_server,
        concurrent_large_unary,
        client_compressed_unary,
        server_compressed_unary,
        server_compressed_streaming,
        request_too_large,
        status_while_writing,
    )
}
