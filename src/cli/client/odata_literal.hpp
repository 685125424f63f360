// A text in a URL of the API.
#pragma once

#include <string>
#include <string_view>

namespace rookery::cli {

/// 'text' with quotes doubled, percent-encoded: a string literal for keys and $filter.
[[nodiscard]] std::string odata_literal(std::string_view text);

/// "text", percent-encoded: a text in the list of a query function.
[[nodiscard]] std::string odata_list_item(std::string_view text);

/// "&@r=ID" for the id of a record, else "&@u='…'" with its unique handle id; empty for none.
[[nodiscard]] std::string record_parameter(std::string_view record);

/// "&@u='…'": a unique handle id may look like the id of a record.
[[nodiscard]] std::string handle_parameter(std::string_view unique_handle_id);

}  // namespace rookery::cli
