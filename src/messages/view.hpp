// View: the state one request is planned on, with the access facts that belong to it.
#pragma once

#include <memory>

#include "access/facts.hpp"
#include "ledger/snapshot.hpp"

namespace rookery::messages {

class AccessProjection final : public ledger::Projection {
 public:
    explicit AccessProjection(access::Facts facts) : facts_(std::move(facts)) {}

    [[nodiscard]] std::shared_ptr<const ledger::Projection> with(
        std::span<const ledger::RowWrite* const> writes
    ) const override;

    [[nodiscard]] const access::Facts& facts() const { return facts_; }

 private:
    access::Facts facts_;
};

class View {
 public:
    explicit View(std::shared_ptr<const ledger::Snapshot> snapshot) : snapshot_(std::move(snapshot)) {}

    [[nodiscard]] const access::Facts& facts() const {
        return static_cast<const AccessProjection&>(*snapshot_->projection).facts();
    }

    [[nodiscard]] const std::shared_ptr<const storage::StoreView>& store() const {
        return snapshot_->store;
    }

    [[nodiscard]] const ledger::Snapshot& snapshot() const { return *snapshot_; }

 private:
    std::shared_ptr<const ledger::Snapshot> snapshot_;
};

}  // namespace rookery::messages
