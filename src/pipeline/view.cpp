#include "pipeline/view.hpp"

namespace rookery::messages {

std::shared_ptr<const ledger::Projection> AccessProjection::with(
    std::span<const ledger::RowWrite* const> writes
) const {
    std::vector<access::FactChange> changes;
    changes.reserve(writes.size());
    for (const auto* write : writes) changes.push_back(change_of(*write));
    return std::make_shared<const AccessProjection>(facts_.with(changes), fact_of_);
}

access::FactChange AccessProjection::change_of(const ledger::RowWrite& write) const {
    access::FactChange change{write.ref.table, write.ref.id, {}};
    if (write.fact) change.after = fact_of_(*write.fact);
    return change;
}

}  // namespace rookery::messages
