// What the metadata tells of a function or an action.
#pragma once

#include "odata/metadata/value.hpp"
#include "schema/schema.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace rookery::odata::metadata {

struct OperationShape {
    enum class Bound : std::uint8_t { no, to_collection, to_row };

    std::string_view name;
    bool action = false;
    Bound bound = Bound::no;
    std::vector<const schema::Table*> tables = {};  // whose rows it is bound to
    std::vector<Field> takes = {};                  // besides those
    bool answers = false;                           // with a NAMEResponse; else with nothing
    std::span<const Field> gives = {};              // its members; none: they have no type here
};

}  // namespace rookery::odata::metadata
