#include "rules/built_in_rows.hpp"

#include "storage/bare_name.hpp"

namespace rookery::messages {

Result<void> check_name_is_free(
    const storage::Row& row, const storage::Row* before, std::span<const std::string_view> taken
) {
    const auto* name = row.get<std::string>(row.table->primary_name);
    if (name == nullptr) return {};
    const auto* old =
        before == nullptr ? nullptr : before->get<std::string>(row.table->primary_name);
    if (old != nullptr && *old == *name) return {};
    const auto key = storage::bare_name(*name);
    for (const auto one : taken) {
        if (storage::bare_name(one) != key) continue;
        return fail(
            Errc::duplicate_key,
            "The column '" + std::string(row.table->primary_name) +
                "' has a name that is the vault's own."
        );
    }
    return {};
}

}  // namespace rookery::messages
