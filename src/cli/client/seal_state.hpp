// Whether the vault of a server is sealed: anybody may ask.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"
#include "cli/client/api_reply.hpp"

#include <cstdint>

namespace rookery::cli {

struct SealState {
    bool sealed = false;
    std::uint64_t shares_given = 0;
    std::uint64_t shares_needed = 0;  // 0: nobody has given one
    bool by_request = true;           // what is sealed, `rookery unseal` can open
};

/// Errc::bad_payload for an answer that says nothing of it.
[[nodiscard]] Result<SealState> seal_state_in(const ApiReply& reply);
/// The errors of ApiClient::request as well.
[[nodiscard]] Result<SealState> seal_state_of(ApiClient& client);

}  // namespace rookery::cli
