#include "identity/proof.hpp"

#include "base/secret.hpp"
#include "identity/authenticate.hpp"

namespace rookery::identity {

Proof::Proof(AuthMethod method, const Uuid& credential, const access::Credential& row)
    : method_(method),
      credential_(credential),
      fingerprint_(identity::fingerprint(credential)),
      user_(row.user),
      expires_(row.expires),
      counter_(row.counter),
      hash_(row.hash) {}

bool Proof::is_of(const access::Credential& row) const {
    return method_ != AuthMethod::none && user_ == row.user && expires_ == row.expires &&
           counter_ == row.counter && constant_time_equal(hash_, row.hash);
}

}  // namespace rookery::identity
