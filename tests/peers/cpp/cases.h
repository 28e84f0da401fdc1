// gRPC's published interop cases as grpc++ expresses them.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

namespace peer {

struct Case {
  std::string name;
  // Throws std::runtime_error when the case fails.
  void (*run)(const std::shared_ptr<grpc::Channel>& channel);
};

const std::vector<Case>& Cases();

}  // namespace peer
