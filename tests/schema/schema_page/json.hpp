// docs/formats/schema.json: the schema for programs. Every key is always there, so that nobody has to
// know what the absence of one means.
#pragma once

#include <string>

namespace rookery::schema_page {

[[nodiscard]] std::string json_text();

}  // namespace rookery::schema_page
