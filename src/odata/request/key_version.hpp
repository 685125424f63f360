// The member "Version" of a body: that of a key.
#pragma once

#include "base/result.hpp"
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

}  // namespace rookery::odata
