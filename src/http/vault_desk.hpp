// VaultDesk: what a server asks of whoever holds its vault, as far as it concerns opening and closing it.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/brought_way.hpp"
#include "vault/unsealing_desk.hpp"

#include <cstdint>

namespace rookery::http {

struct SealStatus {
    bool sealed = false;
    messages::ShareProgress shares;  // of a vault that is sealed
    bool by_request = false;         // the same: a request can bring what opens it
};

/// One thing that somebody brings to unseal the vault with: a share of several, or a way that opens by itself.
struct UnsealInput {
    enum class Kind : std::uint8_t { share, way };

    Kind kind = Kind::share;
    SecretBytes share;
    crypto::BroughtWay way;
};

class VaultDesk {
 public:
    virtual ~VaultDesk() = default;

    /// From any thread; does not wait.
    [[nodiscard]] virtual SealStatus status() const = 0;

    /// One at a time, on the entrance's own thread, for as long as it takes. Of a vault that is open the status, and
    /// nothing is tried. Errc: those of UnsealingDesk, of opening the vault; unavailable while the server ends.
    [[nodiscard]] virtual Result<SealStatus> unseal(UnsealInput input) = 0;

    /// About once a second while the vault is sealed, on one of the transport's threads; does not wait.
    virtual void tick() = 0;
};

}  // namespace rookery::http
