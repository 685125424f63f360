#include "pipeline/audit_rows.hpp"

#include "audit/cbor.hpp"
#include "pipeline/audit_words.hpp"
#include "pipeline/logged_values.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace rookery::messages {
namespace {

namespace known = schema::known;

constexpr std::size_t half = 8;
constexpr std::uint8_t variant_mask = 0x3F;
constexpr std::uint8_t variant = 0x80;
constexpr std::uint8_t version = 0x80;
constexpr std::size_t additional_info_max = 350;

std::optional<Uuid> id_extra(const audit::Event& event, const std::string& name) {
    const auto* text = audit::find_extra<std::string>(event, name);
    return text == nullptr ? std::nullopt : Uuid::parse(*text);
}

void set_reference(
    storage::Row& row, std::string_view column, std::string_view table, std::optional<Uuid> id
) {
    const auto* to = schema::table(table);
    if (to != nullptr && id) row.set(column, storage::RowRef{to->id, *id});
}

void set_text(storage::Row& row, std::string_view column, std::string text) {
    if (!text.empty()) row.set(column, std::move(text));
}

/// Dataverse: the number that each column has in the metadata.
std::string mask_of(const audit::Event& event) {
    std::string out;
    if (change_of(event) == RowChange::none) return out;
    for (const auto column : event.columns) {
        if (!out.empty()) out += ',';
        out += std::to_string(column);
    }
    return out;
}

/// What the other columns have no room for.
std::string info_of(std::uint64_t index, const audit::Event& event) {
    auto out = "entry " + std::to_string(index) + ": ";
    out += event.message.empty() ? audit::name(event.action) : std::string_view(event.message);
    if (event.outcome != audit::Outcome::success) {
        out.append(", ").append(audit::name(event.outcome));
        if (event.reason != audit::Reason::none) {
            out.append(" (").append(audit::name(event.reason)).append(")");
        }
    }
    return std::string(audit::utf8_prefix(out, additional_info_max));
}

void set_people(storage::Row& row, const audit::Event& event) {
    const auto actor = Uuid::parse(event.actor.id);
    const auto& behalf = event.on_behalf_of;
    if (!behalf) return set_reference(row, "userid", known::systemuser.name, actor);
    set_reference(row, "userid", known::systemuser.name, Uuid::parse(behalf->id));
    set_reference(row, "callinguserid", known::systemuser.name, actor);
}

void set_said(storage::Row& row, std::uint64_t index, const audit::Event& event) {
    const auto words = audit_words(event);
    row.set("operation", std::int64_t{words.operation});
    row.set("action", std::int64_t{words.action});
    const auto about = audited_row(event);
    set_text(row, "objecttypecode", std::string(about.table));
    set_reference(row, "objectid", about.table, about.id);
    if (const auto* table = audit::find_extra<std::string>(event, "from-table")) {
        set_reference(row, "regardingobjectid", *table, id_extra(event, "from-record"));
    }
    set_people(row, event);
    set_text(row, "attributemask", mask_of(event));
    row.set("transactionid", event.correlation);
    row.set("useradditionalinfo", info_of(index, event));
}

void set_time(storage::Row& row, Instant time) {
    row.set("createdon", Instant{std::chrono::floor<std::chrono::seconds>(time)});
}

}  // namespace

Uuid audit_id(std::uint64_t index, const Uuid& event) {
    Uuid out;
    std::copy_n(event.bytes.begin(), half, out.bytes.begin());
    out.bytes[6] = static_cast<std::uint8_t>((out.bytes[6] & 0x0F) | version);
    for (std::size_t i = 0; i < half; ++i) {
        out.bytes[15 - i] = static_cast<std::uint8_t>(index >> (8 * i));
    }
    out.bytes[half] = static_cast<std::uint8_t>((out.bytes[half] & variant_mask) | variant);
    return out;
}

std::optional<std::uint64_t> index_of_audit(const Uuid& id) {
    const bool ours = (id.bytes[6] & 0xF0) == version &&
                      (id.bytes[half] & static_cast<std::uint8_t>(~variant_mask)) == variant;
    if (!ours) return std::nullopt;
    std::uint64_t out = id.bytes[half] & variant_mask;
    for (std::size_t i = half + 1; i < id.bytes.size(); ++i) out = out << 8 | id.bytes[i];
    return out;
}

std::optional<Uuid> logged_id(const audit::Event& event, std::string_view column) {
    const std::string name(column);
    const auto now = id_extra(event, name);
    return now ? now : id_extra(event, name + std::string(before_suffix));
}

AuditedRow audited_row(const audit::Event& event) {
    const auto* table = schema::table(event.table);
    if (table == nullptr || !table->intersect) return {event.table, event.record};
    const auto all = schema::associations();
    const auto pair = std::ranges::find(all, table->name, &schema::Association::intersect);
    if (pair == all.end()) return {event.table, event.record};
    const auto first = logged_id(event, pair->first_column);
    if (!first) return {event.table, event.record};
    return {pair->first, first};
}

std::shared_ptr<const storage::Row> audit_row(const audit::FoundEntry& found) {
    storage::Row row;
    const auto index = audit::index_of(found);
    row.table = &known::audit;
    row.id = audit_id(index, found ? found->event.id : Uuid{});
    row.row_version = 1;
    row.versionnumber = index + 1;
    if (found) {
        set_time(row, found->leaf.time);
        set_said(row, index, found->event);
    } else {
        if (found.error().time) set_time(row, *found.error().time);
        row.set("operation", std::int64_t{schema::audit_table::operation_access});
        row.set("action", std::int64_t{0});
        auto info = "entry " + std::to_string(index) + " cannot be read: ";
        row.set("useradditionalinfo", info.append(audit::words(found.error().why)));
    }
    return std::make_shared<const storage::Row>(std::move(row));
}

Result<std::optional<audit::LogRecord>> find_audit(const View& view, const Uuid& id) {
    const std::optional<audit::LogRecord> none;
    const auto index = index_of_audit(id);
    if (!index) return none;
    ROOKERY_TRY(const auto reader, audit::LogReader::open(view.store(), &view.keys().details));
    if (*index >= reader.size()) return none;
    ROOKERY_TRY(auto record, reader.read(*index, audit::Sections::core));
    if (audit_id(*index, record.event.id) != id) return none;
    return std::optional(std::move(record));
}

Error log_is_kept() {
    return {
        Errc::built_in_protected,
        "The audit log is kept whole: no entry is ever deleted, by anybody or by any job.",
        {},
        {}};
}

}  // namespace rookery::messages
