"""The messages and stubs that install.sh generates from the vendored protos."""

import os
import sys

import grpc

_GENERATED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../artifacts/peers/python")
if not os.path.isfile(os.path.join(_GENERATED, "grpc/testing/test_pb2.py")):
    sys.exit("The generated protos are missing: run tests/peers/install.sh.")

# The proto package grpc.testing generates a Python package of the same name, inside the one that the library itself occupies.
grpc.__path__.append(os.path.join(_GENERATED, "grpc"))

from grpc.testing import empty_pb2, messages_pb2, test_pb2_grpc  # noqa: E402

__all__ = ["empty_pb2", "messages_pb2", "test_pb2_grpc"]
