#include "audit/core_section.hpp"

#include "audit/cbor.hpp"
#include "audit/section_reader.hpp"
#include "audit/section_writer.hpp"
#include "base/integrity_failure.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rookery::audit {
namespace {

constexpr std::size_t policy_max = 64;
constexpr std::size_t rule_path_max = 1024;
constexpr std::size_t extra_key_max = 64;
constexpr std::size_t extra_value_max = 1024;

constexpr std::string_view clipped_key = "clipped";

// Core keys of docs/formats/audit-log.md.
enum CoreKey : std::uint64_t {
    k_schema,
    k_id,
    k_time,
    k_node,
    k_action,
    k_outcome,
    k_reason,
    k_actor,
    k_on_behalf_of,
    k_agent,
    k_correlation,
    k_message,
    k_client_request_id,
    k_table,
    k_record,
    k_columns,
    k_release,
    k_row_versions,
    k_value_changes,
    k_key_versions,
    k_rule,
    k_related,
    k_count,
    k_source,
    k_row_tag,
    k_extras,
    k_actor_name,
    k_record_name,
};

static_assert(k_extras == cbor_text_map_key);
static_assert(k_schema == section_schema_key);

// ---------------------------------------------------------------- writing

template <class Enum>
void put_enum(CborWriter& out, std::uint64_t key, Enum value) {
    out.uint(key);
    out.uint(static_cast<std::uint64_t>(value));
}

void put_hash(CborWriter& out, const std::optional<ByteArray<16>>& hash) {
    if (hash) {
        out.bytes(*hash);
    } else {
        out.null();
    }
}

using Extra = std::pair<std::string, ExtraValue>;

/// How much of an event's lists is written.
struct Extent {
    std::size_t columns = 0;
    std::size_t changes = 0;
    std::size_t extras = 0;
    std::size_t clipped = 0;  // list items left out
};

Extra clipped_extra(const Extra& given) {
    Extra out{utf8_prefix(to_utf8(given.first), extra_key_max), given.second};
    if (auto* text = std::get_if<std::string>(&out.second)) {
        *text = utf8_prefix(to_utf8(*text), extra_value_max);
    } else if (auto* bytes = std::get_if<Bytes>(&out.second)) {
        bytes->resize(std::min(bytes->size(), extra_value_max));
    }
    return out;
}

/// In the profile's order of keys: shorter first, then bytewise. Of equal keys the first stays.
std::vector<Extra> extras_of(const Event& event, const Extent& extent) {
    std::vector<Extra> out;
    if (extent.clipped != 0) {
        out.emplace_back(clipped_key, static_cast<std::uint64_t>(extent.clipped));
    }
    for (std::size_t i = 0; i < extent.extras; ++i) out.push_back(clipped_extra(event.extras[i]));
    const auto order = [](const Extra& a, const Extra& b) {
        return a.first.size() != b.first.size() ? a.first.size() < b.first.size()
                                                : a.first < b.first;
    };
    std::ranges::stable_sort(out, order);
    const auto same_key = [](const Extra& a, const Extra& b) { return a.first == b.first; };
    out.erase(std::unique(out.begin(), out.end(), same_key), out.end());
    return out;
}

void put_extras(CborWriter& out, const std::vector<Extra>& extras) {
    if (extras.empty()) return;
    out.uint(k_extras);
    out.map(extras.size());
    for (const auto& [key, value] : extras) {
        out.text(key);
        if (const auto* number = std::get_if<std::uint64_t>(&value)) out.uint(*number);
        if (const auto* text = std::get_if<std::string>(&value)) out.text(*text);
        if (const auto* bytes = std::get_if<Bytes>(&value)) out.bytes(*bytes);
    }
}

void put_columns(CborWriter& out, const Event& event, const Extent& extent) {
    if (extent.columns == 0) return;
    out.uint(k_columns);
    const auto write = [&](std::span<const std::uint64_t> columns) {
        out.array(columns.size());
        for (const auto column : columns) out.uint(column);
    };
    const std::span<const std::uint64_t> given{event.columns.data(), extent.columns};
    if (std::ranges::adjacent_find(given, std::greater_equal{}) == given.end()) return write(given);
    std::vector<std::uint64_t> sorted(given.begin(), given.end());
    std::ranges::sort(sorted);
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    write(sorted);
}

void put_changes(CborWriter& out, const Event& event, const Extent& extent) {
    if (extent.changes == 0) return;
    std::vector<const ValueChange*> changes;
    changes.reserve(extent.changes);
    for (std::size_t i = 0; i < extent.changes; ++i) changes.push_back(&event.value_changes[i]);
    std::ranges::stable_sort(changes, {}, &ValueChange::column);
    out.uint(k_value_changes);
    out.array(changes.size());
    for (const auto* change : changes) {
        out.array(4);
        out.uint(change->column);
        out.uint(change->key_version);
        put_hash(out, change->before);
        put_hash(out, change->after);
    }
}

void put_pair(CborWriter& out, std::uint64_t key, std::uint64_t first, std::uint64_t second) {
    out.uint(key);
    out.array(2);
    out.uint(first);
    out.uint(second);
}

void write_core(CborWriter& out, const Event& event, const Uuid& id, const Extent& extent) {
    const auto extras = extras_of(event, extent);
    std::size_t fields = 9;  // keys 0 to 7 and 10
    fields += event.on_behalf_of.has_value();
    fields += !event.agent.empty();
    fields += !event.message.empty();
    fields += !event.client_request_id.empty();
    fields += !event.table.empty();
    fields += event.record.has_value();
    fields += extent.columns != 0;
    fields += event.release != ReleaseMode::none;
    fields += event.row_versions.has_value();
    fields += extent.changes != 0;
    fields += event.key_versions.has_value();
    fields += event.rule.has_value();
    fields += event.related.has_value();
    fields += event.count.has_value();
    fields += event.source.has_value();
    fields += event.row_tag.has_value();
    fields += !extras.empty();
    fields += event.actor_name.has_value();
    fields += event.record_name.has_value();
    fields += event.unknown.size();

    out.map(fields);
    out.uint(k_schema);
    out.uint(section_schema);
    out.uint(k_id);
    out.bytes(id.view());
    out.uint(k_time);
    out.uint(to_ms(event.time));
    out.uint(k_node);
    put_text(out, event.node, name_bytes_max);
    put_enum(out, k_action, event.action);
    put_enum(out, k_outcome, event.outcome);
    put_enum(out, k_reason, event.reason);
    out.uint(k_actor);
    out.array(4);
    out.uint(static_cast<std::uint64_t>(event.actor.type));
    put_text(out, event.actor.id, name_bytes_max);
    out.uint(static_cast<std::uint64_t>(event.actor.method));
    out.bytes(event.actor.credential_fingerprint);
    if (event.on_behalf_of) {
        out.uint(k_on_behalf_of);
        out.array(2);
        out.uint(static_cast<std::uint64_t>(event.on_behalf_of->type));
        put_text(out, event.on_behalf_of->id, name_bytes_max);
    }
    put_optional_text(out, k_agent, event.agent, name_bytes_max);
    out.uint(k_correlation);
    out.bytes(event.correlation.view());
    put_optional_text(out, k_message, event.message, label_bytes_max);
    put_optional_text(out, k_client_request_id, event.client_request_id, label_bytes_max);
    put_optional_text(out, k_table, event.table, label_bytes_max);
    if (event.record) {
        out.uint(k_record);
        out.bytes(event.record->view());
    }
    put_columns(out, event, extent);
    if (event.release != ReleaseMode::none) put_enum(out, k_release, event.release);
    if (event.row_versions) {
        put_pair(out, k_row_versions, event.row_versions->before, event.row_versions->after);
    }
    put_changes(out, event, extent);
    if (event.key_versions) {
        put_pair(
            out, k_key_versions, event.key_versions->kek_version, event.key_versions->dek_version
        );
    }
    if (event.rule) {
        out.uint(k_rule);
        out.array(3);
        put_text(out, event.rule->policy, policy_max);
        out.uint(event.rule->version);
        put_text(out, event.rule->path, rule_path_max);
    }
    if (event.related) {
        out.uint(k_related);
        out.uint(*event.related);
    }
    if (event.count) {
        out.uint(k_count);
        out.uint(*event.count);
    }
    if (event.source) {
        out.uint(k_source);
        out.bytes(*event.source);
    }
    if (event.row_tag) {
        out.uint(k_row_tag);
        out.bytes(*event.row_tag);
    }
    put_extras(out, extras);
    if (event.actor_name) {
        out.uint(k_actor_name);
        out.bytes(*event.actor_name);
    }
    if (event.record_name) {
        out.uint(k_record_name);
        out.bytes(*event.record_name);
    }
    put_unknown(out, event.unknown);
}

/// The largest number up to `wanted` with which `fits` holds, or 0.
template <class Fits>
std::size_t most_that_fits(std::size_t wanted, Fits fits) {
    std::size_t low = 0;
    std::size_t high = wanted;
    while (low < high) {
        const auto middle = low + (high - low + 1) / 2;
        if (fits(middle)) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

// ---------------------------------------------------------------- reading

void read_changes(SectionReader& in, const CborValue& value, std::vector<ValueChange>& out) {
    const auto* changes = in.array(value);
    if (changes == nullptr) return;
    for (const auto& entry : *changes) {
        const auto* fields = in.array(entry, 4);
        if (fields == nullptr) return;
        ValueChange change;
        change.column = in.number((*fields)[0]);
        change.key_version = in.number((*fields)[1]);
        change.before = in.fixed_or_null<16>((*fields)[2]);
        change.after = in.fixed_or_null<16>((*fields)[3]);
        out.push_back(change);
    }
}

void read_extras(SectionReader& in, const CborValue& value, std::vector<Extra>& out) {
    const auto* map = value.as<CborMap>();
    in.fail_if(map == nullptr);
    if (map == nullptr) return;
    for (const auto& [key, entry] : *map) {
        if (const auto* number = entry.as<std::uint64_t>()) {
            out.emplace_back(*key.as<std::string>(), *number);
        } else if (const auto* text = entry.as<std::string>()) {
            out.emplace_back(*key.as<std::string>(), *text);
        } else if (const auto* bytes = entry.as<Bytes>()) {
            out.emplace_back(*key.as<std::string>(), *bytes);
        } else {
            in.fail_if(true);
        }
    }
}

}  // namespace

// The columns that were revealed matter most and go last, the extras go first.
std::size_t write_core_section(std::span<std::uint8_t> memory, const Event& event, const Uuid& id) {
    const auto space = memory.first(cbor_bytes_max);
    const Extent all{event.columns.size(), event.value_changes.size(), event.extras.size(), 0};
    std::size_t size = 0;
    const auto fits = [&](Extent extent) {
        extent.clipped = all.columns - extent.columns + all.changes - extent.changes + all.extras -
                         extent.extras;
        CborWriter out{space};
        write_core(out, event, id, extent);
        size = out.view().size();
        return !out.overflow();
    };
    if (fits(all)) return size;
    auto extent = all;
    for (const auto list : {&Extent::extras, &Extent::changes, &Extent::columns}) {
        extent.*list = most_that_fits(all.*list, [&](std::size_t n) {
            auto attempt = extent;
            attempt.*list = n;
            return fits(attempt);
        });
        if (fits(extent)) break;
    }
    return size;
}

Bytes encode_core(const Event& event) {
    Bytes out(cbor_bytes_max);
    out.resize(write_core_section(out, event, event.id));
    return out;
}

Result<Event> decode_core(ByteView bytes) {
    ROOKERY_TRY(const auto map, section_map(bytes));
    SectionReader in{map};
    Event out;
    in.need(k_schema);
    out.id = Uuid{in.fixed<16>(in.need(k_id))};
    out.time = from_ms(in.number(in.need(k_time)));
    out.node = in.text(in.need(k_node));
    out.action = in.code<Action>(in.need(k_action));
    out.outcome = in.code<Outcome>(in.need(k_outcome));
    out.reason = in.code<Reason>(in.need(k_reason));
    if (const auto* actor = in.array(in.need(k_actor), 4)) {
        out.actor.type = in.code<ActorType>((*actor)[0]);
        out.actor.id = in.text((*actor)[1]);
        out.actor.method = in.code<AuthMethod>((*actor)[2]);
        out.actor.credential_fingerprint = in.fixed<8>((*actor)[3]);
    }
    if (const auto* value = in.take(k_on_behalf_of)) {
        if (const auto* pair = in.array(*value, 2)) {
            out.on_behalf_of = Delegator{in.code<ActorType>((*pair)[0]), in.text((*pair)[1])};
        }
    }
    in.optional_text(k_agent, out.agent);
    out.correlation = Uuid{in.fixed<16>(in.need(k_correlation))};
    in.optional_text(k_message, out.message);
    in.optional_text(k_client_request_id, out.client_request_id);
    in.optional_text(k_table, out.table);
    in.optional_uuid(k_record, out.record);
    if (const auto* value = in.take(k_columns)) {
        if (const auto* columns = in.array(*value)) {
            for (const auto& column : *columns) out.columns.push_back(in.number(column));
        }
        in.fail_if(
            std::ranges::adjacent_find(out.columns, std::greater_equal{}) != out.columns.end()
        );
    }
    if (const auto* value = in.take(k_release)) out.release = in.code<ReleaseMode>(*value);
    if (const auto* value = in.take(k_row_versions)) {
        if (const auto* pair = in.array(*value, 2)) {
            out.row_versions = RowVersions{in.number((*pair)[0]), in.number((*pair)[1])};
        }
    }
    if (const auto* value = in.take(k_value_changes)) read_changes(in, *value, out.value_changes);
    if (const auto* value = in.take(k_key_versions)) {
        if (const auto* pair = in.array(*value, 2)) {
            out.key_versions = KeyVersions{in.number((*pair)[0]), in.number((*pair)[1])};
        }
    }
    if (const auto* value = in.take(k_rule)) {
        if (const auto* rule = in.array(*value, 3)) {
            out.rule = Rule{in.text((*rule)[0]), in.number((*rule)[1]), in.text((*rule)[2])};
        }
    }
    in.optional_number(k_related, out.related);
    in.optional_number(k_count, out.count);
    in.optional_fixed(k_source, out.source);
    in.optional_fixed(k_row_tag, out.row_tag);
    if (const auto* value = in.take(k_extras)) read_extras(in, *value, out.extras);
    in.optional_fixed(k_actor_name, out.actor_name);
    in.optional_fixed(k_record_name, out.record_name);
    out.unknown = in.unknown();
    if (!in.ok()) return integrity_failure();
    return out;
}

}  // namespace rookery::audit
