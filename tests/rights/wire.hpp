// The way of a request from its head to its answer through the program's own layers, the http service's first: who is
// refused before there is a message is refused here as he is in a server. No socket.
#pragma once

#include "audit/event.hpp"
#include "base/http_message.hpp"
#include "messages/pipeline.hpp"
#include "vault/vault.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rookery::rights {

inline constexpr std::string_view wire_root = "/api/data/v9.2/";

struct Answer {
    int status = 0;
    std::string code;  // of an error: "0x80040220"
    std::string head;
    std::string body;
    std::vector<audit::Event> entries;  // that it left on the log
};

class Wire {
 public:
    /// `vault` outlives it.
    explicit Wire(messages::Vault& vault);
    ~Wire();

    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    [[nodiscard]] Answer ask(const http::Request& request);

 private:
    struct Parts;

    std::unique_ptr<Parts> parts_;
};

/// What the log has from there on.
[[nodiscard]] std::vector<audit::Event> entries_since(messages::Vault& vault, std::uint64_t first);

/// The message that a request comes to; Rejected when it is not understood.
[[nodiscard]] messages::Message message_of(const http::Request& request);

}  // namespace rookery::rights
