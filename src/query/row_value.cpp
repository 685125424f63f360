#include "query/row_value.hpp"

namespace rookery::messages {

const storage::Value* value_in_row(
    const storage::Row& row, const schema::Column& column, storage::Value& room
) {
    if (column.may(schema::can::row_id)) {
        room = row.id;
        return &room;
    }
    if (column.type == schema::Type::bigint && column.name == "versionnumber") {
        room = static_cast<std::int64_t>(row.versionnumber);
        return &room;
    }
    return row.find(column.id);
}

}  // namespace rookery::messages
