// View: the state one request is planned on, with the access facts that belong to it.
#pragma once

#include "access/facts.hpp"
#include "crypto/key_set.hpp"
#include "ledger/snapshot.hpp"
#include "pipeline/recent_rows.hpp"

#include <memory>
#include <utility>

namespace rookery::messages {

/// A row of an access-fact table as the value that access decides on: by the rules of its table.
using FactOf = access::Fact (*)(const storage::Row& row);

class AccessProjection final : public ledger::Projection {
 public:
    AccessProjection(access::Facts facts, FactOf fact_of)
        : facts_(std::move(facts)), fact_of_(fact_of) {}

    [[nodiscard]] std::shared_ptr<const ledger::Projection> with(
        std::span<const ledger::RowWrite* const> writes
    ) const override;

    [[nodiscard]] const access::Facts& facts() const { return facts_; }

    [[nodiscard]] access::FactChange change_of(const ledger::RowWrite& write) const;

 private:
    access::Facts facts_;
    FactOf fact_of_;
};

class View {
 public:
    /// As it is asked at `now`. `recent`: of those who plan on it one after the other, and become one plan.
    View(
        std::shared_ptr<const ledger::Snapshot> snapshot, Instant now,
        std::shared_ptr<RecentRows> recent = nullptr
    )
        : snapshot_(std::move(snapshot)),
          facts_(projection().facts().at(now)),
          recent_(std::move(recent)) {}

    [[nodiscard]] const access::Facts& facts() const { return facts_; }

    [[nodiscard]] const AccessProjection& projection() const {
        return static_cast<const AccessProjection&>(*snapshot_->projection);
    }

    [[nodiscard]] const std::shared_ptr<const storage::StoreView>& store() const {
        return snapshot_->store;
    }

    /// What this state is read and written with.
    [[nodiscard]] const crypto::KeySet& keys() const { return *snapshot_->keys; }

    [[nodiscard]] const ledger::Snapshot& snapshot() const { return *snapshot_; }

    [[nodiscard]] const std::shared_ptr<const ledger::Snapshot>& share_snapshot() const {
        return snapshot_;
    }

    /// Null: whoever plans on it keeps what he has read for himself.
    [[nodiscard]] RecentRows* recent() const { return recent_.get(); }

 private:
    std::shared_ptr<const ledger::Snapshot> snapshot_;
    access::Facts facts_;
    std::shared_ptr<RecentRows> recent_;
};

}  // namespace rookery::messages
