#include "messages/token_version_reply.hpp"

namespace rookery::messages {
namespace {

template <class HasValue>
std::vector<const schema::Column*> held_columns(const schema::Table& table, HasValue has_value) {
    std::vector<const schema::Column*> out;
    for (const auto& column : table.columns) {
        if (column.type == schema::Type::sealed && has_value(column)) out.push_back(&column);
    }
    return out;
}

}  // namespace

VersionFacts current_facts(const TokenHistory& history) {
    const auto& record = *history.record;
    VersionFacts out;
    out.set = history.current;
    out.columns = held_columns(*record.table, [&](const schema::Column& column) {
        return record.find(column.id) != nullptr;
    });
    return out;
}

VersionFacts facts_of(
    const TokenHistory& history, const TokenVersion& version, const TokenRules& rules, Instant now
) {
    VersionFacts out;
    out.set = version.set;
    out.label = label_of(history, version, rules, now);
    out.replaced = version.replaced;
    if (out.label == VersionLabel::previous) {
        out.grace_until = grace_until(history, version, rules);
    }
    out.columns = held_columns(*history.record->table, [&](const schema::Column& column) {
        return kept_value(version, column) != nullptr;
    });
    return out;
}

}  // namespace rookery::messages
