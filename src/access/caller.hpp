// Who is calling: what identity proved about a request, and all that decisions know of it. One may call on behalf of
// another (MSCRMCallerID, CallerObjectId): then there are two people, and what is allowed is what is allowed to both.
// Functions of access that judge a right take the Caller, or one Person of his, which nothing turns a Caller into but
// `people`: whoever judges a request cannot forget the other.
#pragma once

#include "base/auth_method.hpp"
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/uuid.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace rookery::access {

/// One of those whom a request comes from, as he would call alone.
struct Person {
    Uuid user;
    Uuid credential;  // that he calls with; nil: none of his own
    bool system = false;
    bool plaintext = true;
    bool administration = true;
};

/// One or two.
class People {
 public:
    explicit People(const Person& one) : all_{{one, {}}}, size_(1) {}

    People(const Person& first, const Person& second) : all_{{first, second}}, size_(2) {}

    [[nodiscard]] const Person* begin() const { return all_.data(); }

    [[nodiscard]] const Person* end() const { return all_.data() + size_; }

 private:
    std::array<Person, 2> all_;
    std::size_t size_;
};

struct Caller {
    /// In whose name: what is written says that he wrote it, and is his if nobody else is named. nil: unauthenticated.
    Uuid user;
    /// Who sends the request, on behalf of `user`; nothing when that is he himself. The credential, its method and what
    /// it carries are the sender's, and so are shares and budgets.
    std::optional<Uuid> delegate = {};
    Uuid credential;
    AuthMethod method = AuthMethod::none;
    bool system = false;         // the SYSTEM user, which the vault alone acts as: no rule binds it
    ByteArray<8> fingerprint{};  // of the credential, for the log
    bool application = false;    // an application user (an agent)
    Instant expires = Instant::max();
    // What the credential carries of its user's rights: what its maker, or who confirmed it, could
    // have given. Without one the caller acts as if his user lacked it.
    bool plaintext = true;       // tokens in clear, and prvrkyGrantUnmask
    bool administration = true;  // what administers() names

    [[nodiscard]] const Uuid& sender() const { return delegate ? *delegate : user; }

    /// Whoever must be allowed what is asked for: the sender, then on whose behalf.
    [[nodiscard]] People people() const {
        const Person first{sender(), credential, system, plaintext, administration};
        return delegate ? People{first, Person{user, {}, false, true, true}} : People{first};
    }

    /// The user himself, whatever he calls with.
    [[nodiscard]] static Caller of(const Uuid& user) {
        Caller caller;
        caller.user = user;
        return caller;
    }
};

}  // namespace rookery::access
