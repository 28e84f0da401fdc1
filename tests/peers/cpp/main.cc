// gRPC's interop cases with the stock grpc++:
//   interop serve --port N [--attached]     serves TestService; 0 takes a free port; attached: until standard input ends
//   interop client --target host:port --case NAME|all [--ca FILE]     over TLS when the server's root certificate (PEM) is given
//   interop version
// The client prints one JSON line a case: {"case", "outcome": "passed"|"failed", "detail", "ms"}, and exits with 1 when one failed.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

#include "cases.h"
#include "service.h"

namespace peer {
namespace {

std::string Escape(const std::string& text) {
  std::string escaped;
  for (unsigned char c : text) {
    char code[8];
    if (c == '"' || c == '\\') {
      escaped += '\\';
      escaped += static_cast<char>(c);
    } else if (c < 0x20) {
      std::snprintf(code, sizeof code, "\\u%04x", c);
      escaped += code;
    } else {
      escaped += static_cast<char>(c);
    }
  }
  return escaped;
}

bool RunCase(const Case& test, const std::shared_ptr<grpc::Channel>& channel) {
  auto started = std::chrono::steady_clock::now();
  std::string detail;
  bool passed = true;
  try {
    test.run(channel);
  } catch (const std::runtime_error& error) {
    passed = false;
    detail = error.what();
  }
  std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - started;
  std::printf("{\"case\": \"%s\", \"outcome\": \"%s\", \"detail\": \"%s\", \"ms\": %.1f}\n", test.name.c_str(), passed ? "passed" : "failed",
              Escape(detail).c_str(), elapsed.count());
  std::fflush(stdout);
  return passed;
}

std::shared_ptr<grpc::ChannelCredentials> Credentials(const std::string& ca) {
  if (ca.empty()) return grpc::InsecureChannelCredentials();
  std::ifstream file(ca);
  if (!file) throw std::invalid_argument("cannot read " + ca);
  std::ostringstream certificate;
  certificate << file.rdbuf();
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = certificate.str();
  return grpc::SslCredentials(options);
}

int Client(const std::string& target, const std::string& name, const std::string& ca) {
  auto channel = grpc::CreateChannel(target, Credentials(ca));
  int ran = 0, failed = 0;
  for (const Case& test : Cases()) {
    if (name != "all" && name != test.name) continue;
    ran++;
    if (!RunCase(test, channel)) failed++;
  }
  if (ran == 0) std::cerr << "unknown case '" << name << "'\n";
  return ran > 0 && failed == 0 ? 0 : 1;
}

int Run(int count, char** values) {
  std::map<std::string, std::string> options = {{"--port", "0"}, {"--case", "all"}};
  bool attached = false;
  for (int i = 2; i < count; i++) {
    std::string option = values[i];
    if (option == "--attached") {
      attached = true;
    } else if (std::set<std::string>{"--port", "--target", "--case", "--ca"}.count(option) == 1 && i + 1 < count) {
      options[option] = values[++i];
    } else {
      throw std::invalid_argument("unknown option, or one without its value: " + option);
    }
  }
  std::string command = count > 1 ? values[1] : "";
  if (command == "serve") return Serve(std::stoi(options["--port"]), attached);
  if (command == "client") return Client(options["--target"], options["--case"], options["--ca"]);
  if (command != "version") throw std::invalid_argument("one of: serve, client, version");
  std::cout << "grpc++ " << grpc::Version() << ", " << PEER_COMPILER << "\n";
  return 0;
}

}  // namespace
}  // namespace peer

int main(int count, char** values) {
  try {
    return peer::Run(count, values);
  } catch (const std::invalid_argument& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
