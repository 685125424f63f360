// A real vault in a temporary folder, for tests: real keys, a clock that the test moves, and the engine of
// the tests, or RocksDB where a test is about the disk. Removed when it goes.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "crypto/key_file_slot.hpp"
#include "pipeline/reply.hpp"
#include "schema/known_tables.hpp"
#include "support/memory_store.hpp"
#include "vault/vault.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <utility>

namespace rookery::test {

class TemporaryFolder {
 public:
    TemporaryFolder() {
        SystemRandom random;
        path_ = std::filesystem::temp_directory_path() /
                ("rookery-test-" + to_string(Uuid::random(random)));
        std::filesystem::create_directory(path_);
    }

    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

/// The value of a Result, or a failed test that shows the error.
template <class T>
T value(Result<T> result) {
    if (!result) FAIL(info(result.error().code).name << ": " << result.error().message);
    return std::move(*result);
}

/// Randomness that runs out where a test wants, as memory does: by an exception.
class FaultyRandom final : public Random {
 public:
    void fill(std::span<std::uint8_t> out) override {
        const auto draw = draws_++;
        if (draw >= first_ && draw < end_) throw std::bad_alloc{};
        inner_.fill(out);
    }

    /// After so many more draws the next ones fail.
    void fail(int after, int times) {
        first_ = draws_ + after;
        end_ = first_ + times;
    }

 private:
    SystemRandom inner_;
    std::atomic<int> draws_{0}, first_{0}, end_{0};
};

/// Where a vault's store is. In memory it stays over a new opening of the same TestVault.
enum class Kept : std::uint8_t { in_memory, on_disk };

class TestVault {
 public:
    explicit TestVault(
        std::shared_ptr<messages::SyncMonitor> sync = {}, Kept kept = Kept::in_memory
    )
        : sync_(std::move(sync)),
          engine_(
              kept == Kept::on_disk ? storage::rocksdb_engine() : storage::Engine(MemoryEngine())
          ) {
        create();
    }

    explicit TestVault(Kept kept) : TestVault({}, kept) {}

    [[nodiscard]] messages::Vault& vault() { return *vault_; }

    /// Time passes: what advances this clock is no jump.
    [[nodiscard]] ManualClock& clock() { return clock_; }

    /// Of this opening of the vault: another one offers nothing.
    [[nodiscard]] const std::shared_ptr<messages::JobMonitor>& jobs() const { return jobs_; }

    [[nodiscard]] FaultyRandom& random() { return random_; }

    /// Of the next opening.
    [[nodiscard]] messages::AnchorOptions& anchor() { return anchor_; }

    /// Of the next opening.
    [[nodiscard]] messages::TokenRules& tokens() { return tokens_; }

    /// Deleted records are kept for so long from now on: the vault is opened anew.
    void keep_deleted(std::chrono::days time) {
        bin_.keep = time;
        if (const auto opened = reopen(); !opened) FAIL(opened.error().message);
    }

    /// Records are retained from now on, or none is any more: the vault is opened anew.
    void retain_records(bool retains = true) {
        retains_ = retains;
        if (const auto opened = reopen(); !opened) FAIL(opened.error().message);
    }

    /// What reads the queries of retention policies, from the next opening on. Here such a query is the name of a table: all of
    /// its records.
    std::function<Result<const schema::Table*>(std::string_view)> read_criteria =
        [](std::string_view text) -> Result<const schema::Table*> {
        const auto* table = schema::table(text);
        if (table == nullptr) return fail(Errc::malformed, "This is no query.");
        return table;
    };

    /// What is left of the disk; it is a large one. Looked at as the server does.
    void set_free_space(std::uintmax_t bytes) {
        free_ = bytes;
        if (vault_) vault_->space().look();
    }

    /// The wall clock alone is set, as by an administrator.
    void jump(std::chrono::milliseconds by) {
        wall_jump_ += by;
        clock_.advance(by);
    }

    [[nodiscard]] std::filesystem::path data() const { return folder_.path() / "data"; }

    [[nodiscard]] std::filesystem::path key_file() const { return folder_.path() / "root.key"; }

    void close() { vault_.reset(); }

    /// The store of the closed vault, as somebody sees it who has the disk and no key.
    [[nodiscard]] std::unique_ptr<storage::Store> store() const {
        return value(engine_(data() / "store", storage::OpenMode::must_exist));
    }

    [[nodiscard]] Result<void> reopen(Instant confirmed_time = Instant::min()) {
        close();
        const messages::Unsealing unsealing(crypto::key_file_offer(key_file()));
        jobs_ = std::make_shared<messages::JobMonitor>();
        auto reopened = options();
        reopened.confirmed_time = confirmed_time;
        ROOKERY_TRY(vault_, messages::Vault::open(std::move(reopened), unsealing, clock_, random_));
        return {};
    }

    /// Runs as this caller; an error of any kind comes back as one.
    template <class Reply>
    Result<Reply> run(const access::Caller& caller, const messages::Message& message) {
        ROOKERY_TRY(auto receipt, vault_->run(caller, message));
        return messages::take_reply_as<Reply>(std::move(receipt));
    }

    template <class Reply>
    Reply run_as_system(const messages::Message& message) {
        return value(run<Reply>(vault_->system(), message));
    }

    [[nodiscard]] static messages::InputCell cell(
        std::string_view table, std::string_view column, messages::InputValue value
    ) {
        return {schema::table(table)->column(column), std::move(value)};
    }

    /// Creates as SYSTEM.
    template <class... Cells>
    Uuid create(std::string_view table, Cells&&... cells) {
        messages::Create message;
        message.table = schema::table(table);
        (message.input.cells.push_back(
             cell(table, cells.first, messages::InputValue(std::forward<Cells>(cells).second))
         ),
         ...);
        return *run_as_system<messages::NoContent>(std::move(message)).id;
    }

    [[nodiscard]] static messages::Target target(std::string_view table, const Uuid& id) {
        return {schema::table(table), id};
    }

    void associate(std::string_view association, const Uuid& first, const Uuid& second) {
        const auto* found = schema::association(association);
        messages::Associate message;
        message.association = found;
        message.parent = target(found->first, first);
        message.child = target(found->second, second);
        run_as_system<messages::NoContent>(std::move(message));
    }

    [[nodiscard]] static access::Caller caller(const Uuid& user) {
        access::Caller caller;
        caller.user = user;
        caller.method = AuthMethod::local_token;
        return caller;
    }

    Uuid user(const std::string& name) {
        return create(
            "systemuser",
            std::pair{"domainname", name},
            std::pair{"lastname", name},
            std::pair{"businessunitid", target("businessunit", vault().root_business_unit())}
        );
    }

    /// A role with these privileges at one depth.
    Uuid role(
        const std::string& name, std::initializer_list<std::string_view> privileges,
        schema::Depth depth
    ) {
        const auto id = create(
            "role",
            std::pair{"name", name},
            std::pair{"businessunitid", target("businessunit", vault().root_business_unit())}
        );
        messages::AddPrivilegesRole message;
        message.role = target("role", id);
        for (const auto privilege : privileges) {
            message.privileges.push_back({schema::privilege(privilege), depth});
        }
        run_as_system<messages::NoContent>(std::move(message));
        return id;
    }

    /// What it is opened with.
    [[nodiscard]] messages::VaultOptions options() const {
        messages::VaultOptions out;
        out.data = data();
        out.origin = "vault.test/audit/n1";
        out.organization = "Test";
        out.engine = engine_;
        out.anchor = anchor_;
        out.tokens = tokens_;
        out.bin = bin_;
        out.retains = retains_;
        out.read_criteria = read_criteria;
        out.sync = sync_;
        out.jobs = jobs_;
        out.space_of = [this](const auto&) { return storage::Space{free_.load(), disk_bytes}; };
        out.monotonic = [this] { return clock_.now().time_since_epoch() - wall_jump_; };
        return out;
    }

 private:
    void create() {
        const messages::Unsealing slots(crypto::key_file_offer(key_file()));
        vault_ = value(messages::Vault::create(
            options(), messages::VaultKind::development, slots, clock_, random_
        ));
    }

    static constexpr std::uintmax_t disk_bytes = std::uintmax_t{1} << 40;

    std::shared_ptr<messages::SyncMonitor> sync_;
    std::shared_ptr<messages::JobMonitor> jobs_ = std::make_shared<messages::JobMonitor>();
    storage::Engine engine_;
    messages::AnchorOptions anchor_;
    messages::TokenRules tokens_;
    messages::BinRules bin_;
    bool retains_ = false;
    std::atomic<std::uintmax_t> free_{disk_bytes};
    TemporaryFolder folder_;
    FaultyRandom random_;
    ManualClock clock_{from_ms(1'800'000'000'000)};
    std::chrono::milliseconds wall_jump_{0};
    std::unique_ptr<messages::Vault> vault_;
};

}  // namespace rookery::test
