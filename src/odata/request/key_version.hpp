// The members of a body that name a key: "Version", and "Purpose".
#pragma once

#include "base/result.hpp"
#include "messages/destroyable_key.hpp"
#include "odata/json/json_value.hpp"
#include "odata/request/body_parameters.hpp"

#include <cstdint>

namespace rookery::odata {

[[nodiscard]] inline Result<std::uint32_t> key_version(const JsonValue& body) {
    const auto* version = body.member("Version");
    if (version == nullptr || !version->is(JsonValue::Kind::integer) || version->integer < 1 ||
        version->integer > UINT32_MAX) {
        return bad_parameter("Version");
    }
    return static_cast<std::uint32_t>(version->integer);
}

/// The member "Purpose", as rky_RetrieveKeyStatus has it; a body without one is about a record KEK.
[[nodiscard]] inline Result<crypto::Purpose> key_purpose(const JsonValue& body) {
    const auto* word = body.member("Purpose");
    if (word == nullptr) return crypto::Purpose::record_kek;
    if (!word->is(JsonValue::Kind::text)) return bad_parameter("Purpose");
    const auto purpose = word->text.expose([](std::string_view text) {
        return messages::destroyable_purpose(text);
    });
    if (!purpose) return bad_parameter("Purpose");
    return *purpose;
}

}  // namespace rookery::odata
