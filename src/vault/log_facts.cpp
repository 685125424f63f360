#include "vault/log_facts.hpp"

#include "audit/rekeyed_rows.hpp"
#include "schema/schema.hpp"
#include "storage/row_key.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using Kind = audit::FindingKind;

// Kinds of keys in the scratch map; a row's key or a versionnumber follows.
constexpr char change_kind = 'c';
constexpr char sighting_kind = 's';
constexpr char rekey_kind = 'r';
constexpr char versionnumber_kind = 'v';

constexpr std::size_t versionnumber_bytes = 8;

ByteArray<16> first_half(const Digest& tag) {
    ByteArray<16> out{};
    std::copy_n(tag.begin(), out.size(), out.begin());
    return out;
}

std::string number(std::uint64_t value) { return std::to_string(value); }

}  // namespace

Result<LogFacts> LogFacts::open(StoreReport& report) {
    ROOKERY_TRY(auto scratch, storage::Scratch::open());
    return LogFacts(std::move(scratch), report);
}

void LogFacts::note(std::uint64_t index, const audit::Event& event) {
    if (event.action == audit::Action::rekey_progress) return note_rekey(index, event);
    // Its rows went by entries of their own, and are compared by those.
    if (event.action == audit::Action::purge && event.outcome == audit::Outcome::success) {
        ++report_->purged_records;
    }
    if (event.outcome != audit::Outcome::success || !event.record || !event.row_versions) return;
    const auto* table = schema::table(event.table);
    if (table == nullptr) return;
    const auto& versions = *event.row_versions;
    const auto key = storage::row_key({table->id, *event.record});
    // A conversion vouches for rows whose change had no entry of its own, out of their order.
    const bool converted = event.action == audit::Action::format_change;
    const Entry entry{
        {},
        versions.after,
        event.row_tag.value_or(ByteArray<16>{}),
        index,
        converted ? Uuid{} : event.correlation,
        event.row_tag.has_value()};
    put(converted || versions.before != versions.after ? change_kind : sighting_kind, key, entry);
}

void LogFacts::note_rekey(std::uint64_t index, const audit::Event& event) {
    const auto rows = audit::rekeyed_rows(event);
    if (!rows) {
        return report_->find(
            Kind::damaged,
            "log entry " + number(index),
            "an entry that does not name the rows that it is about"
        );
    }
    for (const auto& row : *rows) {
        put(rekey_kind,
            storage::row_key({row.table, row.record}),
            {{}, row.row_version, row.tag, index, {}, true});
    }
}

void LogFacts::put(char kind, std::string_view row_key, const Entry& entry) {
    if (!failure_) return;
    ByteWriter value(49);
    value.u64(entry.row_version).bytes(entry.tag).u64(entry.index).bytes(entry.request.bytes);
    value.u8(entry.tagged ? 1 : 0);
    failure_ = scratch_->put(std::string(1, kind) + std::string(row_key), text_of(value.view()));
}

std::unique_ptr<storage::Cursor>& LogFacts::cursor_of(char kind) {
    if (kind == rekey_kind) return rekeys_;
    return kind == change_kind ? changes_ : sightings_;
}

std::optional<LogFacts::Entry> LogFacts::at(char kind) {
    auto& cursor = cursor_of(kind);
    if (!cursor) cursor = scratch_->scan(std::string(1, kind));
    if (!cursor->valid()) return std::nullopt;
    ByteReader value(bytes_of(cursor->value()));
    Entry entry;
    entry.row_key = std::string(cursor->key().substr(1));
    entry.row_version = value.u64();
    entry.tag = value.array<16>();
    entry.index = value.u64();
    entry.request = Uuid{value.array<16>()};
    entry.tagged = value.u8() != 0;
    return entry;
}

void LogFacts::step(char kind) { cursor_of(kind)->next(); }

void LogFacts::row_is_gone(const Entry& entry) {
    if (entry.row_version == 0) return;  // a pair that ended leaves nothing behind
    const auto ref = storage::parse_row_key(entry.row_key);
    report_->find(
        Kind::missing,
        ref ? place_of(*ref) : "a row",
        "the row is gone, and entry " + number(entry.index) + " left it with version " +
            number(entry.row_version)
    );
}

void LogFacts::compare(const RowFacts& row) {
    const auto key = storage::row_key(row.ref);
    auto change = at(change_kind);
    for (; change && change->row_key < key; change = at(change_kind)) {
        row_is_gone(*change);
        step(change_kind);
    }
    auto seen = at(sighting_kind);
    for (; seen && seen->row_key < key; seen = at(sighting_kind)) step(sighting_kind);
    auto rekeyed = at(rekey_kind);
    for (; rekeyed && rekeyed->row_key < key; rekeyed = at(rekey_kind)) step(rekey_kind);

    const auto place = place_of(row.ref);
    if (!change || change->row_key != key) {
        report_->find(Kind::forged, place, "no entry of the log tells how the row came there");
        return;
    }
    step(change_kind);
    // A re-key leaves the row what it is, so the order of versionnumbers is still that of the changes.
    const auto changed = *change;
    if (rekeyed && rekeyed->row_key == key && rekeyed->index > change->index) change = rekeyed;
    const auto tag = first_half(row.tag);
    const auto by = "entry " + number(change->index);
    if (change->row_version == 0) {
        report_->find(Kind::older, place, "the row is there, and " + by + " removed it");
    } else if (row.row_version < change->row_version) {
        report_->find(
            Kind::older,
            place,
            "the row has version " + number(row.row_version) + ", and " + by +
                " left it with version " + number(change->row_version)
        );
    } else if (row.row_version > change->row_version) {
        report_->find(
            Kind::missing,
            place,
            "the row has version " + number(row.row_version) +
                ", and the log's newest entry about it, " + number(change->index) +
                ", knows version " + number(change->row_version)
        );
    } else if (change->tagged && tag != change->tag) {
        report_->find(Kind::disagrees, place, "the row is not the one that " + by + " wrote");
    }
    if (seen && seen->row_key == key && seen->index > change->index &&
        (seen->row_version != row.row_version || (seen->tagged && seen->tag != tag))) {
        report_->find(
            Kind::disagrees,
            place,
            "entry " + number(seen->index) + " saw another version of the row"
        );
    }
    ByteWriter ordered(1 + versionnumber_bytes + key.size());
    ordered.u8(static_cast<std::uint8_t>(versionnumber_kind)).u64(row.versionnumber).text(key);
    put(text_of(ordered.view()).front(), text_of(ordered.view()).substr(1), changed);
}

Result<void> LogFacts::conclude(std::uint64_t newest) {
    for (auto change = at(change_kind); change; change = at(change_kind)) {
        row_is_gone(*change);
        step(change_kind);
    }
    ROOKERY_CHECK(changes_->status());
    ROOKERY_CHECK(failure_);

    // Versionnumbers and entries were given in one order, but for those of one request.
    std::uint64_t last = 0;
    std::uint64_t floor = 0;    // the highest index of all requests before this one
    std::uint64_t highest = 0;  // of this one too
    Uuid request;
    const auto cursor = scratch_->scan(std::string(1, versionnumber_kind));
    for (bool first = true; cursor->valid(); cursor->next(), first = false) {
        ByteReader key(bytes_of(cursor->key().substr(1)));
        const auto versionnumber = key.u64();
        const auto ref = storage::parse_row_key(cursor->key().substr(1 + versionnumber_bytes));
        ByteReader value(bytes_of(cursor->value()));
        value.u64();
        value.array<16>();
        const auto index = value.u64();
        const Uuid by{value.array<16>()};
        const auto place = ref ? place_of(*ref) : std::string("a row");
        if (versionnumber == 0 || versionnumber > newest) {
            report_->find(
                Kind::disagrees,
                place,
                "its versionnumber is " + number(versionnumber) + ", and the newest one given is " +
                    number(newest)
            );
        }
        if (!first && versionnumber == last) {
            report_->find(
                Kind::disagrees,
                place,
                "another row has its versionnumber, " + number(versionnumber)
            );
        }
        last = versionnumber;
        if (by.is_nil()) continue;
        if (by != request) floor = highest;
        if (index < floor) {
            report_->find(
                Kind::disagrees,
                place,
                "its versionnumber, " + number(versionnumber) +
                    ", is out of the order in which the log has the changes"
            );
        }
        highest = std::max(highest, index);
        request = by;
    }
    return cursor->status();
}

}  // namespace rookery::messages
