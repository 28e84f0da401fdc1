// Whether the message that a call received last came compressed. No public header says; the library exports a test function for it.
#pragma once

#include <grpc/grpc.h>

#include <cstdint>

uint32_t grpc_call_test_only_get_message_flags(grpc_call* call);

namespace peer {

// The library's bit for "was compressed, and was decompressed on the way up".
constexpr uint32_t kWasCompressed = 0x40000000u;

inline bool ReceivedCompressed(grpc_call* call) {
  return (grpc_call_test_only_get_message_flags(call) & kWasCompressed) != 0;
}

}  // namespace peer
