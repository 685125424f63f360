#include "pipeline/kept_values.hpp"

#include "schema/token_history.hpp"

#include <algorithm>

namespace rookery::messages {

using schema::known::rky_tokenversion;

Result<std::vector<const schema::Column*>> columns_kept_in_versions(
    const PlanBuilder& builder, const storage::RowRef& record
) {
    std::vector<const schema::Column*> out;
    const auto* table = schema::table(record.table);
    if (table == nullptr || !schema::has_token_history(*table)) return out;
    ROOKERY_TRY(
        const auto versions,
        builder.reading.peek_children(
            rky_tokenversion, *rky_tokenversion.column("rky_record"), record, versions_read_max
        )
    );
    const auto& rules = builder.services.tokens;
    const auto has_one = [&](const schema::KeptColumn& kept) {
        return std::ranges::any_of(versions, [&](const RowPtr& version) {
            const auto* retired = version->get<Instant>("rky_retiredon");
            const auto when = retired == nullptr ? std::nullopt : std::optional(*retired);
            return is_version_given(when, rules, builder.now) &&
                   version->find(kept.kept) != nullptr;
        });
    };
    for (const auto& kept : schema::kept_columns) {
        if (kept.table == table && has_one(kept)) out.push_back(table->column(kept.column));
    }
    return out;
}

}  // namespace rookery::messages
