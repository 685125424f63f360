// A data directory of format 1, as the version before it left it, becomes one of format 2 when it is
// opened. tests/vectors/vault-1.tar.xz: `root.key` beside `vault`, with users, applications, handles and
// sealed records, made by a server that was stopped in order; whatever it is for, these keys are public.
#include "vault/convert.hpp"

#include "audit/log_reader.hpp"
#include "crypto/key_file_slot.hpp"
#include "crypto/root_slots.hpp"
#include "ledger/outbox.hpp"
#include "ledger/vault_state.hpp"
#include "rookery/verify.hpp"
#include "storage/rocksdb_store.hpp"
#include "support/test_vault.hpp"
#include "vault/vault_parts.hpp"
#include "vault/verify_store.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

namespace convert_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::value;

namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The fixture, unpacked.
class OldVault {
 public:
    OldVault() {
        const auto archive = fs::path(ROOKERY_SOURCE_DIR) / "tests/vectors/vault-1.tar.xz";
        const auto command = "tar --no-same-owner -xJf '" + archive.string() + "' -C '" +
                             folder_.path().string() + "'";
        REQUIRE(std::system(command.c_str()) == 0);
    }

    [[nodiscard]] fs::path data() const { return folder_.path() / "vault"; }

    /// Opens it as a server would.
    Result<std::unique_ptr<Vault>> open() {
        VaultOptions options;
        options.data = data();
        options.space_of = [](const auto&) {
            return storage::Space{std::uintmax_t{1} << 40, std::uintmax_t{1} << 40};
        };
        options.monotonic = [this] { return clock_.now().time_since_epoch(); };
        return Vault::open(std::move(options), unsealing(), clock_, random_);
    }

    /// The conversion alone: nothing is written after it.
    Result<void> convert() {
        auto directory = value(DataDirectory::open(data()));
        const auto slots =
            value(crypto::RootSlots::parse(value(directory.read_slots()), directory.identity().id));
        const auto root = value(slots.open(unsealing().offers));
        const auto verifier =
            value(merkle::parse_verifier_key(value(directory.read_verifier_key())));
        audit::LogWriter::Options log;
        log.origin = verifier.name;
        log.verifier = verifier.key;
        log.monotonic = [this] { return clock_.now().time_since_epoch(); };
        const auto store =
            value(storage::open_rocksdb(directory.store(), storage::OpenMode::must_exist));
        return convert_from_format_1(directory, *store, slots, root, log, random_, clock_.now());
    }

    [[nodiscard]] std::unique_ptr<storage::Store> store() const {
        return value(storage::open_rocksdb(data() / "store", storage::OpenMode::must_exist));
    }

    /// The files beside the store, by name.
    [[nodiscard]] std::map<std::string, std::string> files() const {
        std::map<std::string, std::string> out;
        for (const auto& entry : fs::directory_iterator(data())) {
            if (entry.is_regular_file()) out[entry.path().filename()] = content(entry.path());
        }
        return out;
    }

    /// Puts a file of another copy in the place of this one's.
    void take(const std::map<std::string, std::string>& files, const std::string& name) const {
        fs::remove(data() / name);
        std::ofstream(data() / name, std::ios::binary) << files.at(name);
        const auto mode = name == "log.key" ? fs::perms::owner_read
                                            : fs::perms::owner_read | fs::perms::owner_write;
        fs::permissions(data() / name, mode);
    }

 private:
    [[nodiscard]] Unsealing unsealing() const {
        return Unsealing(crypto::key_file_offer(folder_.path() / "root.key"));
    }

    test::TemporaryFolder folder_;
    SystemRandom random_;
    ManualClock clock_{from_ms(1'900'000'000'000)};
};

/// The index of names is made at the same opening, and has an entry of its own.
bool tells_of_index(const audit::Event& event) {
    return std::ranges::any_of(event.extras, [](const auto& extra) {
        return extra.first == "index";
    });
}

std::size_t conversions_on_log(const Vault& vault) {
    const auto reader =
        value(audit::LogReader::open(vault.view().store(), &vault.view().keys().details));
    std::set<Uuid> requests;
    for (std::uint64_t index = 0; index < reader.size(); ++index) {
        const auto entry = value(reader.read(index, audit::Sections::core));
        const bool conversion = entry.event.action == audit::Action::format_change;
        if (conversion && !tells_of_index(entry.event)) requests.insert(entry.event.correlation);
    }
    return requests.size();
}

/// Open, whole, and converted once.
void check_converted(OldVault& old) {
    for (int opening = 0; opening < 2; ++opening) {
        const auto vault = value(old.open());
        const auto report = value(verify_store(*vault));
        for (const auto& finding : report.findings) INFO(finding.place << ": " << finding.what);
        CHECK(report.ok());
        CHECK(report.rows > 300);
        CHECK(report.sealed_values > 0);
        CHECK(report.tombstones == 1);
        CHECK(conversions_on_log(*vault) == 1);
    }
    const auto files = old.files();
    CHECK_FALSE(files.contains("log.key"));
    CHECK(files.at("vault").starts_with("rookery vault 2\n"));
    CHECK(old.store()->check_files());
    const auto log = rookery::verify_log(old.data(), {});
    CHECK(log.status == VerifyStatus::ok);
    CHECK(log.findings.empty());
}

}  // namespace

TEST_CASE("a vault of format 1 is converted once when it is opened, and is whole", "[messages]") {
    OldVault old;
    REQUIRE(old.files().at("vault").starts_with("rookery vault 1\n"));
    REQUIRE(old.files().contains("log.key"));
    const auto before = old.files().at("log.vkey");
    check_converted(old);
    CHECK(old.files().at("log.vkey") == before);
}

TEST_CASE(
    "the conversion is an entry with both formats, and one for each row that had none", "[messages]"
) {
    OldVault old;
    const auto vault = value(old.open());
    const auto reader =
        value(audit::LogReader::open(vault->view().store(), &vault->view().keys().details));
    std::vector<audit::LogRecord> entries;
    std::size_t told_of_index = 0;
    for (std::uint64_t index = 0; index < reader.size(); ++index) {
        auto entry = value(reader.read(index, audit::Sections::core));
        if (entry.event.action != audit::Action::format_change) continue;
        if (tells_of_index(entry.event)) {
            ++told_of_index;
        } else {
            entries.push_back(std::move(entry));
        }
    }
    REQUIRE_FALSE(entries.empty());
    CHECK(told_of_index == 1);
    std::map<std::string, std::uint64_t> extras;
    for (const auto& [name, extra] : entries.front().event.extras) {
        extras[name] = std::get<std::uint64_t>(extra);
    }
    CHECK(extras == std::map<std::string, std::uint64_t>{{"from", 1}, {"to", 2}});
    CHECK_FALSE(entries.front().while_sealed);
    CHECK_FALSE(entries.front().event.record);
    for (std::size_t i = 1; i < entries.size(); ++i) {
        const auto& event = entries[i].event;
        CHECK(event.record.has_value());
        CHECK(event.row_tag.has_value());
        CHECK(event.row_versions->before == event.row_versions->after);
    }
    // The last of the old format and the first of the new one.
    CHECK(reader.leaf(0)->format == 1);
    CHECK(entries.front().leaf.format == 2);
}

TEST_CASE("a conversion that was cut off goes on where it ended", "[messages]") {
    OldVault old;
    const auto original = old.files();
    SECTION("nothing written yet") {}
    SECTION("the keyring") {
        OldVault other;
        REQUIRE(other.convert());
        old.take(other.files(), "keyring");
    }
    SECTION("and the slots") {
        OldVault other;
        REQUIRE(other.convert());
        for (const auto* name : {"keyring", "slots"}) old.take(other.files(), name);
    }
    SECTION("and the store") {
        REQUIRE(old.convert());
        for (const auto* name : {"log.key", "vault"}) old.take(original, name);
    }
    SECTION("and the log's key is gone") {
        REQUIRE(old.convert());
        old.take(original, "vault");
    }
    SECTION("all of it") { REQUIRE(old.convert()); }
    check_converted(old);
}

TEST_CASE("once the store is converted, a keyring or slots of format 1 are refused", "[messages]") {
    OldVault old;
    const auto original = old.files();
    REQUIRE(old.convert());
    for (const auto* name : {"log.key", "vault"}) old.take(original, name);
    old.take(original, GENERATE("slots", "keyring"));
    const auto converted = old.convert();
    REQUIRE_FALSE(converted);
    CHECK(converted.error().code == Errc::integrity);
}

TEST_CASE(
    "a vault of format 1 that is not as it was left is not converted, and stays as it was",
    "[messages]"
) {
    OldVault old;
    const auto original = old.files();
    {
        const auto store = old.store();
        const auto view = store->view();
        const auto commit = store->begin();
        const auto cursor = view->scan({storage::Family::rows, {}, {}}, storage::Order::ascending);
        REQUIRE(cursor->valid());
        std::string bytes(cursor->value());
        SECTION("a changed row") {
            bytes[20] = static_cast<char>(bytes[20] ^ 1);
            commit->put(storage::Family::rows, cursor->key(), bytes);
        }
        SECTION("a row too few") { commit->remove(storage::Family::rows, cursor->key()); }
        SECTION("a row of no table") { commit->put(storage::Family::rows, "x", bytes); }
        SECTION("no state row") { commit->remove(storage::Family::meta, ledger::vault_state_key); }
        SECTION("an outbox entry that says nothing") {
            commit->put(storage::Family::meta, std::string(ledger::outbox_prefix) + "x", "x");
        }
        REQUIRE(commit->write());
    }
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto refused = old.open();
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::integrity);
        CHECK(old.files() == original);
    }
}

TEST_CASE("a vault of format 1 without its log's key is not converted", "[messages]") {
    OldVault old;
    const auto original = old.files();
    fs::remove(old.data() / "log.key");
    REQUIRE(old.open().error().code == Errc::not_found);
    SECTION("nor with another's") {
        auto other = original;
        other["log.key"].replace(0, 4, other["log.key"].starts_with("0000") ? "1111" : "0000");
        old.take(other, "log.key");
        CHECK_FALSE(old.open());
    }
    SECTION("put back, it is") {
        old.take(original, "log.key");
        check_converted(old);
    }
}

TEST_CASE("a vault that was converted is not set back to format 1 by its file", "[messages]") {
    OldVault old;
    const auto original = old.files();
    REQUIRE(value(old.open()) != nullptr);
    const auto converted = old.files();
    old.take(original, "vault");
    SECTION("alone") {}
    SECTION("with its slots of then, which no keyring tags") { old.take(original, "slots"); }
    SECTION("with all files of then but the keyring") {
        old.take(original, "slots");
        old.take(original, "log.key");
    }
    SECTION("with its keyring of then") {
        old.take(original, "keyring");
        old.take(original, "log.key");
    }
    const auto refused = old.open();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::integrity);
    for (const auto* name : {"vault", "slots", "keyring"}) old.take(converted, name);
    fs::remove(old.data() / "log.key");
    CHECK(old.open());
}

}  // namespace convert_test
