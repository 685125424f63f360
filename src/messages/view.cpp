#include "messages/view.hpp"

#include "messages/access_fact.hpp"

namespace rookery::messages {

std::shared_ptr<const ledger::Projection> AccessProjection::with(
    std::span<const ledger::RowWrite* const> writes
) const {
    std::vector<access::FactChange> changes;
    changes.reserve(writes.size());
    for (const auto* write : writes) changes.push_back(fact_change(*write));
    return std::make_shared<const AccessProjection>(facts_.with(changes));
}

}  // namespace rookery::messages
