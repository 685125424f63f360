#include "identity/authenticate.hpp"

#include "crypto/keyring.hpp"
#include "identity/bearer_token.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>

namespace authenticate_test {

namespace {

using namespace rookery;
using namespace std::chrono_literals;
using identity::BearerSecret;

const Instant now = from_ms(1'800'000'000'000);

Uuid uuid(std::string_view text) { return *Uuid::parse(text); }

const Uuid unit = uuid("00000000-0000-4000-8000-000000000001");
const Uuid alice = uuid("00000000-0000-4000-8000-0000000000a1");
const Uuid agent = uuid("00000000-0000-4000-8000-0000000000a2");
const Uuid alices = uuid("00000000-0000-4000-8000-0000000000c1");
const Uuid agents = uuid("00000000-0000-4000-8000-0000000000c2");

/// A vault's facts with one user, one agent and a credential for each.
struct World {
    World() {
        user.business_unit = unit;
        program.business_unit = unit;
        program.application = uuid("00000000-0000-4000-8000-0000000000f1");
        credential = made_for(alice, alices, user_secret);
    }

    access::Credential made_for(const Uuid& owner, const Uuid& id, const BearerSecret& secret) {
        access::Credential out;
        out.user = owner;
        out.expires = now + 1h;
        rehash(out, id, secret);
        return out;
    }

    void rehash(access::Credential& out, const Uuid& id, const BearerSecret& secret) {
        const crypto::CredentialClaims claims{
            id, out.user, out.expires, static_cast<std::uint32_t>(out.counter)};
        secret.expose([&](ByteView bytes) { out.hash = hasher.hash(claims, bytes); });
    }

    [[nodiscard]] access::Facts facts() const {
        access::FactsBuilder builder;
        builder.put(unit, business_unit).put(alice, user).put(agent, program);
        builder.put(alices, credential);
        builder.put(agents, made_by_copy());
        return builder.build();
    }

    [[nodiscard]] access::Credential made_by_copy() const {
        access::Credential out;
        out.user = agent;
        out.expires = now + 1h;
        const crypto::CredentialClaims claims{agents, agent, out.expires, 0};
        user_secret.expose([&](ByteView bytes) { out.hash = hasher.hash(claims, bytes); });
        return out;
    }

    [[nodiscard]] std::string header(const Uuid& id) const {
        return identity::format(id, user_secret).expose([](ByteView bytes) {
            return "Bearer " + std::string{text_of(bytes)};
        });
    }

    [[nodiscard]] identity::Proof prove(std::vector<http::Header> headers) const {
        http::Request request;
        request.headers = std::move(headers);
        return identity::prove(request, facts(), hasher);
    }

    [[nodiscard]] identity::Proof prove(std::string authorization) const {
        return prove({{"Host", "h"}, {"authorization", std::move(authorization)}});
    }

    [[nodiscard]] identity::Sender admit(const identity::Proof& proof) const {
        return identity::admit(proof, facts(), now);
    }

    [[nodiscard]] identity::Sender ask(std::vector<http::Header> headers) const {
        return admit(prove(std::move(headers)));
    }

    [[nodiscard]] identity::Sender ask(std::string authorization) const {
        return admit(prove(std::move(authorization)));
    }

    SystemRandom random;
    crypto::Keyring ring = crypto::Keyring::create(Uuid::random(random), random, now);
    crypto::CredentialHasher hasher{ring};
    BearerSecret user_secret = BearerSecret::random(random);
    access::BusinessUnit business_unit;
    access::User user;
    access::User program;
    access::Credential credential;
};

void is_nobody(const identity::Sender& sender) {
    REQUIRE(sender.refusal);
    CHECK(sender.refusal->code == Errc::unauthenticated);
    CHECK(sender.refusal->message == identity::refused_token_message);
    CHECK(sender.caller.user.is_nil());
    CHECK(sender.caller.method == AuthMethod::none);
}

void is_refused(const identity::Sender& sender, const Uuid& user) {
    REQUIRE(sender.refusal);
    CHECK(sender.refusal->code == Errc::unauthenticated);
    CHECK(sender.refusal->message == identity::refused_token_message);
    CHECK(sender.caller.user == user);
}

}  // namespace

TEST_CASE("a good token proves its user", "[identity]") {
    const World world;
    const auto sender = world.ask(world.header(alices));
    REQUIRE_FALSE(sender.refusal);
    CHECK(sender.caller.user == alice);
    CHECK(sender.caller.credential == alices);
    CHECK(sender.caller.method == AuthMethod::local_token);
    CHECK(sender.caller.expires == now + 1h);
    CHECK(sender.caller.fingerprint == identity::fingerprint(alices));
    CHECK_FALSE(sender.caller.application);
    CHECK(world.ask(world.header(agents)).caller.application);
}

TEST_CASE("a credential's fingerprint is that of docs/formats/credential.md", "[identity]") {
    // tests/vectors/pages_test.py
    const auto id = *Uuid::parse("30313233-3435-3637-3839-3a3b3c3d3e3f");
    CHECK(to_hex(identity::fingerprint(id)) == "816b9e7c25d559c5");
    CHECK(identity::fingerprint(Uuid{}) != ByteArray<8>{});
}

TEST_CASE("the scheme's case does not matter and the token's does", "[identity]") {
    const World world;
    auto text = world.header(alices);
    text.replace(0, 6, "bEARER");
    CHECK_FALSE(world.ask(text).refusal);
    is_nobody(world.ask(text + " "));
    text.replace(7, 4, "RKY1");
    is_nobody(world.ask(text));
}

TEST_CASE("a request without exactly one bearer token is nobody's", "[identity]") {
    const World world;
    const auto good = world.header(alices);
    is_nobody(world.ask(std::vector<http::Header>{}));
    is_nobody(world.ask(""));
    is_nobody(world.ask("Bearer"));
    is_nobody(world.ask("Bearer "));
    is_nobody(world.ask(good.substr(7)));
    is_nobody(world.ask("Basic " + good.substr(7)));
    is_nobody(world.ask("Bearer x " + good.substr(7)));
    is_nobody(world.ask({{"Authorization", good}, {"Authorization", good}}));
    is_nobody(world.ask({{"Authorization", good}, {"authorization", "Basic x"}}));
    is_nobody(world.ask({{"Proxy-Authorization", good}, {"Cookie", good}}));
}

TEST_CASE("an unknown credential and a wrong secret are refused alike", "[identity]") {
    World world;
    is_nobody(world.ask(world.header(uuid("00000000-0000-4000-8000-0000000000c9"))));
    is_nobody(world.ask(world.header(Uuid{})));
    world.user_secret = BearerSecret::random(world.random);
    const auto other = world.header(alices);
    world.user_secret = BearerSecret::random(world.random);
    is_nobody(world.ask(other));
}

TEST_CASE("a credential's row that was changed on disk proves nothing", "[identity]") {
    World world;
    const auto text = world.header(alices);
    SECTION("another user") { world.credential.user = agent; }
    SECTION("a later expiry") { world.credential.expires += 1h; }
    SECTION("another counter") { world.credential.counter = 1; }
    SECTION("a counter that differs in bits that are not hashed") {
        world.credential.counter = std::uint64_t{1} << 32U;
        world.user.credential_counter = world.credential.counter;
    }
    SECTION("another hash") { world.credential.hash[31] ^= 1U; }
    is_nobody(world.ask(text));
}

TEST_CASE("an expired credential is refused from its expiry on", "[identity]") {
    World world;
    const auto text = world.header(alices);
    world.credential.expires = now + 1ms;
    world.rehash(world.credential, alices, world.user_secret);
    CHECK_FALSE(world.ask(text).refusal);
    world.credential.expires = now;
    world.rehash(world.credential, alices, world.user_secret);
    is_refused(world.ask(text), alice);
}

TEST_CASE("a revoked credential is refused, also when revoked later than now", "[identity]") {
    World world;
    world.credential.revoked = now + 1h;
    is_refused(world.ask(world.header(alices)), alice);
}

TEST_CASE("raising the user's counter ends all earlier credentials", "[identity]") {
    World world;
    world.user.credential_counter = 1;
    is_refused(world.ask(world.header(alices)), alice);
    world.credential.counter = 1;
    world.rehash(world.credential, alices, world.user_secret);
    CHECK_FALSE(world.ask(world.header(alices)).refusal);
}

TEST_CASE("a credential that is bound to a certificate is refused without one", "[identity]") {
    World world;
    world.credential.certificate = std::string(64, 'a');
    is_refused(world.ask(world.header(alices)), alice);
}

TEST_CASE("a disabled user is told so, and only with the right token", "[identity]") {
    World world;
    const auto text = world.header(alices);
    SECTION("the user") { world.user.disabled = true; }
    SECTION("the user's business unit") { world.business_unit.disabled = true; }
    const auto sender = world.ask(text);
    REQUIRE(sender.refusal);
    CHECK(sender.refusal->code == Errc::user_disabled);
    CHECK(sender.caller.user == alice);
    world.user_secret = BearerSecret::random(world.random);
    is_nobody(world.ask(world.header(alices)));
}

// What a request proved is judged again by each state that it is planned on.

TEST_CASE(
    "a credential that is revoked between two attempts is refused at the second", "[identity]"
) {
    World world;
    const auto proof = world.prove(world.header(alices));
    CHECK_FALSE(world.admit(proof).refusal);
    world.credential.revoked = now;
    is_refused(world.admit(proof), alice);
}

TEST_CASE("a user who is disabled between two attempts is refused at the second", "[identity]") {
    World world;
    const auto proof = world.prove(world.header(alices));
    CHECK_FALSE(world.admit(proof).refusal);
    world.user.disabled = true;
    REQUIRE(world.admit(proof).refusal);
    CHECK(world.admit(proof).refusal->code == Errc::user_disabled);
    world.user.disabled = false;
    world.user.credential_counter = 1;
    is_refused(world.admit(proof), alice);
}

TEST_CASE("a credential that expires between two attempts is refused at the second", "[identity]") {
    const World world;
    const auto proof = world.prove(world.header(alices));
    CHECK_FALSE(identity::admit(proof, world.facts(), now + 1h - 1ms).refusal);
    is_refused(identity::admit(proof, world.facts(), now + 1h), alice);
}

TEST_CASE("a proof is of the row that it was checked against, and of no other", "[identity]") {
    World world;
    const auto proof = world.prove(world.header(alices));
    CHECK_FALSE(world.admit(proof).refusal);
    SECTION("another user") { world.credential.user = agent; }
    SECTION("a later expiry") { world.credential.expires += 1h; }
    SECTION("another counter") {
        world.credential.counter = 1;
        world.user.credential_counter = 1;
    }
    SECTION("another hash") { world.credential.hash[31] ^= 1U; }
    SECTION("the same with a hash for it, which nobody has shown the secret of") {
        world.credential.expires += 1h;
        world.rehash(world.credential, alices, BearerSecret::random(world.random));
    }
    is_nobody(world.admit(proof));
}

TEST_CASE(
    "what changes of a credential without its secret holds at the next attempt", "[identity]"
) {
    World world;
    const auto proof = world.prove(world.header(alices));
    CHECK(world.admit(proof).caller.plaintext);
    world.credential.plaintext = false;
    world.credential.administration = false;
    const auto sender = world.admit(proof);
    REQUIRE_FALSE(sender.refusal);
    CHECK_FALSE(sender.caller.plaintext);
    CHECK_FALSE(sender.caller.administration);
}

TEST_CASE(
    "a credential that is made after nothing was proved does not make it a proof", "[identity]"
) {
    World world;
    world.credential.hash[0] ^= 1U;
    const auto nothing = world.prove(world.header(alices));
    world.credential.hash[0] ^= 1U;
    is_nobody(world.admit(nothing));
    is_nobody(world.admit({}));
    is_nobody(identity::admit({}, access::Facts{}, now));
}

TEST_CASE(
    "the scheme chooses the kind of credential, and the other kinds are not asked", "[identity]"
) {
    static int asked = 0;
    const auto counting = [](const identity::Shown& shown) {
        ++asked;
        CHECK(shown.text == "abc");
        return identity::Proof();
    };
    const identity::CredentialKind kinds[] = {
        {"bearer", identity::prove_bearer_token}, {"signature", counting}};
    const World world;
    const auto prove = [&](std::string authorization) {
        http::Request request;
        request.headers = {{"Authorization", std::move(authorization)}};
        return identity::prove(request, world.facts(), world.hasher, kinds);
    };
    CHECK(prove(world.header(alices)).method() == AuthMethod::local_token);
    CHECK(asked == 0);
    CHECK(prove("SIGNATURE  abc").method() == AuthMethod::none);
    CHECK(asked == 1);
    CHECK(prove("signatures abc").method() == AuthMethod::none);
    CHECK(prove("signature").method() == AuthMethod::none);
    CHECK(asked == 1);
}

}  // namespace authenticate_test
