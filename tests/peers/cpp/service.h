// grpc.testing.TestService on grpc++, as gRPC's interop descriptions define it.
#pragma once

namespace peer {

// Serves on the loopback port (0: a free one) until the process ends or, when attached, until standard input ends. Returns the exit code.
int Serve(int port, bool attached);

}  // namespace peer
