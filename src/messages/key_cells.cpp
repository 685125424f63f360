#include "messages/key_cells.hpp"

#include "pipeline/column_value.hpp"
#include "storage/index_key.hpp"
#include "storage/text_key.hpp"

#include <type_traits>
#include <utility>

namespace rookery::messages {
namespace {

/// What a literal of a URL says to its column. No key holds a token or a digest (schema/well_formed.hpp).
Given given(const storage::Value& value) {
    return std::visit(
        [](const auto& held) -> Given {
            using T = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<T, storage::RowRef>) {
                return Target{schema::table(held.table), held.id};
            } else if constexpr (std::is_constructible_v<Given, const T&>) {
                return Given(held);
            } else {
                return {};
            }
        },
        value
    );
}

/// A text of blanks is one that no entry of an index holds, like an empty one.
bool counts_as_null(const storage::Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return storage::is_null(value) || (text != nullptr && storage::text_key(*text).empty());
}

}  // namespace

Result<Input> cells_of_key(const schema::Table& table, const KeyValues& key, const Input& body) {
    Input out;
    for (std::size_t i = 0; i < key.values.size(); ++i) {
        const auto& column = *table.column(key.key->columns[i]);
        if (counts_as_null(key.values[i])) {
            return fail(
                Errc::invalid_argument,
                "The value of '" + std::string(column.name) +
                    "' in the key is blank: it names no record, and none is created by it."
            );
        }
        ROOKERY_TRY(auto value, column_value(table, column, given(key.values[i])));
        if (body.find(column.name) == nullptr) out.cells.push_back({&column, std::move(value)});
    }
    return out;
}

Result<void> check_named_by(const storage::Row& row, const KeyValues& key) {
    if (storage::carries(row, *key.key, key.values)) return {};
    return fail(
        Errc::bad_payload,
        "A property of the key " + std::string(key.key->name) + " of '" +
            std::string(row.table->name) + "' differs in the body from the key in the request URL."
    );
}

}  // namespace rookery::messages
