#include "messages/token_history.hpp"

#include "pipeline/kept_values.hpp"
#include "pipeline/secrets.hpp"
#include "schema/token_history.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace rookery::messages {
namespace {

using schema::kept_columns;
using schema::known::rky_tokenversion;
using storage::Row;
using storage::SealedValue;

/// With one write: a limit that was lowered takes effect over a few.
constexpr std::size_t ended_with_one_write = 16;

Instant second_of(Instant time) { return std::chrono::floor<std::chrono::seconds>(time); }

std::uint64_t number_in(const Row& row, std::string_view column) {
    const auto* value = row.get<std::int64_t>(column);
    return value == nullptr ? 0 : static_cast<std::uint64_t>(*value);
}

template <class T>
std::optional<T> optional_in(const Row& row, std::string_view column) {
    const auto* value = row.get<T>(column);
    return value == nullptr ? std::nullopt : std::optional(*value);
}

TokenVersion version_of(RowPtr row) {
    TokenVersion out;
    out.set = {
        number_in(*row, "rky_number"),
        optional_in<Instant>(*row, "rky_seton"),
        optional_in<Uuid>(*row, "rky_setby")};
    out.replaced = {
        number_in(*row, "rky_replacedby"),
        optional_in<Instant>(*row, "rky_retiredon"),
        optional_in<Uuid>(*row, "rky_retiredby")};
    out.row = std::move(row);
    return out;
}

const schema::Column& of_record() { return *rky_tokenversion.column("rky_record"); }

std::vector<TokenVersion> versions_in(std::vector<RowPtr> rows) {
    std::vector<TokenVersion> out;
    out.reserve(rows.size());
    for (auto& row : rows) out.push_back(version_of(std::move(row)));
    std::ranges::sort(out, {}, [](const TokenVersion& one) { return one.replaced.number; });
    return out;
}

/// All of them, whatever the rules say; guarded.
Result<std::vector<TokenVersion>> stored_versions(
    PlanBuilder& builder, const storage::RowRef& record
) {
    ROOKERY_TRY(
        auto rows,
        builder.reading.children(rky_tokenversion, of_record(), record, versions_read_max)
    );
    return versions_in(std::move(rows));
}

std::uint64_t newest_value(const Row& record) {
    std::uint64_t out = 0;
    for (const auto& cell : record.cells) {
        const auto* sealed = std::get_if<SealedValue>(&cell.value);
        if (sealed != nullptr) out = std::max(out, sealed->value_version);
    }
    return out;
}

/// What is known of the tokens that the record has.
SetAs set_as(const Row& record, const std::vector<TokenVersion>& versions) {
    if (!versions.empty()) return versions.back().replaced;
    SetAs out{newest_value(record), {}, {}};
    if (out.number != 1) return out;  // a later write set them, of which nothing was kept
    out.on = optional_in<Instant>(record, "createdon");
    if (const auto* by = record.get<storage::RowRef>("createdby")) out.by = by->id;
    return out;
}

TokenHistory history_of(
    const PlanBuilder& builder, RowPtr record, std::vector<TokenVersion> versions
) {
    TokenHistory out;
    out.current = set_as(*record, versions);
    std::erase_if(versions, [&](const TokenVersion& one) {
        // Before the first one there was nothing to keep.
        return one.set.number == 0 ||
               !is_version_given(one.replaced.on, builder.services.tokens, builder.now);
    });
    out.versions = std::move(versions);
    out.record = std::move(record);
    return out;
}

/// The record's tokens, opened, as cells of the row that keeps them.
Result<std::vector<InputCell>> opened_tokens(const PlanBuilder& builder, const Row& record) {
    std::vector<InputCell> out;
    if (record.wrapped_dek.empty()) return out;
    const auto& sealer = builder.keys.sealer;
    ROOKERY_TRY(const auto dek, open_dek(sealer, record));
    for (const auto& cell : record.cells) {
        const auto* sealed = std::get_if<SealedValue>(&cell.value);
        if (sealed == nullptr) continue;
        const auto& column = *record.table->column(cell.column);
        ROOKERY_TRY(auto value, open_secret(sealer, record, dek, column, *sealed));
        out.push_back({&kept_column(*record.table, column), std::move(value)});
    }
    return out;
}

/// What the write replaces, sealed anew under a key and in a place of its own.
Result<Row> replaced_version(
    const PlanBuilder& builder, const SetAs& was, const Row& before, const Row& after
) {
    Row row;
    row.table = &rky_tokenversion;
    row.id = Uuid::random(builder.services.random);
    row.row_version = 1;
    const auto put = [&](std::string_view column, storage::Value value) {
        row.set(column, std::move(value));
    };
    put("rky_name", "version " + std::to_string(was.number));
    put("rky_record", before.ref());
    put("rky_number", static_cast<std::int64_t>(was.number));
    put("rky_replacedby", static_cast<std::int64_t>(after.row_version));
    if (was.on) put("rky_seton", *was.on);
    if (was.by) put("rky_setby", *was.by);
    put("rky_retiredon", second_of(builder.now));
    put("rky_retiredby", builder.caller.user);
    put("rky_request", builder.info.correlation);
    ROOKERY_TRY(const auto tokens, opened_tokens(builder, before));
    std::vector<const InputCell*> cells;
    for (const auto& cell : tokens) cells.push_back(&cell);
    const auto& keys = builder.keys;
    ROOKERY_CHECK(seal_secrets(keys.sealer, keys.pseudonyms, row, cells));
    return row;
}

audit::Event version_event(
    const PlanBuilder& builder, const access::Decision& decision, audit::Action action,
    const Row& version, const storage::RowRef& record
) {
    auto event = builder.event(action, audit::Outcome::success);
    builder.about(event, version);
    event.rule = builder.rule_of(decision);
    event.extras = {
        {"from-table", std::string(schema::table(record.table)->name)},
        {"from-record", to_string(record.id)},
        {"token-version", number_in(version, "rky_number")}};
    return event;
}

void remove_version(
    PlanBuilder& builder, const access::Decision& decision, const Row& version,
    const storage::RowRef& record
) {
    const auto write = builder.remove(version);
    auto event = version_event(builder, decision, audit::Action::remove, version, record);
    builder.note_versions(event, &version, write);
    builder.record(event);
}

/// The row stays, and nothing that could be opened is in it.
void empty_version(
    PlanBuilder& builder, const access::Decision& decision, const Row& version,
    const storage::RowRef& record
) {
    auto after = version;
    ++after.row_version;
    auto event = version_event(builder, decision, audit::Action::update, version, record);
    for (const auto& column : version.table->columns) {
        if (column.type != schema::Type::sealed || version.find(column.id) == nullptr) continue;
        after.set(column.id, {});
        event.columns.push_back(column.id);
    }
    after.wrapped_dek.clear();
    after.wrap_generation = 0;
    const auto write = builder.write(&version, after);
    builder.note_versions(event, &version, write);
    builder.record(event);
}

/// What no rule gives to anybody any more. `versions`: all that are stored, the oldest first.
std::vector<EndedVersion> ended_of(
    const std::vector<TokenVersion>& versions, const TokenRules& rules, Instant now
) {
    std::vector<EndedVersion> out;
    const auto most = std::max<std::size_t>(rules.keep_versions, 1);
    for (std::size_t i = 0; i < versions.size(); ++i) {
        const bool too_many = versions.size() - i > most;
        if (!too_many && is_version_given(versions[i].replaced.on, rules, now)) break;
        const bool newest = i + 1 == versions.size();
        if (newest && versions[i].row->wrapped_dek.empty()) continue;  // was emptied, or held none
        out.push_back({versions[i].row, newest});
    }
    return out;
}

void end_versions(
    PlanBuilder& builder, const access::Decision& decision, const storage::RowRef& record,
    const std::vector<TokenVersion>& versions
) {
    const auto& rules = builder.services.tokens;
    // The one that is being made is there besides these.
    const auto room = std::max<std::size_t>(rules.keep_versions, 1) - 1;
    std::size_t ended = 0;
    for (const auto& version : versions) {
        const bool too_many = versions.size() - ended > room;
        if (!too_many && is_version_given(version.replaced.on, rules, builder.now)) break;
        remove_version(builder, decision, *version.row, record);
        if (++ended == ended_with_one_write) break;
    }
}

}  // namespace

std::string_view word_of(VersionLabel label) {
    switch (label) {
        case VersionLabel::current:
            return "current";
        case VersionLabel::previous:
            return "previous";
        case VersionLabel::old:
            break;
    }
    return "old";
}

Result<TokenHistory> read_history(PlanBuilder& builder, RowPtr record) {
    ROOKERY_TRY(auto versions, stored_versions(builder, record->ref()));
    return history_of(builder, std::move(record), std::move(versions));
}

Result<TokenHistory> peek_history(const PlanBuilder& builder, RowPtr record) {
    ROOKERY_TRY(
        auto rows,
        builder.reading.peek_children(
            rky_tokenversion, of_record(), record->ref(), versions_read_max
        )
    );
    return history_of(builder, std::move(record), versions_in(std::move(rows)));
}

std::optional<Instant> grace_until(
    const TokenHistory& history, const TokenVersion& version, const TokenRules& rules
) {
    const bool last = version.replaced.number == history.current.number;
    if (!last || !version.replaced.on) return std::nullopt;
    return *version.replaced.on + rules.grace;
}

VersionLabel label_of(
    const TokenHistory& history, const TokenVersion& version, const TokenRules& rules, Instant now
) {
    const auto until = grace_until(history, version, rules);
    return until && now < *until ? VersionLabel::previous : VersionLabel::old;
}

const schema::Column& kept_column(const schema::Table& table, const schema::Column& column) {
    for (const auto& one : kept_columns) {
        if (one.table == &table && one.column == column.id) {
            return *rky_tokenversion.column(one.kept);
        }
    }
    throw std::logic_error("a sealed column without a history");
}

const SealedValue* kept_value(const TokenVersion& version, const schema::Column& column) {
    const auto& record = *version.row->get<storage::RowRef>("rky_record");
    const auto* value = version.row->find(kept_column(*schema::table(record.table), column).id);
    return value == nullptr ? nullptr : std::get_if<SealedValue>(value);
}

Result<void> keep_version(
    PlanBuilder& builder, const access::Decision& decision, const Row& before, const Row& after
) {
    if (!schema::has_token_history(*before.table)) return {};
    ROOKERY_TRY(const auto versions, stored_versions(builder, before.ref()));
    const auto was = set_as(before, versions);
    ROOKERY_TRY(const auto version, replaced_version(builder, was, before, after));
    const auto write = builder.write(nullptr, version);
    auto event = version_event(builder, decision, audit::Action::create, version, before.ref());
    if (!version.wrapped_dek.empty()) event.key_versions = key_versions(version);
    builder.note_versions(event, nullptr, write);
    builder.record(event);
    end_versions(builder, decision, before.ref(), versions);
    return {};
}

Result<std::vector<EndedVersion>> ended_versions(
    const Reading& reading, const storage::RowRef& record, const TokenRules& rules, Instant now
) {
    ROOKERY_TRY(
        auto rows, reading.peek_children(rky_tokenversion, of_record(), record, versions_read_max)
    );
    return ended_of(versions_in(std::move(rows)), rules, now);
}

Result<std::size_t> end_versions_of(
    PlanBuilder& builder, const access::Decision& decision, const storage::RowRef& record
) {
    ROOKERY_TRY(const auto versions, stored_versions(builder, record));
    const auto ended = ended_of(versions, builder.services.tokens, builder.now);
    for (const auto& [row, newest] : ended) {
        if (newest) {
            empty_version(builder, decision, *row, record);
        } else {
            remove_version(builder, decision, *row, record);
        }
    }
    return ended.size();
}

}  // namespace rookery::messages
