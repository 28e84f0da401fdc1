"""grpc.testing.TestService on grpcio, as gRPC's interop descriptions define it."""

import time
from concurrent import futures

import grpc

from protos import empty_pb2, messages_pb2, test_pb2_grpc

_INITIAL = "x-grpc-test-echo-initial"
_TRAILING = "x-grpc-test-echo-trailing-bin"
_CODES = {code.value[0]: code for code in grpc.StatusCode}


def _echo_metadata(context):
    for key, value in context.invocation_metadata():
        if key == _INITIAL:
            context.send_initial_metadata(((key, value),))
        elif key == _TRAILING:
            context.set_trailing_metadata(((key, value),))


def _fail_if_asked(request, context):
    if request.HasField("response_status") and request.response_status.code != 0:
        context.abort(_CODES[request.response_status.code], request.response_status.message)


def _payload(size):
    return messages_pb2.Payload(body=bytes(size))


def _responses(parameters, context):
    for wanted in parameters:
        if wanted.interval_us > 0:
            time.sleep(wanted.interval_us / 1e6)
        if wanted.HasField("compressed") and not wanted.compressed.value:
            context.disable_next_message_compression()
        yield messages_pb2.StreamingOutputCallResponse(payload=_payload(wanted.size))


class TestService(test_pb2_grpc.TestServiceServicer):
    """UnimplementedCall is left as generated: UNIMPLEMENTED."""

    def EmptyCall(self, request, context):
        return empty_pb2.Empty()

    def UnaryCall(self, request, context):
        if request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        _echo_metadata(context)
        _fail_if_asked(request, context)
        return messages_pb2.SimpleResponse(payload=_payload(request.response_size))

    def CacheableUnaryCall(self, request, context):
        stamp = str(time.time_ns()).encode()
        return messages_pb2.SimpleResponse(payload=messages_pb2.Payload(body=stamp))

    def StreamingInputCall(self, request_iterator, context):
        _echo_metadata(context)
        total = sum(len(request.payload.body) for request in request_iterator)
        return messages_pb2.StreamingInputCallResponse(aggregated_payload_size=total)

    def StreamingOutputCall(self, request, context):
        if any(wanted.compressed.value for wanted in request.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        _echo_metadata(context)
        _fail_if_asked(request, context)
        yield from _responses(request.response_parameters, context)

    def FullDuplexCall(self, request_iterator, context):
        _echo_metadata(context)
        for request in request_iterator:
            _fail_if_asked(request, context)
            yield from _responses(request.response_parameters, context)

    def HalfDuplexCall(self, request_iterator, context):
        _echo_metadata(context)
        for request in list(request_iterator):
            yield from _responses(request.response_parameters, context)


def serve(port):
    """Starts serving; returns the server and its port. UnimplementedService is not registered."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
    test_pb2_grpc.add_TestServiceServicer_to_server(TestService(), server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    return server, bound
