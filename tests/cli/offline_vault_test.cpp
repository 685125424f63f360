// A vault that a command opens by itself, when the clock was once ahead.
#include "cli/local/offline_vault.hpp"

#include "crypto/key_file_slot.hpp"
#include "support/test_vault.hpp"

namespace offline_vault_test {

using namespace rookery;
using namespace rookery::cli;
using namespace std::chrono_literals;
using rookery::test::value;

TEST_CASE(
    "a command that changes a vault takes the log's time when somebody confirms it", "[cli]"
) {
    const test::TemporaryFolder folder;
    const messages::Unsealing key(crypto::key_file_offer(folder.path() / "root.key"));
    SystemRandom random;
    const auto now = from_ms(1'800'000'000'000);
    {
        const ManualClock ahead(now + 48h);
        messages::VaultOptions options;
        options.data = folder.path() / "data";
        options.origin = "vault.test/audit/n1";
        options.monotonic = [] { return 0ms; };
        REQUIRE(messages::Vault::create(
            std::move(options), messages::VaultKind::development, key, ahead, random
        ));
    }
    const ManualClock right(now);
    const auto open = [&](const Purpose& purpose) {
        return open_offline(folder.path() / "data", key, purpose, right, random);
    };
    const auto refused = open(Purpose::change({}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().hint.find("--confirmed-time") != std::string::npos);
    CHECK(open(Purpose::change("yesterday")).error().code == Errc::usage);
    CHECK_FALSE(open(Purpose::change(to_iso8601(now + 1h))));
    CHECK(open(Purpose::change(to_iso8601(now + 48h))));
    CHECK(open(Purpose::look()));
}

}  // namespace offline_vault_test
