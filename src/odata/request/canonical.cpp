#include "odata/request/canonical.hpp"

#include "crypto/sha256.hpp"
#include "storage/value_codec.hpp"

#include <utility>
#include <variant>
#include <vector>

namespace rookery::odata {
namespace {

void append_value(StringWriter& out, const storage::Value& value) {
    out.u8(static_cast<std::uint8_t>(value.index()));
    if (storage::is_null(value)) return;
    if (const auto* text = std::get_if<std::string>(&value)) {
        out.lp(*text);
    } else {
        storage::put_value(out, value);
    }
}

void append_values(StringWriter& out, const std::vector<storage::Value>& values) {
    out.u16(static_cast<std::uint16_t>(values.size()));
    for (const auto& value : values) append_value(out, value);
}

void append_hop(StringWriter& out, const messages::Hop& hop) {
    const auto* column = hop.lookup != nullptr ? hop.lookup : hop.back;
    out.u8(hop.lookup != nullptr ? 1 : hop.back != nullptr ? 2 : 3).u16(hop.to->id);
    if (column != nullptr) {
        out.u16(column->id);
    } else {
        out.lp(hop.association->name);
    }
}

void append_terms(
    StringWriter& out, std::uint8_t kind, const std::vector<messages::Filter>& terms
) {
    out.u8(kind).u16(static_cast<std::uint16_t>(terms.size()));
    for (const auto& term : terms) append_canonical(out, term);
}

}  // namespace

void append_canonical(StringWriter& out, const messages::Filter& filter) {
    if (const auto* compare = std::get_if<messages::Compare>(&filter.node)) {
        out.u8(1).u16(compare->column->id).u8(static_cast<std::uint8_t>(compare->op));
        if (const auto* other = std::get_if<const schema::Column*>(&compare->operand)) {
            out.u8(0xFF).u16((*other)->id);
        } else {
            append_value(out, std::get<storage::Value>(compare->operand));
        }
    } else if (const auto* match = std::get_if<messages::Match>(&filter.node)) {
        out.u8(2)
            .u16(match->column->id)
            .u8(static_cast<std::uint8_t>(match->kind))
            .lp(match->pattern);
    } else if (const auto* one = std::get_if<messages::OneOf>(&filter.node)) {
        append_values(out.u8(6).u16(one->column->id), one->values);
    } else if (const auto* condition = std::get_if<messages::Condition>(&filter.node)) {
        append_values(
            out.u8(7).u16(condition->column->id).lp(condition->op->function), condition->values
        );
    } else if (const auto* all = std::get_if<messages::All>(&filter.node)) {
        append_terms(out, 3, all->terms);
    } else if (const auto* any = std::get_if<messages::Any>(&filter.node)) {
        append_terms(out, 4, any->terms);
    } else if (const auto* related = std::get_if<messages::Related>(&filter.node)) {
        out.u8(8).u8(static_cast<std::uint8_t>(related->how));
        append_hop(out, related->hop);
        out.u8(related->filter != nullptr ? 1 : 0);
        if (related->filter != nullptr) append_canonical(out, *related->filter);
    } else {
        out.u8(5);
        append_canonical(out, *std::get<messages::Not>(filter.node).term);
    }
}

void append_canonical(StringWriter& out, const messages::Target& target) {
    out.u16(target.table->id);
    if (const auto* id = std::get_if<Uuid>(&target.by)) {
        out.u8(0).bytes(id->view());
        return;
    }
    const auto& key = std::get<messages::KeyValues>(target.by);
    out.u8(1).lp(key.key->name);
    for (std::size_t i = 0; i < key.values.size(); ++i) {
        if (const auto* ref = std::get_if<storage::RowRef>(&key.values[i])) {
            out.bytes(ref->id.view());
            continue;
        }
        messages::Compare part;
        part.column = target.table->column(key.key->columns[i]);
        part.operand = key.values[i];
        append_canonical(out, messages::Filter{std::move(part)});
    }
}

namespace {

void append_shown(StringWriter& out, const messages::Query& query) {
    out.u16(static_cast<std::uint16_t>(query.selection.columns.size()));
    for (const auto* column : query.selection.columns) out.u16(column->id);
    out.u8(query.selection.unmasked ? 1 : 0).u8(query.filter ? 1 : 0);
    if (query.filter) append_canonical(out, *query.filter);
    out.u16(static_cast<std::uint16_t>(query.order.size()));
    for (const auto& by : query.order) {
        out.u16(by.column->id).u8(by.descending ? 1 : 0);
        out.u8(static_cast<std::uint8_t>(by.through.size()));
        for (const auto& hop : by.through) append_hop(out, hop);
    }
    out.u32(query.top.value_or(0));
}

void append_expanded(StringWriter& out, const std::vector<messages::Expansion>& expanded) {
    out.u16(static_cast<std::uint16_t>(expanded.size()));
    for (const auto& one : expanded) {
        out.lp(one.path).u8(one.reference ? 1 : 0).u16(static_cast<std::uint16_t>(one.to.size()));
        for (const auto& to : one.to) {
            append_shown(out.u16(to.table->id), to);
            append_expanded(out, to.expanded);
        }
    }
}

void append_joins(StringWriter& out, const std::vector<messages::Join>& joins) {
    out.u16(static_cast<std::uint16_t>(joins.size()));
    for (const auto& join : joins) {
        append_hop(out, join.hop);
        out.u16(static_cast<std::uint16_t>(join.of));
        out.u8(join.inner ? 1 : 0).u8(join.first_only ? 1 : 0).u8(join.filter ? 1 : 0);
        if (join.filter) append_canonical(out, *join.filter);
    }
}

void append_aggregation(StringWriter& out, const messages::Aggregation& asked) {
    out.u8(1).u16(static_cast<std::uint16_t>(asked.keys.size()));
    for (const auto& key : asked.keys) {
        out.u16(key.column->id).u8(static_cast<std::uint8_t>(key.part)).lp(key.name);
        out.u16(static_cast<std::uint16_t>(key.row));
    }
    out.u16(static_cast<std::uint16_t>(asked.aggregates.size()));
    for (const auto& one : asked.aggregates) {
        out.u8(static_cast<std::uint8_t>(one.function));
        out.u16(one.column == nullptr ? 0 : one.column->id).lp(one.name);
        out.u16(static_cast<std::uint16_t>(one.row));
    }
    out.u16(static_cast<std::uint16_t>(asked.order.size()));
    for (const auto& by : asked.order) {
        out.u16(static_cast<std::uint16_t>(by.term)).u8(by.descending ? 1 : 0);
    }
    out.u32(asked.rows_max).u8(asked.distinct ? 1 : 0);
}

std::string digest_of_query(
    const messages::Query& query, const messages::Aggregation* aggregation
) {
    StringWriter out;
    out.text("rookery query v1").u16(query.table->id).u8(query.within ? 1 : 0);
    if (query.within) {
        append_canonical(out, query.within->parent);
        const auto* association = query.within->association;
        out.lp(association != nullptr ? association->name : query.within->relationship->name);
    }
    append_shown(out, query);
    if (!query.expanded.empty()) append_expanded(out, query.expanded);
    if (query.source != messages::RowSource::live) {
        out.text(query.source == messages::RowSource::deleted ? "deleted" : "retained");
    }
    if (!query.joins.empty()) append_joins(out, query.joins);
    if (aggregation != nullptr) append_aggregation(out, *aggregation);
    const auto digest = crypto::sha256(out.view());
    return std::string{text_of(digest)};
}

}  // namespace

std::string query_digest(const messages::RetrieveMultiple& query) {
    return digest_of_query(query, nullptr);
}

std::string query_digest(const messages::RetrieveAggregate& query) {
    return digest_of_query(query, &query.aggregation);
}

}  // namespace rookery::odata
