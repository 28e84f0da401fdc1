#include "cases.h"

#include <chrono>
#include <future>
#include <sstream>
#include <stdexcept>

#include "grpc/testing/test.grpc.pb.h"
#include "message_flags.h"

namespace peer {
namespace {

using grpc::ClientContext;
using grpc::Status;
using grpc::StatusCode;
using namespace grpc::testing;  // The proto package.

using Channel = std::shared_ptr<grpc::Channel>;

constexpr char kInitialKey[] = "x-grpc-test-echo-initial";
constexpr char kInitialValue[] = "test_initial_metadata_value";
constexpr char kTrailingKey[] = "x-grpc-test-echo-trailing-bin";
constexpr char kTrailingValue[] = "\xab\xab\xab";

template <typename T>
void Equal(const std::string& what, const T& expected, const T& actual) {
  if (expected == actual) return;
  std::ostringstream text;
  text << what << ": expected " << expected << ", got " << actual;
  throw std::runtime_error(text.str());
}

void HasCode(StatusCode expected, const Status& status) {
  Equal<int>("status (message '" + status.error_message() + "')", expected, status.error_code());
}

void Succeeded(const Status& status) { HasCode(StatusCode::OK, status); }

void HasStatus(StatusCode code, const std::string& message, const Status& status) {
  HasCode(code, status);
  Equal("message", message, status.error_message());
}

template <typename Response>
void HasSize(int expected, const Response& response) {
  Equal<int>("body size", expected, static_cast<int>(response.payload().body().size()));
}

std::unique_ptr<TestService::Stub> Stub(const Channel& channel) { return TestService::NewStub(channel); }

// A call's context with a deadline that a working peer never meets.
struct Context : ClientContext {
  Context() { set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60)); }
};

SimpleRequest LargeRequest() {
  SimpleRequest request;
  request.set_response_size(314159);
  request.mutable_payload()->mutable_body()->resize(271828);
  return request;
}

StreamingOutputCallRequest OutputRequest(int response_size, int request_size) {
  StreamingOutputCallRequest request;
  request.add_response_parameters()->set_size(response_size);
  request.mutable_payload()->mutable_body()->resize(request_size);
  return request;
}

StreamingInputCallRequest InputRequest(int size) {
  StreamingInputCallRequest request;
  request.mutable_payload()->mutable_body()->resize(size);
  return request;
}

void EmptyUnary(const Channel& channel) {
  Context context;
  Empty response;
  Succeeded(Stub(channel)->EmptyCall(&context, Empty(), &response));
}

void LargeUnary(const Channel& channel) {
  Context context;
  SimpleResponse response;
  Succeeded(Stub(channel)->UnaryCall(&context, LargeRequest(), &response));
  HasSize(314159, response);
}

void ClientStreaming(const Channel& channel) {
  Context context;
  StreamingInputCallResponse response;
  auto stub = Stub(channel);
  auto writer = stub->StreamingInputCall(&context, &response);
  for (int size : {27182, 8, 1828, 45904}) writer->Write(InputRequest(size));
  writer->WritesDone();
  Succeeded(writer->Finish());
  Equal("aggregated size", 74922, response.aggregated_payload_size());
}

void ServerStreaming(const Channel& channel) {
  Context context;
  StreamingOutputCallRequest request;
  for (int size : {31415, 9, 2653, 58979}) request.add_response_parameters()->set_size(size);
  auto stub = Stub(channel);
  auto reader = stub->StreamingOutputCall(&context, request);
  StreamingOutputCallResponse response;
  int count = 0;
  for (; reader->Read(&response); count++) {
    if (count < request.response_parameters_size()) HasSize(request.response_parameters(count).size(), response);
  }
  Succeeded(reader->Finish());
  Equal("responses", 4, count);
}

void PingPong(const Channel& channel) {
  Context context;
  auto stub = Stub(channel);
  auto stream = stub->FullDuplexCall(&context);
  const int sizes[][2] = {{27182, 31415}, {8, 9}, {1828, 2653}, {45904, 58979}};
  StreamingOutputCallResponse response;
  for (auto [request_size, response_size] : sizes) {
    stream->Write(OutputRequest(response_size, request_size));
    Equal("a response came", true, stream->Read(&response));
    HasSize(response_size, response);
  }
  stream->WritesDone();
  Equal("a response after the last", false, stream->Read(&response));
  Succeeded(stream->Finish());
}

void EmptyStream(const Channel& channel) {
  Context context;
  auto stub = Stub(channel);
  auto stream = stub->FullDuplexCall(&context);
  stream->WritesDone();
  StreamingOutputCallResponse response;
  Equal("a response", false, stream->Read(&response));
  Succeeded(stream->Finish());
}

void AddEchoMetadata(ClientContext* context) {
  context->AddMetadata(kInitialKey, kInitialValue);
  context->AddMetadata(kTrailingKey, kTrailingValue);
}

void HasMetadata(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata, const char* key, const char* value) {
  auto found = metadata.find(key);
  if (found == metadata.end()) throw std::runtime_error(std::string(key) + " is missing");
  Equal<std::string>(key, value, {found->second.data(), found->second.size()});
}

void CustomMetadata(const Channel& channel) {
  auto stub = Stub(channel);
  Context unary;
  AddEchoMetadata(&unary);
  SimpleResponse response;
  Succeeded(stub->UnaryCall(&unary, LargeRequest(), &response));
  HasSize(314159, response);
  HasMetadata(unary.GetServerInitialMetadata(), kInitialKey, kInitialValue);
  HasMetadata(unary.GetServerTrailingMetadata(), kTrailingKey, kTrailingValue);

  Context duplex;
  AddEchoMetadata(&duplex);
  auto stream = stub->FullDuplexCall(&duplex);
  stream->Write(OutputRequest(314159, 271828));
  stream->WritesDone();
  StreamingOutputCallResponse streamed;
  Equal("a response came", true, stream->Read(&streamed));
  HasSize(314159, streamed);
  Equal("a second response", false, stream->Read(&streamed));
  Succeeded(stream->Finish());
  HasMetadata(duplex.GetServerInitialMetadata(), kInitialKey, kInitialValue);
  HasMetadata(duplex.GetServerTrailingMetadata(), kTrailingKey, kTrailingValue);
}

Status UnaryStatus(const Channel& channel, const std::string& message) {
  Context context;
  SimpleRequest request;
  SimpleResponse response;
  request.mutable_response_status()->set_code(StatusCode::UNKNOWN);
  request.mutable_response_status()->set_message(message);
  return Stub(channel)->UnaryCall(&context, request, &response);
}

void StatusCodeAndMessage(const Channel& channel) {
  const std::string message = "test status message";
  HasStatus(StatusCode::UNKNOWN, message, UnaryStatus(channel, message));

  Context context;
  StreamingOutputCallRequest request;
  request.mutable_response_status()->set_code(StatusCode::UNKNOWN);
  request.mutable_response_status()->set_message(message);
  auto stub = Stub(channel);
  auto stream = stub->FullDuplexCall(&context);
  stream->Write(request);
  stream->WritesDone();
  StreamingOutputCallResponse response;
  Equal("a response", false, stream->Read(&response));
  HasStatus(StatusCode::UNKNOWN, message, stream->Finish());
}

void SpecialStatusMessage(const Channel& channel) {
  const std::string message = "\t\ntest with whitespace\r\nand Unicode BMP \xE2\x98\xBA and non-BMP \xF0\x9F\x98\x88\t\n";
  HasStatus(StatusCode::UNKNOWN, message, UnaryStatus(channel, message));
}

void UnimplementedMethod(const Channel& channel) {
  Context context;
  Empty response;
  HasCode(StatusCode::UNIMPLEMENTED, Stub(channel)->UnimplementedCall(&context, Empty(), &response));
}

void UnimplementedServiceCase(const Channel& channel) {
  Context context;
  Empty response;
  HasCode(StatusCode::UNIMPLEMENTED, UnimplementedService::NewStub(channel)->UnimplementedCall(&context, Empty(), &response));
}

void CancelAfterBegin(const Channel& channel) {
  Context context;
  StreamingInputCallResponse response;
  auto stub = Stub(channel);
  auto writer = stub->StreamingInputCall(&context, &response);
  context.TryCancel();
  HasCode(StatusCode::CANCELLED, writer->Finish());
}

void CancelAfterFirstResponse(const Channel& channel) {
  Context context;
  auto stub = Stub(channel);
  auto stream = stub->FullDuplexCall(&context);
  stream->Write(OutputRequest(31415, 27182));
  StreamingOutputCallResponse response;
  Equal("a response came", true, stream->Read(&response));
  HasSize(31415, response);
  context.TryCancel();
  HasCode(StatusCode::CANCELLED, stream->Finish());
}

void TimeoutOnSleepingServer(const Channel& channel) {
  ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(1));
  auto stub = Stub(channel);
  auto stream = stub->FullDuplexCall(&context);
  StreamingOutputCallRequest request;
  request.mutable_payload()->mutable_body()->resize(27182);
  stream->Write(request);
  StreamingOutputCallResponse response;
  Equal("a response", false, stream->Read(&response));
  HasCode(StatusCode::DEADLINE_EXCEEDED, stream->Finish());
}

void ConcurrentLargeUnary(const Channel& channel) {
  struct Call {
    Context context;
    SimpleResponse response;
    std::promise<Status> status;
  };
  std::vector<Call> calls(1000);
  auto stub = Stub(channel);
  const SimpleRequest request = LargeRequest();
  for (Call& call : calls) {
    stub->async()->UnaryCall(&call.context, &request, &call.response, [&call](Status status) { call.status.set_value(std::move(status)); });
  }
  // All of them first: a call that is still under way must not lose its place.
  std::vector<Status> ended;
  for (Call& call : calls) ended.push_back(call.status.get_future().get());
  for (size_t i = 0; i < calls.size(); i++) {
    Succeeded(ended[i]);
    HasSize(314159, calls[i].response);
  }
}

void CompressedCall(const Channel& channel, bool expect, bool compress, StatusCode code) {
  Context context;
  if (compress) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  SimpleRequest request = LargeRequest();
  request.mutable_expect_compressed()->set_value(expect);
  SimpleResponse response;
  HasCode(code, Stub(channel)->UnaryCall(&context, request, &response));
  if (code == StatusCode::OK) HasSize(314159, response);
}

void ClientCompressedUnary(const Channel& channel) {
  CompressedCall(channel, true, false, StatusCode::INVALID_ARGUMENT);
  CompressedCall(channel, true, true, StatusCode::OK);
  CompressedCall(channel, false, false, StatusCode::OK);
}

void ServerCompressedUnary(const Channel& channel) {
  for (bool compressed : {true, false}) {
    Context context;
    SimpleRequest request = LargeRequest();
    request.mutable_response_compressed()->set_value(compressed);
    SimpleResponse response;
    Succeeded(Stub(channel)->UnaryCall(&context, request, &response));
    HasSize(314159, response);
    Equal("compressed flag", compressed, ReceivedCompressed(context.c_call()));
  }
}

void ClientCompressedStreaming(const Channel& channel) {
  auto stub = Stub(channel);
  StreamingInputCallRequest first = InputRequest(27182);
  first.mutable_expect_compressed()->set_value(true);
  {
    Context probe;
    StreamingInputCallResponse response;
    auto writer = stub->StreamingInputCall(&probe, &response);
    writer->Write(first);
    writer->WritesDone();
    HasCode(StatusCode::INVALID_ARGUMENT, writer->Finish());
  }
  Context context;
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  StreamingInputCallResponse response;
  auto writer = stub->StreamingInputCall(&context, &response);
  writer->Write(first);
  StreamingInputCallRequest second = InputRequest(45904);
  second.mutable_expect_compressed()->set_value(false);
  writer->Write(second, grpc::WriteOptions().set_no_compression());
  writer->WritesDone();
  Succeeded(writer->Finish());
  Equal("aggregated size", 73086, response.aggregated_payload_size());
}

void ServerCompressedStreaming(const Channel& channel) {
  Context context;
  StreamingOutputCallRequest request;
  for (auto [size, compressed] : {std::pair(31415, true), std::pair(92653, false)}) {
    ResponseParameters* wanted = request.add_response_parameters();
    wanted->set_size(size);
    wanted->mutable_compressed()->set_value(compressed);
  }
  auto stub = Stub(channel);
  auto reader = stub->StreamingOutputCall(&context, request);
  StreamingOutputCallResponse response;
  for (const ResponseParameters& wanted : request.response_parameters()) {
    Equal("a response came", true, reader->Read(&response));
    HasSize(wanted.size(), response);
    Equal("compressed flag", wanted.compressed().value(), ReceivedCompressed(context.c_call()));
  }
  Equal("a third response", false, reader->Read(&response));
  Succeeded(reader->Finish());
}

// Beyond the published ones.
void RequestTooLarge(const Channel& channel) {
  Context context;
  SimpleRequest request;
  request.mutable_payload()->mutable_body()->resize(5 << 20);
  SimpleResponse response;
  HasCode(StatusCode::RESOURCE_EXHAUSTED, Stub(channel)->UnaryCall(&context, request, &response));
}

// Beyond the published ones.
void StatusWhileWriting(const Channel& channel) {
  Context context;
  auto stub = Stub(channel);
  auto stream = stub->FullDuplexCall(&context);
  StreamingOutputCallRequest request;
  request.mutable_response_status()->set_code(StatusCode::UNKNOWN);
  request.mutable_response_status()->set_message("enough");
  stream->Write(request);
  request.clear_response_status();
  request.mutable_payload()->mutable_body()->resize(65536);
  for (int i = 0; i < 200 && stream->Write(request); i++) {
  }
  HasStatus(StatusCode::UNKNOWN, "enough", stream->Finish());
}

}  // namespace

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {"empty_unary", EmptyUnary},
      {"large_unary", LargeUnary},
      {"client_streaming", ClientStreaming},
      {"server_streaming", ServerStreaming},
      {"ping_pong", PingPong},
      {"empty_stream", EmptyStream},
      {"custom_metadata", CustomMetadata},
      {"status_code_and_message", StatusCodeAndMessage},
      {"special_status_message", SpecialStatusMessage},
      {"unimplemented_method", UnimplementedMethod},
      {"unimplemented_service", UnimplementedServiceCase},
      {"cancel_after_begin", CancelAfterBegin},
      {"cancel_after_first_response", CancelAfterFirstResponse},
      {"timeout_on_sleeping_server", TimeoutOnSleepingServer},
      {"concurrent_large_unary", ConcurrentLargeUnary},
      {"client_compressed_unary", ClientCompressedUnary},
      {"server_compressed_unary", ServerCompressedUnary},
      {"client_compressed_streaming", ClientCompressedStreaming},
      {"server_compressed_streaming", ServerCompressedStreaming},
      {"request_too_large", RequestTooLarge},
      {"status_while_writing", StatusWhileWriting},
  };
  return cases;
}

}  // namespace peer
