#include "jobs/for_user.hpp"

#include "access/decide.hpp"
#include "access/one_person.hpp"

namespace rookery::jobs {

bool may_still_ask(
    const messages::Vault& vault, const messages::Requester& by, const access::Needs& needs
) {
    const auto view = vault.view();
    const auto& facts = view.facts();
    if (!facts.enabled(by.user)) return false;
    if (!access::decide(in_his_name(by), needs, facts).allowed()) return false;
    if (by.credential.is_nil()) return true;
    const auto* credential = facts.credential(by.credential);
    return credential != nullptr && access::is_live(*credential, facts, vault.clock().now());
}

access::Caller in_his_name(const messages::Requester& by) {
    auto out = access::Caller::of(by.user);
    out.credential = by.credential;  // whoever made it is the same person as he is
    out.method = AuthMethod::internal;
    out.plaintext = false;
    out.administration = false;
    return out;
}

access::Caller in_his_name_with_plaintext(
    const messages::Vault& vault, const messages::Requester& by
) {
    auto out = in_his_name(by);
    if (by.credential.is_nil()) {
        out.plaintext = true;
        return out;
    }
    const auto view = vault.view();
    const auto* credential = view.facts().credential(by.credential);
    const bool live =
        credential != nullptr && access::is_live(*credential, view.facts(), vault.clock().now());
    out.plaintext = live && credential->plaintext;
    return out;
}

}  // namespace rookery::jobs
