// The little JSON that carries secrets, read and written without a string that cannot be wiped.
// Answers with tokens are searched in place; bodies with tokens are appended to a wiped buffer.
// JSON without secrets goes through nlohmann::json.
#pragma once

#include "base/append_text.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/zeroing_allocator.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rookery {

/// The string member `name` of the object that `document` is: empty SecretBytes for JSON null.
/// Errc::bad_payload when the document is not one well-formed object, the member is missing, stands
/// there twice or is not a string.
[[nodiscard]] Result<SecretBytes> secret_member(std::string_view document, std::string_view name);

/// The same of a list of strings, `most` of them at most.
[[nodiscard]] Result<std::vector<SecretBytes>> secret_list_member(
    std::string_view document, std::string_view name, std::size_t most
);

/// The member `name` of a document that holds secrets elsewhere: a whole number of at most 18 digits.
/// Errc::bad_payload as above.
[[nodiscard]] Result<std::int64_t> number_member(std::string_view document, std::string_view name);

/// The same for true or false.
[[nodiscard]] Result<bool> boolean_member(std::string_view document, std::string_view name);

/// Appends `text` as a JSON string. Precondition: UTF-8.
void append_json_string(WipedBuffer& out, std::string_view text);

}  // namespace rookery
