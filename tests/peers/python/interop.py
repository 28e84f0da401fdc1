"""gRPC's interop cases with the stock grpcio:

  python3 interop.py serve --port N [--attached]     serves TestService; 0 takes a free port; attached: until standard input ends
  python3 interop.py client --target host:port --case NAME|all [--ca FILE]     over TLS when the server's root certificate (PEM) is given
  python3 interop.py version

The client prints one JSON line a case: {"case", "outcome": "passed"|"failed", "detail", "ms"}, and exits with 1 when one failed.
"""

import argparse
import json
import platform
import sys
import time

import grpc
from google import protobuf


def serve(arguments):
    from service import serve as start

    server, port = start(arguments.port)
    print(f"listening on 127.0.0.1:{port}", flush=True)
    if arguments.attached:
        sys.stdin.read()
        server.stop(None)
    server.wait_for_termination()


def _run_case(name, case, channel):
    started = time.perf_counter()
    try:
        outcome, detail = "passed", case(channel) or ""
    except (AssertionError, grpc.RpcError, StopIteration) as error:
        outcome, detail = "failed", str(error)
    elapsed = round((time.perf_counter() - started) * 1000, 1)
    print(json.dumps({"case": name, "outcome": outcome, "detail": detail, "ms": elapsed}), flush=True)
    return outcome == "passed"


def _channel(target, ca):
    if ca is None:
        return grpc.insecure_channel(target)
    with open(ca, "rb") as certificate:
        return grpc.secure_channel(target, grpc.ssl_channel_credentials(certificate.read()))


def client(arguments):
    from cases import CASES

    if arguments.case != "all" and arguments.case not in CASES:
        sys.exit(f"unknown case '{arguments.case}'; there are: {', '.join(CASES)}")
    names = CASES if arguments.case == "all" else [arguments.case]
    with _channel(arguments.target, arguments.ca) as channel:
        passed = [_run_case(name, CASES[name], channel) for name in names]
    sys.exit(0 if all(passed) else 1)


def version(_):
    print(f"grpcio {grpc.__version__}, protobuf {protobuf.__version__}, Python {platform.python_version()}")


def main():
    parser = argparse.ArgumentParser(prog="interop.py")
    commands = parser.add_subparsers(required=True)
    serving = commands.add_parser("serve")
    serving.add_argument("--port", type=int, default=0)
    serving.add_argument("--attached", action="store_true")
    serving.set_defaults(run=serve)
    calling = commands.add_parser("client")
    calling.add_argument("--target", required=True)
    calling.add_argument("--case", default="all")
    calling.add_argument("--ca")
    calling.set_defaults(run=client)
    commands.add_parser("version").set_defaults(run=version)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
