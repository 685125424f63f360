// What is answered about the seal of a vault: by a server that has no vault to look into, so nothing of a request is
// in it but the way that was asked for.
#pragma once

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "http/vault_desk.hpp"

#include <string_view>

namespace rookery::http {

/// GET: {"Sealed": …, "SharesGiven": …, "SharesNeeded": …, "ByRequest": …}, to anybody.
inline constexpr std::string_view seal_status_path = "/api/data/v9.2/rky_RetrieveSealStatus()";
/// POST: {"Share": "svs1…"}, {"Passphrase": "…"} or what else a slot kind's members are; answered like the status.
inline constexpr std::string_view unseal_path = "/api/data/v9.2/rky_Unseal";

[[nodiscard]] Response seal_status(const SealStatus& status);

/// 503: everything else while the vault is sealed.
[[nodiscard]] Response sealed();
[[nodiscard]] Response health_of_sealed(bool ready);
/// Why an attempt to unseal came to nothing.
[[nodiscard]] Response unseal_failed(const Error& error);

/// Errc::bad_payload, method_not_allowed, wrong_content_type, too_large.
[[nodiscard]] Result<UnsealInput> read_unseal_input(const Request& request, std::size_t body_max);

}  // namespace rookery::http
