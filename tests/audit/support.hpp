// A log in memory that is both a StoreView and a LogSource, and a builder that fills it as the ledger
// does: prepare, append, state row, checkpoint when one is asked for.
#pragma once

#include "audit/lifecycle_events.hpp"
#include "audit/log_reader.hpp"
#include "audit/log_writer.hpp"
#include "audit/prepared_event.hpp"
#include "audit/verify.hpp"
#include "crypto/detail_sealer.hpp"
#include "crypto/keyring.hpp"
#include "storage/store.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>

namespace rookery::audit::test {

class RepeatableRandom final : public Random {
 public:
    void fill(std::span<std::uint8_t> out) override {
        for (auto& byte : out) byte = static_cast<std::uint8_t>(engine_());
    }

 private:
    std::mt19937_64 engine_{42};
};

using Rows = std::map<std::string, std::string>;

/// Family::log only.
class MemoryView final : public storage::StoreView {
 public:
    explicit MemoryView(Rows given) : rows(std::move(given)) {}

    [[nodiscard]] Result<bool> get(
        storage::Family, std::string_view key, const std::function<void(std::string_view)>& use
    ) const override {
        const auto found = rows.find(std::string{key});
        if (found == rows.end()) return false;
        use(found->second);
        return true;
    }

    [[nodiscard]] std::unique_ptr<storage::Cursor> scan(
        const storage::KeyRange& range, storage::Order order
    ) const override {
        std::vector<Rows::const_iterator> hits;
        for (auto at = rows.lower_bound(range.lower); at != rows.end(); ++at) {
            if (!range.upper.empty() && at->first >= range.upper) break;
            hits.push_back(at);
        }
        if (order == storage::Order::descending) std::reverse(hits.begin(), hits.end());
        return std::make_unique<Walk>(std::move(hits));
    }

    [[nodiscard]] std::uint64_t sequence() const override { return 0; }

    Rows rows;

 private:
    class Walk final : public storage::Cursor {
     public:
        explicit Walk(std::vector<Rows::const_iterator> hits) : hits_(std::move(hits)) {}

        [[nodiscard]] bool valid() const override { return at_ < hits_.size(); }

        void next() override { ++at_; }

        [[nodiscard]] std::string_view key() const override { return hits_[at_]->first; }

        [[nodiscard]] std::string_view value() const override { return hits_[at_]->second; }

        [[nodiscard]] Result<void> status() const override { return {}; }

     private:
        std::vector<Rows::const_iterator> hits_;
        std::size_t at_ = 0;
    };
};

class MemorySource final : public LogSource {
 public:
    explicit MemorySource(const Rows& rows) : rows_(rows) {}

    [[nodiscard]] Result<void> each(char prefix, std::string_view from, const RowUse& use)
        const override {
        for (const auto& [key, value] : rows_) {
            if (key.starts_with(prefix) && key >= from && !use(key, value)) break;
        }
        return {};
    }

    [[nodiscard]] Result<void> others(const RowUse& use) const override {
        for (const auto& [key, value] : rows_) {
            const bool known = key.starts_with(entry_prefix) ||
                               key.starts_with(checkpoint_prefix) ||
                               key.starts_with(state_prefix) || key.starts_with(handover_prefix);
            if (!known && !use(key, value)) break;
        }
        return {};
    }

 private:
    const Rows& rows_;
};

inline const std::string origin = "vault.example/audit/n1";
inline const Instant start_time = from_ms(1700000000000);

inline crypto::SigningKey log_key(std::uint8_t first = 0) {
    ByteArray<32> seed{};
    for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(first + i);
    return crypto::SigningKey::from_seed(crypto::SigningSeed::copy_of(seed));
}

inline Uuid uuid_number(std::uint8_t n) {
    Uuid out;
    out.bytes.fill(n);
    return out;
}

/// A request as messages records it.
inline Event retrieve_event(std::uint64_t n) {
    Event event;
    event.time = start_time + std::chrono::milliseconds{n};
    event.node = "n1";
    event.action = Action::retrieve;
    event.actor = {ActorType::agent, "agent-" + std::to_string(n % 3), AuthMethod::local_token, {}};
    event.actor.credential_fingerprint.front() = static_cast<std::uint8_t>(1 + n % 4);
    event.correlation = uuid_number(static_cast<std::uint8_t>(n));
    event.message = "Retrieve";
    event.table = "msdyn_octwitterhandlesecret";
    event.record = uuid_number(static_cast<std::uint8_t>(n % 5));
    event.columns = {2, 3};
    event.release = ReleaseMode::plaintext;
    event.row_versions = RowVersions{3, 3};
    event.priv.source_address = {192, 0, 2, 10};
    event.priv.source_port = std::uint16_t{50432};
    return event;
}

/// Somebody tried to unseal; in clear, since no key is at hand.
inline Event attempt_event(Instant now) { return unseal_attempt_event(false, "n1", now); }

/// Keys and a writer over rows in memory; the same seed gives the same log.
class LogBuilder {
 public:
    LogBuilder() : LogBuilder(Rows{}) {}

    explicit LogBuilder(Rows given)
        : rows(std::move(given)),
          writer(LogWriter::open(MemoryView{rows}, options(), start_time).value()) {}

    LogWriter::Options options() {
        return {origin, key.public_key(), &key, Instant::min(), [this] {
                    return wall.time_since_epoch();
                }};
    }

    void append(const PreparedEvent& event) {
        wall += std::chrono::milliseconds{5};
        const auto row = writer.append(event, wall).value();
        rows[row.key] = row.value;
    }

    void append_genesis() {
        const Genesis genesis{
            uuid_number(0xA0),
            origin,
            std::string{production_kind},
            merkle::format_verifier_key({origin, key.public_key()})};
        append(prepare_clear(genesis_event(genesis, "n1", wall), random).value());
    }

    void append_retrieve(std::uint64_t n) { append(prepare(retrieve_event(n), sealer, random)); }

    /// Ends the batch.
    void commit() {
        const auto row = writer.state_row();
        rows[row.key] = row.value;
        REQUIRE(writer.mark_durable());
    }

    void checkpoint() {
        const auto row = writer.final_checkpoint(wall).value();
        rows[row.key] = row.value;
        commit();
    }

    /// As a vault that is still sealed writes it.
    void append_attempt() { append(prepare_clear(attempt_event(wall), random).value()); }

    /// What a vault with keys writes first after entries without.
    void append_log_open() {
        append(prepare(
            log_open_event(uuid_number(0xB0), writer.size(), writer.root(), "n1", wall),
            sealer,
            random
        ));
    }

    /// Genesis and then retrieves up to `size`, an attempt to unseal at every index that ends in 4, and the
    /// log-open after it.
    void grow_to(std::uint64_t size) {
        while (writer.size() < size) {
            if (writer.size() == 0) {
                append_genesis();
            } else if (writer.size() % 10 == 4) {
                append_attempt();
            } else if (writer.size() % 10 == 5) {
                append_log_open();
            } else {
                append_retrieve(writer.size());
            }
        }
        commit();
    }

    [[nodiscard]] VerifyOptions verify_options() const {
        VerifyOptions out;
        out.verifier_key = merkle::format_verifier_key({origin, key.public_key()});
        return out;
    }

    [[nodiscard]] LogReader reader() const {
        return LogReader::open(std::make_shared<MemoryView>(rows), &sealer).value();
    }

    RepeatableRandom random;
    crypto::Keyring keyring = crypto::Keyring::create(uuid_number(0xA0), random, start_time);
    crypto::DetailSealer sealer{keyring, origin, random};
    crypto::SigningKey key = log_key();
    Instant wall = start_time;
    Rows rows;
    LogWriter writer;
};

}  // namespace rookery::audit::test
