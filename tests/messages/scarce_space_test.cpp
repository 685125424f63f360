#include "support/test_vault.hpp"
#include "vault/genesis.hpp"

#include <catch2/catch.hpp>

namespace scarce_space_test {

namespace {

using namespace rookery;
using test::TestVault;
using test::value;

// A development vault's levels: little below 256 MiB, scarce below 128, none below 64.
constexpr std::uintmax_t plenty = std::uintmax_t{1} << 40;
constexpr std::uintmax_t little = 200U << 20;
constexpr std::uintmax_t scarce = 100U << 20;
constexpr std::uintmax_t none = 10U << 20;

struct Fixture {
    Fixture() {
        const auto role = vault.role(
            "Maker",
            {"prvCreatemsdyn_octwitterapplication",
             "prvReadmsdyn_octwitterapplication",
             "prvWritemsdyn_octwitterapplication",
             "prvDeletemsdyn_octwitterapplication"},
            schema::Depth::global
        );
        vault.associate("systemuserroles_association", user, role);
        vault.associate(
            "systemuserroles_association", administrator, messages::system_administrator_role
        );
        row = value(create(TestVault::caller(user)));
    }

    Result<Uuid> create(const access::Caller& caller) {
        messages::Create message;
        message.table = schema::table("msdyn_octwitterapplication");
        message.input.cells.push_back(
            TestVault::cell("msdyn_octwitterapplication", "msdyn_name", std::string{"app"})
        );
        ROOKERY_TRY(const auto made, vault.run<messages::NoContent>(caller, std::move(message)));
        return *made.id;
    }

    Result<void> rename(const access::Caller& caller) {
        messages::Upsert message;
        message.target = TestVault::target("msdyn_octwitterapplication", row);
        message.preconditions.must_exist = true;
        message.input.cells.push_back(
            TestVault::cell("msdyn_octwitterapplication", "msdyn_name", std::string{"other"})
        );
        ROOKERY_CHECK(vault.run<messages::NoContent>(caller, std::move(message)));
        return {};
    }

    Result<messages::RowReply> read(const access::Caller& caller) {
        messages::Retrieve message;
        message.target = TestVault::target("msdyn_octwitterapplication", row);
        return vault.run<messages::RowReply>(caller, std::move(message));
    }

    Result<messages::CredentialReply> credential(const access::Caller& caller) {
        messages::CreateCredential message;
        message.user = user;
        message.name = "test";
        message.lifetime = std::chrono::hours{1};
        return vault.run<messages::CredentialReply>(caller, message);
    }

    /// But for the one that no jobs run here.
    std::vector<std::string> warnings() {
        auto out =
            vault.run_as_system<messages::StatusReply>(messages::RetrieveVaultStatus{}).warnings;
        std::erase_if(out, [](const std::string& one) { return one.starts_with("no job runs"); });
        return out;
    }

    [[nodiscard]] std::uint64_t log_size() { return vault.vault().view().snapshot().log_size; }

    TestVault vault;
    Uuid user = vault.user("user");
    Uuid administrator = vault.user("administrator");
    Uuid row;
};

template <class T>
Errc code(const Result<T>& result) {
    return result ? Errc::count_ : result.error().code;
}

}  // namespace

TEST_CASE("with little space left the status says so, and everything goes on", "[messages]") {
    Fixture f;
    CHECK(f.warnings().empty());
    f.vault.set_free_space(little);
    REQUIRE(f.warnings().size() == 1);
    CHECK(f.warnings().front().find("200 MiB are free") == 0);
    CHECK(f.create(TestVault::caller(f.user)));
    f.vault.set_free_space(plenty);
    CHECK(f.warnings().empty());
}

TEST_CASE("with scarce space only administrators store something new", "[messages]") {
    Fixture f;
    const auto user = TestVault::caller(f.user);
    f.vault.set_free_space(scarce);
    CHECK(code(f.create(user)) == Errc::no_space);
    CHECK(code(f.rename(user)) == Errc::no_space);
    SECTION("holders of System Administrator do") {
        CHECK(f.create(TestVault::caller(f.administrator)));
        CHECK(f.rename(TestVault::caller(f.administrator)));
    }
    SECTION("also those who hold it through a team") {
        f.vault.set_free_space(plenty);
        const auto team = f.vault.create(
            "team",
            std::pair{"name", std::string{"Administrators"}},
            std::pair{
                "businessunitid",
                TestVault::target("businessunit", f.vault.vault().root_business_unit())}
        );
        f.vault.associate("teamroles_association", team, messages::system_administrator_role);
        f.vault.associate("teammembership_association", team, f.user);
        f.vault.set_free_space(scarce);
        CHECK(f.create(user));
    }
    SECTION("the vault itself does") { CHECK(f.credential(f.vault.vault().system())); }
    SECTION("reading goes on, and is on the log") {
        const auto before = f.log_size();
        CHECK(f.read(user));
        CHECK(f.log_size() == before + 1);
    }
    SECTION("deleting and revoking go on") {
        messages::Delete message;
        message.target = TestVault::target("msdyn_octwitterapplication", f.row);
        CHECK(f.vault.run<messages::NoContent>(user, std::move(message)));
        const auto made = value(f.credential(f.vault.vault().system()));
        const auto revoked =
            f.vault.run<messages::NoContent>(user, messages::RevokeCredential{made.credential});
        CHECK(code(revoked) != Errc::no_space);
    }
    SECTION("who may not do it anyway learns nothing of the disk") {
        CHECK(code(f.credential(user)) == Errc::missing_privilege);
    }
    SECTION("the refusal is on the log") {
        const auto before = f.log_size();
        CHECK_FALSE(f.create(user));
        CHECK(f.log_size() == before + 1);
    }
    SECTION("with space again everybody does") {
        f.vault.set_free_space(plenty);
        CHECK(f.create(user));
    }
}

TEST_CASE("with no space nothing is done for anybody, and nothing written", "[messages]") {
    Fixture f;
    f.vault.set_free_space(none);
    const auto before = f.log_size();
    CHECK(code(f.create(TestVault::caller(f.administrator))) == Errc::no_space);
    CHECK(code(f.read(TestVault::caller(f.user))) == Errc::no_space);
    CHECK(code(f.credential(f.vault.vault().system())) == Errc::no_space);
    CHECK(f.log_size() == before);
}

TEST_CASE("a vault is not made where it could not be opened", "[messages]") {
    const test::TemporaryFolder folder;
    const ManualClock clock(from_ms(1'800'000'000'000));
    SystemRandom random;
    messages::VaultOptions options;
    options.data = folder.path() / "not" / "yet" / "there";
    options.origin = "vault.test/audit/n1";
    options.space_of = [&](const std::filesystem::path& asked) {
        CHECK(asked == folder.path());
        return storage::Space{little, plenty};
    };
    const messages::Unsealing slots(crypto::key_file_offer(folder.path() / "root.key"));
    const auto made = messages::Vault::create(
        std::move(options), messages::VaultKind::production, slots, clock, random
    );
    CHECK(code(made) == Errc::io);
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a vault that ends on a full disk ends its log all the same", "[messages]") {
    Fixture f;
    f.vault.set_free_space(none);
    const auto before = f.log_size();
    f.vault.close();
    CHECK(code(f.vault.reopen()) == Errc::io);  // too little to open with
    f.vault.set_free_space(plenty);
    REQUIRE(f.vault.reopen());
    // log-close of the one before; unseal-attempt, log-open and unsealed of this one
    CHECK(f.log_size() == before + 4);
}

}  // namespace scarce_space_test
