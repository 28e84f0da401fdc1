#include "service.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "grpc/testing/test.grpc.pb.h"
#include "message_flags.h"

namespace peer {
namespace {

using grpc::ServerContext;
using grpc::Status;
using grpc::StatusCode;
using namespace grpc::testing;  // The proto package.

constexpr char kEchoInitial[] = "x-grpc-test-echo-initial";
constexpr char kEchoTrailing[] = "x-grpc-test-echo-trailing-bin";

void EchoMetadata(ServerContext* context) {
  const auto& received = context->client_metadata();
  if (auto found = received.find(kEchoInitial); found != received.end()) {
    context->AddInitialMetadata(kEchoInitial, {found->second.data(), found->second.size()});
  }
  if (auto found = received.find(kEchoTrailing); found != received.end()) {
    context->AddTrailingMetadata(kEchoTrailing, {found->second.data(), found->second.size()});
  }
}

template <typename Request>
Status AskedStatus(const Request& request) {
  if (!request.has_response_status() || request.response_status().code() == 0) return Status::OK;
  return Status(static_cast<StatusCode>(request.response_status().code()), request.response_status().message());
}

template <typename Request>
Status CheckCompression(const Request& request, ServerContext* context) {
  if (!request.has_expect_compressed() || request.expect_compressed().value() == ReceivedCompressed(context->c_call())) return Status::OK;
  return Status(StatusCode::INVALID_ARGUMENT,
                request.expect_compressed().value() ? "the message came uncompressed" : "the message came compressed");
}

template <typename Writer>
void Respond(const StreamingOutputCallRequest& request, Writer* writer) {
  for (const ResponseParameters& wanted : request.response_parameters()) {
    if (wanted.interval_us() > 0) std::this_thread::sleep_for(std::chrono::microseconds(wanted.interval_us()));
    StreamingOutputCallResponse response;
    response.mutable_payload()->mutable_body()->resize(wanted.size());
    grpc::WriteOptions options;
    if (!wanted.compressed().value()) options.set_no_compression();
    if (!writer->Write(response, options)) return;
  }
}

using Stream = grpc::ServerReaderWriter<StreamingOutputCallResponse, StreamingOutputCallRequest>;

// UnimplementedCall is left as generated: UNIMPLEMENTED.
class Service final : public TestService::Service {
 public:
  Status EmptyCall(ServerContext*, const Empty*, Empty*) override { return Status::OK; }

  Status UnaryCall(ServerContext* context, const SimpleRequest* request, SimpleResponse* response) override {
    EchoMetadata(context);
    if (request->response_compressed().value()) context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    if (Status status = CheckCompression(*request, context); !status.ok()) return status;
    response->mutable_payload()->mutable_body()->resize(request->response_size());
    return AskedStatus(*request);
  }

  Status CacheableUnaryCall(ServerContext*, const SimpleRequest*, SimpleResponse* response) override {
    auto now = std::chrono::system_clock::now().time_since_epoch();
    response->mutable_payload()->set_body(std::to_string(std::chrono::nanoseconds(now).count()));
    return Status::OK;
  }

  Status StreamingInputCall(ServerContext* context, grpc::ServerReader<StreamingInputCallRequest>* reader,
                            StreamingInputCallResponse* response) override {
    EchoMetadata(context);
    StreamingInputCallRequest request;
    int total = 0;
    while (reader->Read(&request)) {
      if (Status status = CheckCompression(request, context); !status.ok()) return status;
      total += static_cast<int>(request.payload().body().size());
    }
    response->set_aggregated_payload_size(total);
    return Status::OK;
  }

  Status StreamingOutputCall(ServerContext* context, const StreamingOutputCallRequest* request,
                             grpc::ServerWriter<StreamingOutputCallResponse>* writer) override {
    EchoMetadata(context);
    context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    Respond(*request, writer);
    return AskedStatus(*request);
  }

  Status FullDuplexCall(ServerContext* context, Stream* stream) override {
    EchoMetadata(context);
    StreamingOutputCallRequest request;
    while (stream->Read(&request)) {
      if (Status status = AskedStatus(request); !status.ok()) return status;
      Respond(request, stream);
    }
    return Status::OK;
  }

  Status HalfDuplexCall(ServerContext* context, Stream* stream) override {
    EchoMetadata(context);
    std::vector<StreamingOutputCallRequest> requests;
    StreamingOutputCallRequest request;
    while (stream->Read(&request)) requests.push_back(request);
    for (const auto& received : requests) Respond(received, stream);
    return Status::OK;
  }
};

}  // namespace

int Serve(int port, bool attached) {
  Service service;
  int bound = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(port), grpc::InsecureServerCredentials(), &bound);
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || bound == 0) {
    std::cerr << "cannot listen on port " << port << "\n";
    return 1;
  }
  std::cout << "listening on 127.0.0.1:" << bound << std::endl;
  if (attached) {
    while (std::cin.get() != std::istream::traits_type::eof()) {
    }
    server->Shutdown(std::chrono::system_clock::now());
  }
  server->Wait();
  return 0;
}

}  // namespace peer
