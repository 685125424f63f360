// Why a row cannot be removed, in Dataverse's words.
#pragma once

#include "base/result.hpp"
#include "schema/schema.hpp"

#include <string>

namespace rookery::messages {

[[nodiscard]] inline Error is_referenced(const schema::Table& table, const schema::Table& by) {
    return {
        Errc::restricted,
        "The object you tried to delete is associated with another object and cannot be deleted: " +
            std::string(table.name) + " is referenced by " + std::string(by.name) + ".",
        {},
        {}};
}

}  // namespace rookery::messages
