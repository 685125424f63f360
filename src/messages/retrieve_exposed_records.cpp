#include "messages/retrieve_exposed_records.hpp"

#include "audit/log_reader.hpp"
#include "messages/restore_token_version.hpp"
#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <map>

namespace rookery::messages {
namespace {

/// Which KEKs are asked for.
struct AskedKek {
    std::optional<std::uint32_t> version;
    Instant created = Instant::min();   // when that KEK came
    Instant followed = Instant::max();  // by when another one had come into use, at the latest

    /// A token written under this KEK was there when the one that is asked for was in use, if it is still there now.
    [[nodiscard]] bool reaches(std::uint64_t kek) const { return !version || kek <= *version; }

    [[nodiscard]] bool is(std::uint64_t kek) const { return !version || kek == *version; }
};

/// When a KEK behind `version` was in use at the latest. A key says when its state changed last: a retired one when it was
/// retired or later, so when its successor was in use; the one in use since when it is.
Instant followed_by(const crypto::Keyring& keyring, std::uint32_t version) {
    auto out = Instant::max();
    for (const auto& entry : keyring.entries()) {
        const bool counts = entry.purpose == crypto::Purpose::record_kek &&
                            entry.version >= version && entry.state != crypto::KeyState::pre_active;
        const bool itself_in_use =
            entry.version == version && entry.state == crypto::KeyState::active;
        if (counts && !itself_in_use) out = std::min(out, entry.changed);
    }
    return out;
}

std::optional<std::uint64_t> number_said(const audit::Event& event, std::string_view name) {
    for (const auto& [extra, said] : event.extras) {
        if (extra != name) continue;
        if (const auto* number = std::get_if<std::uint64_t>(&said)) return *number;
    }
    return std::nullopt;
}

/// The record that an entry is about: of one about an older version of its tokens, the record that it is of. A version that
/// went with its record does not say so; the record's own entry does.
std::optional<storage::RowRef> record_meant(const audit::Event& event) {
    if (!event.record) return std::nullopt;
    const auto* table = schema::table(event.table);
    if (table == nullptr || !table->has_sealed()) return std::nullopt;
    if (table != &schema::known::rky_tokenversion) return storage::RowRef{table->id, *event.record};
    const schema::Table* of = nullptr;
    std::optional<Uuid> id;
    for (const auto& [extra, said] : event.extras) {
        const auto* text = std::get_if<std::string>(&said);
        if (text == nullptr) continue;
        if (extra == "from-table") of = schema::table(*text);
        if (extra == "from-record") id = Uuid::parse(*text);
    }
    if (of == nullptr || !id) return std::nullopt;
    return storage::RowRef{of->id, *id};
}

/// Whether a token that the row has now was written by that version of it.
bool has_token_of(const storage::Row& row, std::uint64_t row_version) {
    return std::ranges::any_of(row.cells, [&](const storage::Cell& cell) {
        const auto* sealed = std::get_if<storage::SealedValue>(&cell.value);
        return sealed != nullptr && sealed->value_version == row_version;
    });
}

/// As the record is, or as it lies in the recycle bin, from where it may come back; null: nothing is left of it.
const storage::Row* row_in(const Found& found) {
    return found.kept ? &found.kept->row : found.row.get();
}

std::string exposed_name(const storage::Row& row) {
    const auto* handle = row.table->column("msdyn_octwitteruniquehandleid") == nullptr
                             ? nullptr
                             : row.get<std::string>("msdyn_octwitteruniquehandleid");
    const auto* name = handle != nullptr ? handle : row.get<std::string>(row.table->primary_name);
    return name == nullptr ? std::string{} : *name;
}

class ExposedPage {
 public:
    ExposedPage(const PlanBuilder& builder, const AskedKek& exposure)
        : builder_(builder), exposure_(exposure) {}

    /// What one entry tells.
    Result<void> look(const audit::Event& event, Instant logged) {
        if (event.outcome != audit::Outcome::success) return {};
        const auto meant = record_meant(event);
        if (!meant) return {};
        const auto* table = schema::table(meant->table);
        const bool while_there = logged >= exposure_.created;
        if (event.action == audit::Action::remove) {
            return while_there ? add(*table, meant->id, false) : Result<void>{};
        }
        if (event.action == audit::Action::restore_version) return look_at_restored(event, *meant);
        if (!event.key_versions || !event.row_versions || event.value_changes.empty()) return {};
        const auto kek = event.key_versions->kek_version;
        ROOKERY_TRY(const auto found, builder_.reading.peek(*table, *event.record));
        const auto* row = row_in(found);
        const bool stays = row != nullptr && has_token_of(*row, event.row_versions->after);
        if (stays && exposure_.reaches(kek)) return add(*table, *event.record, true);
        const bool replaces = std::ranges::any_of(event.value_changes, [](const auto& change) {
            return change.before.has_value();
        });
        // The one that it replaced was there with the KEK, unless it was made under a later one.
        const bool earlier = (!stays && exposure_.is(kek)) || (replaces && while_there);
        return earlier ? add(*table, *event.record, false) : Result<void>{};
    }

    [[nodiscard]] std::vector<ExposedRecord> take() && {
        std::vector<ExposedRecord> out;
        for (auto& [row, record] : records_) out.push_back(std::move(record));
        return out;
    }

 private:
    /// The token that the record has again was written before, nobody knows when: it may be as old as the record.
    Result<void> look_at_restored(const audit::Event& event, const storage::RowRef& record) {
        const auto& table = *schema::table(record.table);
        ROOKERY_TRY(const auto found, builder_.reading.peek(table, record.id));
        const auto* row = row_in(found);
        if (row == nullptr) return {};
        const auto as = number_said(event, restored_as_extra);
        if (as && !has_token_of(*row, *as)) return {};
        const auto* created = row->get<Instant>("createdon");
        // A row's making is told by the second.
        const bool reached = created == nullptr || *created <= exposure_.followed;
        return reached ? add(table, record.id, true) : Result<void>{};
    }

    Result<void> add(const schema::Table& table, const Uuid& id, bool current) {
        auto& record = records_[{table.id, id}];
        record.current = record.current || current;
        if (record.table != nullptr) return {};
        record.table = &table;
        record.id = id;
        ROOKERY_TRY(const auto found, builder_.reading.peek(table, id));
        if (const auto* row = row_in(found)) record.name = exposed_name(*row);
        return {};
    }

    const PlanBuilder& builder_;
    const AskedKek& exposure_;
    std::map<std::pair<std::uint16_t, Uuid>, ExposedRecord> records_;
};

}  // namespace

MessageFacts RetrieveExposedRecords::facts() const {
    return {
        "rky_RetrieveExposedRecords",
        audit::Action::audit_read,
        {},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveExposedRecords::check_texts() const { return {}; }

access::Decision RetrieveExposedRecords::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_keys));
}

Judged<RetrieveExposedRecords::Plan> RetrieveExposedRecords::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_manage_keys));
}

Result<MessageReply::Body> RetrieveExposedRecords::execute(PlanBuilder& builder, Plan plan) const {
    AskedKek exposure{version};
    if (version) {
        const auto* key = builder.keys.keyring.entry(crypto::Purpose::record_kek, *version);
        if (key == nullptr) {
            return fail(
                Errc::not_found,
                "There is no record KEK of that version.",
                "`rookery key status` lists them"
            );
        }
        // The log's time is in milliseconds too, and never before the keyring's own.
        exposure.created = key->created;
        exposure.followed = followed_by(builder.keys.keyring, *version);
    }
    ROOKERY_TRY(
        const auto reader, audit::LogReader::open(builder.view.store(), &builder.keys.details)
    );
    ExposedRecordsReply reply;
    ExposedPage page(builder, exposure);
    const auto end = std::min(reader.size(), from + exposed_entries_max);
    for (auto index = from; index < end; ++index) {
        const auto entry = reader.read(index, audit::Sections::core);
        if (!entry) {
            if (entry.error().code == Errc::io) return fail(entry.error());
            ++reply.unreadable;
            continue;
        }
        if (entry->while_sealed) continue;
        ROOKERY_CHECK(page.look(entry->event, entry->leaf.time));
    }
    reply.records = std::move(page).take();
    if (end < reader.size()) reply.next = end;
    auto event = builder.event(audit::Action::audit_read, audit::Outcome::success);
    event.rule = builder.rule_of(plan.decision());
    event.count = reply.records.size();
    event.extras = {
        {"asked", std::string("exposed")},
        {"kek", version ? audit::ExtraValue{std::uint64_t{*version}} : std::string("all")},
        {"from", from}};
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
