// The records whose tokens existed under a record KEK, from all pages of rky_RetrieveExposedRecords.
#pragma once

#include "cli/client/api_client.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace rookery::cli {

struct ExposedList {
    struct Record {
        std::string table;
        std::string name;  // may be empty
        bool current = false;
    };

    std::map<std::string, Record> records;  // by id
    std::uint64_t unreadable = 0;           // entries of the log of which nobody knows
};

/// `version`: of the KEK; nothing: any.
[[nodiscard]] Result<ExposedList> list_exposed_records(
    ApiClient& client, std::optional<std::uint32_t> version
);

}  // namespace rookery::cli
