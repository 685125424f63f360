#include "query/policy_reader.hpp"

#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"

#include <algorithm>
#include <optional>
#include <variant>

namespace rookery::messages {
namespace {

/// Each row of the table in this state, as far as it is whole.
template <class Each>
Result<void> each_in_state(
    const View& view, const schema::Table& table, std::int64_t state, Each each
) {
    const auto range = storage::by_state(table, state);
    const auto cursor = view.store()->scan(range, storage::Order::ascending);
    for (std::size_t seen = 0; cursor->valid() && seen < policies_max; cursor->next(), ++seen) {
        const auto id = storage::id_of(cursor->key());
        ROOKERY_TRY(
            const auto stored,
            view.store()->get(storage::Family::rows, storage::row_key({table.id, id}))
        );
        if (!stored) continue;
        const auto decoded = storage::decode(table, id, *stored, view.keys().authenticator);
        if (!decoded && decoded.error().code != Errc::integrity) return fail(decoded.error());
        const auto* row = decoded ? std::get_if<storage::Row>(&*decoded) : nullptr;
        if (row != nullptr) each(*row);
    }
    return cursor->status();
}

}  // namespace

Result<std::vector<DuePolicy>> due_policies(const View& view, Instant now) {
    std::vector<DuePolicy> out;
    const auto take = [&](const storage::Row& row) {
        const auto* next = row.get<Instant>("nextrun");
        if (next != nullptr && *next <= now) out.push_back({row.id, *next});
    };
    ROOKERY_CHECK(each_in_state(view, schema::known::retentionconfig, 0, take));
    std::ranges::sort(out, {}, [](const DuePolicy& one) {
        return std::pair(one.next_run, one.id);
    });
    return out;
}

Result<std::vector<OpenRun>> open_runs(const View& view) {
    std::vector<OpenRun> out;
    const auto take = [&](const storage::Row& row) {
        const auto* job = row.get<std::string>("asyncoperationid");
        out.push_back({row.id, job == nullptr ? std::string{} : *job});
    };
    for (const std::int64_t state : {0, 2}) {
        ROOKERY_CHECK(each_in_state(view, schema::known::retentionoperation, state, take));
    }
    return out;
}

}  // namespace rookery::messages
