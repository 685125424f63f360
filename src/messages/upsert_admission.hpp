// What an upsert needs before it is known whether the row exists.
#pragma once

#include "pipeline/message_facts.hpp"

namespace rookery::messages {

/// Write for what exists, Create for what does not; which of the two is known only later.
[[nodiscard]] inline access::Decision admit_upsert(
    const Asker& asker, const schema::Table& table, const Preconditions& preconditions
) {
    if (preconditions.must_not_exist) return asker.decide(table, schema::Right::create);
    auto write = asker.decide(table, schema::Right::write);
    if (write.allowed() || preconditions.must_exist) return write;
    auto create = asker.decide(table, schema::Right::create);
    return create.allowed() ? create : write;
}

}  // namespace rookery::messages
