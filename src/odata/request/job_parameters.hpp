// What the actions have in common that start a job of somebody's own, beside what it is to do: how it is called, when it begins, and
// whom it writes to, which is nobody.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "odata/json/json_value.hpp"

#include <string>
#include <string_view>

namespace rookery::odata {

/// Once and without mail is all that there is. Errc: bad_payload for what is missing, unsupported for more. `action` for the words.
[[nodiscard]] Result<> check_job_manner(const JsonValue& body, std::string_view action);

/// JobName. Errc::bad_payload for none, and for a long one.
[[nodiscard]] Result<std::string> read_job_name(const JsonValue& body);

/// Errc::bad_payload for no time.
[[nodiscard]] Result<Instant> read_job_start(const JsonValue& body, std::string_view parameter);

}  // namespace rookery::odata
