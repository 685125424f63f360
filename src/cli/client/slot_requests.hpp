// The ways into the vault of a running server: listed, tried, added and removed. What is brought, and shares that come back, are in
// wiped memory alone.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/zeroing_allocator.hpp"
#include "cli/client/api_client.hpp"
#include "crypto/brought_way.hpp"
#include "pipeline/slot_book.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rookery::cli {

/// Of a passphrase that is tried on a slow machine, and of a new one.
inline constexpr std::chrono::milliseconds slot_request_max{120'000};

/// Ascending by id. Errc::bad_payload, and those of ApiClient::request.
[[nodiscard]] Result<std::vector<messages::KnownSlot>> slots_of(ApiClient& client);

struct SlotAnswer {
    messages::KnownSlot slot;
    std::uint64_t keyring_epoch = 0;
    std::vector<SecretBytes> shares;  // that the server made and keeps nowhere
};

/// What rky_TestRootKeySlot, rky_AddRootKeySlot or rky_RemoveRootKeySlot answers; waits while others have their turn.
/// Errc::wrong_secret for a way that opens no slot, and the errors of ApiClient::request.
[[nodiscard]] Result<SlotAnswer> ask_about_slots(
    ApiClient& client, std::string_view action, const WipedBuffer& body
);

/// The body as far as every one of them has it, without its end: {"Opens":{…}
[[nodiscard]] WipedBuffer body_opening_with(const crypto::BroughtWay& way);
/// Appends the way as an object. Precondition: every secret is UTF-8.
void append_way(WipedBuffer& out, const crypto::BroughtWay& way);

}  // namespace rookery::cli
