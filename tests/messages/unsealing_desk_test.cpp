// What a sealed vault makes of what comes in to unseal it, and what of that is on its log.
#include "vault/unsealing_desk.hpp"

#include "audit/lifecycle_events.hpp"
#include "audit/log_reader.hpp"
#include "crypto/key_file.hpp"
#include "crypto/passphrase_slot.hpp"
#include "crypto/share_slot.hpp"
#include "crypto/slot_kinds.hpp"
#include "support/brought.hpp"
#include "support/test_vault.hpp"
#include "vault/slot_change.hpp"

#include <fstream>
#include <iterator>

namespace unsealing_desk_test {

using namespace rookery;
using namespace rookery::messages;
using namespace std::chrono_literals;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

namespace fs = std::filesystem;

constexpr std::string_view passphrase = "correct horse battery staple";

SecretBytes secret(std::string_view text) { return SecretBytes::copy_of(text); }

/// A closed vault that its key file opens, any two of three shares, and a passphrase.
struct ClosedVault {
    ClosedVault() {
        Unsealing unsealing(crypto::key_file_offer(vault.key_file()));
        auto change = value(SlotChange::begin(vault.vault(), unsealing));
        crypto::SlotGiven given;
        given.word = "2/3";
        given.path = folder.path() / "shares";
        REQUIRE(change.add(*value(crypto::share_slot.offer(std::move(given))), "shares"));
        const auto words =
            crypto::passphrase_offer(secret(passphrase), crypto::passphrase_cost_floor);
        REQUIRE(change.add(*words, "passphrase"));
        for (const auto& entry : fs::directory_iterator(folder.path() / "shares")) {
            files.push_back(entry.path());
        }
        std::sort(files.begin(), files.end());
        vault.close();
    }

    /// Of a file in order: "-1-of-3" first.
    [[nodiscard]] SecretBytes share(std::size_t which) const {
        std::ifstream file(files.at(which));
        std::string line;
        std::getline(file, line);
        return secret(line);
    }

    [[nodiscard]] std::unique_ptr<SealedVault> sealed() {
        return value(SealedVault::open(vault.options(), vault.clock(), vault.random()));
    }

    /// The outcomes of the last `count` entries of the log, which all are attempts written in clear.
    [[nodiscard]] std::vector<audit::Outcome> attempts(std::size_t count) const {
        const auto store = vault.store();
        const auto reader = value(audit::LogReader::open(std::shared_ptr(store->view()), nullptr));
        std::vector<audit::Outcome> out;
        for (auto index = reader.size() - count; index < reader.size(); ++index) {
            const auto entry = value(reader.read(index, audit::Sections::core));
            CHECK(entry.while_sealed);
            CHECK(audit::is_unseal_attempt(entry.event));
            out.push_back(entry.event.outcome);
        }
        return out;
    }

    test::TemporaryFolder folder;
    TestVault vault;
    std::vector<fs::path> files;
};

constexpr UnsealingDesk::Time start{};

}  // namespace

TEST_CASE("shares of several people are kept until there are enough, and then open", "[messages]") {
    ClosedVault closed;
    auto sealed = closed.sealed();
    UnsealingDesk desk;
    CHECK(desk.progress() == ShareProgress{0, 0});
    CHECK_FALSE(value(desk.share(*sealed, closed.share(2), start)));
    CHECK(desk.progress() == ShareProgress{1, 2});
    auto opened = value(desk.share(*sealed, closed.share(0), start + 1s));
    REQUIRE(opened);
    CHECK(desk.progress() == ShareProgress{0, 0});
    const auto vault = value(Vault::open(std::move(sealed), opened->root, opened->with));
    CHECK(vault->view().keys().keyring.epoch() > 0);
}

TEST_CASE(
    "a share that is mistyped, of no set or given twice is named and spoils no other", "[messages]"
) {
    ClosedVault closed;
    ClosedVault other;
    auto sealed = closed.sealed();
    UnsealingDesk desk;
    CHECK_FALSE(value(desk.share(*sealed, closed.share(0), start)));
    const auto mistyped = closed.share(1).expose([](ByteView text) {
        auto changed = std::string(text_of(text));
        changed[10] = changed[10] == 'a' ? 'b' : 'a';
        return changed;
    });
    CHECK(desk.share(*sealed, secret(mistyped), start).error().code == Errc::wrong_secret);
    CHECK(desk.share(*sealed, secret("svs1"), start).error().code == Errc::wrong_secret);
    CHECK(desk.share(*sealed, other.share(1), start).error().code == Errc::wrong_secret);
    CHECK(desk.share(*sealed, closed.share(0), start).error().code == Errc::duplicate_key);
    CHECK(desk.progress() == ShareProgress{1, 2});
    CHECK(value(desk.share(*sealed, closed.share(1), start)));
}

TEST_CASE("shares are forgotten ten minutes after the first of them", "[messages]") {
    ClosedVault closed;
    auto sealed = closed.sealed();
    UnsealingDesk desk;
    CHECK_FALSE(value(desk.share(*sealed, closed.share(0), start)));
    desk.drop_expired(start + 10min - 1s);
    CHECK(desk.progress() == ShareProgress{1, 2});
    desk.drop_expired(start + 10min);
    CHECK(desk.progress() == ShareProgress{0, 0});
    CHECK_FALSE(value(desk.share(*sealed, closed.share(1), start + 10min)));
    CHECK_FALSE(value(desk.share(*sealed, closed.share(2), start + 20min)));
    CHECK(desk.progress() == ShareProgress{1, 2});
}

TEST_CASE(
    "every attempt on a sealed vault is on its log before anything comes of it", "[messages]"
) {
    ClosedVault closed;
    {
        auto sealed = closed.sealed();
        UnsealingDesk desk;
        const auto wrong =
            desk.way(*sealed, test::brought("Passphrase", "wrong horse battery staple"));
        REQUIRE_FALSE(wrong);
        CHECK(wrong.error().code == Errc::wrong_secret);
        CHECK_FALSE(desk.share(*sealed, secret("svs1nothing"), start));
        CHECK(desk.share(*sealed, closed.share(0), start));
        CHECK(desk.share(*sealed, closed.share(1), start));
        CHECK(desk.way(*sealed, test::brought("Passphrase", passphrase)));
    }
    using enum audit::Outcome;
    CHECK(closed.attempts(5) == std::vector{denied, denied, intent, success, success});
    // And the next opening takes them for what they are.
    CHECK(closed.vault.reopen());
}

TEST_CASE("every kind is brought, and what could open nothing is on the log too", "[messages]") {
    ClosedVault closed;
    {
        auto sealed = closed.sealed();
        UnsealingDesk desk;
        const auto no_key = desk.way(*sealed, test::brought("KeyFile", "no key"));
        CHECK(no_key.error().code == Errc::invalid_argument);
        const auto no_module = desk.way(*sealed, test::brought("TokenPin", "1234"));
        CHECK(no_module.error().code == Errc::unsupported);
        const auto key = crypto::key_text(value(crypto::read_key_file(closed.vault.key_file())));
        const auto text = key.expose([](ByteView bytes) { return std::string(text_of(bytes)); });
        CHECK(
            desk.way(*sealed, test::brought({{"KeyFile", text}, {"Passphrase", passphrase}}))
                .error()
                .code == Errc::not_found
        );
        CHECK(value(desk.way(*sealed, test::brought("KeyFile", text))).root.slot == 1);
    }
    using enum audit::Outcome;
    CHECK(closed.attempts(4) == std::vector{denied, denied, denied, success});
}

TEST_CASE("an attempt that cannot be put on the log opens nothing", "[messages]") {
    ClosedVault closed;
    auto sealed = closed.sealed();
    UnsealingDesk desk;
    CHECK_FALSE(desk.share(*sealed, secret("svs1nothing"), start).error().code == Errc::no_space);
    closed.vault.set_free_space(1U << 20);
    CHECK(desk.way(*sealed, test::brought("Passphrase", passphrase)).error().code == Errc::io);
    CHECK_FALSE(desk.share(*sealed, closed.share(0), start));
    CHECK(desk.progress() == ShareProgress{0, 0});  // nor is it kept
    closed.vault.set_free_space(std::uintmax_t{1} << 40);
    CHECK_FALSE(value(desk.share(*sealed, closed.share(0), start)));
    CHECK(desk.way(*sealed, test::brought("Passphrase", passphrase)));
}

}  // namespace unsealing_desk_test
