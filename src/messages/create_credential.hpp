// rky_CreateCredential: a bearer token for a user, shown once.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

inline constexpr std::chrono::seconds credential_lifetime_min{60};
inline constexpr std::chrono::seconds credential_lifetime_max{std::chrono::hours{24 * 366}};

struct CredentialReply {
    Uuid credential;
    SecretBytes token;  // rky1_…
    Instant expires;
    bool plaintext = false;  // what it carries of its user's rights
    bool administration = false;
};

/// The token's text exists once, in the reply; the vault keeps a keyed hash over all that limits it. What it carries
/// of its user's rights: credential_marks.hpp. Errc: out_of_range (lifetime), user_disabled.
struct CreateCredential {
    Uuid user;
    std::string name;
    std::chrono::seconds lifetime{0};

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
