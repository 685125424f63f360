#include "cli/import/access_outlook.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/patient_request.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rookery::cli {
namespace {

/// Each is a question on the log.
constexpr std::size_t owners_max = 200;

constexpr std::size_t outlook_page_readers = 200;

Result<OwnerReaders> readers_of(ApiClient& client, const Uuid& owner) {
    OwnerReaders out;
    std::optional<Uuid> after;
    for (;;) {
        auto path =
            fmt::format("rky_RetrieveWhoCan?@n={}&@o={}", outlook_page_readers, to_string(owner));
        if (after) path += "&@a=" + to_string(*after);
        ROOKERY_TRY(const auto reply, patient_request(client, Patience::busy_or_away, "GET", path));
        ROOKERY_TRY(const auto page, object_of(reply));
        for (const auto& reader : list_member(page, "Readers")) {
            ROOKERY_TRY(const auto user, id_member(reader, "UserId"));
            out[user] = {text_member(reader, "UserName"), flag_member(reader, "Enabled")};
        }
        const auto next = optional_id(page, "NextAfter");
        if (!next) return out;
        // A page that does not lead on would be asked for again for ever.
        if (after && *next <= *after) return unexpected_answer();
        after = next;
    }
}

bool may_not_ask(Errc code) {
    return code == Errc::missing_privilege || code == Errc::access_denied;
}

}  // namespace

std::vector<AccessChange> access_changes(
    const OwnerMoves& moves, const std::map<Uuid, OwnerReaders>& readers
) {
    std::map<Uuid, AccessChange> changes;
    const auto change = [&](const auto& reader) -> AccessChange& {
        auto& out = changes[reader.first];
        out.user = reader.first;
        out.reader = reader.second;
        return out;
    };
    static const OwnerReaders nobody;
    for (const auto& [move, moved] : moves) {
        const auto& before = move.from ? readers.at(*move.from) : nobody;
        const auto& after = readers.at(move.to);
        for (const auto& reader : after) {
            if (before.count(reader.first) == 0) {
                change(reader).gains += moved.records;
            } else if (moved.with_new_tokens > 0) {
                change(reader).new_tokens += moved.with_new_tokens;
            }
        }
        for (const auto& reader : before) {
            if (after.count(reader.first) == 0) change(reader).loses += moved.records;
        }
    }
    std::vector<AccessChange> out;
    out.reserve(changes.size());
    for (auto& [user, found] : changes) out.push_back(std::move(found));
    return out;
}

Result<AccessOutlook> foresee_access(ApiClient& client, const OwnerMoves& moves) {
    AccessOutlook out;
    std::map<Uuid, OwnerReaders> readers;
    for (const auto& [move, moved] : moves) {
        if (move.from) readers[*move.from];
        readers[move.to];
    }
    if (readers.size() > owners_max) {
        out.unknown = fmt::format("the file concerns records of more than {} owners", owners_max);
        return out;
    }
    for (auto& [owner, found] : readers) {
        auto asked = readers_of(client, owner);
        if (!asked && may_not_ask(asked.error().code)) {
            out.unknown = "only a caller with prvReadAuditSummary may ask who can read a record";
            return out;
        }
        // An owner that cannot own is refused when it is written.
        if (!asked && asked.error().code == Errc::bad_owner) continue;
        if (!asked) return fail(std::move(asked).error());
        found = std::move(*asked);
    }
    out.changes = access_changes(moves, readers);
    return out;
}

}  // namespace rookery::cli
